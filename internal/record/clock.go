package record

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-segment/segmentexporter/translate"
)

// instant reads a date-time; without a zone it is UTC. It is false when there is none, or none that can be read.
func (p *parser) instant(at int32) (time.Time, bool) {
	if p.empty(at) {
		return time.Time{}, false
	}
	t, ok := translate.ParseTimestamp(p.str(at))
	if !ok {
		p.warn(InvalidTimestamp)
	}
	return t, ok
}

// timeOf is the time of a message on our clock.
func (p *parser) timeOf(m *message) pcommon.Timestamp {
	sent, isSent := p.instant(m.at[sentAt])
	if isSent {
		p.noteSkew(sent)
	} else {
		sent, isSent = p.batch.sent, p.batch.isSent
	}
	t, ok := p.instant(m.at[timestamp])
	if !ok {
		return p.received()
	}
	// A time after `sentAt` was set by hand, or by another clock, whose difference is not known: Segment would move it far
	// ahead.
	if p.options.CorrectClock && isSent && !t.After(sent) {
		if skew := p.options.Received.Sub(sent); skew.Abs() >= p.options.MinSkew {
			if corrected, ok := toTimestamp(t.Add(skew)); ok {
				return corrected
			}
		}
	}
	given, ok := toTimestamp(t)
	if !ok {
		// `segment.timestamp` can have a time that the record cannot, and wins over that of the record.
		m.unusualTime = p.str(m.at[timestamp])
		return p.received()
	}
	return given
}

func (p *parser) received() pcommon.Timestamp {
	received, _ := toTimestamp(p.options.Received)
	return received
}

// noteSkew keeps the first difference between the clocks that is known.
func (p *parser) noteSkew(sent time.Time) {
	if !p.result.HasSkew && !p.options.Received.IsZero() {
		p.result.Skew, p.result.HasSkew = p.options.Received.Sub(sent), true
	}
}

// toTimestamp is false for a time that a record cannot have: it counts from 1970, and 0 is none.
func toTimestamp(t time.Time) (pcommon.Timestamp, bool) {
	const last = 1<<64/1_000_000_000 - 1
	seconds := t.Unix()
	if seconds < 0 || seconds > last {
		return 0, false
	}
	// Not NewTimestampFromTime, which wraps in 2262.
	ts := pcommon.Timestamp(uint64(seconds)*1_000_000_000 + uint64(t.Nanosecond()))
	return ts, ts != 0
}
