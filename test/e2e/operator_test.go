package e2e

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// TestTwoExporters can be told apart in the metrics, and say at the start where their uploads go.
func TestTwoExporters(t *testing.T) {
	t.Parallel()
	nowhere := "http://localhost:" + testcollector.FreePorts(t, 1)[0]
	c := startCollector(t, `
exporters: {segment/web: {write_key: other-write-key, endpoint: "`+nowhere+`", sending_queue: {batch: {flush_timeout: 50ms}}}}
service: {pipelines: {logs: {exporters: [segment, segment/web]}}}
`)
	postLogs(t, c, "application/json", []byte(`{"resourceLogs": [{"scopeLogs": [{"scope": {"name": "segment"}, "logRecords": [
		{"eventName": "A", "attributes": [{"key": "user.id", "value": {"stringValue": "u"}}]}, {"eventName": "Nobody"}]}]}]}`))
	c.sandbox.waitFor(t, 1)
	c.requireMetric(t, "messages", `exporter="segment",`, 1)
	c.requireMetric(t, "messages", `exporter="segment/web",`, 0)
	for _, exporter := range []string{"segment", "segment/web"} {
		c.requireMetric(t, "dropped_records", `exporter="`+exporter+`",reason="missing_identity"`, 1)
	}
	eventually(t, func(t require.TestingT) {
		assert.Positive(t, c.metric(t, "requests", `exporter="segment/web",status_code="none"`))
		assert.Positive(t, testcollector.SumOf(t, c.scrape(t), "exporter_segment_request_wire_bytes", `exporter="segment"`))
	})
	for _, series := range regexp.MustCompile(`(?m)^otelcol_exporter_segment_\w+.*$`).FindAllString(c.scrape(t), -1) {
		assert.Regexp(t, `\{.*exporter="segment(/web)?"`, series)
	}
	line := c.Output.Line(nowhere + "/v1/batch")
	assert.Contains(t, line, "Uploads go to Segment's API")
	assert.Contains(t, line, `"queue": "memory"`)
	assert.NotContains(t, c.Output.String(), "other-write-key")
	require.Zero(t, c.Stop(t), "exit code")
}

// TestMissingEvents are on the sandbox: an event of another logger and one without a user.
func TestMissingEvents(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	postLogs(t, c, "application/json", []byte(`{"resourceLogs": [{"scopeLogs": [
		{"scope": {"name": "shop.checkout"}, "logRecords": [{"eventName": "Order Completed"}]},
		{"scope": {"name": "segment"}, "logRecords": [{"eventName": "Cart Viewed"}]}]}]}`))
	text, err := get(c.sandbox.url + "/api/records")
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

// TestCurlOfTheReadme is another event each time.
func TestCurlOfTheReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	call := regexp.MustCompile(`(?s)curl -s http://localhost:4318/v1/logs .*? -d '(.*?)'\n`).FindSubmatch(readme)
	require.NotNil(t, call)
	c := startCollector(t)
	for range 2 {
		postLogs(t, c, "application/json", call[1])
	}
	list := c.sandbox.waitFor(t, 2)
	assertNoViolations(t, list)
	assert.NotEqual(t, list[0].message.MessageID, list[1].message.MessageID)
}
