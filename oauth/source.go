package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/httpclient"
)

// Settings are what a Source is made from.
type Settings struct {
	// Config is the `oauth` section. Its endpoint must be filled in.
	Config Config
	// Telemetry gets the log of the source, and the spans and metrics of its HTTP client.
	Telemetry component.TelemetrySettings
	// OnTokenRequest is called after every token request with its outcome, one of the Outcome constants. Optional. It must
	// not call the source.
	OnTokenRequest func(ctx context.Context, outcome string)
}

// Source keeps an access token. It is safe for concurrent use between Start and Shutdown.
//
// One token request is made at a time, in a goroutine of its own, so that the end of a caller's context ends only the
// wait of that caller.
type Source struct {
	set       Settings
	requester requester
	// transports is how many share the tokens.
	transports atomic.Int32
	// ctx ends with Shutdown; nil before Start.
	ctx    context.Context
	cancel context.CancelFunc

	// mu guards what is below, and is never held while waiting for anything.
	mu       sync.Mutex
	token    *token
	pending  *pendingRequest
	cooldown cooldown
}

// pendingRequest is a token request under way. token and err are valid once done is closed.
type pendingRequest struct {
	done  chan struct{}
	token *token
	err   error
}

var errNotRunning = &Error{reason: "the token source is not running"}

// New makes a source that does nothing until Start.
func New(set Settings) *Source {
	server := authorizationServer(set.Config.ClientConfig.Endpoint)
	count := set.OnTokenRequest
	if count == nil {
		count = func(context.Context, string) {}
	}
	return &Source{
		set: set,
		requester: requester{
			url:   server + "/token",
			scope: strings.TrimSpace(set.Config.Scope),
			// What comes from a file often ends in a new line.
			signer: signer{
				clientID: strings.TrimSpace(set.Config.ClientID),
				keyID:    strings.TrimSpace(set.Config.KeyID),
				audience: server,
			},
			keys:     keys{file: set.Config.PrivateKeyFile, logger: set.Telemetry.Logger},
			count:    count,
			redacter: httpclient.NewRedacter(set.Config.ClientConfig),
		},
	}
}

// Start reads the private key and builds the HTTP client. It sends nothing. An error names the setting at fault.
func (s *Source) Start(ctx context.Context, host component.Host) error {
	if err := s.requester.keys.load(string(s.set.Config.PrivateKey)); err != nil {
		return err
	}
	client, err := s.set.Config.ClientConfig.ToClient(ctx, host.GetExtensions(), httpclient.DiscreetSpans(s.set.Telemetry))
	if err != nil {
		return err
	}
	// A redirected POST becomes a GET, and the assertion is for one server only.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.requester.client = client
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return nil
}

// Shutdown ends the token request under way and all waits for it. It works without Start, and twice.
func (s *Source) Shutdown(ctx context.Context) error {
	if s.cancel == nil {
		return nil
	}
	s.cancel()
	s.mu.Lock()
	f := s.pending
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for the token request to end: %w", context.Cause(ctx))
	}
}

// Token returns an access token, and waits for one if need be. The error is an [*Error], or wraps the cause of a context that
// has ended.
func (s *Source) Token(ctx context.Context) (string, error) {
	tok, err := s.get(ctx)
	if err != nil {
		return "", err
	}
	return tok.value, nil
}

// Remaining is the time until the access token ends, 0 when there is none.
func (s *Source) Remaining() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == nil {
		return 0
	}
	return max(0, time.Until(s.token.expires))
}

// Invalidate forgets a token that a server did not take. It does nothing if another one has replaced it.
func (s *Source) Invalidate(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != nil && s.token.value == token {
		s.token = nil
	}
}

// EndCooldown lets the next caller make a token request now, whatever the server has asked for. It is for the last
// uploads before a shutdown.
func (s *Source) EndCooldown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cooldown.until = time.Time{}
}

func (s *Source) get(ctx context.Context) (*token, error) {
	tok, f, err := s.next()
	if f == nil {
		return tok, err
	}
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for an access token: %w", context.Cause(ctx))
	}
}

// next returns a token, or the request that will bring one. From half of a token's life on, its use starts the renewal.
func (s *Source) next() (*token, *pendingRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil || s.ctx.Err() != nil {
		return nil, nil, errNotRunning
	}
	now := time.Now()
	tok := s.token
	if tok != nil && !now.Before(tok.usableUntil) {
		tok = nil
	}
	if tok != nil && now.Before(tok.renewAt) {
		return tok, nil, nil
	}
	if s.pending == nil {
		switch {
		case s.cooldown.left(now) == 0:
			s.pending = &pendingRequest{done: make(chan struct{})}
			go s.fetch(s.pending, tok != nil)
		case tok == nil:
			return nil, nil, s.cooldown.error(now)
		}
	}
	if tok != nil {
		return tok, nil, nil
	}
	return nil, s.pending, nil
}

// fetch makes the token request for those who wait for it. spare means that uploads have a token meanwhile.
func (s *Source) fetch(f *pendingRequest, spare bool) {
	tok, fail := s.requester.request(s.ctx)
	if fail != nil && s.ctx.Err() == nil {
		s.log(fail, spare)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case fail == nil:
		s.token, s.cooldown = tok, cooldown{}
		f.token = tok
	case s.ctx.Err() != nil:
		f.err = errNotRunning
	default:
		now := time.Now()
		s.cooldown.begin(now, fail)
		f.err = s.cooldown.error(now)
	}
	s.pending = nil
	close(f.done)
}

// log writes once in a row of failures what no caller gets as an error, or what only the user can mend. It reads the cool-down
// without the lock: only requests, of which there is one at a time, change what it reads.
func (s *Source) log(f *failure, spare bool) {
	err := zap.Error(errors.New(f.reason))
	switch {
	case f.outcome == OutcomeRefused && s.cooldown.refusals == 0:
		s.set.Telemetry.Logger.Error("The authorization server refuses to give out tokens: check the settings of oauth, "+
			"the region, and the public key in Segment", err)
	case spare && s.cooldown.last == nil:
		s.set.Telemetry.Logger.Warn("The access token cannot be renewed yet; it stays in use until it expires", err)
	}
}
