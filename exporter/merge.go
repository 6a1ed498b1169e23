package exporter

import (
	"context"
	"sort"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
)

// Limits of a body, on the encoded bytes before compression.
const (
	// MaxBodyBytes keeps clear of Segment's own limit of 500 KB.
	MaxBodyBytes = 475_000
	// MaxMessages is Segment's limit.
	MaxMessages = 2_500
)

// limits are what one body takes.
type limits struct {
	messages, bytes int
}

var bodyLimits = limits{messages: MaxMessages, bytes: MaxBodyBytes}

// lowered is the limits with a maximum that the user has set, which can only lower them.
func (l limits) lowered(maxSize int, sizer exporterhelper.RequestSizerType) limits {
	switch {
	case maxSize <= 0:
	case sizer == exporterhelper.RequestSizerTypeItems:
		l.messages = min(l.messages, maxSize)
	case sizer == exporterhelper.RequestSizerTypeBytes:
		l.bytes = min(l.bytes, maxSize)
	}
	return l
}

// MergeSplit appends the messages of another request, which may be nil, and cuts the whole into requests of one body each.
// Order is kept, and every request but the last is as full as its next message allows.
func (r *request) MergeSplit(
	_ context.Context, maxSize int, sizer exporterhelper.RequestSizerType, other xexporterhelper.Request,
) ([]xexporterhelper.Request, error) {
	l := bodyLimits.lowered(maxSize, sizer)
	if err := r.unpack(); err != nil {
		return nil, err
	}
	parts := r.cut(l)
	if other != nil {
		o := other.(*request)
		if err := o.unpack(); err != nil {
			return requests(parts), err
		}
		last := parts[len(parts)-1]
		n := o.fitting(0, l.messages-len(last.messages), l.bytes-last.BytesSize()-len(","))
		if n > 0 {
			last.append(o.slice(0, n))
		} else {
			last.hold(o.messages[0].receipt)
		}
		if n < len(o.messages) {
			parts = append(parts, o.slice(n, len(o.messages)).cut(l)...)
		}
	}
	return requests(parts), nil
}

// cut makes requests of one body each.
func (r *request) cut(l limits) []*request {
	var parts []*request
	for from := 0; from < len(r.messages); {
		n := r.fitting(from, l.messages, l.bytes-r.envelope)
		if n == len(r.messages) {
			return []*request{r}
		}
		// A message that is larger than a body may be has one of its own.
		n = max(n, 1)
		parts = append(parts, r.slice(from, from+n))
		from += n
	}
	return parts
}

// fitting is how many of the messages from a place on fit into room for so many messages and bytes.
func (r *request) fitting(from, messages, bytes int) int {
	start := r.startOf(from)
	rest := r.messages[from:]
	return sort.Search(min(len(rest), max(messages, 0)), func(i int) bool { return rest[i].end-start > bytes })
}

func requests(parts []*request) []xexporterhelper.Request {
	list := make([]xexporterhelper.Request, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list
}
