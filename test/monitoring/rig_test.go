//go:build linux

package monitoring

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// quick overlays waits between attempts that are 7 to 40 seconds for the alerts.
const quick = `exporters: {segment: {timeout: 1s, retry_on_failure: {initial_interval: 50ms, max_interval: 250ms}}}`

// rig has the collectors of a scenario.
type rig struct {
	name       string
	recordings []*recording
}

// start starts a collector, with a sandbox in it, and records it. It has the waits of quick.
func (r *rig) start(t *testing.T, overlays ...string) *harness.Collector {
	t.Helper()
	c := harness.StartCollector(t, append([]string{quick}, overlays...)...)
	r.record(t, c)
	return c
}

func (r *rig) record(t *testing.T, c *harness.Collector) {
	t.Helper()
	instance := r.name
	if n := len(r.recordings); n > 0 {
		instance = fmt.Sprintf("%s-%d", r.name, n+1)
	}
	r.recordings = append(r.recordings, record(t, instance, c.MetricsURL))
}

// minutes are those of the alerts.
func (r *rig) minutes(t *testing.T, n int) {
	t.Helper()
	r.recordings[0].minutes(t, n)
}

// every does something again and again until the test ends, five times a minute.
func every(t *testing.T, do func()) {
	t.Helper()
	done, finished := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(done); <-finished })
	go func() {
		defer close(finished)
		ticker := time.NewTicker(minute / 5)
		defer ticker.Stop()
		for {
			do()
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	}()
}

// send sends n events at a time to the OTLP receiver. What is refused is not sent again.
func send(t *testing.T, c *harness.Collector, n int, change ...func(plog.LogRecord)) {
	t.Helper()
	sendMany(t, c, func() int { return n }, change...)
}

func sendMany(t *testing.T, c *harness.Collector, n func() int, change ...func(plog.LogRecord)) {
	t.Helper()
	client := c.GRPCClient(t)
	every(t, func() {
		request := harness.SomeEvents(n())
		for _, lr := range request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			lr.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
			for _, f := range change {
				f(lr)
			}
		}
		_, _ = client.Export(t.Context(), request) // Many scenarios refuse it.
	})
}

func put(name, value string) func(plog.LogRecord) {
	return func(lr plog.LogRecord) { lr.Attributes().PutStr(name, value) }
}

// withReceiver overlays a `segment` receiver for one write key.
func withReceiver(t *testing.T) (overlay, url string) {
	t.Helper()
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	return `
receivers: {segment: {endpoint: "` + address + `", sources: [{name: web, write_key: web-key}]}}
exporters: {segment: {sources: {web: {write_key: web-key}}}}
service: {pipelines: {logs: {receivers: [otlp, segment]}}}
`, "http://" + address
}

// upload sends a body again and again, as Segment's libraries do.
func upload(t *testing.T, url, path, key, body string) {
	t.Helper()
	every(t, func() {
		if resp, err := http.DefaultClient.Do(harness.LibraryRequest(t, url+path, key, body)); err == nil {
			_ = resp.Body.Close()
		}
	})
}

// withOAuth overlays access tokens, which the sandbox gives to those with a key id. section is that of the exporter.
func withOAuth(t *testing.T, lifetime time.Duration, acceptedKeyID string) (overlay, section string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	folder := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	section = fmt.Sprintf(`{client_id: client, key_id: key, private_key_file: %q, endpoint: "http://localhost:${env:SANDBOX_PORT}"}`,
		write("private.pem", "PRIVATE KEY", private))
	return fmt.Sprintf(`
extensions: {segment_sandbox: {oauth: {public_key_file: %q, token_lifetime: %s, key_id: %s}}}
exporters: {segment: {oauth: %s}}
`, write("public.pem", "PUBLIC KEY", public), lifetime, acceptedKeyID, section), section
}
