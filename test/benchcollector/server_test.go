package benchcollector

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// server accepts uploads and discards them, or refuses them while it is down.
type server struct {
	*httptest.Server

	down atomic.Bool

	uploads, bytes atomic.Int64 // that it has accepted; bytes are those of the bodies
}

// buffers make reads large, so that the server takes little time from the collector, which is on the same cores.
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
