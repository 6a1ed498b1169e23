package libraries

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// TestBackpressure has a queue that is full during an outage. The libraries are told to come again, and do.
func TestBackpressure(t *testing.T) {
	segment := startCollector(t)
	gateway := startCollector(t, uploadTo(segment.sandboxURL), onDisk(t.TempDir()), `
receivers: {segment: {retry_after: 1s}}
exporters: {segment: {sending_queue: {queue_size: 300}}}
`)
	segment.fail(t, `{"status": 503}`)
	b := startBurst(t, gateway)
	// Not longer: analytics-go gives a batch up after ten attempts.
	b.callFor(t, shortOutage, outageCalls)
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		assert.Positive(collect, gateway.requests(t, "429"))
	}, waitTimeout, tick)
	segment.fail(t, "")
	sent := b.finish(t)
	b.assertArrived(t, segment, sent)
	gateway.queueIsEmpty(t)
	assert.Zero(t, segment.stats(t).Duplicates, "uploads that were not needed")
	if !t.Failed() {
		note("backpressure", fmt.Sprintf("%d messages arrived once after %d answers of 429", len(sent), gateway.requests(t, "429")))
	}
}

// requests is how many requests the receiver has answered with a status.
func (c collector) requests(t *testing.T, status string) int {
	t.Helper()
	return testcollector.SumOf(t, c.metrics(t), "receiver_segment_requests", `status="`+status+`"`)
}
