package faults

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// queue overlays the settings of the queue.
func queue(settings string) string {
	return "exporters: {segment: {sending_queue: " + settings + "}}"
}

// TestFullQueue refuses what does not fit, over gRPC and HTTP alike, in a way that makes an SDK try again.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	const capacity, batch, events = 1_000, 100, 5_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), queue("{queue_size: 1000}"))
	s := harness.NewSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events), sdklog.WithExportMaxBatchSize(batch))
	for i := range events {
		s.EmitCounter(t, i)
	}
	harness.Eventually(t, func(t require.TestingT) {
		b := c.Books(t)
		require.Greater(t, b.Queued, capacity-batch)
		require.Positive(t, b.Refused)
	})
	_, err := c.GRPCClient(t).Export(t.Context(), harness.SomeEvents(batch))
	assert.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	require.ErrorContains(t, err, "sending queue is full")
	assert.Equal(t, http.StatusServiceUnavailable, postEvents(t, c, batch))

	segment.Mend(t)
	s.Finish(t)
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
	b := c.RequireBalance(t, 0, 0)
	assert.Equal(t, events, b.Delivered)
	assert.Zero(t, b.Dropped)
}

// TestBlockOnOverflow makes senders wait until there is space.
func TestBlockOnOverflow(t *testing.T) {
	t.Parallel()
	const capacity = 1_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL),
		queue("{queue_size: 1000, block_on_overflow: true}"))
	client := c.GRPCClient(t)
	_, err := client.Export(t.Context(), harness.SomeEvents(capacity))
	require.NoError(t, err)

	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = client.Export(impatient, harness.SomeEvents(1))
	assert.Equal(t, codes.DeadlineExceeded, status.Code(err))

	done := make(chan error, 1)
	go func() {
		_, err := client.Export(t.Context(), harness.SomeEvents(10))
		done <- err
	}()
	c.WaitForRequests(t, http.StatusServiceUnavailable, 3)
	select {
	case err := <-done:
		require.Fail(t, "the sender did not wait", "%v", err)
	default:
	}
	segment.Mend(t)
	require.NoError(t, <-done)
	segment.WaitFor(t, capacity+10)
	c.RequireBalance(t, 0, 0)
}

// TestWaitForResult tells senders what Segment has said.
func TestWaitForResult(t *testing.T) {
	t.Parallel()
	segment := harness.NewSandbox(t)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), queue("{wait_for_result: true}"))
	client := c.GRPCClient(t)
	_, err := client.Export(t.Context(), harness.SomeEvents(10))
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"track": 10}, segment.Stats(t).Messages, "delivered when the answer comes")

	segment.Inject(t, `{"status": 400}`)
	_, err = client.Export(t.Context(), harness.SomeEvents(10))
	require.NoError(t, err, "what Segment refuses for good is dropped and counted: the senders of a batch share its result")

	segment.Inject(t, `{"status": 503}`)
	impatient, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = client.Export(impatient, harness.SomeEvents(10))
	assert.Contains(t, []codes.Code{codes.DeadlineExceeded, codes.Unavailable}, status.Code(err))
	segment.Mend(t)

	// What goes back to the senders is counted nowhere else.
	harness.Eventually(t, func(t require.TestingT) {
		require.Equal(t, harness.Books{Accepted: 20, Refused: 10, Delivered: 10, Dropped: 10}, c.Books(t))
	})
}

// TestRefusedKey shows in health_check that Segment does not take the write key, and when it does again.
func TestRefusedKey(t *testing.T) {
	t.Parallel()
	const events = 100
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 401}`)
	health := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := harness.StartCollectorWith(t, []string{harness.ComponentStatus},
		harness.WithoutSandbox, harness.UploadTo(segment.URL), harness.HealthCheck(health))
	harness.WaitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusOK"`)
	s := harness.NewSDK(t, c.GRPCExporter(t))
	s.EmitAllCounters(t, events)
	harness.WaitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusRecoverableError"`,
		"segment answered 401 Unauthorized: check write_key and region")
	segment.Mend(t)
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
	harness.WaitForHealth(t, health, http.StatusOK, `"exporter:segment":{"healthy":true,"status":"StatusOK"`)
	c.RequireBalance(t, 0, 0)
}

// postEvents sends n events over HTTP and returns the status of the answer.
func postEvents(t *testing.T, c *harness.Collector, n int) int {
	t.Helper()
	body, err := harness.SomeEvents(n).MarshalProto()
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.HTTPURL+"/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-protobuf")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
