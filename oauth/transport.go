package oauth

import (
	"io"
	"net/http"
)

// Transport returns a round tripper that puts an access token on a copy of each request and sends it with base.
//
// When the server does not take the token (401, 403, 511), it is invalidated and the request is sent once more with a
// new one, if its GetBody gives the body again; the second answer is returned whatever it is. Without a token the error is that
// of [Source.Token].
func (s *Source) Transport(base http.RoundTripper) http.RoundTripper {
	return &transport{base: base, source: s}
}

type transport struct {
	base   http.RoundTripper
	source *Source
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
	resp, err := t.base.RoundTrip(authorized(req, tok))
	if err != nil || !rejectsToken(resp.StatusCode) {
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
	again := authorized(req, tok)
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	return t.base.RoundTrip(again)
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
