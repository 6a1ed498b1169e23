package exporter

import (
	"context"
	"net/http"
	"strings"
)

// attempt is one try to upload a body. It takes two requests when the access token of the first is not taken.
type attempt struct {
	bodyBytes int // before compression
	// credentials are those of the requests that were made.
	credentials []string
}

type attemptKey struct{}

// in hands the attempt to the recorder.
func (a *attempt) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// recorder counts the requests of attempts. It is below the transport that adds access tokens: there each request
// passes, and none that is not made for want of a token.
type recorder struct {
	base    http.RoundTripper
	metrics *metrics
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	a := ctx.Value(attemptKey{}).(*attempt)
	_, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	a.credentials = append(a.credentials, credential)
	resp, err := r.base.RoundTrip(req)
	status := 0
	if err == nil {
		status = resp.StatusCode
		dropBadLocation(resp)
	}
	r.metrics.request(ctx, status, a.bodyBytes)
	return resp, err
}

// dropBadLocation keeps the HTTP client from making an error of the network out of an answer that redirects to nowhere.
func dropBadLocation(resp *http.Response) {
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location")
	}
}
