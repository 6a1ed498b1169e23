package exporter

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// Drop reasons beside those of the translation.
const (
	// refused is a message in a request that was refused as a whole.
	refused = "refused"
	// rejected is a message that was refused by itself.
	rejected = "rejected"
	// undelivered is a message that could be sent again, but there are no more attempts.
	undelivered = "undelivered"
)

// tally counts what becomes of the records of one push.
type tally struct {
	delivered [translate.NumTypes]int64
	outcomes  [translate.NumOutcomes]int64
	warnings  [translate.NumWarnings]int64
	refused   int64
	rejected  int64
}

// metrics has the attribute sets made once.
type metrics struct {
	builder  *metadata.TelemetryBuilder
	types    [translate.NumTypes]metric.AddOption
	outcomes [translate.NumOutcomes]metric.AddOption
	warnings [translate.NumWarnings]metric.AddOption

	refused, rejected, undelivered metric.AddOption
}

func newMetrics(builder *metadata.TelemetryBuilder) *metrics {
	m := &metrics{
		builder:     builder,
		refused:     attributeOption("reason", refused),
		rejected:    attributeOption("reason", rejected),
		undelivered: attributeOption("reason", undelivered),
	}
	for typ := range translate.NumTypes {
		m.types[typ] = attributeOption("type", typ.String())
	}
	for outcome := range translate.NumOutcomes {
		m.outcomes[outcome] = attributeOption("reason", outcome.String())
	}
	for w := range translate.NumWarnings {
		m.warnings[w] = attributeOption("warning", w.String())
	}
	return m
}

func attributeOption(key, value string) metric.AddOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

func (m *metrics) add(ctx context.Context, t *tally) {
	add := func(counter metric.Int64Counter, n int64, options ...metric.AddOption) {
		if n > 0 {
			counter.Add(ctx, n, options...)
		}
	}
	for typ, n := range t.delivered {
		add(m.builder.ExporterSegmentMessages, n, m.types[typ])
	}
	for w, n := range t.warnings {
		add(m.builder.ExporterSegmentWarnings, n, m.warnings[w])
	}
	for outcome, n := range t.outcomes {
		switch translate.Outcome(outcome) {
		case translate.Message:
		case translate.NotSelected:
			add(m.builder.ExporterSegmentNotSelectedRecords, n)
		default:
			add(m.builder.ExporterSegmentDroppedRecords, n, m.outcomes[outcome])
		}
	}
	add(m.builder.ExporterSegmentDroppedRecords, t.refused, m.refused)
	add(m.builder.ExporterSegmentDroppedRecords, t.rejected, m.rejected)
}

// giveUp counts records that could be sent again, and will not be.
func (m *metrics) giveUp(ctx context.Context, records int) {
	m.builder.ExporterSegmentDroppedRecords.Add(ctx, int64(records), m.undelivered)
}

// request counts one attempt; status is 0 when there was no answer.
func (m *metrics) request(ctx context.Context, status, bodyBytes int) {
	m.builder.ExporterSegmentRequests.Add(ctx, 1, metric.WithAttributeSet(attribute.NewSet(attribute.Int("status_code", status))))
	m.builder.ExporterSegmentRequestBodyBytes.Add(ctx, int64(bodyBytes))
}

// tokenRequest counts a token request by its outcome.
func (m *metrics) tokenRequest(ctx context.Context, outcome string) {
	m.builder.ExporterSegmentTokenRequests.Add(ctx, 1, attributeOption("outcome", outcome))
}
