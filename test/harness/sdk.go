package harness

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

// What the SDK's resource says of the application.
const (
	ServiceName    = "shop"
	ServiceVersion = "1.2.3"
)

// SDK is the OTel Go SDK, set up as an application would.
type SDK struct {
	Provider *sdklog.LoggerProvider

	exporter *checkedExporter
}

// NewSDK has a batch processor with options in front of the exporter. It is shut down at the end of the test.
func NewSDK(t *testing.T, exporter sdklog.Exporter, options ...sdklog.BatchProcessorOption) *SDK {
	t.Helper()
	checked := &checkedExporter{Exporter: exporter}
	res := resource.NewSchemaless(
		attribute.String("service.name", ServiceName),
		attribute.String("service.version", ServiceVersion),
	)
	s := &SDK{
		exporter: checked,
		Provider: sdklog.NewLoggerProvider(
			sdklog.WithResource(res),
			sdklog.WithProcessor(sdklog.NewBatchProcessor(checked, options...)),
		),
	}
	// A second shutdown does nothing.
	t.Cleanup(func() { _ = s.Provider.Shutdown(context.Background()) })
	return s
}

// GRPCExporter is the SDK's own, with its defaults.
func (c *Collector) GRPCExporter(t *testing.T) sdklog.Exporter {
	t.Helper()
	exporter, err := otlploggrpc.New(t.Context(), otlploggrpc.WithEndpointURL("http://"+c.GRPCAddress))
	require.NoError(t, err)
	return exporter
}

// HTTPExporter is the SDK's own, with its defaults.
func (c *Collector) HTTPExporter(t *testing.T) sdklog.Exporter {
	t.Helper()
	exporter, err := otlploghttp.New(t.Context(), otlploghttp.WithEndpointURL(c.HTTPURL+"/v1/logs"))
	require.NoError(t, err)
	return exporter
}

// Emit emits a record with the logger that the exporter takes for analytics.
func (s *SDK) Emit(ctx context.Context, eventName string, attributes ...log.KeyValue) {
	s.EmitAs(ctx, "segment", eventName, attributes...)
}

// EmitAs emits a record with a logger of that name.
func (s *SDK) EmitAs(ctx context.Context, logger, eventName string, attributes ...log.KeyValue) {
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetEventName(eventName)
	record.SetBody(log.StringValue("a body is never payload"))
	record.AddAttributes(attributes...)
	s.Provider.Logger(logger).Emit(ctx, record)
}

// Finish sends everything, and fails the test when the collector has refused any of it.
func (s *SDK) Finish(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), WaitTimeout)
	defer cancel()
	require.NoError(t, s.Provider.Shutdown(ctx))
	s.exporter.mu.Lock()
	defer s.exporter.mu.Unlock()
	assert.Empty(t, s.exporter.errs)
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
