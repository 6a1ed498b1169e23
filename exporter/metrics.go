package exporter

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// metrics has the attribute sets made once.
type metrics struct {
	builder  *metadata.TelemetryBuilder
	types    [translate.NumTypes]metric.AddOption
	outcomes [translate.NumOutcomes]metric.AddOption
	warnings [translate.NumWarnings]metric.AddOption
	// fates are the reasons of messages that are dropped behind the door; delivered has none.
	fates [numFates]metric.AddOption
}

// dropReasons are the fates that are a loss, as they stand in metrics.
var dropReasons = map[fate]string{refused: "refused", rejected: "rejected", undelivered: "undelivered"}

func newMetrics(builder *metadata.TelemetryBuilder) *metrics {
	m := &metrics{builder: builder}
	for f, reason := range dropReasons {
		m.fates[f] = attributeOption("reason", reason)
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

// addRecords counts the records that are no messages, and the warnings of all.
func (m *metrics) addRecords(ctx context.Context, t *translation) {
	for outcome, n := range t.outcomes {
		switch translate.Outcome(outcome) {
		case translate.Message:
		case translate.NotSelected:
			add(ctx, m.builder.ExporterSegmentNotSelectedRecords, n)
		default:
			add(ctx, m.builder.ExporterSegmentDroppedRecords, n, m.outcomes[outcome])
		}
	}
	for w, n := range t.warnings {
		add(ctx, m.builder.ExporterSegmentWarnings, n, m.warnings[w])
	}
}

// addMessages counts messages by what has become of them.
func (m *metrics) addMessages(ctx context.Context, t *tally) {
	var dropped [numFates]int64
	for typ := range t {
		add(ctx, m.builder.ExporterSegmentMessages, t[typ][delivered], m.types[typ])
		for f := range dropped {
			dropped[f] += t[typ][f]
		}
	}
	for f := range dropReasons {
		add(ctx, m.builder.ExporterSegmentDroppedRecords, dropped[f], m.fates[f])
	}
}

func add(ctx context.Context, counter metric.Int64Counter, n int64, options ...metric.AddOption) {
	if n > 0 {
		counter.Add(ctx, n, options...)
	}
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
