package labeledmetrics

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestLabel has every kind of instrument record the label beside its own attributes.
func TestLabel(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	label, own := attribute.String("source", "web"), attribute.String("exporter", "segment")
	m := New(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)), label).Meter("test")

	counter, err := m.Int64Counter("counter")
	require.NoError(t, err)
	// Room behind the options shows whether an instrument writes into it.
	options := make([]metric.AddOption, 1, 2)
	options[0] = metric.WithAttributes(own)
	counter.Add(t.Context(), 1, options...)
	assert.Nil(t, options[:2][1])
	upDownCounter, err := m.Int64UpDownCounter("up_down_counter")
	require.NoError(t, err)
	upDownCounter.Add(t.Context(), 1, metric.WithAttributes(own))
	histogram, err := m.Int64Histogram("histogram")
	require.NoError(t, err)
	histogram.Record(t.Context(), 1, metric.WithAttributes(own))
	gauge, err := m.Int64ObservableGauge("gauge")
	require.NoError(t, err)
	_, err = m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(gauge, 1, metric.WithAttributes(own))
		return nil
	}, gauge)
	require.NoError(t, err)

	var all metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &all))
	sets := map[string]attribute.Set{}
	for _, recorded := range all.ScopeMetrics[0].Metrics {
		switch data := recorded.Data.(type) {
		case metricdata.Sum[int64]:
			sets[recorded.Name] = data.DataPoints[0].Attributes
		case metricdata.Gauge[int64]:
			sets[recorded.Name] = data.DataPoints[0].Attributes
		case metricdata.Histogram[int64]:
			sets[recorded.Name] = data.DataPoints[0].Attributes
		}
	}
	assert.Len(t, sets, 4)
	for name, set := range sets {
		assert.Equal(t, attribute.NewSet(label, own), set, name)
	}
}

// TestManySets has more sets of attributes than are kept.
func TestManySets(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	label := attribute.String("source", "web")
	m := New(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)), label).Meter("test")
	counter, err := m.Int64Counter("counter")
	require.NoError(t, err)
	for range 2 {
		for i := range 2 * maxKept {
			counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("number", i)))
		}
	}
	var all metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &all))
	points := all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints
	assert.Len(t, points, 2*maxKept)
	for _, p := range points {
		assert.EqualValues(t, 2, p.Value)
		source, _ := p.Attributes.Value(label.Key)
		assert.Equal(t, label.Value, source)
	}
}
