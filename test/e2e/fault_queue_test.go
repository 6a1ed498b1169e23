package e2e

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// queue overlays the settings of the queue.
func queue(settings string) string {
	return "exporters: {segment: {sending_queue: " + settings + "}}"
}

// TestFaultFullQueue refuses what does not fit, over gRPC and HTTP alike, in a way that makes an SDK try again.
func TestFaultFullQueue(t *testing.T) {
	t.Parallel()
	const capacity, batch, events = 1_000, 100, 5_000
	segment := newSandbox(t)
	segment.inject(t, `{"status": 503}`)
	c := startCollector(t, withoutSandbox, to(segment.url), queue("{queue_size: 1000}"))
	s := newSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events), sdklog.WithExportMaxBatchSize(batch))
	for i := range events {
		emitCounter(t, s, i)
	}
	eventually(t, func(t require.TestingT) {
		b := readBooks(t, c.scrape(t))
		require.Greater(t, b.queued, capacity-batch)
		require.Positive(t, b.refused)
	})
	_, err := grpcClient(t, c).Export(t.Context(), someEvents(batch))
	assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	require.ErrorContains(t, err, "sending queue is full")
	assert.Equal(t, http.StatusServiceUnavailable, postEvents(t, c, batch))

	segment.mend(t)
	s.finish(t)
	assertEachOnce(t, segment.waitFor(t, events))
	b := c.requireBalance(t, 0, 0)
	assert.Equal(t, events, b.delivered)
	assert.Zero(t, b.dropped)
}

// TestFaultBlockOnOverflow makes senders wait until there is space.
func TestFaultBlockOnOverflow(t *testing.T) {
	t.Parallel()
	const capacity = 1_000
	segment := newSandbox(t)
	segment.inject(t, `{"status": 503}`)
	c := startCollector(t, withoutSandbox, to(segment.url), queue("{queue_size: 1000, block_on_overflow: true}"))
	client := grpcClient(t, c)
	_, err := client.Export(t.Context(), someEvents(capacity))
	require.NoError(t, err)

	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = client.Export(impatient, someEvents(1))
	assert.Equal(t, codes.DeadlineExceeded, status.Code(err))

	done := make(chan error, 1)
	go func() {
		_, err := client.Export(t.Context(), someEvents(10))
		done <- err
	}()
	c.waitForRequests(t, http.StatusServiceUnavailable, 3)
	select {
	case err := <-done:
		require.Fail(t, "the sender did not wait", "%v", err)
	default:
	}
	segment.mend(t)
	require.NoError(t, <-done)
	segment.waitFor(t, capacity+10)
	c.requireBalance(t, 0, 0)
}

// TestFaultWaitForResult tells senders what Segment has said.
func TestFaultWaitForResult(t *testing.T) {
	t.Parallel()
	segment := newSandbox(t)
	c := startCollector(t, withoutSandbox, to(segment.url), queue("{wait_for_result: true}"))
	client := grpcClient(t, c)
	_, err := client.Export(t.Context(), someEvents(10))
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"track": 10}, segment.stats(t).Messages, "delivered when the answer comes")

	segment.inject(t, `{"status": 400}`)
	_, err = client.Export(t.Context(), someEvents(10))
	require.NoError(t, err, "what Segment refuses for good is dropped and counted: the senders of a batch share its result")

	segment.inject(t, `{"status": 503}`)
	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = client.Export(impatient, someEvents(10))
	assert.Contains(t, []codes.Code{codes.DeadlineExceeded, codes.Unavailable}, status.Code(err))
	segment.mend(t)

	// What goes back to the senders is counted nowhere else.
	eventually(t, func(t require.TestingT) {
		require.Equal(t, books{accepted: 20, refused: 10, delivered: 10, dropped: 10}, readBooks(t, c.scrape(t)))
	})
}

// TestFaultRefusedKey shows in health_check that Segment does not take the write key, and when it does again.
func TestFaultRefusedKey(t *testing.T) {
	t.Parallel()
	const events = 100
	segment := newSandbox(t)
	segment.inject(t, `{"status": 401}`)
	health := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := startCollectorWith(t, componentStatus, withoutSandbox, to(segment.url), healthCheck(health))
	waitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusOK"`)
	s := newSDK(t, grpcExporter(t, c))
	emitCounters(t, s, events)
	waitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusRecoverableError"`,
		"segment answered 401 Unauthorized: check write_key and region")
	segment.mend(t)
	assertEachOnce(t, segment.waitFor(t, events))
	waitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusOK"`)
	c.requireBalance(t, 0, 0)
}

func someEvents(n int) plogotlp.ExportRequest {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	for range n {
		// Without a time each of them is an event of its own.
		lr := sl.LogRecords().AppendEmpty()
		lr.SetEventName("Sent")
		lr.Attributes().PutStr("user.id", "u")
	}
	return plogotlp.NewExportRequestFromLogs(ld)
}

// postEvents sends n events over HTTP and returns the status of the answer.
func postEvents(t *testing.T, c *collector, n int) int {
	t.Helper()
	body, err := someEvents(n).MarshalProto()
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.httpURL+"/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-protobuf")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
