package httpclient

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// DiscreetSpans returns the settings with a tracer provider whose spans have a status, but neither its description nor errors.
// The instrumentation of HTTP clients writes there what it cannot read, and a server that does not speak HTTP can repeat a
// secret that it was sent.
func DiscreetSpans(set component.TelemetrySettings) component.TelemetrySettings {
	set.TracerProvider = provider{set.TracerProvider}
	return set
}

type provider struct {
	trace.TracerProvider
}

func (p provider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return tracer{p.TracerProvider.Tracer(name, options...), p}
}

type tracer struct {
	trace.Tracer
	provider provider
}

func (t tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, started := t.Tracer.Start(ctx, name, options...)
	s := span{started, t.provider}
	return trace.ContextWithSpan(ctx, s), s
}

type span struct {
	trace.Span
	provider provider
}

// SetStatus leaves the description out.
func (s span) SetStatus(code codes.Code, _ string) { s.Span.SetStatus(code, "") }

// RecordError leaves the error out.
func (s span) RecordError(error, ...trace.EventOption) {}

// TracerProvider keeps spans that are started from this one discreet too.
func (s span) TracerProvider() trace.TracerProvider { return s.provider }
