package faults

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestShutdownWithStorage stops the collector during an outage, and starts it when Segment is back.
func TestShutdownWithStorage(t *testing.T) {
	t.Parallel()
	const events = 12_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), harness.OnDisk(t.TempDir()))
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	s.EmitAllCounters(t, events)
	c.WaitForRequests(t, http.StatusServiceUnavailable, 3)
	c.RequireBalance(t, 0, events)
	require.Zero(t, c.Stop(t), "exit code")
	assert.NotEmpty(t, c.Output.Line("Messages stay in sending_queue::storage for the next start"))

	segment.Mend(t)
	c = c.Restart(t)
	require.True(t, c.WaitReady(t))
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
	b := c.RequireBalance(t, events, 0)
	assert.Equal(t, events, b.Delivered)
	assert.Zero(t, segment.Stats(t).Duplicates)
}

// TestShutdownWithoutStorage stops the collector during an outage: what is lost is in the log and in a metric.
func TestShutdownWithoutStorage(t *testing.T) {
	t.Parallel()
	const events, lost = 42_000, 40_000
	segment := harness.NewSandbox(t)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), `
service:
  telemetry:
    metrics:
      readers:
        - pull: {exporter: {prometheus: {host: localhost, port: "${env:METRICS_PORT}"}}}
        # Writes the last values when the collector ends.
        - periodic: {interval: 3600000, exporter: {console: {}}}
`)
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	s.EmitCounters(t, 0, events-lost)
	segment.WaitFor(t, events-lost)
	segment.Inject(t, `{"status": 503}`)
	s.EmitCounters(t, events-lost, events)
	s.Finish(t)
	c.WaitForRequests(t, http.StatusServiceUnavailable, 3)
	c.RequireBalance(t, 0, lost)
	require.Zero(t, c.Stop(t), "exit code")

	output := c.Output.String()
	assert.Regexp(t, `"lost_messages": `+strconv.Itoa(lost)+`}`, c.Output.Line("Messages could not be delivered before the end"))
	assert.Equal(t, lost, finalSum(t, output, "otelcol_exporter_segment_dropped_records", "undelivered"))
	assert.Equal(t, events-lost, finalSum(t, output, "otelcol_exporter_segment_messages", "track"))
	assert.Equal(t, events, finalSum(t, output, "otelcol_receiver_accepted_log_records", ""))
	segment.WaitFor(t, events-lost)
}

// TestShutdownAfterOutage stops the collector when Segment is back, but the next attempt is far away.
func TestShutdownAfterOutage(t *testing.T) {
	t.Parallel()
	const events = 4_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 429, "headers": {"Retry-After": "300"}}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL))
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	s.EmitAllCounters(t, events)
	c.WaitForRequests(t, http.StatusTooManyRequests, 1)
	segment.Mend(t)
	require.Zero(t, c.Stop(t), "exit code")
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
}

// finalSum reads the metrics that the collector writes to its output when it ends.
func finalSum(t *testing.T, output, name, attribute string) int {
	t.Helper()
	starts := regexp.MustCompile(`\{\s*"Resource":`).FindAllStringIndex(output, -1)
	require.NotEmpty(t, starts, "no metrics in the output")
	last := output[starts[len(starts)-1][0]:]
	var final struct {
		ScopeMetrics []struct {
			Metrics []struct {
				Name string
				Data struct {
					DataPoints []struct {
						Attributes []struct{ Value struct{ Value any } }
						Value      float64
					}
				}
			}
		}
	}
	require.NoError(t, json.NewDecoder(strings.NewReader(last)).Decode(&final))
	sum := 0.0
	for _, scope := range final.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			for _, point := range m.Data.DataPoints {
				fits := attribute == ""
				for _, kv := range point.Attributes {
					fits = fits || kv.Value.Value == attribute
				}
				if fits {
					sum += point.Value
				}
			}
		}
	}
	return int(sum)
}
