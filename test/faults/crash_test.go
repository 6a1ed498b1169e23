package faults

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// patientExporter is what an SDK needs to outlive a collector: it tries again until the collector is back.
func patientExporter(t *testing.T, c *harness.Collector) sdklog.Exporter {
	t.Helper()
	exporter, err := otlploggrpc.New(t.Context(),
		otlploggrpc.WithEndpointURL("http://"+c.GRPCAddress),
		otlploggrpc.WithRetry(otlploggrpc.RetryConfig{
			Enabled: true, InitialInterval: 50 * time.Millisecond, MaxInterval: 200 * time.Millisecond, MaxElapsedTime: time.Minute,
		}),
		otlploggrpc.WithTimeout(time.Minute),
		otlploggrpc.WithDialOption(grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.5, MaxDelay: 100 * time.Millisecond},
		})),
	)
	require.NoError(t, err)
	return exporter
}

// TestKilled kills the collector at random moments, its start included, while Segment fails every now and then.
// Every event reaches a user once.
func TestKilled(t *testing.T) {
	t.Parallel()
	const rounds, events = 200, 750
	segment := harness.NewSandbox(t, "extensions: {segment_sandbox: {max_messages: 150000}}")
	segment.Inject(t,
		`{"status": 503, "probability": 0.2}`,
		// Delivered, but nobody hears of it.
		`{"drop_connection": true, "after_delivery": true, "probability": 0.2}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), harness.OnDisk(t.TempDir()))
	s := harness.NewSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(rounds*events), sdklog.WithExportInterval(50*time.Millisecond))
	for range rounds {
		next := time.Now().Add(time.Duration(rand.IntN(800)) * time.Millisecond)
		for range events {
			s.Emit(t.Context(), "Counted", log.String("segment.user_id", "u-1"))
		}
		require.Eventually(t, func() bool { return time.Now().After(next) }, harness.WaitTimeout, time.Millisecond)
		c.Kill(t)
		c = c.Restart(t)
	}
	s.Finish(t)
	segment.Mend(t)

	harness.Eventually(t, func(t require.TestingT) {
		require.Equal(t, rounds*events, segment.Stats(t).Messages["track"])
	})
	// What the SDK had to send twice can be twice in a request, but always as the same message.
	assert.Subset(t, []string{"is there twice in one request"}, segment.Violations(t))
	harness.Eventually(t, func(t require.TestingT) {
		require.Zero(t, testcollector.SumOf(t, c.Scrape(t), "exporter_queue_size", ""), "records in the queue")
	})
	stats := segment.Stats(t)
	require.Zero(t, stats.Evicted)
	t.Logf("%d requests, %d duplicates removed", stats.Requests["200"], stats.Duplicates)
}
