package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// The limits of delivery.md.
const (
	maxBodyBytes     = 475_000
	maxBatchMessages = 2_500
)

func TestBurst(t *testing.T) {
	t.Parallel()
	c := harness.StartCollector(t)
	const events = 20_000
	// The batch processor forgets the oldest when its queue is full.
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))

	s.EmitAllCounters(t, events)

	harness.AssertEachOnce(t, c.Sandbox.WaitFor(t, events))
	stats := c.Sandbox.Stats(t)
	assert.LessOrEqual(t, stats.LargestBodyBytes, maxBodyBytes)
	assert.LessOrEqual(t, stats.LargestBatchMessages, maxBatchMessages)
	assert.Zero(t, stats.Violations)
	assert.Zero(t, stats.Duplicates)
	assert.Zero(t, stats.Evicted)
	assert.Equal(t, map[string]int{"track": events}, stats.Messages)
	c.RequireMetric(t, "messages", "", events)
}

func TestSegmentIsDownAtFirst(t *testing.T) {
	t.Parallel()
	const events = 100
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := harness.StartCollector(t, harness.WithoutSandbox, `
exporters:
  segment:
    endpoint: http://`+address+`
    retry_on_failure: {initial_interval: 100ms, max_interval: 500ms}
`)
	s := harness.NewSDK(t, c.GRPCExporter(t))
	s.EmitAllCounters(t, events)
	c.WaitForRequests(t, 0, 2)

	segment := harness.StartSandbox(t, address)

	list := segment.WaitFor(t, events)
	harness.AssertEachOnce(t, list)
	harness.AssertNoViolations(t, list)
	assert.Zero(t, c.Metric(t, "dropped_records", ""))
}

func TestShutdownSendsTheQueue(t *testing.T) {
	t.Parallel()
	const events = 500
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	segment := harness.StartSandbox(t, address)
	c := harness.StartCollector(t, harness.WithoutSandbox, `
exporters:
  segment:
    endpoint: http://`+address+`
    sending_queue:
      batch: {flush_timeout: 1h}
`)
	s := harness.NewSDK(t, c.GRPCExporter(t))
	s.EmitAllCounters(t, events)
	require.Empty(t, segment.Stats(t).Messages, "the events must be in the queue still")

	require.Zero(t, c.Stop(t), "exit code")

	list := segment.WaitFor(t, events)
	harness.AssertEachOnce(t, list)
	harness.AssertNoViolations(t, list)
}

// TestRestartKeepsIDs queues records without ids on disk while Segment is down, restarts the collector, and compares with
// the ids that the same records get at once.
func TestRestartKeepsIDs(t *testing.T) {
	t.Parallel()
	const request = `{"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
		"scopeLogs": [{"scope": {"name": "segment"}, "logRecords": [
			{"timeUnixNano": "1781524800123456789", "eventName": "A", "attributes": [{"key": "user.id", "value": {"stringValue": "u"}}]},
			{"timeUnixNano": "1781524800123456789", "eventName": "B", "attributes": [{"key": "user.id", "value": {"doubleValue": 1.5}}]}]}]}]}`
	direct := harness.StartCollector(t)
	direct.PostLogs(t, "application/json", []byte(request))
	var expected []string
	for _, r := range direct.Sandbox.WaitFor(t, 2) {
		expected = append(expected, r.Message.MessageID)
		assert.Regexp(t, derivedID, r.Message.MessageID)
	}

	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	queue := `
extensions: {file_storage: {directory: "` + t.TempDir() + `"}}
exporters: {segment: {endpoint: "http://` + address + `", sending_queue: {storage: file_storage}}}
service: {extensions: [file_storage]}
`
	before := harness.StartCollector(t, queue)
	before.PostLogs(t, "application/json", []byte(request))
	before.WaitForRequests(t, 0, 1)
	require.Zero(t, before.Stop(t), "exit code")

	segment := harness.StartSandbox(t, address)
	harness.StartCollector(t, queue)
	var actual []string
	for _, r := range segment.WaitFor(t, 2) {
		actual = append(actual, r.Message.MessageID)
	}
	assert.Equal(t, expected, actual)
}
