package exporter

import (
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/otel-segment/segmentexporter/translate"
)

// Limits of a request, on the encoded bytes before compression.
const (
	// maxBodyBytes keeps clear of Segment's own limit of 500 KB.
	maxBodyBytes = 475_000
	maxMessages  = 2_500
)

const (
	bodyPrefix = `{"batch":[`
	sentAtKey  = `],"sentAt":`
	timeBytes  = len(`"2006-01-02T15:04:05.000Z"`)
)

// newSuffix is what every body ends with, behind the time.
func newSuffix(writeKey string) []byte {
	return append(translate.AppendString([]byte(`,"writeKey":`), writeKey), '}')
}

// batch is a request body under construction: messages are appended to buf until it is full. Its memory is used again.
type batch struct {
	suffix []byte
	buf    []byte
	items  []item
	tail   []byte
	out    *output
	zip    *gzip.Writer // nil when bodies are not compressed here
}

// item is one message in a batch.
type item struct {
	start, end int
	record     int // place of its record among the records of the push
	typ        translate.Type
}

// newBatch makes a batch that is compressed at a level of gzip, if one is given.
func newBatch(suffix []byte, level *int) *batch {
	b := &batch{suffix: suffix}
	if level != nil {
		// New has tried the level.
		b.zip, _ = gzip.NewWriterLevel(nil, *level)
	}
	b.reset()
	return b
}

func (b *batch) reset() {
	b.buf = append(b.buf[:0], bodyPrefix...)
	b.items = b.items[:0]
}

// keepable says whether the memory is no more than an ordinary batch needs. A record far over the limits makes it grow.
func (b *batch) keepable() bool { return cap(b.buf) <= 4*maxBodyBytes }

// next is where the next message starts, behind the comma that it may need.
func (b *batch) next() int {
	if len(b.items) > 0 {
		b.buf = append(b.buf, ',')
	}
	return len(b.buf)
}

// full says whether the message that was appended from start on is one too many.
func (b *batch) full() bool {
	return len(b.items) == maxMessages || len(b.buf)+len(sentAtKey)+timeBytes+len(b.suffix) > maxBodyBytes
}

// undo takes back what was appended since the last message that was kept.
func (b *batch) undo() {
	end := len(bodyPrefix)
	if n := len(b.items); n > 0 {
		end = b.items[n-1].end
	}
	b.buf = b.buf[:end]
}

// keep makes what was appended from start on a message of the batch.
func (b *batch) keep(start, record int, typ translate.Type) {
	b.items = append(b.items, item{start: start, end: len(b.buf), record: record, typ: typ})
}

// startOver sends nothing of what went before, but keeps the message that was appended from start on as the first.
func (b *batch) startOver(start, record int, typ translate.Type) {
	n := copy(b.buf[len(bodyPrefix):], b.buf[start:])
	b.buf = b.buf[:len(bodyPrefix)+n]
	b.items = b.items[:0]
	b.keep(len(bodyPrefix), record, typ)
}

// sizeOf is the size of the body for a run of items.
func (b *batch) sizeOf(items []item) int {
	return len(bodyPrefix) + items[len(items)-1].end - items[0].start + len(sentAtKey) + timeBytes + len(b.suffix)
}

// bodyOf is the body for a run of items.
func (b *batch) bodyOf(items []item, sentAt time.Time) *output {
	b.tail = append(translate.AppendTime(append(b.tail[:0], sentAtKey...), sentAt), b.suffix...)
	if b.out == nil || b.out.readers.Load() > 0 {
		b.out = &output{}
	}
	b.out.Reset()
	var w io.Writer = b.out
	if b.zip != nil {
		b.zip.Reset(b.out)
		w = b.zip
	}
	for _, part := range [...][]byte{[]byte(bodyPrefix), b.buf[items[0].start:items[len(items)-1].end], b.tail} {
		// The output is in memory: neither this nor Close can fail.
		_, _ = w.Write(part)
	}
	if b.zip != nil {
		_ = b.zip.Close()
	}
	return b.out
}
