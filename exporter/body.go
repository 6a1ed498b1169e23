package exporter

import (
	"io"
	"math"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/otel-segment/segmentexporter/translate"
)

const (
	bodyPrefix = `{"batch":[`
	sentAtKey  = `],"sentAt":`
	timeBytes  = len(`"2006-01-02T15:04:05.000Z"`)
)

// newSuffix is the end of every body, behind the time: the write key and the closing brace.
func newSuffix(writeKey string) []byte {
	return append(translate.AppendString([]byte(`,"writeKey":`), writeKey), '}')
}

// envelopeSize is the size of a body without its messages.
func envelopeSize(suffix []byte) int {
	return len(bodyPrefix) + len(sentAtKey) + timeBytes + len(suffix)
}

// bodyWriter writes one body after another. Its memory is used again.
type bodyWriter struct {
	tail []byte
	out  *output
	zip  *gzip.Writer // nil when bodies are not compressed here
}

// bodyWriters has a pool of writers for each level of gzip. All exporters share them: of many sources, only a few write at a
// time.
var bodyWriters sync.Map

// noCompression is the level of bodies that are not compressed by this package: the HTTP client compresses them, or nobody.
const noCompression = math.MinInt

// bodyWritersOf is the pool of writers that compress at a level. The error says that gzip has no such level.
func bodyWritersOf(level int) (*sync.Pool, error) {
	if pool, known := bodyWriters.Load(level); known {
		return pool.(*sync.Pool), nil
	}
	if _, err := newBodyWriter(level); err != nil {
		return nil, err
	}
	pool, _ := bodyWriters.LoadOrStore(level, &sync.Pool{New: func() any {
		w, _ := newBodyWriter(level)
		return w
	}})
	return pool.(*sync.Pool), nil
}

func newBodyWriter(level int) (w *bodyWriter, err error) {
	w = &bodyWriter{}
	if level != noCompression {
		w.zip, err = gzip.NewWriterLevel(nil, level)
	}
	return w, err
}

// write makes the body of messages that have commas between them. The next call overwrites it, unless one of its readers is
// still open.
func (w *bodyWriter) write(messages []byte, sentAt time.Time, suffix []byte) *output {
	w.tail = append(translate.AppendTime(append(w.tail[:0], sentAtKey...), sentAt), suffix...)
	if w.out == nil || w.out.readers.Load() > 0 {
		w.out = &output{}
	}
	w.out.Reset()
	var out io.Writer = w.out
	if w.zip != nil {
		w.zip.Reset(w.out)
		out = w.zip
	}
	for _, part := range [...][]byte{[]byte(bodyPrefix), messages, w.tail} {
		// The output is in memory: neither this nor Close can fail.
		_, _ = out.Write(part)
	}
	if w.zip != nil {
		_ = w.zip.Close()
	}
	return w.out
}
