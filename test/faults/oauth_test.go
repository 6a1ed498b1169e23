package faults

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

const keyID = "key-1"

// oauthRig is a collector that uploads with OAuth, to a sandbox that asks for it.
type oauthRig struct {
	*harness.Collector

	front   *front
	private string // the file of the private key
	keyID   string // the file of its id
	public  string // the file of the public keys
	health  string
	secrets *secrets
}

func newOAuthRig(t *testing.T, tokenLifetime time.Duration, acceptedKeyID string, overlays ...string) *oauthRig {
	t.Helper()
	folder := t.TempDir()
	r := &oauthRig{
		private: filepath.Join(folder, "private.pem"),
		keyID:   filepath.Join(folder, "key_id"),
		public:  filepath.Join(folder, "public.pem"),
		health:  "localhost:" + testcollector.FreePorts(t, 1)[0],
		secrets: &secrets{},
	}
	key := newKey(t)
	writeKey(t, r.private, key)
	replaceFile(t, r.keyID, []byte(keyID))
	writePublicKeys(t, r.public, key)
	r.front = newFront(t, fmt.Sprintf(
		`extensions: {segment_sandbox: {oauth: {public_key_file: %q, token_lifetime: %s, client_id: client, key_id: %s}}}`,
		r.public, tokenLifetime, acceptedKeyID))
	r.front.fails(r.secrets.remember(r.front.handOn))
	overlays = append([]string{harness.WithoutSandbox, harness.UploadTo(r.front.url), harness.HealthCheck(r.health), fmt.Sprintf(`
exporters: {segment: {oauth: {client_id: client, key_id: "${file:%s}", private_key_file: %q, endpoint: %q}}}
service: {telemetry: {logs: {level: debug}}}
`, r.keyID, r.private, r.front.url)}, overlays...)
	r.Collector = harness.StartCollectorWith(t, []string{harness.ComponentStatus}, overlays...)
	return r
}

// finish fails unless all events were delivered and no secret is in the log.
func (r *oauthRig) finish(t *testing.T, events int) {
	t.Helper()
	harness.AssertEachOnce(t, r.front.sandbox.WaitFor(t, events))
	assert.Equal(t, harness.Books{Accepted: events, Delivered: events}, r.RequireBalance(t, 0, 0))
	assert.Zero(t, r.front.sandbox.Stats(t).Violations)
	require.Zero(t, r.Stop(t), "exit code")
	r.secrets.assertNoneIn(t, r.Output.String())
}

// tokenRequests are those that the sandbox answered with a status.
func (r *oauthRig) tokenRequests(t require.TestingT, status string) int {
	return r.front.sandbox.Stats(t).TokenRequests[status]
}

