//go:build linux

package monitoring

import (
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"golang.org/x/sys/unix"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// troubledRun lets two collectors go through one trouble after another, each for a time, while Prometheus scrapes them: a gateway
// with several sources, the receiver and a connector, and a shop with access tokens and its queue on disk.
func troubledRun(t *testing.T, each time.Duration) prometheus {
	t.Helper()
	receiver, url := withReceiver(t)
	gateway := harness.StartCollector(t, quick, receiver, fmt.Sprintf(`
receivers: {segment: {settings: {mode: static, api_host: localhost/v1}}}
exporters:
  segment: {sources: {ios: {write_key: ios-key}}, max_retry_after: 1s, sending_queue: {queue_size: 1800, num_consumers: 2}}
  file: {path: %q}
connectors:
  segment/letters:
    write_key: third-key
    endpoint: http://localhost:${env:SANDBOX_PORT}
    sources: {web: {write_key: fourth-key}, ios: {write_key: fifth-key}}
    max_retry_after: 1s
service:
  pipelines:
    logs: {exporters: [segment, segment/letters]}
    logs/letters: {receivers: [segment/letters], exporters: [file]}
`, filepath.Join(t.TempDir(), "letters.jsonl")))
	tokens, section := withOAuth(t, max(each, 2*time.Second), "key")
	shop := harness.StartCollector(t, quick, tokens, harness.OnDisk(t.TempDir()),
		"exporters: {segment: {sources: {app: {write_key: app-key, oauth: "+section+"}}}}",
		"service: {extensions: [file_storage, segment_sandbox]}")
	p := startPrometheus(t, map[string]*harness.Collector{"gateway": gateway, "shop": shop})

	wave(t, gateway, 12, each)
	wave(t, gateway, 8, each*13/10, put("segment.source", "web"))
	wave(t, gateway, 5, each*17/10, put("segment.source", "ios"))
	wave(t, shop, 6, each*3/2)
	wave(t, shop, 3, each, put("segment.source", "app"))
	upload(t, url, "/v1/track", "web-key", `{"event": "Opened", "userId": "u", "sentAt": "`+time.Now().UTC().Format(time.RFC3339)+`"}`)
	upload(t, url, "/v1/m", "web-key", `{"series": []}`)
	every(t, func() { _, _ = harness.Get(url + "/v1/projects/web-key/settings") })

	pass := func() { wait(t, each) }
	pass()
	pass()
	gateway.Sandbox.Inject(t, `{"status": 429, "headers": {"Retry-After": "1"}, "probability": 0.3}`)
	pass()
	gateway.Sandbox.Inject(t, `{"status": 401, "source": "web"}`)
	pass()
	gateway.Sandbox.Inject(t, `{"latency": "80ms"}`)
	pass()
	gateway.Sandbox.Inject(t, `{"status": 503}`)
	pass()
	gateway.Sandbox.Inject(t, `{"status": 400, "only_if_contains": "poison"}`)
	for _, change := range []func(plog.LogRecord){
		put("label", "poison"), put("segment.unknown", "x"), func(lr plog.LogRecord) { lr.Attributes().Remove("user.id") },
		func(lr plog.LogRecord) { lr.Attributes().Remove("user.id") }, put("segment.type", "nonsense"),
	} {
		_, err := gateway.GRPCClient(t).Export(t.Context(), odd(change))
		require.NoError(t, err)
	}
	for _, body := range []string{
		`{"batch": [7, {"type": "track", "event": "Opened", "userId": "u", "properties": "none"}]}`,
		`{"batch": [{"type": "track", "event": "Opened", "userId": "u"}, {"type": "tr`,
	} {
		require.Equal(t, http.StatusOK, harness.PostAsLibrary(t, url+"/v1/batch", "web-key", body))
	}
	require.Equal(t, http.StatusUnauthorized, harness.PostAsLibrary(t, url+"/v1/batch", "stranger", `{"batch": []}`))
	pass()
	gateway.Sandbox.Mend(t)

	shop.Sandbox.Inject(t, `{"path": "/token", "status": 503}`)
	shop.Sandbox.RevokeTokens(t)
	pass()
	shop.Sandbox.Mend(t)
	harness.LimitFiles(t, shop, 0)
	pass()
	harness.LimitFiles(t, shop, unix.RLIM_INFINITY)
	pass()
	pass()
	return p
}

// wave sends events as their users come and go.
func wave(t *testing.T, c *harness.Collector, most float64, period time.Duration, change ...func(plog.LogRecord)) {
	t.Helper()
	begin := time.Now()
	sendMany(t, c, func() int {
		return int(most * (0.7 + 0.3*math.Sin(2*math.Pi*time.Since(begin).Seconds()/(3*period.Seconds()))))
	}, change...)
}

// wait lets a time pass in which Prometheus scrapes.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}
