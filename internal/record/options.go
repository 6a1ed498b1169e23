package record

import (
	"time"

	"github.com/otel-segment/segmentexporter/translate"
)

// MaxElements is how many elements a batch can have.
const MaxElements = 10_000

// Options are what is known of a request before its body is read.
type Options struct {
	// Received is the time of receipt. It becomes the observed time of every record.
	Received time.Time
	// Channel is that of the path. Messages of a client's library, or with `context.direct`, are from a client on any path.
	Channel translate.Channel
	// Type is the type in the path, one of the six; it wins over that of the message. "" takes that of the message.
	Type string
	// CorrectClock moves the times of a sender by the difference between its clock and ours, the way Segment does.
	CorrectClock bool
	// MinSkew is the smallest difference that is corrected.
	MinSkew time.Duration
	// Address becomes `context.ip` of messages from a client that have none: the client's address, or 0.0.0.0, which
	// Segment takes for "do not record". "" adds nothing.
	Address string
	// UserAgent becomes `context.userAgent` of messages that have none. "" adds nothing.
	UserAgent string
	// Salvage takes the complete messages out of a batch that is not JSON.
	Salvage bool
}
