package oauth

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// api is a tracking API that accepts some tokens only.
type api struct {
	good   func(token string) bool
	status int // of the answer to others; 0 is 401
	delay  time.Duration

	mu     sync.Mutex
	tokens []string
	bodies []string
	opened []*body // of the answers
}

// body is a request's or an answer's, and says whether it was closed.
type body struct {
	io.Reader
	closed bool
}

func newBody(s string) *body { return &body{Reader: strings.NewReader(s)} }

func (b *body) Close() error {
	b.closed = true
	return nil
}

func (a *api) RoundTrip(req *http.Request) (*http.Response, error) {
	var data []byte
	if req.Body != nil {
		var err error
		if data, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		if err := req.Body.Close(); err != nil {
			return nil, err
		}
	}
	time.Sleep(a.delay)
	a.mu.Lock()
	defer a.mu.Unlock()
	token := strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
	a.tokens = append(a.tokens, token)
	a.bodies = append(a.bodies, string(data))
	status := http.StatusOK
	if a.good != nil && !a.good(token) {
		if status = a.status; status == 0 {
			status = http.StatusUnauthorized
		}
	}
	answer := newBody("answer")
	a.opened = append(a.opened, answer)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: answer, Request: req}, nil
}

// upload is a request whose body can be had again, as http.NewRequest makes it.
func upload(tb testing.TB) *http.Request {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "https://api.segment.io/v1/batch", strings.NewReader("messages"))
	require.NoError(tb, err)
	return req
}

// roundTrip sends a request and returns the status.
func (r *rig) roundTrip(t *testing.T, a *api, req *http.Request) int {
	t.Helper()
	resp, err := r.Transport(a).RoundTrip(req)
	if !assert.NoError(t, err) {
		return 0
	}
	assert.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
