package exporter

import (
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/otel-segment/segmentexporter/translate"
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

// envelopeSize is the size of a body without its messages.
func envelopeSize(suffix []byte) int {
	return len(bodyPrefix) + len(sentAtKey) + timeBytes + len(suffix)
}

// bodyWriter writes one body after another. Its memory is used again.
type bodyWriter struct {
	suffix []byte
	tail   []byte
	out    *output
	zip    *gzip.Writer // nil when bodies are not compressed here
}

// newBodyWriter makes a writer that compresses at a level of gzip, if one is given.
func newBodyWriter(suffix []byte, level *int) *bodyWriter {
	w := &bodyWriter{suffix: suffix}
	if level != nil {
		// New has tried the level.
		w.zip, _ = gzip.NewWriterLevel(nil, *level)
	}
	return w
}

// write makes the body for messages. It is valid until the next one.
func (w *bodyWriter) write(messages []byte, sentAt time.Time) *output {
	w.tail = append(translate.AppendTime(append(w.tail[:0], sentAtKey...), sentAt), w.suffix...)
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
