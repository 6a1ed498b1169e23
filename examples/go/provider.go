package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

func newResource(ctx context.Context) (*resource.Resource, error) {
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			attribute.String("service.name", "example-shop"),
			attribute.String("service.version", "1.0.0"),
		),
		// Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
		resource.WithFromEnv(),
	)
	if err != nil {
		return nil, fmt.Errorf("describe the resource: %w", err)
	}
	return res, nil
}

func newLoggerProvider(ctx context.Context, res *resource.Resource) (*sdklog.LoggerProvider, error) {
	// [provider]
	exporter, err := otlploggrpc.New(ctx, exporterOptions()...)
	if err != nil {
		return nil, fmt.Errorf("create the OTLP exporter: %w", err)
	}

	// [provider]
	return sdklog.NewLoggerProvider(
		sdklog.WithResource(res),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)),
	), nil
}

// exporterOptions leaves everything to the OTEL_EXPORTER_OTLP_* variables, except that without an endpoint
// it takes the local collector in plain text: the SDK's own default is TLS, which a local collector rarely speaks.
func exporterOptions() []otlploggrpc.Option {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"} {
		if os.Getenv(name) != "" {
			return nil
		}
	}
	return []otlploggrpc.Option{otlploggrpc.WithEndpointURL("http://localhost:4317")}
}
