package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// The limits of delivery.md.
const (
	maxBodyBytes     = 475_000
	maxBatchMessages = 2_500
)

func TestBurst(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	const events = 20_000
	// The batch processor forgets the oldest when its queue is full.
	s := newSDK(t, grpcExporter(t, c), sdklog.WithMaxQueueSize(events))

	emitCounters(t, s, events)

	assertEachOnce(t, c.sandbox.waitFor(t, events))
	stats := c.sandbox.stats(t)
	assert.LessOrEqual(t, stats.LargestBodyBytes, maxBodyBytes)
	assert.LessOrEqual(t, stats.LargestBatchMessages, maxBatchMessages)
	assert.Zero(t, stats.Violations)
	assert.Zero(t, stats.Duplicates)
	assert.Zero(t, stats.Evicted)
	assert.Equal(t, map[string]int{"track": events}, stats.Messages)
	c.requireMetric(t, "messages", "", events)
}

func TestSegmentIsDownAtFirst(t *testing.T) {
	t.Parallel()
	const events = 100
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := startCollector(t, withoutSandbox, `
exporters:
  segment:
    endpoint: http://`+address+`
    retry_on_failure: {initial_interval: 100ms, max_interval: 500ms}
`)
	s := newSDK(t, grpcExporter(t, c))
	emitCounters(t, s, events)
	c.waitForRequests(t, 0, 2)

	segment := startSandbox(t, address)

	list := segment.waitFor(t, events)
	assertEachOnce(t, list)
	assertNoViolations(t, list)
	assert.Zero(t, c.metric(t, "dropped_records", ""))
}

func TestShutdownSendsTheQueue(t *testing.T) {
	t.Parallel()
	const events = 500
	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	segment := startSandbox(t, address)
	c := startCollector(t, withoutSandbox, `
exporters:
  segment:
    endpoint: http://`+address+`
    sending_queue:
      batch: {flush_timeout: 1h}
`)
	s := newSDK(t, grpcExporter(t, c))
	emitCounters(t, s, events)
	require.Empty(t, segment.stats(t).Messages, "the events must be in the queue still")

	require.Zero(t, c.Stop(t), "exit code")

	list := segment.waitFor(t, events)
	assertEachOnce(t, list)
	assertNoViolations(t, list)
}

// TestRestartKeepsIDs queues records without ids on disk while Segment is down, restarts the collector, and compares with
// the ids that the same records get at once.
func TestRestartKeepsIDs(t *testing.T) {
	t.Parallel()
	const request = `{"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
		"scopeLogs": [{"scope": {"name": "segment"}, "logRecords": [
			{"timeUnixNano": "1781524800123456789", "eventName": "A", "attributes": [{"key": "user.id", "value": {"stringValue": "u"}}]},
			{"timeUnixNano": "1781524800123456789", "eventName": "B", "attributes": [{"key": "user.id", "value": {"doubleValue": 1.5}}]}]}]}]}`
	direct := startCollector(t)
	postLogs(t, direct, "application/json", []byte(request))
	var expected []string
	for _, r := range direct.sandbox.waitFor(t, 2) {
		expected = append(expected, r.message.MessageID)
		assert.Regexp(t, derivedID, r.message.MessageID)
	}

	address := "localhost:" + testcollector.FreePorts(t, 1)[0]
	queue := `
extensions: {file_storage: {directory: "` + t.TempDir() + `"}}
exporters: {segment: {endpoint: "http://` + address + `", sending_queue: {storage: file_storage}}}
service: {extensions: [file_storage]}
`
	before := startCollector(t, queue)
	postLogs(t, before, "application/json", []byte(request))
	before.waitForRequests(t, 0, 1)
	require.Zero(t, before.Stop(t), "exit code")

	segment := startSandbox(t, address)
	startCollector(t, queue)
	var actual []string
	for _, r := range segment.waitFor(t, 2) {
		actual = append(actual, r.message.MessageID)
	}
	assert.Equal(t, expected, actual)
}

// newSandbox is a sandbox that outlives the collector under test.
func newSandbox(t *testing.T, overlays ...string) sandbox {
	t.Helper()
	return startSandbox(t, "localhost:"+testcollector.FreePorts(t, 1)[0], overlays...)
}

// startSandbox is a second collector, which has only the sandbox to run.
func startSandbox(t *testing.T, address string, overlays ...string) sandbox {
	t.Helper()
	startCollector(t, append(overlays, `
extensions: {segment_sandbox: {endpoint: "`+address+`"}}
service: {pipelines: {logs: {exporters: [debug]}}}
`)...)
	return sandbox{url: "http://" + address}
}

func emitCounters(t *testing.T, s *sdk, n int) {
	t.Helper()
	emitSome(t, s, 0, n)
	s.finish(t)
}

// emitSome emits the counters from..to-1, and returns when the collector has them.
func emitSome(t *testing.T, s *sdk, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		emitCounter(t, s, i)
	}
	require.NoError(t, s.provider.ForceFlush(t.Context()))
}

func emitCounter(t *testing.T, s *sdk, i int) {
	t.Helper()
	s.emit(t.Context(), "Counted",
		log.String("segment.user_id", "u-1"),
		log.Int("segment.properties.counter", i),
		log.String("page.section", "a property of ordinary length, so that bodies fill up"),
	)
}

func assertEachOnce(t *testing.T, list []received) {
	t.Helper()
	ids := make(map[string]bool, len(list))
	counters := make(map[int]bool, len(list))
	for _, r := range list {
		ids[r.message.MessageID] = true
		counters[r.message.Properties.Counter] = true
	}
	assert.Len(t, ids, len(list), "message ids")
	assert.Len(t, counters, len(list), "counters")
}
