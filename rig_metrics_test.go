package segmentexporter

import (
	"strings"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// metrics are the sums of the counters and gauges, by name and by the value of each attribute.
func (r *rig) metrics() map[string]int {
	r.t.Helper()
	sums := map[string]int{}
	for _, m := range r.collect() {
		var points []metricdata.DataPoint[int64]
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			points = data.DataPoints
		case metricdata.Gauge[int64]:
			points = data.DataPoints
		}
		name := strings.TrimPrefix(m.Name, "otelcol_exporter_")
		for _, p := range points {
			sums[name] += int(p.Value)
			for _, kv := range p.Attributes.ToSlice() {
				sums[name+" "+kv.Value.String()] += int(p.Value)
			}
		}
	}
	return sums
}

// pauseTime is the metric of that name, in seconds.
func (r *rig) pauseTime() float64 {
	r.t.Helper()
	for _, m := range r.collect() {
		if data, is := m.Data.(metricdata.Sum[float64]); is && m.Name == "otelcol_exporter_segment_pause_time" {
			return data.DataPoints[0].Value
		}
	}
	return 0
}

func (r *rig) collect() []metricdata.Metrics {
	r.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(r.t, r.telemetry.Reader.Collect(r.t.Context(), &all))
	var list []metricdata.Metrics
	for _, scope := range all.ScopeMetrics {
		list = append(list, scope.Metrics...)
	}
	return list
}

// requireBalance fails unless everything that was taken is accounted for: delivered, dropped or a dead letter, not selected or
// queued.
func (r *rig) requireBalance(taken int) {
	r.t.Helper()
	m := r.metrics()
	require.Equal(r.t, taken,
		m["segment_messages"]+m["segment_dropped_records"]+m["segment_dead_letters"]+m["segment_not_selected_records"]+m["queue_size"], "%v", m)
}
