package parity

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// attributes are the attributes for the arguments of a call. Its event becomes the record's event name.
var attributes = map[string]string{
	"userId":       "segment.user_id",
	"anonymousId":  "segment.anonymous_id",
	"groupId":      "segment.group_id",
	"previousId":   "segment.previous_id",
	"messageId":    "segment.message_id",
	"name":         "segment.name",
	"category":     "segment.category",
	"properties":   "segment.properties",
	"traits":       "segment.traits",
	"context":      "segment.context",
	"integrations": "segment.integrations",
}

var (
	series = regexp.MustCompile(`(?m)^otelcol_exporter_segment_(messages|dropped_records|not_selected_records)(?:_total)?(\{.*\})? (\d+)$`)
	reason = regexp.MustCompile(`reason="(\w+)"`)
)

// export makes a call with OpenTelemetry. When the exporter drops it, the outcome is refused with the reason that it has counted.
func (c collector) export(t *testing.T, made call) outcome {
	t.Helper()
	before := c.counts(t)
	logs := plog.NewLogs()
	scope := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	scope.Scope().SetName("segment")
	fill(t, scope.LogRecords().AppendEmpty(), made)
	body, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	require.NoError(t, err)
	request(t, http.MethodPost, c.logsURL, "application/x-protobuf", body)

	for start := time.Now(); time.Since(start) < waitTimeout; time.Sleep(tick) {
		for what, count := range c.counts(t) {
			if count > before[what] {
				return c.outcome(t, what)
			}
		}
	}
	require.FailNow(t, "the exporter has neither delivered nor dropped the record")
	return outcome{}
}

// counts are how many records the exporter has dropped, by the reason, and how many it has delivered, under "".
func (c collector) counts(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, match := range series.FindAllSubmatch(request(t, http.MethodGet, c.metricsURL, "", nil), -1) {
		var what string
		switch string(match[1]) {
		case "dropped_records":
			what = string(reason.FindSubmatch(match[2])[1])
		case "not_selected_records":
			what = "not_selected"
		}
		count, err := strconv.Atoi(string(match[3]))
		require.NoError(t, err)
		counts[what] += count
	}
	return counts
}

// fill makes the record that an application would emit in place of the call.
func fill(t *testing.T, record plog.LogRecord, made call) {
	t.Helper()
	record.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	record.Attributes().PutStr("segment.type", made.Method)
	for name, value := range made.Args {
		switch name {
		case "event":
			record.SetEventName(value.(string))
		case "timestamp":
			setTime(t, record, value)
		default:
			require.Contains(t, attributes, name, "an argument that has no attribute")
			require.NoError(t, record.Attributes().PutEmpty(attributes[name]).FromRaw(raw(t, value)))
		}
	}
}

// setTime sets the time of the record to a time with a zone. Another one becomes an attribute, which the exporter has to read.
func setTime(t *testing.T, record plog.LogRecord, value any) {
	t.Helper()
	text, isText := value.(string)
	if !isText {
		text = raw(t, value).(string)
		if instant, err := time.Parse(time.RFC3339, text); err == nil {
			record.SetTimestamp(pcommon.NewTimestampFromTime(instant))
			return
		}
	}
	record.Attributes().PutStr("segment.timestamp", text)
}
