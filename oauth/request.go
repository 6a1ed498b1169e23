package oauth

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
	"github.com/otel-segment/segmentexporter/internal/version"
)

// requester makes token requests, one at a time.
type requester struct {
	client *http.Client
	url    string
	scope  string
	signer signer
	keys   keys
	count  func(ctx context.Context, outcome string)
	// redacter knows the secrets of the configuration.
	redacter *httpclient.Redacter
	// skew is how far the clock of the server is ahead.
	skew time.Duration
	// last is the token that was granted last: the server can repeat it, so it is kept out of errors.
	last string
}

// request gets a token. When the server refuses the time in the assertion, and its answer shows another clock than was assumed,
// a second attempt follows at once.
func (r *requester) request(ctx context.Context) (*token, *failure) {
	skew := r.skew
	tok, f := r.attempt(ctx)
	if f != nil && f.clock && r.skew != skew {
		tok, f = r.attempt(ctx)
	}
	return tok, f
}

// attempt makes one token request and counts its outcome.
func (r *requester) attempt(ctx context.Context) (*token, *failure) {
	assertion, err := r.signer.sign(r.keys.current(), r.serverTime(), uuid.NewString())
	if err != nil {
		return nil, &failure{outcome: OutcomeFailed, reason: "signing the assertion: " + err.Error()}
	}
	tok, f := r.post(ctx, assertion)
	switch {
	case f == nil:
		r.count(ctx, OutcomeGranted)
	case ctx.Err() == nil:
		r.count(ctx, f.outcome)
	}
	return tok, f
}

// post sends an assertion and reads the answer.
func (r *requester) post(ctx context.Context, assertion string) (*token, *failure) {
	c := cleaner{r.redacter, []string{assertion, assertion[strings.LastIndexByte(assertion, '.')+1:], r.last}}
	// The client's errors can repeat what was received from a server that does not speak HTTP.
	failed := func(err error) *failure {
		return &failure{outcome: OutcomeFailed, reason: c.clean(err.Error())}
	}
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion},
		"scope":                 {r.scope},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, failed(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", version.UserAgent)

	sent := time.Now()
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, failed(err)
	}
	defer resp.Body.Close()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		r.skew = skewOf(date, sent, time.Now())
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if err != nil {
		return nil, failed(err)
	}
	g, f := readAnswer(resp.StatusCode, resp.Header, body, r.serverTime(), c)
	if f != nil {
		return nil, f
	}
	r.last = g.token
	// Counted from the request, the life of the token ends rather too early than too late.
	tok := newToken(g.token, g.life, sent)
	if !time.Now().Before(tok.usableUntil) {
		return nil, &failure{outcome: OutcomeFailed, reason: "the token endpoint took longer to answer than its token can be used"}
	}
	return tok, nil
}

// serverTime is the time as the server sees it.
func (r *requester) serverTime() time.Time { return time.Now().Add(r.skew) }
