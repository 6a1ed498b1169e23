package exporter

import (
	"slices"

	"github.com/otel-segment/segmentexporter/translate"
)

// paths are the paths of the tracking API, by the channel of the messages. Segment wants those of devices on a path of their
// own.
var paths = [translate.NumChannels]string{translate.Server: "/v1/batch", translate.Client: "/v1/b"}

// channel is the channel of a body, which all its messages have in common.
func (r *request) channel() translate.Channel { return r.messages[0].channel }

// A body has messages of one group only. The first groups are the channels. The last one is of messages that are in no body,
// because they wait for the next pipeline.
const (
	waitsForNext = int(translate.NumChannels)
	numGroups    = waitsForNext + 1
)

func (m *message) group() int {
	if m.givenUp != nil {
		return waitsForNext
	}
	return int(m.channel)
}

// byGroup is a request with its messages in the order of their groups. A request of one group is returned as it is.
func (r *request) byGroup() *request {
	first := r.messages[0].group()
	if !slices.ContainsFunc(r.messages, func(m message) bool { return m.group() != first }) {
		return r
	}
	sorted := &request{envelope: r.envelope, data: make([]byte, 0, len(r.bytes())), own: true, holds: r.holds}
	for group := range numGroups {
		for i, m := range r.messages {
			if m.group() == group {
				sorted.add(r.message(i), m)
			}
		}
	}
	return sorted
}

// add appends a copy of a message, and the comma in front of it. The request must not share its memory.
func (r *request) add(data []byte, m message) {
	if len(r.data) > 0 {
		r.data = append(r.data, ',')
	}
	r.data = append(r.data, data...)
	m.end = len(r.data)
	r.messages = append(r.messages, m)
}

// bodies cuts the messages into bodies of one channel each, within bodyLimits. Messages that wait for the next pipeline are
// left out. The request must be in the order of byGroup.
func (r *request) bodies() (bodies []*request) {
	for from := 0; from < len(r.messages); {
		group := r.messages[from].group()
		if group == waitsForNext {
			break
		}
		to := from + 1
		for to < len(r.messages) && r.messages[to].group() == group {
			to++
		}
		part := r
		if from > 0 || to < len(r.messages) {
			part = r.slice(from, to)
		}
		bodies = append(bodies, part.cut(bodyLimits)...)
		from = to
	}
	return bodies
}
