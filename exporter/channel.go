package exporter

import (
	"slices"

	"github.com/otel-segment/segmentexporter/translate"
)

// paths are where messages go, by channel. Segment wants those of devices on a path of their own.
var paths = [translate.NumChannels]string{translate.Server: "/v1/batch", translate.Client: "/v1/b"}

// channel is that of all messages of a body.
func (r *request) channel() translate.Channel { return r.messages[0].channel }

// byChannel is a request of both channels with all messages of one of them first. Any other is returned as it is.
func (r *request) byChannel() *request {
	differs := func(m message) bool { return m.channel != r.channel() }
	if !slices.ContainsFunc(r.messages, differs) {
		return r
	}
	sorted := &request{envelope: r.envelope, data: make([]byte, 0, len(r.bytes())), own: true, holds: r.holds}
	for channel := range translate.NumChannels {
		for i, m := range r.messages {
			if m.channel == channel {
				sorted.add(r.message(i), m)
			}
		}
	}
	return sorted
}

// add adds a message.
func (r *request) add(data []byte, m message) {
	if len(r.data) > 0 {
		r.data = append(r.data, ',')
	}
	r.data = append(r.data, data...)
	m.end = len(r.data)
	r.messages = append(r.messages, m)
}

// bodies cuts a request into bodies. Each has one channel.
func (r *request) bodies() []*request {
	client := slices.IndexFunc(r.messages, func(m message) bool { return m.channel != r.channel() })
	if client < 0 {
		return r.cut(bodyLimits)
	}
	return append(r.slice(0, client).cut(bodyLimits), r.slice(client, len(r.messages)).cut(bodyLimits)...)
}
