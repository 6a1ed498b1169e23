package benchcollector

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	drainTimeout = 2 * time.Minute
	countTimeout = 5 * time.Second
	// drainTick is long, because each look at the collector's metrics costs it CPU time, which is measured.
	drainTick = 100 * time.Millisecond
)

// exporter is one of the exporters that are compared.
type exporter struct {
	name string
	// done are the metrics that count the records it has finished, label is what tells them from those of other exporters.
	done  []string
	label string
}

var (
	segment  = exporter{"segment", []string{"exporter_segment_messages", "exporter_segment_not_selected_records"}, ""}
	otlpHTTP = exporter{"otlp_http", []string{"exporter_sent_log_records"}, `exporter="otlp_http"`}
)

// collector is a collector with testdata/collector.yaml.
type collector struct {
	*testcollector.Process

	logsURL, metricsURL string
}

func startCollector(t *testing.T, e exporter, endpoint string, overlays ...string) collector {
	t.Helper()
	args := []string{"--config", filepath.Join("testdata", "collector.yaml")}
	t.Setenv("SERVER_URL", endpoint)
	pipeline := fmt.Sprintf("service: {pipelines: {logs: {exporters: [%s]}}}", e.name)
	for _, overlay := range append([]string{pipeline}, overlays...) {
		args = append(args, "--config", "yaml:"+overlay)
	}
	p := testcollector.Start(t, []string{"HTTP_PORT", "METRICS_PORT"}, args...)
	return collector{
		Process:    p,
		logsURL:    "http://localhost:" + p.Ports[0] + "/v1/logs",
		metricsURL: "http://localhost:" + p.Ports[1] + "/metrics",
	}
}

// exporting overlays settings of the exporter.
func exporting(e exporter, settings string) string {
	return fmt.Sprintf("exporters: {%s: {%s}}", e.name, settings)
}

// waitDrained waits until the queue is empty. What is being uploaded is still in the queue.
func (c collector) waitDrained(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(drainTimeout); c.queued(t) > 0; time.Sleep(drainTick) {
		require.True(t, time.Now().Before(deadline), "the queue was not delivered")
	}
}

func (c collector) queued(t *testing.T) int {
	t.Helper()
	return testcollector.SumOf(t, c.scrape(t), "exporter_queue_size", "")
}

// requireDone fails when records were lost, because a loss would make the exporter look cheap.
func (c collector) requireDone(t *testing.T, e exporter, records int) {
	t.Helper()
	// Records are counted a little after they have left the queue.
	deadline := time.Now().Add(countTimeout)
	for c.done(t, e) < records && time.Now().Before(deadline) {
		time.Sleep(drainTick)
	}
	require.Equal(t, records, c.done(t, e), "records that the exporter is through with")
}

func (c collector) done(t *testing.T, e exporter) int {
	t.Helper()
	text, sum := c.scrape(t), 0
	for _, name := range e.done {
		sum += testcollector.SumOf(t, text, name, e.label)
	}
	return sum
}

func (c collector) scrape(t *testing.T) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.metricsURL, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(text)
}
