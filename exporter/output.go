package exporter

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// output is a body as it goes out. The transport can read it after the answer has come, until it closes its reader:
// only then is the memory free for the next body.
type output struct {
	bytes.Buffer
	readers atomic.Int32
}

// attach makes o the body of a request.
func (o *output) attach(req *http.Request) {
	req.ContentLength = int64(o.Len())
	req.Body = o.reader()
	// For a request that is sent again: by the transport on another connection, or with another access token.
	req.GetBody = func() (io.ReadCloser, error) { return o.reader(), nil }
}

func (o *output) reader() io.ReadCloser {
	o.readers.Add(1)
	return &outputReader{o: o, rest: o.Bytes()}
}

type outputReader struct {
	// mu makes Close wait for a Read: the transport can call them at the same time.
	mu   sync.Mutex
	o    *output // nil when closed
	rest []byte
}

func (r *outputReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.o == nil:
		return 0, http.ErrBodyReadAfterClose
	case len(r.rest) == 0:
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *outputReader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.o != nil {
		r.o.readers.Add(-1)
		r.o, r.rest = nil, nil
	}
	return nil
}
