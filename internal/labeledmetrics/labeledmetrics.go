// Package labeledmetrics adds an attribute to the metrics of a library that knows nothing of it: the Collector's helper counts
// by exporter, and an exporter with several Segment sources has one for each of them.
package labeledmetrics

import (
	"context"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// New makes a meter provider whose integer counters, up-down counters, histograms and callbacks record one more attribute.
// Other instruments are those of the inner provider, without it.
func New(inner metric.MeterProvider, attribute attribute.KeyValue) metric.MeterProvider {
	return provider{inner, &label{option: metric.WithAttributes(attribute)}}
}

// label adds the attribute to the set of a measurement. To merge two sets takes longer than all else that a measurement does,
// so the first maxKept results are kept: what a library counts has few sets.
type label struct {
	option metric.MeasurementOption
	merged sync.Map // from an attribute.Distinct to the metric.MeasurementOption with the label
	kept   atomic.Int32
}

const maxKept = 64

func (l *label) add(set attribute.Set) metric.MeasurementOption {
	if merged, known := l.merged.Load(set.Equivalent()); known {
		return merged.(metric.MeasurementOption)
	}
	both := metric.NewAddConfig([]metric.AddOption{metric.WithAttributeSet(set), l.option}).Attributes()
	merged := metric.WithAttributeSet(both)
	if l.kept.Load() < maxKept {
		l.kept.Add(1)
		l.merged.Store(set.Equivalent(), merged)
	}
	return merged
}

type provider struct {
	metric.MeterProvider
	label *label
}

func (p provider) Meter(name string, options ...metric.MeterOption) metric.Meter {
	return meter{p.MeterProvider.Meter(name, options...), p.label}
}

type meter struct {
	metric.Meter
	label *label
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
	label *label
}

func (c counter) Add(ctx context.Context, n int64, options ...metric.AddOption) {
	config := metric.NewAddConfig(options)
	c.Int64Counter.Add(ctx, n, c.label.add(config.Attributes()))
}

type upDownCounter struct {
	metric.Int64UpDownCounter
	label *label
}

func (c upDownCounter) Add(ctx context.Context, n int64, options ...metric.AddOption) {
	config := metric.NewAddConfig(options)
	c.Int64UpDownCounter.Add(ctx, n, c.label.add(config.Attributes()))
}

type histogram struct {
	metric.Int64Histogram
	label *label
}

func (h histogram) Record(ctx context.Context, n int64, options ...metric.RecordOption) {
	config := metric.NewRecordConfig(options)
	h.Int64Histogram.Record(ctx, n, h.label.add(config.Attributes()))
}

type observer struct {
	metric.Observer
	label *label
}

func (o observer) ObserveInt64(instrument metric.Int64Observable, n int64, options ...metric.ObserveOption) {
	config := metric.NewObserveConfig(options)
	o.Observer.ObserveInt64(instrument, n, o.label.add(config.Attributes()))
}
