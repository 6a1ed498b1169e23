package oauth

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// Transport returns a round tripper that puts an access token on a copy of each request and sends it with base.
//
// When the server does not take the token (401, 403, 511), it is invalidated and the request is sent once more with a
// new one, if its GetBody gives the body again; the second answer is returned whatever it is. Without a token the error is that
// of [Source.Token].
//
// Several transports can share a source. Then each replaces a token that the server has never taken from it once in five minutes
// at most: the token is probably good, and the others need it.
func (s *Source) Transport(base http.RoundTripper) http.RoundTripper {
	s.transports.Add(1)
	return &transport{base: base, source: s}
}

type transport struct {
	base   http.RoundTripper
	source *Source
	// accepted is the last token that the server has taken from this transport.
	accepted atomic.Pointer[token]
	// doubted is when it last doubted another, in nanoseconds since 1970.
	doubted atomic.Int64
}

// doubtInterval is how often a transport doubts a token that others use too.
const doubtInterval = 5 * time.Minute

// doubts says whether a token that the server has not taken is to be replaced.
func (t *transport) doubts(tok *token) bool {
	if t.accepted.Load() == tok || t.source.transports.Load() == 1 {
		return true
	}
	now, last := time.Now().UnixNano(), t.doubted.Load()
	return now-last >= int64(doubtInterval) && t.doubted.CompareAndSwap(last, now)
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	tok, err := t.source.get(req.Context())
	if err != nil {
		// A round tripper closes the body in any case.
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := t.send(req, tok)
	if err != nil || !rejectsToken(resp.StatusCode) || !t.doubts(tok) {
		return resp, err
	}
	t.source.Invalidate(tok.value)
	if !repeatable(req) {
		return resp, nil
	}
	discard(resp)
	if tok, err = t.source.get(req.Context()); err != nil {
		return nil, err
	}
	again := req.WithContext(req.Context())
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	return t.send(again, tok)
}

func (t *transport) send(req *http.Request, tok *token) (*http.Response, error) {
	resp, err := t.base.RoundTrip(authorized(req, tok))
	if err == nil && resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		t.accepted.Store(tok)
	}
	return resp, err
}

// authorized is a copy of a request with a token. Only its headers are copied deeply.
func authorized(req *http.Request, tok *token) *http.Request {
	c := req.WithContext(req.Context())
	c.Header = req.Header.Clone()
	c.Header.Set("Authorization", tok.header)
	return c
}

func rejectsToken(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNetworkAuthenticationRequired:
		return true
	default:
		return false
	}
}

func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// discard reads up to 64 KB of an answer that nobody needs, so that the connection can be used again.
func discard(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}
