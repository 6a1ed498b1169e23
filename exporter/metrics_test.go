package exporter

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otel-segment/segmentexporter/internal/metadatatest"
	"github.com/otel-segment/segmentexporter/translate"
)

// points are the points of a metric of the exporter, by the values of the attributes that it has beside `exporter`.
func (r *rig) points(t *testing.T, name string) map[string]float64 {
	t.Helper()
	m, err := r.telemetry.GetMetric("otelcol_exporter_segment_" + name)
	if err != nil {
		return nil
	}
	points := map[string]float64{}
	set := func(attributes attribute.Set, value float64) {
		var key []string
		for _, a := range attributes.ToSlice() {
			if a.Key == "exporter" {
				assert.Equal(t, r.set.ID.String(), a.Value.AsString())
			} else {
				key = append(key, a.Value.AsString())
			}
		}
		assert.True(t, attributes.HasValue("exporter"), name)
		points[strings.Join(key, " ")] = value
	}
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, float64(p.Value))
		}
	case metricdata.Sum[float64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, float64(p.Value))
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, p.Value)
		}
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, float64(p.Count))
		}
	case metricdata.Histogram[int64]:
		for _, p := range data.DataPoints {
			set(p.Attributes, float64(p.Count))
		}
	default:
		t.Errorf("%s is a %T", name, data)
	}
	return points
}

// TestMetricsAtTheStart has every value of a closed set at 0 before anything happens, so that a first loss is an increase.
func TestMetricsAtTheStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, "http://localhost:9", func(s *Settings) {
		s.ID = component.MustNewIDWithName("segment", "web")
		withTokens(t, "http://localhost:9")(s)
	})
	zeros := func(values ...string) map[string]float64 {
		points := map[string]float64{}
		for _, value := range values {
			points[value] = 0
		}
		return points
	}
	var types, reasons, warnings []string
	for typ := range translate.NumTypes {
		types = append(types, typ.String())
	}
	for outcome := translate.InvalidType; outcome < translate.NumOutcomes; outcome++ {
		reasons = append(reasons, outcome.String())
	}
	for w := range translate.NumWarnings {
		warnings = append(warnings, w.String())
	}
	for name, expected := range map[string]map[string]float64{
		"messages":             zeros(types...),
		"dropped_records":      zeros(append(reasons, "refused", "rejected", "undelivered")...),
		"warnings":             zeros(warnings...),
		"token_requests":       zeros("granted", "refused", "throttled", "failed"),
		"not_selected_records": zeros(""),
		"deferred_requests":    zeros(""),
		"pause_time":           zeros(""),
		"request_body_bytes":   zeros(""),
		"request_wire_bytes":   zeros(""),
		"oldest_message_age":   zeros(""),
		"unwritable_queues":    zeros(""),
		"token_remaining_time": zeros(""),
		"last_delivery_time":   nil,
		"delivery_lag":         nil,
		"request_messages":     nil,
		"request_duration":     nil,
		"requests":             nil,
	} {
		assert.Equal(t, expected, r.points(t, name), name)
	}
}

func TestRequestMetrics(t *testing.T) {
	t.Parallel()
	for _, compression := range []configcompression.Type{"", configcompression.TypeGzip, configcompression.TypeZstd} {
		server := newSegment(t, answers(http.StatusServiceUnavailable))
		r := newRig(t, server.URL, func(s *Settings) {
			s.Client.Compression = compression
			s.Client.CompressionParams.Level = 0
		})
		// A request whose context has ended, as in a shutdown, counts too.
		ctx, cancel := context.WithCancel(t.Context())
		require.Error(t, r.ConsumeLogs(ctx, events(2, nil)))
		begin := time.Now()
		require.NoError(t, r.ConsumeLogs(ctx, events(2, nil)))
		cancel()
		require.Error(t, r.ConsumeLogs(ctx, events(2, nil)))
		received := server.received()
		require.Len(t, received, 2)
		assert.Equal(t, map[string]float64{"200": 1, "503": 1, "none": 1}, r.points(t, "requests"))
		assert.Equal(t, map[string]float64{"": float64(3 * len(received[0].body))}, r.points(t, "request_body_bytes"))
		// The transport can be done with a body only after the answer.
		assert.EventuallyWithT(t, func(c *assert.CollectT) {
			assert.Equal(c, map[string]float64{"": float64(received[0].wire + received[1].wire)}, r.points(t, "request_wire_bytes"))
		}, 10*time.Second, time.Millisecond, compression)
		assert.Equal(t, map[string]float64{"": 3}, r.points(t, "request_duration"))
		assert.Equal(t, map[string]float64{"": 2}, r.points(t, "delivery_lag"))
		metadatatest.AssertEqualExporterSegmentRequestMessages(t, r.telemetry, []metricdata.HistogramDataPoint[int64]{{
			Attributes: attribute.NewSet(attribute.String("exporter", "segment")),
			Count:      3, Sum: 6, Min: metricdata.NewExtrema[int64](2), Max: metricdata.NewExtrema[int64](2),
			Bounds:       []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500},
			BucketCounts: []uint64{0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		}}, metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
		last := r.points(t, "last_delivery_time")[""]
		assert.InDelta(t, float64(begin.Unix()), last, 60)
		assert.Zero(t, r.points(t, "oldest_message_age")[""])
	}
}

// TestDeliveryLag has events of different ages: few of them count all, of many a part.
func TestDeliveryLag(t *testing.T) {
	t.Parallel()
	for messages, recorded := range map[int]uint64{1: 1, 10: 10, 11: 10, 29: 10, 30: 11, 2_000: 109} {
		server := newSegment(t, nil)
		r := newRig(t, server.URL, nil)
		now := time.Now()
		require.NoError(t, r.ConsumeLogs(t.Context(), events(messages, func(i int, lr plog.LogRecord) {
			age := 40 * time.Second
			if i == 0 {
				age = -time.Hour
			}
			lr.SetTimestamp(pcommon.NewTimestampFromTime(now.Add(-age)))
		})))
		m, err := r.telemetry.GetMetric("otelcol_exporter_segment_delivery_lag")
		require.NoError(t, err)
		points := m.Data.(metricdata.Histogram[float64]).DataPoints
		require.Len(t, points, 1)
		assert.Equal(t, recorded, points[0].Count, messages)
		assert.InDelta(t, 40*float64(recorded-1), points[0].Sum, 10*float64(recorded), messages)
		least, _ := points[0].Min.Value()
		assert.Zero(t, least, "an event of the future")
	}
}
