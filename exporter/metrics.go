package exporter

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// metrics keep the books of a Segment source, or of the records that belong to none. Sets of attributes whose values are known
// are made once, and not for each measurement.
type metrics struct {
	builder *metadata.TelemetryBuilder
	// common are the attributes of every metric: the id of the exporter, and the name of the source when it has one.
	common   []attribute.KeyValue
	plain    metric.MeasurementOption // no other attribute
	types    [translate.NumTypes]metric.MeasurementOption
	outcomes [translate.NumOutcomes]metric.MeasurementOption
	warnings [translate.NumWarnings]metric.MeasurementOption
	// fates are the reasons of messages that are given up after the queue has taken them; delivered has none.
	fates [numFates]metric.MeasurementOption
	// handsOver says that there is a next pipeline for what is given up.
	handsOver bool
	// sandbox is told of losses too.
	sandbox *sandbox
	// lastDelivery is in nanoseconds since 1970, 0 before the first.
	lastDelivery atomic.Int64
	// unwritable is whether the queue on disk takes no messages.
	unwritable atomic.Bool
}

// dropReasons are the fates that are a loss, as they stand in metrics.
var dropReasons = map[fate]string{refused: "refused", rejected: "rejected", undelivered: "undelivered"}

func newMetrics(builder *metadata.TelemetryBuilder, id component.ID, source string) *metrics {
	m := &metrics{builder: builder, common: []attribute.KeyValue{attribute.String("exporter", id.String())}}
	if source != "" {
		m.common = append(m.common, attribute.String("source", source))
	}
	m.plain = metric.WithAttributeSet(attribute.NewSet(m.common...))
	for f, reason := range dropReasons {
		m.fates[f] = m.with("reason", reason)
	}
	for typ := range translate.NumTypes {
		m.types[typ] = m.with("type", typ.String())
	}
	for outcome := range translate.NumOutcomes {
		m.outcomes[outcome] = m.with("reason", outcome.String())
	}
	for w := range translate.NumWarnings {
		m.warnings[w] = m.with("warning", w.String())
	}
	return m
}

func (m *metrics) with(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(append(slices.Clone(m.common), attribute.String(key, value))...))
}

// startDoor begins the counters of what belongs to no source at 0.
func (m *metrics) startDoor(ctx context.Context) {
	m.builder.ExporterSegmentNotSelectedRecords.Add(ctx, 0, m.plain)
	m.givenUp().Add(ctx, 0, m.outcomes[translate.UnknownSource])
}

// givenUp is the counter of records that are not delivered and never will be: of dead letters if there is a next pipeline, else
// of dropped records.
func (m *metrics) givenUp() metric.Int64Counter {
	if m.handsOver {
		return m.builder.ExporterSegmentDeadLetters
	}
	return m.builder.ExporterSegmentDroppedRecords
}

// start begins the counters whose attribute values are known at 0, so that the first loss is an increase of a series that
// is there.
func (m *metrics) start(ctx context.Context, waiting *backlog) error {
	b := m.builder
	for _, counter := range [...]metric.Int64Counter{
		b.ExporterSegmentDeferredRequests, b.ExporterSegmentRequestBodyBytes, b.ExporterSegmentRequestWireBytes,
	} {
		counter.Add(ctx, 0, m.plain)
	}
	b.ExporterSegmentPauseTime.Add(ctx, 0, m.plain)
	for _, typ := range m.types {
		b.ExporterSegmentMessages.Add(ctx, 0, typ)
	}
	for outcome, option := range m.outcomes {
		if o := translate.Outcome(outcome); o > translate.NotSelected && o != translate.UnknownSource {
			m.givenUp().Add(ctx, 0, option)
		}
	}
	for f := range dropReasons {
		m.givenUp().Add(ctx, 0, m.fates[f])
		// Letters that the next pipeline has not taken when the collector ends are lost.
		b.ExporterSegmentDroppedRecords.Add(ctx, 0, m.fates[f])
	}
	for _, w := range m.warnings {
		b.ExporterSegmentWarnings.Add(ctx, 0, w)
	}
	return errors.Join(
		b.RegisterExporterSegmentLastDeliveryTimeCallback(func(_ context.Context, o metric.Float64Observer) error {
			if at := m.lastDelivery.Load(); at != 0 {
				o.Observe(time.Duration(at).Seconds(), m.plain)
			}
			return nil
		}),
		b.RegisterExporterSegmentOldestMessageAgeCallback(func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(waiting.age().Seconds(), m.plain)
			return nil
		}),
		b.RegisterExporterSegmentUnwritableQueuesCallback(func(_ context.Context, o metric.Int64Observer) error {
			var queues int64
			if m.unwritable.Load() {
				queues = 1
			}
			o.Observe(queues, m.plain)
			return nil
		}),
	)
}

