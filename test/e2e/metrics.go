package e2e

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// metric adds up the series of a counter of the exporter that carry a label (`reason="too_large"`, "" for all).
func (c *collector) metric(t require.TestingT, name, label string) int {
	return testcollector.SumOf(t, c.scrape(t), "exporter_segment_"+name, label)
}

func (c *collector) scrape(t require.TestingT) string {
	text, err := get(c.metricsURL)
	require.NoError(t, err)
	return text
}

// waitForRequests waits until uploads were answered with the status, 0 for no answer.
func (c *collector) waitForRequests(t *testing.T, status, atLeast int) {
	t.Helper()
	code := "none"
	if status != 0 {
		code = strconv.Itoa(status)
	}
	label := `status_code="` + code + `"`
	eventually(t, func(t require.TestingT) {
		require.GreaterOrEqual(t, c.metric(t, "requests", label), atLeast, label)
	})
}

// requireMetric waits: the exporter counts a little after the sandbox has answered.
func (c *collector) requireMetric(t *testing.T, name, label string, want int) {
	t.Helper()
	eventually(t, func(t require.TestingT) {
		require.Equal(t, want, c.metric(t, name, label), "%s{%s}", name, label)
	})
}

// books are what the collector's own metrics say became of the records.
type books struct {
	accepted    int // by the receiver
	refused     int // by the receiver: the sender keeps them
	delivered   int
	dropped     int
	notSelected int
	queued      int
}

func readBooks(t require.TestingT, text string) books {
	return books{
		accepted:    testcollector.SumOf(t, text, "receiver_accepted_log_records", ""),
		refused:     testcollector.SumOf(t, text, "receiver_refused_log_records", ""),
		delivered:   testcollector.SumOf(t, text, "exporter_segment_messages", ""),
		dropped:     testcollector.SumOf(t, text, "exporter_segment_dropped_records", ""),
		notSelected: testcollector.SumOf(t, text, "exporter_segment_not_selected_records", ""),
		queued:      testcollector.SumOf(t, text, "exporter_queue_size", ""),
	}
}

// requireBalance waits until everything that came in is accounted for, with a number of records in the queue. restored
// is what was in the queue at the start.
func (c *collector) requireBalance(t *testing.T, restored, queued int) books {
	t.Helper()
	var b books
	eventually(t, func(t require.TestingT) {
		b = readBooks(t, c.scrape(t))
		require.Equal(t, queued, b.queued, "records in the queue: %+v", b)
		require.Equal(t, b.accepted+restored, b.delivered+b.dropped+b.notSelected+b.queued, "%+v", b)
	})
	return b
}
