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

	"github.com/otel-segment/segmentexporter/test/harness"
)

// BenchmarkBatchSizes measures what the default min_size of the batches was chosen by: the collector's CPU time per message and
// its uploads, with OTLP over gRPC in, and a server that discards out.
func BenchmarkBatchSizes(b *testing.B) {
	for _, shape := range shapes.All {
		// 512 is what an SDK's batch processor sends at once by default; programs with little to say send a few.
		for _, records := range []int{8, 512} {
			for _, minSize := range []int{1, 100, 500, 1_000, 2_500} {
				b.Run(fmt.Sprintf("%s/records=%d/min_size=%d", shape.Name, records, minSize), func(b *testing.B) {
					benchmarkBatchSize(b, shape, records, minSize)
				})
			}
		}
	}
}

func benchmarkBatchSize(b *testing.B, shape shapes.Shape, records, minSize int) {
	b.Helper()
	var requests, bytes atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		bytes.Add(n)
		requests.Add(1)
	}))
	b.Cleanup(server.Close)
	c := harness.StartCollector(b, harness.WithoutSandbox, fmt.Sprintf(`
exporters:
  segment:
    endpoint: %s
    sending_queue:
      block_on_overflow: true
      batch: {flush_timeout: 500ms, min_size: %d}
`, server.URL, minSize))
	client := c.GRPCClient(b)
	request := plogotlp.NewExportRequestFromLogs(shape.Logs(records))

	sent := 0
	before := cpuSeconds(b, c)
	for b.Loop() {
		_, err := client.Export(b.Context(), request)
		require.NoError(b, err)
		sent += records
	}
	require.Eventually(b, func() bool { return c.Metric(b, "messages", "") == sent }, harness.WaitTimeout, harness.Tick)
	used := cpuSeconds(b, c) - before
	b.ReportMetric(used/float64(sent)*1e9, "cpu-ns/message")
	b.ReportMetric(float64(requests.Load())/float64(sent)*1_000, "uploads/1000")
	b.ReportMetric(float64(bytes.Load())/float64(sent), "B/message")
	b.ReportMetric(0, "ns/op")
}

var processCPU = regexp.MustCompile(`(?m)^otelcol_process_cpu_seconds(?:_total)?(?:\{.*\})? (\S+)$`)

// cpuSeconds is the CPU time that the collector says it has used.
func cpuSeconds(tb testing.TB, c *harness.Collector) float64 {
	tb.Helper()
	match := processCPU.FindStringSubmatch(c.Scrape(tb))
	require.NotNil(tb, match, "no CPU time among the metrics")
	seconds, err := strconv.ParseFloat(match[1], 64)
	require.NoError(tb, err)
	return seconds
}
