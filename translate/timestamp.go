package translate

import (
	"bytes"
	"cmp"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// timestampLayouts are the forms of an ISO 8601 date-time; the parser takes a fraction behind the seconds of each.
var timestampLayouts = [...]string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05",
	"20060102T150405Z0700",
	"20060102T150405",
}

// longestTimestamp is more bytes than any date-time has. A longer text is not parsed, because time.Parse copies what it cannot
// read into its error.
const longestTimestamp = 64

// ParseTimestamp reads an ISO 8601 date-time; without a zone it is UTC. It is false for any other text.
func ParseTimestamp(s string) (time.Time, bool) {
	if len(s) > longestTimestamp {
		return time.Time{}, false
	}
	for _, layout := range timestampLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// timestamp is when the event happened. A time that no event can have is mostly in another unit than it should be.
func (e *Encoder) timestamp(lr plog.LogRecord) time.Time {
	t := e.givenTime(lr)
	if t.Before(firstPlausible) || t.After(e.lastPlausible) {
		e.warnings[ImplausibleTime]++
	}
	return t
}

var firstPlausible = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// maxAhead is how far ahead a time can be that was taken in another time zone than it says.
const maxAhead = 24 * time.Hour

func (e *Encoder) givenTime(lr plog.LogRecord) time.Time {
	if s := e.record.timestamp; s != "" {
		// A year beyond four digits has no place in RFC 3339.
		if t, ok := ParseTimestamp(s); ok && 0 <= t.Year() && t.Year() <= 9999 {
			return t
		}
		e.warnings[InvalidTimestamp]++
	}
	ts := cmp.Or(lr.Timestamp(), e.stamp.observed)
	// Not AsTime, which wraps in 2262.
	return time.Unix(int64(ts/1e9), int64(ts%1e9))
}

// AppendTime appends t, of the years 0 to 9999, as a JSON string: RFC 3339, UTC, milliseconds, the form of every time in
// a message.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = append(dst, '"')
	dst = append2(append2(dst, year/100), year%100)
	dst = append2(append(dst, '-'), int(month))
	dst = append2(append(dst, '-'), day)
	dst = append2(append(dst, 'T'), hour)
	dst = append2(append(dst, ':'), minute)
	dst = append2(append(dst, ':'), second)
	milliseconds := t.Nanosecond() / int(time.Millisecond)
	dst = append2(append(dst, '.', byte('0'+milliseconds/100)), milliseconds%100)
	return append(dst, 'Z', '"')
}

// timestampMember is in front of the time of a message. Nothing before it is an object or an array, and strings have no
// bare quotes: the first match is that of the message.
const timestampMember = `,"timestamp":`

// MessageTime is when the event of an encoded message happened. It is false for what [Encoder.Append] has not made.
func MessageTime(message []byte) (time.Time, bool) {
	const form = `"2006-01-02T15:04:05.000Z"`
	i := bytes.Index(message, []byte(timestampMember))
	if i < 0 || len(message)-i-len(timestampMember) < len(form) {
		return time.Time{}, false
	}
	text := message[i+len(timestampMember):]
	// By hand, because every delivery reads some: [time.Parse] takes three times as long.
	ok := true
	number := func(from, to int) (n int) {
		for _, digit := range text[from:to] {
			ok = ok && '0' <= digit && digit <= '9'
			n = 10*n + int(digit-'0')
		}
		return n
	}
	t := time.Date(number(1, 5), time.Month(number(6, 8)), number(9, 11), number(12, 14), number(15, 17), number(18, 20),
		number(21, 24)*int(time.Millisecond), time.UTC)
	return t, ok
}

// append2 appends a number in two digits.
func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
