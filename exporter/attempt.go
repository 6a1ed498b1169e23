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

// attempt is one try to upload a body. It takes two HTTP requests when Segment refuses the access token of the first.
type attempt struct {
	run *request
	// credentials are the secrets in the headers of its requests. They are redacted from what the server says, which may repeat
	// them.
	credentials []string
}

type attemptKey struct{}

// in returns a context with the attempt, for the recorder and the wireTransport.
func (a *attempt) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// addCredentials remembers the values of headers that the exporter has not set itself, and of Authorization. They come from an
// authenticator or from the `headers` of the configuration, and may be secret.
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

// answered says what an answer means. It also does what concerns all pushes: it begins a pause, reports trouble and counts a
// delivery.
func (e *Exporter) answered(ctx context.Context, a *attempt, resp *http.Response) (verdict, error) {
	v := classify(resp.StatusCode, resp.Header, time.Now(), e.set.MaxRetryAfter, e.set.Tokens != nil)
	var err error
	if v.action != deliver {
		err = e.statusError(resp, v, a)
	}
	if v.after > 0 {
		// The pause begins before the body of the answer is read, because a server can make that last.
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
		// The pause is capped like that of any server, because max_elapsed_time is checked against max_retry_after. The source
		// of the tokens keeps to its own time.
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
		// No request was made and the push goes on, so the timeout of the HTTP client has ended the wait for a token.
		e.health.report(noTokens, err)
	}
	return v, e.redactError(err, a)
}

// pausedError is the error of a request that was not made because of a pause.
type pausedError struct {
	left time.Duration
}

func (e *pausedError) Error() string { return "uploads are paused" }

// recorder counts the HTTP requests of attempts, and makes none during a pause. It is below the transport that adds access
// tokens, so that it counts a resend with another token too, and not an attempt that gets no token.
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

// dropBadLocation removes a Location that is no URL. With it http.Client returns an error instead of the answer, whose status
// would be lost.
func dropBadLocation(resp *http.Response) {
	if resp.Header.Get("Location") == "" {
		return
	}
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location")
	}
}
