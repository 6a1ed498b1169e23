package oauth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

const day = 24 * time.Hour

// testKey is made once, because that takes long.
var testKey = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func pemOf(blockType string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}))
}

func pkcs1(key *rsa.PrivateKey) string {
	return pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

// authServer is an authorization server without sockets, which do not work in a bubble of synctest.
type authServer struct {
	// answer is the answer to the n-th request, from 1; nil grants token-n for a day.
	answer func(n int, assertion string) *http.Response
	// delay is how long an answer takes.
	delay time.Duration

	mu         sync.Mutex
	forms      []url.Values
	times      []time.Time
	concurrent int
}

func (a *authServer) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	if err := req.Body.Close(); err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.forms = append(a.forms, form)
	a.times = append(a.times, time.Now())
	n := len(a.forms)
	a.concurrent++
	tooMany := a.concurrent > 1
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.concurrent--
		a.mu.Unlock()
	}()
	if tooMany {
		panic("two token requests at a time")
	}
	if a.delay > 0 {
		select {
		case <-time.After(a.delay):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	if a.answer == nil {
		return granted(n, day), nil
	}
	return a.answer(n, form.Get("client_assertion")), nil
}

func (a *authServer) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.forms)
}

func respond(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func granted(n int, life time.Duration) *http.Response {
	return respond(http.StatusOK, fmt.Sprintf(`{"access_token":"token-%d","token_type":"Bearer","expires_in":%d,"scope":"s"}`,
		n, int(life.Seconds())))
}

// rig is a started source, with what it logs and the outcomes that it reports.
type rig struct {
	*Source
	logs     *observer.ObservedLogs
	outcomes func() []string
}

func newRig(tb testing.TB, server http.RoundTripper, change func(*Config)) *rig {
	tb.Helper()
	cfg := NewDefaultConfig()
	cfg.ClientID, cfg.KeyID = "client", "key"
	cfg.ClientConfig.Endpoint = "https://oauth2.segment.io"
	cfg.PrivateKey = configopaque.String(pkcs1(testKey()))
	if change != nil {
		change(&cfg)
	}
	core, logs := observer.New(zapcore.DebugLevel)
	telemetry := componenttest.NewNopTelemetrySettings()
	telemetry.Logger = zap.New(core)
	var mu sync.Mutex
	var outcomes []string
	r := &rig{
		Source: New(Settings{Config: cfg, Telemetry: telemetry, OnTokenRequest: func(_ context.Context, outcome string) {
			mu.Lock()
			defer mu.Unlock()
			outcomes = append(outcomes, outcome)
		}}),
		logs: logs,
		outcomes: func() []string {
			mu.Lock()
			defer mu.Unlock()
			return append([]string(nil), outcomes...)
		},
	}
	require.NoError(tb, r.Start(tb.Context(), componenttest.NewNopHost()))
	tb.Cleanup(func() { assert.NoError(tb, r.Shutdown(context.WithoutCancel(tb.Context()))) })
	if server != nil {
		r.requester.client.Transport = server
	}
	return r
}

// wantToken is a token that must be there. It can be called from any goroutine.
func (r *rig) wantToken(t *testing.T) string {
	t.Helper()
	tok, err := r.Token(t.Context())
	assert.NoError(t, err)
	return tok
}

// wantError is the error when there is no token. It can be called from any goroutine.
func (r *rig) wantError(t *testing.T) *Error {
	t.Helper()
	tok, err := r.Token(t.Context())
	assert.Empty(t, tok)
	e, ok := errors.AsType[*Error](err)
	if !assert.True(t, ok, err) {
		return &Error{}
	}
	return e
}

// inParallel calls f a hundred times at once and waits for all.
func inParallel(f func()) {
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(f)
	}
	wg.Wait()
}
