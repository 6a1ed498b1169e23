package exporter

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/oauth"
)

// attempt is one try to upload a body. It takes two HTTP requests when the access token of the first is not taken.
type attempt struct {
	run *request
	// credentials are those of the requests that were made.
	credentials []string
}

type attemptKey struct{}

// in hands the attempt to the recorder.
func (a *attempt) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// addCredentials remembers what others than the exporter have put into a request: an authenticator, or the user's headers.
func (a *attempt) addCredentials(sent, own http.Header) {
	for name, values := range sent {
		if name != "Authorization" && own[name] != nil {
			continue
		}
		for _, value := range values {
			a.credentials = append(a.credentials, httpclient.SecretsOf(value)...)
		}
	}
}

// attempt makes one attempt to upload messages, unless there is a pause. The error says why they were not taken.
func (e *Exporter) attempt(ctx context.Context, run *request) (verdict, error) {
	if left := e.pauseLeft(ctx); left > 0 {
		return verdict{action: retry, after: left}, &pausedError{left}
	}
	a := &attempt{run: run}
	req, err := http.NewRequestWithContext(a.in(ctx), http.MethodPost, e.urls[run.channel()], http.NoBody)
	if err != nil {
		return verdict{action: retry}, err
	}
	req.Header = e.header.Clone()
	body := e.bodies.Get().(*bodyWriter)
	defer e.bodies.Put(body)
	body.write(run.bytes(), time.Now(), e.suffix).attach(req)
	resp, err := e.client.Do(req) //nolint:bodyclose // answered closes it.
	if err != nil {
		return e.noAnswer(ctx, a, err)
	}
	return e.answered(ctx, a, resp)
}

// answered says what an answer means, and does what follows from it for all pushes.
func (e *Exporter) answered(ctx context.Context, a *attempt, resp *http.Response) (verdict, error) {
	v := classify(resp.StatusCode, resp.Header, time.Now(), e.set.MaxRetryAfter, e.set.Tokens != nil)
	var err error
	if v.action != deliver {
		err = e.statusError(resp, v, a)
	}
	if v.after > 0 {
		// Before the body is read, which a server can make last.
		v.after = e.holdBack(ctx, v.after, err)
	}
	v.status = resp.StatusCode
	answer, readErr := readAnswer(resp)
	switch {
	case v.action != deliver:
		v.words = httpclient.Shorten(e.redact(wordsOf(answer), a))
		e.reportBlame(v.blame, err)
		return v, err
	case readErr != nil:
		return verdict{action: retry}, e.redactError(readErr, a)
	}
	if words := complaint(answer); words != "" {
		e.sampled.Warn("Segment answered 2xx and rejected the messages", zap.String("answer", httpclient.Shorten(e.redact(words, a))))
		v.action, v.words = reject, httpclient.Shorten(e.redact(wordsOf(answer), a))
		return v, nil
	}
	e.metrics.delivered(ctx, a.run, time.Now())
	e.reportDelivery()
	return v, nil
}

// noAnswer says what to do when an attempt brings no answer: the network failed, or there is no access token and nothing
// was sent.
func (e *Exporter) noAnswer(ctx context.Context, a *attempt, err error) (verdict, error) {
	v := verdict{action: retry}
	if paused, is := errors.AsType[*pausedError](err); is {
		v.after = paused.left
		return v, paused
	}
	noToken, is := errors.AsType[*oauth.Error](err)
	switch {
	case is:
		// No more than what any server can ask for, because retry_on_failure counts on that. The source of the tokens
		// keeps to its own time.
		if d := min(noToken.After, e.set.MaxRetryAfter); d > 0 {
			v.after = e.holdBack(ctx, d, noToken)
		}
		if noToken.Refused {
			v.blame = credentials
			e.health.report(noGrant, noToken)
		} else {
			e.health.report(noTokens, noToken)
		}
		return v, noToken
	case len(a.credentials) == 0 && ctx.Err() == nil:
		// The timeout of the upload ended the wait for a token.
		e.health.report(noTokens, err)
	}
	return v, e.redactError(err, a)
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
	a.credentials = append(a.credentials, httpclient.SecretsOf(req.Header.Get("Authorization"))...)
	began := time.Now()
	resp, err := r.base.RoundTrip(req)
	took := time.Since(began)
	status := 0
	if err == nil {
		status = resp.StatusCode
		dropBadLocation(resp)
	}
	r.exporter.metrics.request(ctx, status, took, a)
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
