//go:build linux

package monitoring

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"golang.org/x/sys/unix"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// A scenario is a fault, between times without one. Its minutes are those of the alerts.
type scenario struct {
	name string
	// fires are all alerts that fire at some time, with their labels. No other does.
	fires []string
	// still are those that fire at the end.
	still []string
	run   func(t *testing.T, r *rig)
}

const webSource = "exporters: {segment: {sources: {web: {write_key: web-key}}}}"

var scenarios = []scenario{
	{
		name: "all is well",
		run: func(t *testing.T, r *rig) {
			receiver, url := withReceiver(t)
			c := r.start(t, receiver)
			send(t, c, 10)
			send(t, c, 10, put("segment.source", "web"))
			upload(t, url, "/v1/track", "web-key", `{"event": "Opened", "userId": "u"}`)
			// One in a thousand, and what a stranger asks for.
			second := r.start(t)
			send(t, second, 100)
			client := second.GRPCClient(t)
			_, err := client.Export(t.Context(), odd(put("segment.unknown", "x")))
			require.NoError(t, err)
			_, err = harness.Get(url + "/robots.txt")
			require.ErrorContains(t, err, "404")
			r.minutes(t, 50)
		},
	},
	{
		name: "tokens are renewed, and one is revoked",
		run: func(t *testing.T, r *rig) {
			tokens, _ := withOAuth(t, 2*time.Second, "key")
			c := r.start(t, tokens)
			send(t, c, 1)
			r.minutes(t, 10)
			// One that is renewed in the same moment makes no difference.
			for c.Metric(t, "requests", `status_code="401"`) == 0 {
				c.Sandbox.RevokeTokens(t)
				r.minutes(t, 2)
			}
			r.minutes(t, 20)
		},
	},
	{
		// Nobody is called for what ends by itself.
		name: "troubles are over soon",
		run: func(t *testing.T, r *rig) {
			receiver, url := withReceiver(t)
			c := r.start(t, receiver, "exporters: {segment: {sending_queue: {queue_size: 500}}}")
			tokens, _ := withOAuth(t, time.Hour, "key")
			second := r.start(t, tokens)
			second.Sandbox.Inject(t, `{"path": "/token", "status": 503, "times": 1}`)
			send(t, c, 1)
			send(t, second, 1)
			r.minutes(t, 6)
			client := c.GRPCClient(t)
			_, err := client.Export(t.Context(), odd(put("segment.unknown", "x")))
			require.NoError(t, err)
			require.Equal(t, http.StatusUnauthorized, harness.PostAsLibrary(t, url+"/v1/batch", "stranger", `{"batch": []}`))
			c.Sandbox.Inject(t, `{"status": 503}`)
			r.minutes(t, 5)
			_, err = client.Export(t.Context(), harness.SomeEvents(400))
			require.NoError(t, err)
			_, err = client.Export(t.Context(), harness.SomeEvents(400))
			require.Error(t, err, "the queue has no room")
			r.minutes(t, 2)
			c.Sandbox.Mend(t)
			second.Kill(t)
			r.minutes(t, 3)
			require.True(t, second.Restart(t).WaitReady(t))
			r.minutes(t, 20)
		},
	},
	{
		name: "the key of a source is refused",
		fires: []string{
			"SegmentKeyRefused exporter=segment source=web", "SegmentNothingDelivered exporter=segment source=web",
			"SegmentMessagesWait exporter=segment source=web",
		},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, webSource)
			send(t, c, 1)
			send(t, c, 1, put("segment.source", "web"))
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 401, "source": "web"}`)
			r.minutes(t, 25)
			c.Sandbox.Mend(t)
			r.minutes(t, 8)
		},
	},
	{
		name:  "Segment is down",
		fires: []string{"SegmentNothingDelivered exporter=segment", "SegmentMessagesWait exporter=segment"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, "exporters: {segment: {sending_queue: {queue_size: 1_000_000}}}")
			// Fewer than one event in a hundred have something wrong with them.
			send(t, c, 150)
			send(t, c, 1, put("segment.unknown", "x"))
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 503}`)
			r.minutes(t, 25)
			c.Sandbox.Mend(t)
			r.minutes(t, 8)
		},
	},
	{
		name:  "what was tried too long is lost",
		fires: []string{"SegmentEventsLost exporter=segment"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, "exporters: {segment: {max_retry_after: 1s, retry_on_failure: {max_elapsed_time: 1500ms}}}")
			send(t, c, 1)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 503, "only_if_contains": "unlucky"}`)
			_, err := c.GRPCClient(t).Export(t.Context(), odd(put("label", "unlucky")))
			require.NoError(t, err)
			r.minutes(t, 30)
		},
	},
	{
		name:  "events are not valid",
		fires: []string{"SegmentEventsDropped exporter=segment"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t)
			send(t, c, 1)
			r.minutes(t, 3)
			_, err := c.GRPCClient(t).Export(t.Context(), odd(func(lr plog.LogRecord) { lr.Attributes().Remove("user.id") }))
			require.NoError(t, err)
			r.minutes(t, 20)
		},
	},
	{
		name:  "Segment refuses a message, which becomes a dead letter",
		fires: []string{"SegmentDeadLetters exporter=segment/letters"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, fmt.Sprintf(`
