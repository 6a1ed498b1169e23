package e2e

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestTwoExporters can be told apart in the metrics, and say at the start where their uploads go.
func TestTwoExporters(t *testing.T) {
	t.Parallel()
	nowhere := "http://localhost:" + testcollector.FreePorts(t, 1)[0]
	c := harness.StartCollector(t, `
exporters: {segment/web: {write_key: other-write-key, endpoint: "`+nowhere+`", sending_queue: {batch: {flush_timeout: 50ms}}}}
service: {pipelines: {logs: {exporters: [segment, segment/web]}}}
`)
	c.PostLogs(t, "application/json", []byte(`{"resourceLogs": [{"scopeLogs": [{"scope": {"name": "segment"}, "logRecords": [
		{"eventName": "A", "attributes": [{"key": "user.id", "value": {"stringValue": "u"}}]}, {"eventName": "Nobody"}]}]}]}`))
	c.Sandbox.WaitFor(t, 1)
	c.RequireMetric(t, "messages", `exporter="segment",`, 1)
	c.RequireMetric(t, "messages", `exporter="segment/web",`, 0)
	for _, exporter := range []string{"segment", "segment/web"} {
		c.RequireMetric(t, "dropped_records", `exporter="`+exporter+`",reason="missing_identity"`, 1)
	}
	harness.Eventually(t, func(t require.TestingT) {
		assert.Positive(t, c.Metric(t, "requests", `exporter="segment/web",status_code="none"`))
		assert.Positive(t, testcollector.SumOf(t, c.Scrape(t), "exporter_segment_request_wire_bytes", `exporter="segment"`))
	})
	for _, series := range regexp.MustCompile(`(?m)^otelcol_exporter_segment_\w+.*$`).FindAllString(c.Scrape(t), -1) {
		assert.Regexp(t, `\{.*exporter="segment(/web)?"`, series)
	}
	line := c.Output.Line(nowhere + "/v1/batch")
	assert.Contains(t, line, "Uploads go to Segment's API")
	assert.Contains(t, line, `"queue": "memory"`)
	assert.NotContains(t, c.Output.String(), "other-write-key")
	require.Zero(t, c.Stop(t), "exit code")
}

// TestMissingEvents has an event of another logger and one without a user: the sandbox lists both.
func TestMissingEvents(t *testing.T) {
	t.Parallel()
	c := harness.StartCollector(t)
	c.PostLogs(t, "application/json", []byte(`{"resourceLogs": [{"scopeLogs": [
		{"scope": {"name": "shop.checkout"}, "logRecords": [{"eventName": "Order Completed"}]},
		{"scope": {"name": "segment"}, "logRecords": [{"eventName": "Cart Viewed"}]}]}]}`))
	text, err := harness.Get(c.Sandbox.URL + "/api/records")
	require.NoError(t, err)
	type kind struct {
		Exporter, Logger, Event, Reason string
		Records                         int
	}
	var told struct {
		NotSelected []kind `json:"not_selected"`
		Dropped     []kind `json:"dropped"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &told))
	assert.Equal(t, []kind{{Exporter: "segment", Logger: "shop.checkout", Event: "Order Completed", Records: 1}}, told.NotSelected)
	assert.Equal(t, []kind{{Exporter: "segment", Event: "Cart Viewed", Reason: "missing_identity", Records: 1}}, told.Dropped)
	assert.Contains(t, c.Output.Line("A record that looks like an event is none"), `"logger": "shop.checkout", "event": "Order Completed"`)
}

// TestCurlOfTheReadme runs the call of the README twice, which makes two events.
func TestCurlOfTheReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	call := regexp.MustCompile(`(?s)curl -s http://localhost:4318/v1/logs .*? -d '(.*?)'\n`).FindSubmatch(readme)
	require.NotNil(t, call)
	c := harness.StartCollector(t)
	for range 2 {
		c.PostLogs(t, "application/json", call[1])
	}
	list := c.Sandbox.WaitFor(t, 2)
	harness.AssertNoViolations(t, list)
	assert.NotEqual(t, list[0].Message.MessageID, list[1].Message.MessageID)
}
