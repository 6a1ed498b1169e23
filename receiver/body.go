package receiver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// lastCall is how long a body that is on its way when the receiver shuts down may still take.
const lastCall = 5 * time.Second

// keptBody is the size up to which the memory of a body is kept for the next request.
const keptBody = 1 << 20

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads the body of a request into memory that has to be given back with [giveBack].
func (a *api) readBody(w http.ResponseWriter, r *http.Request) (*bytes.Buffer, *answer) {
	deadline := a.hurry(w)
	body := bodies.Get().(*bytes.Buffer)
	if _, err := body.ReadFrom(r.Body); err != nil {
		deadline.stop()
		giveBack(body)
		return nil, a.whyUnread(arrivalOf(r.Context()), err)
	}
	// A deadline would also end the read of net/http behind the body, which finds out whether the client has gone.
	deadline.lift()
	a.metrics.body(r.Context(), body.Len())
	return body, nil
}

// deadline is that of a body which is being read when the door closes.
type deadline struct {
	stop    func() bool // false when it has been set, or is just now
	set     chan struct{}
	control *http.ResponseController
}

// hurry makes reads that still wait fail a while after the door has closed.
func (a *api) hurry(w http.ResponseWriter) deadline {
	d := deadline{set: make(chan struct{}), control: http.NewResponseController(w)}
	d.stop = context.AfterFunc(a.door.closing, func() {
		defer close(d.set)
		_ = d.control.SetReadDeadline(time.Now().Add(lastCall)) // fails for no connection of net/http
	})
	return d
}

// lift ends the deadline when the body has been read. One that has not must keep it: net/http reads what is left of it.
func (d deadline) lift() {
	if !d.stop() {
		<-d.set
		_ = d.control.SetReadDeadline(time.Time{})
	}
}

// drain reads what is left of a body that is not wanted. Otherwise the connection is reset under an answer which the client has
// not read, and the client takes that for a failure of the network and repeats what was refused.
func (a *api) drain(w http.ResponseWriter, body *wireBody) {
	if body.err != nil {
		return
	}
	defer a.hurry(w).stop()
	_, _ = io.CopyN(io.Discard, body, a.maxBody)
}

func giveBack(body *bytes.Buffer) {
	if body.Cap() <= keptBody {
		body.Reset()
		bodies.Put(body)
	}
}

// whyUnread is the answer to a body that could not be read.
func (a *api) whyUnread(at *arrival, err error) *answer {
	var tooMuch *http.MaxBytesError
	switch {
	// A decompressor may hide the error of what it reads from.
	case errors.As(err, &tooMuch), at.body.bytes > a.maxBody:
		return tooLarge(fmt.Sprintf("the body is larger than %d bytes, before or after decompression", a.maxBody))
	case at.body.err != nil && a.door.isClosed():
		return shuttingDown
	case at.body.err == nil && at.encoded:
		return invalidEncoding
	default:
		return incompleteBody
	}
}

// refuseEarly answers for the server of the Collector, which has no JSON of its own: its authentication has refused the request, or
// the body does not begin as its Content-Encoding says.
func (a *api) refuseEarly(w http.ResponseWriter, r *http.Request, problem string, status int) {
	at := arrivalOf(r.Context())
	if status == http.StatusUnauthorized {
		a.answer(w, r, at, unauthorized)
		return
	}
	a.answer(w, r, at, a.whyUnread(at, errors.New(problem)))
}
