package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// BenchmarkBatchSizes is what the default sizes of the batches were chosen with: the whole collector, OTLP over gRPC in,
// a server that discards out. It reports the collector's CPU time per message, and its requests.
func BenchmarkBatchSizes(b *testing.B) {
	// 512 is what an SDK's batch processor sends at once by default; programs with little to say send a few.
	for _, records := range []int{8, 512} {
		for _, size := range []struct{ low, high int }{{1, 2_500}, {100, 2_500}, {500, 2_500}, {1_000, 2_500}, {2_500, 2_500}, {5_000, 5_000}, {8_192, 8_192}} {
			b.Run(fmt.Sprintf("records=%d/batch=%d-%d", records, size.low, size.high), func(b *testing.B) {
				benchmarkBatchSize(b, records, size.low, size.high)
			})
		}
	}
}

func benchmarkBatchSize(b *testing.B, records, low, high int) {
	b.Helper()
	var requests, bytes atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		bytes.Add(n)
		requests.Add(1)
	}))
	b.Cleanup(server.Close)
	c := startCollector(b, withoutSandbox, fmt.Sprintf(`
exporters:
  segment:
    endpoint: %s
    sending_queue:
      block_on_overflow: true
      batch: {flush_timeout: 500ms, min_size: %d, max_size: %d}
`, server.URL, low, high))
	client := grpcClient(b, c)
	request := plogotlp.NewExportRequestFromLogs(shapes.Small.Logs(records))

	sent := 0
	before := c.cpuSeconds(b)
	for b.Loop() {
		_, err := client.Export(b.Context(), request)
		require.NoError(b, err)
		sent += records
	}
	require.Eventually(b, func() bool { return c.metric(b, "messages", "") == sent }, waitTimeout, tick)
	used := c.cpuSeconds(b) - before
	b.ReportMetric(used/float64(sent)*1e9, "cpu-ns/message")
	b.ReportMetric(float64(requests.Load())/float64(sent)*1_000, "requests/1000")
	b.ReportMetric(float64(bytes.Load())/float64(sent), "B/message")
	b.ReportMetric(0, "ns/op")
}

var processCPU = regexp.MustCompile(`(?m)^otelcol_process_cpu_seconds(?:_total)?(?:\{.*\})? (\S+)$`)

// cpuSeconds is the CPU time that the collector says it has used.
func (c *collector) cpuSeconds(tb testing.TB) float64 {
	tb.Helper()
	text, err := get(c.metricsURL)
	require.NoError(tb, err)
	match := processCPU.FindStringSubmatch(text)
	require.NotNil(tb, match, "no CPU time among the metrics")
	seconds, err := strconv.ParseFloat(match[1], 64)
	require.NoError(tb, err)
	return seconds
}
