package httpclient

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func TestDiscreetSpans(t *testing.T) {
	t.Parallel()
	telemetry := componenttest.NewTelemetry()
	defer func() { require.NoError(t, telemetry.Shutdown(t.Context())) }()
	set := DiscreetSpans(telemetry.NewTelemetrySettings())

	ctx, parent := set.TracerProvider.Tracer("parent").Start(t.Context(), "outer")
	_, child := trace.SpanFromContext(ctx).TracerProvider().Tracer("child").Start(ctx, "inner")
	for _, span := range []trace.Span{child, parent} {
		span.SetStatus(codes.Error, "secret")
		span.RecordError(errors.New("secret"))
		span.SetAttributes(attribute.Int("http.response.status_code", 500))
		span.End()
	}
	spans := telemetry.SpanRecorder.Ended()
	require.Len(t, spans, 2)
	for _, span := range spans {
		assert.Equal(t, sdktrace.Status{Code: codes.Error}, span.Status())
		assert.Empty(t, span.Events())
		assert.Len(t, span.Attributes(), 1)
	}
	assert.Equal(t, spans[1].SpanContext().SpanID(), spans[0].Parent().SpanID())
}