// addRecords counts the records of a part that are no messages, and the warnings of all.
func (m *metrics) addRecords(ctx context.Context, p *part) {
	for outcome, n := range p.outcomes {
		switch translate.Outcome(outcome) {
		case translate.Message:
		case translate.NotSelected:
			add(ctx, m.builder.ExporterSegmentNotSelectedRecords, n, m.plain)
		default:
			add(ctx, m.givenUp(), n, m.outcomes[outcome])
		}
	}
	for w, n := range p.warnings {
		add(ctx, m.builder.ExporterSegmentWarnings, n, m.warnings[w])
	}
}

// addMessages counts messages by what has become of them.
func (m *metrics) addMessages(ctx context.Context, t *tally) {
	for typ := range t {
		add(ctx, m.builder.ExporterSegmentMessages, t[typ][delivered], m.types[typ])
	}
	for f, reason := range dropReasons {
		lost, letters := t.sum(f), t.sum(f.letter())
		add(ctx, m.builder.ExporterSegmentDroppedRecords, lost, m.fates[f])
		add(ctx, m.builder.ExporterSegmentDeadLetters, letters, m.fates[f])
		m.sandbox.dropped(reason, "", "", int(lost+letters))
	}
}

func add(ctx context.Context, counter metric.Int64Counter, n int64, option metric.MeasurementOption) {
	if n > 0 {
		counter.Add(ctx, n, option)
	}
}

// request counts one HTTP request of an attempt; status is 0 when there was no answer.
func (m *metrics) request(ctx context.Context, status int, took time.Duration, a *attempt) {
	code := "none"
	if status != 0 {
		code = strconv.Itoa(status)
	}
	m.builder.ExporterSegmentRequests.Add(ctx, 1, m.with("status_code", code))
	m.builder.ExporterSegmentRequestBodyBytes.Add(ctx, int64(a.run.BytesSize()), m.plain)
	m.builder.ExporterSegmentRequestMessages.Record(ctx, int64(len(a.run.messages)), m.plain)
	m.builder.ExporterSegmentRequestDuration.Record(ctx, took.Seconds(), m.plain)
}

// wireBytes counts bytes of a body that went out.
func (m *metrics) wireBytes(ctx context.Context, n int64) {
	add(ctx, m.builder.ExporterSegmentRequestWireBytes, n, m.plain)
}

// Recording a lag takes about 5 % of the time in which a small message is uploaded. So of a body the first ten messages have
// theirs recorded, and then each twentieth.
const (
	lagFirst = 10
	lagEvery = 20
)

// delivered records that the messages of a body have arrived.
func (m *metrics) delivered(ctx context.Context, run *request, now time.Time) {
	m.lastDelivery.Store(now.UnixNano())
	// One slice for all calls, which would otherwise make one each.
	options := []metric.RecordOption{m.plain}
	for i := 0; i < len(run.messages); i += lagStep(i) {
		at, ok := translate.MessageTime(run.message(i))
		if ok {
			m.builder.ExporterSegmentDeliveryLag.Record(ctx, max(0, now.Sub(at).Seconds()), options...)
		}
	}
}

// lagStep is how far behind a message the next one is whose lag is recorded.
func lagStep(i int) int {
	if i+1 < lagFirst {
		return 1
	}
	return lagEvery
}
