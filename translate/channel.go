package translate

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Channel is the kind of program that a message comes from. Segment wants each kind on a path of its own.
type Channel uint8

const (
	// Server is a program of the owner of the source, and the channel of records that name none.
	Server Channel = iota
	// Client is a program on the device of an end user.
	Client
	// NumChannels is the number of channels.
	NumChannels
)

var channelNames = [NumChannels]string{"server", "client"}

// String returns the channel as it stands in `segment.channel`.
func (c Channel) String() string { return channelNames[c] }

// takeChannel reads `segment.channel`. It is false for a text that is the name of no channel.
func (x *vocabulary) takeChannel(v pcommon.Value) bool {
	switch name := strings.ToLower(strings.TrimSpace(textOf(v))); name {
	case channelNames[Client]:
		x.client = yes
	case channelNames[Server]:
		x.client = no
	default:
		return name == ""
	}
	return true
}

func (e *Encoder) channel() Channel {
	if e.record.client.or(e.scope.client) == yes {
		return Client
	}
	return Server
}
