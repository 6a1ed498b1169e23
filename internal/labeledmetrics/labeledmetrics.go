// Package labeledmetrics adds an attribute to the metrics of a library that knows nothing of it: the Collector's helper counts
// by exporter, and an exporter with several Segment sources has one for each of them.
package labeledmetrics

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// New makes a meter provider with which integer counters, histograms and callbacks record an attribute more. Other instruments
// are those of the provider inside.
func New(inner metric.MeterProvider, label attribute.KeyValue) metric.MeterProvider {
	return provider{inner, metric.WithAttributeSet(attribute.NewSet(label))}
}

type provider struct {
	metric.MeterProvider
	label metric.MeasurementOption
}

func (p provider) Meter(name string, options ...metric.MeterOption) metric.Meter {
	return meter{p.MeterProvider.Meter(name, options...), p.label}
}

type meter struct {
	metric.Meter
	label metric.MeasurementOption
}

func (m meter) Int64Counter(name string, options ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	inner, err := m.Meter.Int64Counter(name, options...)
	return counter{inner, m.label}, err
}

func (m meter) Int64UpDownCounter(name string, options ...metric.Int64UpDownCounterOption) (metric.Int64UpDownCounter, error) {
	inner, err := m.Meter.Int64UpDownCounter(name, options...)
	return upDownCounter{inner, m.label}, err
}

func (m meter) Int64Histogram(name string, options ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	inner, err := m.Meter.Int64Histogram(name, options...)
	return histogram{inner, m.label}, err
}

func (m meter) RegisterCallback(f metric.Callback, instruments ...metric.Observable) (metric.Registration, error) {
	return m.Meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		return f(ctx, observer{o, m.label})
	}, instruments...)
}

type counter struct {
	metric.Int64Counter
	label metric.MeasurementOption
}

func (c counter) Add(ctx context.Context, n int64, options ...metric.AddOption) {
	c.Int64Counter.Add(ctx, n, append(options[:len(options):len(options)], c.label)...)
}

type upDownCounter struct {
	metric.Int64UpDownCounter
	label metric.MeasurementOption
}

func (c upDownCounter) Add(ctx context.Context, n int64, options ...metric.AddOption) {
	c.Int64UpDownCounter.Add(ctx, n, append(options[:len(options):len(options)], c.label)...)
}

type histogram struct {
	metric.Int64Histogram
	label metric.MeasurementOption
}

func (h histogram) Record(ctx context.Context, n int64, options ...metric.RecordOption) {
	h.Int64Histogram.Record(ctx, n, append(options[:len(options):len(options)], h.label)...)
}

type observer struct {
	metric.Observer
	label metric.MeasurementOption
}

func (o observer) ObserveInt64(instrument metric.Int64Observable, n int64, options ...metric.ObserveOption) {
	o.Observer.ObserveInt64(instrument, n, append(options[:len(options):len(options)], o.label)...)
}
