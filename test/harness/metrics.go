package harness

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// Scrape returns the collector's metrics as Prometheus gets them.
func (c *Collector) Scrape(t require.TestingT) string {
	text, err := Get(c.MetricsURL)
	require.NoError(t, err)
	return text
}

// Metric adds up the series of a metric of the exporter, named without `otelcol_exporter_segment_`, that carry a label
// (`reason="too_large"`, "" for all).
func (c *Collector) Metric(t require.TestingT, name, label string) int {
	return testcollector.SumOf(t, c.Scrape(t), "exporter_segment_"+name, label)
}

// RequireMetric waits until Metric is a value: the exporter counts a little after the sandbox has answered.
func (c *Collector) RequireMetric(t *testing.T, name, label string, want int) {
	t.Helper()
	Eventually(t, func(t require.TestingT) {
		require.Equal(t, want, c.Metric(t, name, label), "%s{%s}", name, label)
	})
}

// WaitForRequests waits until that many uploads were answered with the status, 0 for no answer.
func (c *Collector) WaitForRequests(t *testing.T, status, atLeast int) {
	t.Helper()
	code := "none"
	if status != 0 {
		code = strconv.Itoa(status)
	}
	label := `status_code="` + code + `"`
	Eventually(t, func(t require.TestingT) {
		require.GreaterOrEqual(t, c.Metric(t, "requests", label), atLeast, label)
	})
}

// Books are what the collector's own metrics say became of the records.
type Books struct {
	Accepted    int // by the receiver
	Refused     int // by the receiver: the sender keeps them
	Delivered   int
	Dropped     int
	NotSelected int
	Queued      int
}

// Books reads the metrics as they are now.
func (c *Collector) Books(t require.TestingT) Books {
	text := c.Scrape(t)
	return Books{
		Accepted:    testcollector.SumOf(t, text, "receiver_accepted_log_records", ""),
		Refused:     testcollector.SumOf(t, text, "receiver_refused_log_records", ""),
		Delivered:   testcollector.SumOf(t, text, "exporter_segment_messages", ""),
		Dropped:     testcollector.SumOf(t, text, "exporter_segment_dropped_records", ""),
		NotSelected: testcollector.SumOf(t, text, "exporter_segment_not_selected_records", ""),
		Queued:      testcollector.SumOf(t, text, "exporter_queue_size", ""),
	}
}

// RequireBalance waits until everything that came in is accounted for, with a number of records in the queue. restored
// is how many were in the queue at the start.
func (c *Collector) RequireBalance(t *testing.T, restored, queued int) Books {
	t.Helper()
	var b Books
	Eventually(t, func(t require.TestingT) {
		b = c.Books(t)
		require.Equal(t, queued, b.Queued, "records in the queue: %+v", b)
		require.Equal(t, b.Accepted+restored, b.Delivered+b.Dropped+b.NotSelected+b.Queued, "%+v", b)
	})
	return b
}
