package exporter

import (
	"context"
	"net/http"
	"strings"
	"time"
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

// pausedError is the error of a request that was not made because of a pause.
type pausedError struct {
	left time.Duration
}

func (e *pausedError) Error() string { return "uploads are paused" }

// recorder counts the requests of attempts, and holds them back during a pause. It is below the transport that adds access
// tokens: there each request passes, a resend too, and none that is not made for want of a token.
type recorder struct {
	base     http.RoundTripper
	exporter *Exporter
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if left := r.exporter.pauseLeft(ctx); left > 0 {
		_ = req.Body.Close()
		return nil, &pausedError{left}
	}
	a := ctx.Value(attemptKey{}).(*attempt)
	_, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	a.credentials = append(a.credentials, credential)
	resp, err := r.base.RoundTrip(req)
	status := 0
	if err == nil {
		status = resp.StatusCode
		dropBadLocation(resp)
	}
	r.exporter.metrics.request(ctx, status, a.bodyBytes)
	return resp, err
}

// dropBadLocation keeps the HTTP client from making an error of the network out of an answer that redirects to nowhere.
func dropBadLocation(resp *http.Response) {
	if resp.Header.Get("Location") == "" {
		return
	}
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location")
	}
}
