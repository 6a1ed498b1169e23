package faults

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// front is a server in front of the sandbox. It hands requests on, or fails as a test tells it to.
type front struct {
	url     string
	address string
	sandbox harness.Sandbox

	tb     testing.TB
	server *httptest.Server

	mu     sync.Mutex
	fault  http.HandlerFunc
	faults int // requests that met a fault
	closed bool
}

// newFront starts a front and its sandbox, with overlays over the configuration of the sandbox. It is for faults that the sandbox
// itself cannot have.
func newFront(t *testing.T, overlays ...string) *front {
	t.Helper()
	f := &front{tb: t, address: "localhost:" + testcollector.FreePorts(t, 1)[0]}
	f.url = "http://" + f.address
	f.sandbox = harness.StartSandbox(t, "localhost:"+testcollector.FreePorts(t, 1)[0], overlays...)
	f.open()
	t.Cleanup(f.close)
	return f
}

// open listens. After close nothing does, until open is called again.
func (f *front) open() {
	f.tb.Helper()
	var config net.ListenConfig
	l, err := config.Listen(f.tb.Context(), "tcp", f.address)
	require.NoError(f.tb, err)
	f.server = httptest.NewUnstartedServer(http.HandlerFunc(f.handle))
	require.NoError(f.tb, f.server.Listener.Close())
	f.server.Listener = l
	f.server.Start()
	f.closed = false
}

func (f *front) close() {
	f.server.CloseClientConnections()
	f.server.Close()
	f.closed = true
}

// mend ends every fault.
func (f *front) mend() {
	f.tb.Helper()
	f.fails(nil)
	if f.closed {
		f.open()
	}
}

// fails makes it answer with h from now on; nil hands on again.
func (f *front) fails(h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = h
}

func (f *front) handle(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	fault := f.fault
	if fault != nil {
		f.faults++
	}
	f.mu.Unlock()
	if fault != nil {
		fault(w, r)
		return
	}
	f.handOn(w, r)
}

// waitForFaults waits until requests have met a fault.
func (f *front) waitForFaults(t *testing.T, atLeast int) {
	t.Helper()
	harness.Eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, f.met(), atLeast) })
}

func (f *front) met() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.faults
}

// handOn answers as the sandbox does. When that does not answer, the connection is closed.
func (f *front) handOn(w http.ResponseWriter, r *http.Request) {
	status, body, err := f.deliver(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// deliver sends a request to the sandbox, and returns its answer.
func (f *front) deliver(r *http.Request) (status int, answer []byte, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	// The request is delivered even when the sender has gone.
	ctx := context.WithoutCancel(r.Context())
	req, err := http.NewRequestWithContext(ctx, r.Method, f.sandbox.URL+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header = r.Header.Clone()
	req.Host = r.Host
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// answer answers with a status and headers (name, value, …), without a body.
func answer(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// bodyOf is the body of an upload as it was before compression. The request can be handed on afterwards.
func bodyOf(t require.TestingT, r *http.Request) []byte {
	packed, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	r.Body = io.NopCloser(bytes.NewReader(packed))
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	body, err := io.ReadAll(zip)
	require.NoError(t, err)
	return body
}
