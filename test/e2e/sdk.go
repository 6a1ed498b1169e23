package e2e

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

// sdk is the OTel Go SDK, set up as an application would.
type sdk struct {
	provider *sdklog.LoggerProvider
	exporter *checkedExporter
}

func newSDK(t *testing.T, exporter sdklog.Exporter, options ...sdklog.BatchProcessorOption) *sdk {
	t.Helper()
	checked := &checkedExporter{Exporter: exporter}
	res := resource.NewSchemaless(
		attribute.String("service.name", "e2e"),
		attribute.String("service.version", "1.2.3"),
	)
	s := &sdk{
		exporter: checked,
		provider: sdklog.NewLoggerProvider(
			sdklog.WithResource(res),
			sdklog.WithProcessor(sdklog.NewBatchProcessor(checked, options...)),
		),
	}
	// A second shutdown does nothing.
	t.Cleanup(func() { _ = s.provider.Shutdown(context.Background()) })
	return s
}

func grpcExporter(t *testing.T, c *collector) sdklog.Exporter {
	t.Helper()
	exporter, err := otlploggrpc.New(t.Context(), otlploggrpc.WithEndpointURL("http://"+c.grpcAddress))
	require.NoError(t, err)
	return exporter
}

func httpExporter(t *testing.T, c *collector) sdklog.Exporter {
	t.Helper()
	exporter, err := otlploghttp.New(t.Context(), otlploghttp.WithEndpointURL(c.httpURL+"/v1/logs"))
	require.NoError(t, err)
	return exporter
}

// finish sends everything, and fails the test when the collector did not take it.
func (s *sdk) finish(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	require.NoError(t, s.provider.Shutdown(ctx))
	s.exporter.mu.Lock()
	defer s.exporter.mu.Unlock()
	assert.Empty(t, s.exporter.errs)
}

// emit sends a record with the logger that the exporter takes for analytics.
func (s *sdk) emit(ctx context.Context, eventName string, attributes ...log.KeyValue) {
	s.emitAs(ctx, "segment", eventName, attributes...)
}

func (s *sdk) emitAs(ctx context.Context, logger, eventName string, attributes ...log.KeyValue) {
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetEventName(eventName)
	record.SetBody(log.StringValue("a body is never payload"))
	record.AddAttributes(attributes...)
	s.provider.Logger(logger).Emit(ctx, record)
}

// checkedExporter keeps the errors of background exports, which otherwise end in a handler that all tests share.
type checkedExporter struct {
	sdklog.Exporter

	mu   sync.Mutex
	errs []error
}

func (e *checkedExporter) Export(ctx context.Context, records []sdklog.Record) error {
	err := e.Exporter.Export(ctx, records)
	if err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.errs = append(e.errs, err)
	}
	return err
}