connectors:
  segment/letters: {write_key: test-write-key, endpoint: "http://localhost:${env:SANDBOX_PORT}", sending_queue: {batch: {flush_timeout: 50ms}}}
exporters: {file: {path: %q}}
service:
  pipelines:
    logs: {receivers: [otlp], exporters: [segment/letters]}
    logs/letters: {receivers: [segment/letters], exporters: [file]}
`, filepath.Join(t.TempDir(), "letters.jsonl")))
			send(t, c, 1)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 400, "only_if_contains": "poison"}`)
			_, err := c.GRPCClient(t).Export(t.Context(), odd(put("label", "poison")))
			require.NoError(t, err)
			r.minutes(t, 20)
		},
	},
	{
		name:  "Segment is slow",
		fires: []string{"SegmentMessagesWait exporter=segment"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, "exporters: {segment: {sending_queue: {num_consumers: 1, batch: {min_size: 5, max_size: 5}}}}")
			send(t, c, 3)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"latency": "400ms"}`)
			r.minutes(t, 30)
			c.Sandbox.Mend(t)
			r.minutes(t, 8)
		},
	},
	{
		name:  "senders are late",
		fires: []string{"SegmentDeliveryLag exporter=segment"},
		still: []string{"SegmentDeliveryLag exporter=segment"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t)
			send(t, c, 1, func(lr plog.LogRecord) {
				lr.SetTimestamp(pcommon.NewTimestampFromTime(time.Now().Add(-20 * time.Second)))
			})
			r.minutes(t, 40)
		},
	},
	{
		name: "the queue fills",
		fires: []string{
			"SegmentQueueFilling exporter=segment", "SegmentNothingDelivered exporter=segment", "SegmentMessagesWait exporter=segment",
		},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, "exporters: {segment: {sending_queue: {queue_size: 3000}}}")
			send(t, c, 20)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 503}`)
			harness.Eventually(t, func(t require.TestingT) { require.Greater(t, c.Books(t).Queued, 800) })
			r.minutes(t, 15)
			c.Sandbox.Mend(t)
			r.minutes(t, 8)
		},
	},
	{
		name: "the queue is full",
		fires: []string{
			"SegmentQueueFilling exporter=segment", "SegmentNothingDelivered exporter=segment", "SegmentMessagesWait exporter=segment",
			"SegmentQueueFilling exporter=segment source=web", "SegmentNothingDelivered exporter=segment source=web",
			"SegmentMessagesWait exporter=segment source=web",
			"SegmentSendersRefused receiver=otlp", "SegmentSendersRefused receiver=segment",
		},
		run: func(t *testing.T, r *rig) {
			receiver, url := withReceiver(t)
			c := r.start(t, receiver, "exporters: {segment: {sending_queue: {queue_size: 20}}}")
			send(t, c, 1)
			upload(t, url, "/v1/track", "web-key", `{"event": "Opened", "userId": "u"}`)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 503}`)
			r.minutes(t, 30)
			c.Sandbox.Mend(t)
			r.minutes(t, 8)
		},
	},
	{
		name:  "the disk of the queue is full",
		fires: []string{"SegmentQueueFails exporter=segment", "SegmentSendersRefused receiver=otlp"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, harness.OnDisk(t.TempDir()), "service: {extensions: [file_storage, segment_sandbox]}")
			r.minutes(t, 3)
			harness.LimitFiles(t, c, 0)
			send(t, c, 1)
			r.minutes(t, 15)
			harness.LimitFiles(t, c, unix.RLIM_INFINITY)
			r.minutes(t, 8)
		},
	},
	{
		name:  "the queue on disk has failed",
		fires: []string{"SegmentQueueFails exporter=segment", "SegmentSendersRefused receiver=otlp"},
		still: []string{"SegmentQueueFails exporter=segment", "SegmentSendersRefused receiver=otlp"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, harness.OnDisk(t.TempDir()), "service: {extensions: [file_storage, segment_sandbox]}")
			send(t, c, 1)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"status": 503}`)
			r.minutes(t, 2)
			harness.LimitFiles(t, c, 0)
			c.Sandbox.Mend(t)
			r.minutes(t, 15)
		},
	},
	{
		name: "the authorization server is down",
		fires: []string{
			"SegmentTokensNotGranted exporter=segment", "SegmentNoToken exporter=segment", "SegmentNothingDelivered exporter=segment",
			"SegmentMessagesWait exporter=segment",
		},
		run: func(t *testing.T, r *rig) {
			tokens, _ := withOAuth(t, 2*time.Second, "key")
			c := r.start(t, tokens)
			send(t, c, 1)
			r.minutes(t, 3)
			c.Sandbox.Inject(t, `{"path": "/token", "status": 503}`)
			r.minutes(t, 25)
			c.Sandbox.Mend(t)
			// The exporter waits longer after each failure, which is long for the alerts.
			harness.Eventually(t, func(t require.TestingT) { require.Zero(t, c.Books(t).Queued) })
			r.minutes(t, 8)
		},
	},
	{
		name: "the authorization server refuses the key id",
		fires: []string{
			"SegmentNoToken exporter=segment", "SegmentNothingDelivered exporter=segment", "SegmentMessagesWait exporter=segment",
		},
		// The exporter asks once in 30 seconds. These are more than an hour for the alerts, so that they have forgotten it at the end,
		// and once is not enough for SegmentTokensNotGranted.
		still: []string{"SegmentNothingDelivered exporter=segment", "SegmentMessagesWait exporter=segment"},
		run: func(t *testing.T, r *rig) {
			tokens, _ := withOAuth(t, time.Hour, "another")
			c := r.start(t, tokens)
			r.minutes(t, 2)
			send(t, c, 1)
			r.minutes(t, 25)
			require.Equal(t, 1, c.Metric(t, "token_requests", `outcome="refused"`))
		},
	},
	{
		name: "libraries are refused, and send nonsense",
		fires: []string{
			"SegmentLibrariesRefused receiver=segment", "SegmentElementsRefused receiver=segment", "SegmentLibraryWarnings receiver=segment",
		},
		still: []string{
			"SegmentLibrariesRefused receiver=segment", "SegmentElementsRefused receiver=segment", "SegmentLibraryWarnings receiver=segment",
		},
		run: func(t *testing.T, r *rig) {
			receiver, url := withReceiver(t)
			r.start(t, receiver)
			upload(t, url, "/v1/track", "another-key", `{"event": "Opened", "userId": "u"}`)
			upload(t, url, "/v1/batch", "web-key", `{"batch": [7, {"type": "track", "event": "Opened", "userId": "u", "properties": "none"}]}`)
			r.minutes(t, 35)
		},
	},
	{
		name:  "events have something wrong with them",
		fires: []string{"SegmentWarnings exporter=segment source=web"},
		still: []string{"SegmentWarnings exporter=segment source=web"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t, webSource)
			send(t, c, 1)
			send(t, c, 1, put("segment.source", "web"), put("segment.unknown", "x"))
			r.minutes(t, 35)
		},
	},
	{
		name:  "a collector is killed",
		fires: []string{"SegmentCollectorDown"},
		run: func(t *testing.T, r *rig) {
			c := r.start(t)
			second := r.start(t)
			send(t, c, 1)
			send(t, second, 1)
			r.minutes(t, 3)
			c.Kill(t)
			r.minutes(t, 8)
			require.True(t, c.Restart(t).WaitReady(t))
			r.minutes(t, 5)
		},
	},
}

// odd is a request with one event that differs from others.
func odd(change func(plog.LogRecord)) plogotlp.ExportRequest {
	request := harness.SomeEvents(1)
	change(request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0))
	return request
}
