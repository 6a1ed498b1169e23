package testcollector

import (
	"bytes"
	"strings"
	"sync"
)

const shownOutput = 8 << 10

// Output collects what a process writes while a test reads it.
type Output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// String is all of it so far.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// Line is the first line that contains a text, "" when none does.
func (o *Output) Line(text string) string {
	for line := range strings.Lines(o.String()) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

// Tail is the end of it, 8 KB at most.
func (o *Output) Tail() string {
	text := o.String()
	return text[max(0, len(text)-shownOutput):]
}
