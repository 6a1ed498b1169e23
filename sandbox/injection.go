package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// dropped stands in the counts for requests that were not answered.
const dropped = "dropped"

// injected is the code in the answer of a fault that has no body, and injectedMessage the message.
const (
	injected        = "injected_fault"
	injectedMessage = "this is a fault that was asked for"
)

// inject returns the fault that happens to a request, or one that changes nothing.
func (a *api) inject(t *target) *fault {
	f, ok := a.faults.take(t)
	if ok {
		a.store.countFault()
	}
	return &f
}

// outcome waits for the latency of a fault. When the fault ends the request, it returns how that is counted: by its status, or as
// dropped. It returns "" when the sandbox is to answer. A client that did not wait got no answer, which counts as dropped.
func (f *fault) outcome(w http.ResponseWriter, r *http.Request) string {
	if f.Latency > 0 {
		// The write timeout of the server must not end what may take longer.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		sleep(r.Context(), time.Duration(f.Latency))
		if r.Context().Err() != nil {
			f.DropConnection, f.AfterDelivery = true, false
		}
	}
	switch {
	case f.DropConnection && !f.AfterDelivery:
		return dropped
	case f.Status != 0:
		return strconv.Itoa(f.Status)
	}
	return ""
}

// counted is the outcome of a request that the sandbox itself would answer with a status.
func (f *fault) counted(status int) string {
	if f.DropConnection {
		return dropped
	}
	return strconv.Itoa(status)
}

// drop closes the connection in place of an answer, when the fault asks for that.
func (f *fault) drop() {
	if f.DropConnection {
		panic(http.ErrAbortHandler) // net/http closes the connection and logs nothing
	}
}

// answer ends a request as the fault wants it. The fallback is for a fault without a body.
func (f *fault) answer(w http.ResponseWriter, fallback any) {
	f.drop()
	setJSONHeaders(w)
	body := []byte(f.Body)
	if len(body) == 0 {
		body, _ = json.Marshal(fallback)
	} else if !json.Valid(body) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	for name, value := range f.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write(body)
}

// answerUpload ends an upload. With a 2xx status the client takes it for accepted, and its messages are lost.
func (f *fault) answerUpload(w http.ResponseWriter) {
	if f.Status >= 200 && f.Status < 300 {
		f.answer(w, accepted)
		return
	}
	f.answer(w, (&refusal{f.Status, injected, injectedMessage}).body())
}
