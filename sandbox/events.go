package sandbox

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

// eventTimeout is how long a client may take to read what was written to it.
const eventTimeout = 10 * time.Second

// eventWriter writes server-sent events. What is written reaches the client with flush, or when the buffer is full.
type eventWriter struct {
	*bufio.Writer
	control *http.ResponseController
}

// newEventWriter begins a stream, which the timeouts of the server must not end.
func newEventWriter(w http.ResponseWriter) *eventWriter {
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	return &eventWriter{bufio.NewWriter(deadlineWriter{w, control}), control}
}

// event begins an event; its data ends with endEvent. The name is left out when it is empty, the id when it is 0.
func (e *eventWriter) event(name string, id uint64) {
	if name != "" {
		_, _ = e.WriteString("event: " + name + "\n")
	}
	if id > 0 {
		_, _ = e.WriteString("id: " + strconv.FormatUint(id, 10) + "\n")
	}
	_, _ = e.WriteString("data: ")
}

func (e *eventWriter) endEvent() { _, _ = e.WriteString("\n\n") }

// comment writes what clients ignore. It keeps the connection open, and flush then finds out whether it still is.
func (e *eventWriter) comment(text string) { _, _ = e.WriteString(": " + text + "\n\n") }

// flush returns the first error of all that was written since the last time.
func (e *eventWriter) flush() error {
	if err := e.Flush(); err != nil {
		return err
	}
	if err := e.control.Flush(); err != nil {
		return err
	}
	// In HTTP/2 a deadline would end the stream while nothing is written.
	_ = e.control.SetWriteDeadline(time.Time{})
	return nil
}

// deadlineWriter gives every write its own time, so that a slow client may go on and one that stands still may not.
type deadlineWriter struct {
	io.Writer
	control *http.ResponseController
}

func (w deadlineWriter) Write(p []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(eventTimeout))
	return w.Writer.Write(p)
}

// oneLine replaces the line breaks between the parts of a JSON text, which would end the data of an event. There are
// none within its strings.
func oneLine(text []byte) []byte {
	if !bytes.ContainsAny(text, "\r\n") {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if r == '\r' || r == '\n' {
			return ' '
		}
		return r
	}, text)
}
