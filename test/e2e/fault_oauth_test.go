package e2e

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
)

const keyID = "key-1"

// oauthRig is a collector that uploads with OAuth, to a sandbox that asks for it.
type oauthRig struct {
	*collector
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
	overlays = append([]string{withoutSandbox, to(r.front.url), healthCheck(r.health), fmt.Sprintf(`
exporters: {segment: {oauth: {client_id: client, key_id: "${file:%s}", private_key_file: %q, endpoint: %q}}}
service: {telemetry: {logs: {level: debug}}}
`, r.keyID, r.private, r.front.url)}, overlays...)
	r.collector = startCollectorWith(t, componentStatus, overlays...)
	return r
}

// finish fails unless all events were delivered and no secret is in the log.
func (r *oauthRig) finish(t *testing.T, events int) {
	t.Helper()
	assertEachOnce(t, r.front.sandbox.waitFor(t, events))
	assert.Equal(t, books{accepted: events, delivered: events}, r.requireBalance(t, 0, 0))
	assert.Zero(t, r.front.sandbox.stats(t).Violations)
	require.Zero(t, r.Stop(t), "exit code")
	r.secrets.assertNoneIn(t, r.Output.String())
}

// tokenRequests are those that the sandbox answered with a status.
func (r *oauthRig) tokenRequests(t require.TestingT, status string) int {
	return r.front.sandbox.stats(t).TokenRequests[status]
}