// waitForStatus waits for the status of the exporter in health_check.
func (r *oauthRig) waitForStatus(t *testing.T, status string) {
	t.Helper()
	harness.WaitForHealth(t, r.health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"`+status+`"`)
}

// TestOAuthRenewal uploads for twenty seconds with tokens that live for two.
func TestOAuthRenewal(t *testing.T) {
	t.Parallel()
	const events = 200
	r := newOAuthRig(t, 2*time.Second, keyID)
	s := harness.NewSDK(t, r.GRPCExporter(t))
	each := time.NewTicker(20 * time.Second / events)
	defer each.Stop()
	for i := range events {
		<-each.C
		s.EmitCounters(t, i, i+1)
	}
	s.Finish(t)
	granted := r.tokenRequests(t, "200")
	assert.LessOrEqual(t, granted, 25)
	assert.GreaterOrEqual(t, granted, 10)
	assert.Len(t, r.front.sandbox.Stats(t).TokenRequests, 1, "no token request was refused")
	assert.Equal(t, granted, r.Metric(t, "token_requests", `outcome="granted"`))
	assert.Zero(t, r.Metric(t, "requests", `status_code="401"`))
	r.finish(t, events)
}

// TestOAuthRevoked revokes the token: one request for another, and one resend.
func TestOAuthRevoked(t *testing.T) {
	t.Parallel()
	const events, each = 300, 100
	r := newOAuthRig(t, time.Hour, keyID)
	s := harness.NewSDK(t, r.GRPCExporter(t))
	s.EmitCounters(t, 0, each)
	r.front.sandbox.WaitFor(t, each)
	r.front.sandbox.RevokeTokens(t)
	s.EmitCounters(t, each, 2*each)
	harness.Eventually(t, func(t require.TestingT) { require.Equal(t, 2*each, r.front.sandbox.Stats(t).Messages["track"]) })
	assert.Equal(t, map[string]int{"200": 2}, r.front.sandbox.Stats(t).TokenRequests)
	assert.Equal(t, 1, r.front.sandbox.Stats(t).Requests["401"])
	assert.Equal(t, 1, r.Metric(t, "requests", `status_code="401"`))
	s.EmitCounters(t, 2*each, events)
	s.Finish(t)
	r.finish(t, events)
}

// TestOAuthServerDown cannot reach the authorization server for ten seconds, at the start and again later.
func TestOAuthServerDown(t *testing.T) {
	t.Parallel()
	const events, each = 2_000, 1_000
	r := newOAuthRig(t, time.Hour, keyID)
	s := harness.NewSDK(t, r.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	down := func(from, to int) {
		r.front.sandbox.Inject(t, `{"path": "/token", "drop_connection": true}`)
		begin := time.Now()
		s.EmitCounters(t, from, to)
		r.waitForStatus(t, "StatusRecoverableError")
		require.Eventually(t, func() bool { return time.Since(begin) > 10*time.Second }, harness.WaitTimeout, harness.Tick)
		r.front.sandbox.Mend(t)
		harness.Eventually(t, func(t require.TestingT) { require.Equal(t, to, r.front.sandbox.Stats(t).Messages["track"]) })
		r.waitForStatus(t, "StatusOK")
	}
	down(0, each)
	r.front.sandbox.RevokeTokens(t)
	down(each, events)
	s.Finish(t)
	assert.Positive(t, r.Metric(t, "token_requests", `outcome="failed"`))
	r.finish(t, events)
}

// TestOAuthKeyRotation replaces the key file while the collector runs, and takes the old public key away. Then it
// does so with another key id, which needs a reload of the configuration.
func TestOAuthKeyRotation(t *testing.T) {
	t.Parallel()
	const events, each = 300, 100
	r := newOAuthRig(t, time.Hour, keyID, harness.OnDisk(t.TempDir()))
	s := harness.NewSDK(t, patientExporter(t, r.Collector))
	deliver := func(upTo int) {
		s.EmitCounters(t, upTo-each, upTo)
		harness.Eventually(t, func(t require.TestingT) { require.Equal(t, upTo, r.front.sandbox.Stats(t).Messages["track"]) })
	}
	rotate := func() {
		next := newKey(t)
		writeKey(t, r.private, next)
		writePublicKeys(t, r.public, next)
		r.front.sandbox.RevokeTokens(t)
	}
	deliver(each)
	rotate()
	deliver(2 * each)
	assert.Equal(t, map[string]int{"200": 2}, r.front.sandbox.Stats(t).TokenRequests)

	const nextID = "key-2"
	r.front.sandbox.AcceptKeyID(t, nextID)
	replaceFile(t, r.keyID, []byte(nextID))
	rotate()
	r.Signal(t, syscall.SIGHUP)
	deliver(events)
	s.Finish(t)
	harness.AssertEachOnce(t, r.front.sandbox.WaitFor(t, events))
	assert.Equal(t, 3, r.tokenRequests(t, "200"))
	require.Zero(t, r.Stop(t), "exit code")
	r.secrets.assertNoneIn(t, r.Output.String())
}

// TestOAuthWrongKeyID has a key id that the server does not know, until it is mended there.
func TestOAuthWrongKeyID(t *testing.T) {
	t.Parallel()
	const events = 500
	r := newOAuthRig(t, time.Hour, "another-key")
	begin := time.Now()
	s := harness.NewSDK(t, r.GRPCExporter(t))
	s.EmitAllCounters(t, events)
	r.waitForStatus(t, "StatusRecoverableError")
	require.Eventually(t, func() bool { return time.Since(begin) > 10*time.Second }, harness.WaitTimeout, harness.Tick)
	assert.Equal(t, 1, r.tokenRequests(t, "401"), "one request in thirty seconds")
	assert.Zero(t, r.Metric(t, "dropped_records", ""))
	r.front.sandbox.AcceptKeyID(t, keyID)
	require.Eventually(t, func() bool { return r.tokenRequests(t, "200") > 0 }, 2*harness.WaitTimeout, harness.Tick)
	assert.Greater(t, time.Since(begin), 29*time.Second)
	r.waitForStatus(t, "StatusOK")
	r.finish(t, events)
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return key
}

func writeKey(t *testing.T, path string, key *rsa.PrivateKey) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	replaceFile(t, path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func writePublicKeys(t *testing.T, path string, keys ...*rsa.PrivateKey) {
	t.Helper()
	var file []byte
	for _, key := range keys {
		der, err := x509.MarshalPKIXPublicKey(key.Public())
		require.NoError(t, err)
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})...)
	}
	replaceFile(t, path, file)
}

// replaceFile replaces the whole file at once, so that nobody reads half of it.
func replaceFile(t *testing.T, path string, content []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".new", content, 0o600))
	require.NoError(t, os.Rename(path+".new", path))
}

// secrets are the assertions and tokens that a collector has sent.
type secrets struct {
	mu   sync.Mutex
	seen map[string]bool
}

// remember notes the secrets of a request before it goes to next.
func (s *secrets) remember(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
			s.add(token)
		}
		if r.URL.Path == "/token" {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				form, _ := url.ParseQuery(string(body)) // what cannot be parsed holds no assertion
				s.add(form.Get("client_assertion"))
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next(w, r)
	}
}

func (s *secrets) add(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[secret] = true
}

func (s *secrets) assertNoneIn(t *testing.T, text string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NotEmpty(t, s.seen)
	for secret := range s.seen {
		require.NotEmpty(t, secret)
		if strings.Contains(text, secret) {
			assert.Fail(t, "a token or an assertion is in the log")
		}
	}
}
