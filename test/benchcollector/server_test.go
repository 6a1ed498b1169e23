package benchcollector

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// server takes uploads, which it discards, or refuses them.
type server struct {
	*httptest.Server

	down atomic.Bool

	uploads, bytes atomic.Int64 // of those that it took
}

// It runs on the same cores as what is measured: large reads keep it small.
var buffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := discard(r.Body)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case s.down.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		s.uploads.Add(1)
		s.bytes.Add(n)
	}
}

func discard(r io.Reader) (int64, error) {
	buffer := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buffer)
	for total := int64(0); ; {
		n, err := r.Read(buffer[:])
		total += int64(n)
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