// waitForStatus waits for the status of the exporter in health_check.
func (r *oauthRig) waitForStatus(t *testing.T, status string) {
	t.Helper()
	waitForHealth(t, r.health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"`+status+`"`)
}

// TestFaultOAuthRenewal uploads for twenty seconds with tokens that live for two.
func TestFaultOAuthRenewal(t *testing.T) {
	t.Parallel()
	const events = 200
	r := newOAuthRig(t, 2*time.Second, keyID)
	s := newSDK(t, grpcExporter(t, r.collector))
	each := time.NewTicker(20 * time.Second / events)
	defer each.Stop()
	for i := range events {
		<-each.C
		emitSome(t, s, i, i+1)
	}
	s.finish(t)
	granted := r.tokenRequests(t, "200")
	assert.LessOrEqual(t, granted, 25)
	assert.GreaterOrEqual(t, granted, 10)
	assert.Len(t, r.front.sandbox.stats(t).TokenRequests, 1, "no token request was refused")
	assert.Equal(t, granted, r.metric(t, "token_requests", `outcome="granted"`))
	assert.Zero(t, r.metric(t, "requests", `status_code="401"`))
	r.finish(t, events)
}

// TestFaultOAuthRevoked revokes the token: one request for another, and one resend.
func TestFaultOAuthRevoked(t *testing.T) {
	t.Parallel()
	const events, each = 300, 100
	r := newOAuthRig(t, time.Hour, keyID)
	s := newSDK(t, grpcExporter(t, r.collector))
	emitSome(t, s, 0, each)
	r.front.sandbox.waitFor(t, each)
	r.revoke(t)
	emitSome(t, s, each, 2*each)
	eventually(t, func(t require.TestingT) { require.Equal(t, 2*each, r.front.sandbox.stats(t).Messages["track"]) })
	assert.Equal(t, map[string]int{"200": 2}, r.front.sandbox.stats(t).TokenRequests)
	assert.Equal(t, 1, r.front.sandbox.stats(t).Requests["401"])
	assert.Equal(t, 1, r.metric(t, "requests", `status_code="401"`))
	emitSome(t, s, 2*each, events)
	s.finish(t)
	r.finish(t, events)
}

// TestFaultOAuthServerDown cannot reach the authorization server for ten seconds, at the start and again later.
func TestFaultOAuthServerDown(t *testing.T) {
	t.Parallel()
	const events, each = 2_000, 1_000
	r := newOAuthRig(t, time.Hour, keyID)
	s := newSDK(t, grpcExporter(t, r.collector), sdklog.WithMaxQueueSize(events))
	down := func(from, to int) {
		r.front.sandbox.inject(t, `{"path": "/token", "drop_connection": true}`)
		begin := time.Now()
		emitSome(t, s, from, to)
		r.waitForStatus(t, "StatusRecoverableError")
		require.Eventually(t, func() bool { return time.Since(begin) > 10*time.Second }, waitTimeout, tick)
		r.front.sandbox.mend(t)
		eventually(t, func(t require.TestingT) { require.Equal(t, to, r.front.sandbox.stats(t).Messages["track"]) })
		r.waitForStatus(t, "StatusOK")
	}
	down(0, each)
	r.revoke(t)
	down(each, events)
	s.finish(t)
	assert.Positive(t, r.metric(t, "token_requests", `outcome="failed"`))
	r.finish(t, events)
}

// TestFaultOAuthKeyRotation replaces the key file while the collector runs, and takes the old public key away. Then it
// does so with another key id, which needs a reload of the configuration.
func TestFaultOAuthKeyRotation(t *testing.T) {
	t.Parallel()
	const events, each = 300, 100
	r := newOAuthRig(t, time.Hour, keyID, onDisk(t.TempDir()))
	s := newSDK(t, patientExporter(t, r.collector))
	deliver := func(upTo int) {
		emitSome(t, s, upTo-each, upTo)
		eventually(t, func(t require.TestingT) { require.Equal(t, upTo, r.front.sandbox.stats(t).Messages["track"]) })
	}
	rotate := func() {
		next := newKey(t)
		writeKey(t, r.private, next)
		writePublicKeys(t, r.public, next)
		r.revoke(t)
	}
	deliver(each)
	rotate()
	deliver(2 * each)
	assert.Equal(t, map[string]int{"200": 2}, r.front.sandbox.stats(t).TokenRequests)

	const nextID = "key-2"
	r.accept(t, nextID)
	replaceFile(t, r.keyID, []byte(nextID))
	rotate()
	r.Signal(t, syscall.SIGHUP)
	deliver(events)
	s.finish(t)
	assertEachOnce(t, r.front.sandbox.waitFor(t, events))
	assert.Equal(t, 3, r.tokenRequests(t, "200"))
	require.Zero(t, r.Stop(t), "exit code")
	r.secrets.assertNoneIn(t, r.Output.String())
}

// TestFaultOAuthWrongKeyID has a key id that the server does not know, until it is mended there.
func TestFaultOAuthWrongKeyID(t *testing.T) {
	t.Parallel()
	const events = 500
	r := newOAuthRig(t, time.Hour, "another-key")
	begin := time.Now()
	s := newSDK(t, grpcExporter(t, r.collector))
	emitCounters(t, s, events)
	r.waitForStatus(t, "StatusRecoverableError")
	require.Eventually(t, func() bool { return time.Since(begin) > 10*time.Second }, waitTimeout, tick)
	assert.Equal(t, 1, r.tokenRequests(t, "401"), "one request in thirty seconds")
	assert.Zero(t, r.metric(t, "dropped_records", ""))
	r.accept(t, keyID)
	require.Eventually(t, func() bool { return r.tokenRequests(t, "200") > 0 }, 2*waitTimeout, tick)
	assert.Greater(t, time.Since(begin), 29*time.Second)
	r.waitForStatus(t, "StatusOK")
	r.finish(t, events)
}

func (r *oauthRig) revoke(t *testing.T) {
	t.Helper()
	_, err := request(http.MethodDelete, r.front.sandbox.url+"/api/tokens", "")
	require.NoError(t, err)
}

// accept makes the sandbox take assertions with a key id only.
func (r *oauthRig) accept(t *testing.T, keyID string) {
	t.Helper()
	_, err := request(http.MethodPut, r.front.sandbox.url+"/api/oauth", `{"key_id": "`+keyID+`"}`)
	require.NoError(t, err)
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

// replaceFile leaves no moment at which half of the file is there.
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
