package receiver

import (
	"context"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-segment/segmentexporter/internal/record"
	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// metrics keep the books of a receiver. Sets of attributes whose values are known are made once, and not for each measurement.
type metrics struct {
	builder  *metadata.TelemetryBuilder
	receiver attribute.KeyValue
	plain    metric.MeasurementOption                                 // no other attribute
	messages map[string]*[translate.NumTypes]metric.MeasurementOption // by source
	refused  [record.NumRefusals]metric.MeasurementOption
	warnings [record.NumWarnings]metric.MeasurementOption
	outcomes map[settingsOutcome]metric.MeasurementOption
}

func newMetrics(builder *metadata.TelemetryBuilder, id component.ID, all sources) *metrics {
	m := &metrics{
		builder:  builder,
		receiver: attribute.String("receiver", id.String()),
		messages: map[string]*[translate.NumTypes]metric.MeasurementOption{},
		outcomes: map[settingsOutcome]metric.MeasurementOption{},
	}
	m.plain = m.with()
	if len(all) == 0 {
		m.addSource("")
	}
	for i := range all {
		m.addSource(all[i].name, attribute.String("source", all[i].name))
	}
	for r := range record.NumRefusals {
		m.refused[r] = m.with(attribute.String("reason", r.String()))
	}
	for w := range record.NumWarnings {
		m.warnings[w] = m.with(attribute.String("reason", w.String()))
	}
	for _, o := range settingsOutcomes {
		m.outcomes[o] = m.with(attribute.String("outcome", string(o)))
	}
	return m
}

func (m *metrics) with(attributes ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(append(slices.Clone(attributes), m.receiver)...))
}

func (m *metrics) addSource(name string, attributes ...attribute.KeyValue) {
	types := &[translate.NumTypes]metric.MeasurementOption{}
	for typ := range translate.NumTypes {
		types[typ] = m.with(append(slices.Clone(attributes), attribute.String("type", typ.String()))...)
	}
	m.messages[name] = types
}

// start begins the counters whose attribute values are known at 0, so that the first loss is an increase of a series that is there.
func (m *metrics) start(ctx context.Context, hasSettings bool) {
	b := m.builder
	for _, types := range m.messages {
		for _, option := range types {
			b.ReceiverSegmentMessages.Add(ctx, 0, option)
		}
	}
	for _, option := range m.refused {
		b.ReceiverSegmentRefusedElements.Add(ctx, 0, option)
	}
	for _, option := range m.warnings {
		b.ReceiverSegmentWarnings.Add(ctx, 0, option)
	}
	if hasSettings {
		for _, option := range m.outcomes {
			b.ReceiverSegmentSettingsRequests.Add(ctx, 0, option)
		}
	}
	b.ReceiverSegmentSalvagedMessages.Add(ctx, 0, m.plain)
	b.ReceiverSegmentSdkTelemetryRequests.Add(ctx, 0, m.plain)
}

// request counts a request that is answered.
func (m *metrics) request(ctx context.Context, route, status string) {
	m.builder.ReceiverSegmentRequests.Add(ctx, 1, m.with(attribute.String("route", route), attribute.String("status", status)))
}

// body records the size of a body after decompression.
func (m *metrics) body(ctx context.Context, size int) {
	m.builder.ReceiverSegmentRequestBytes.Record(ctx, int64(size), m.plain)
}

// taken counts the elements of a request that is answered with 200. One that is not is sent again, and counts then.
func (m *metrics) taken(ctx context.Context, result *record.Result, source string) {
	for typ, n := range result.Messages {
		add(ctx, m.builder.ReceiverSegmentMessages, n, m.messages[source][typ])
	}
	for r, n := range result.Refused {
		add(ctx, m.builder.ReceiverSegmentRefusedElements, n, m.refused[r])
	}
	for w, n := range result.Warnings {
		add(ctx, m.builder.ReceiverSegmentWarnings, n, m.warnings[w])
	}
	add(ctx, m.builder.ReceiverSegmentSalvagedMessages, result.Salvaged, m.plain)
	if result.HasSkew {
		m.builder.ReceiverSegmentClockSkewSeconds.Record(ctx, result.Skew.Seconds(), m.plain)
	}
}

func (m *metrics) sdkTelemetry(ctx context.Context) {
	m.builder.ReceiverSegmentSdkTelemetryRequests.Add(ctx, 1, m.plain)
}

func (m *metrics) settings(ctx context.Context, outcome settingsOutcome) {
	m.builder.ReceiverSegmentSettingsRequests.Add(ctx, 1, m.outcomes[outcome])
}

func add(ctx context.Context, counter metric.Int64Counter, n int, option metric.MeasurementOption) {
	if n > 0 {
		counter.Add(ctx, int64(n), option)
	}
}
