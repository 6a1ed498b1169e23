package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/translate"
)

// NewFactory returns the factory of the `segment` exporter.
func NewFactory() collectorexporter.Factory {
	return collectorexporter.NewFactory(
		metadata.Type,
		createDefaultConfig,
		collectorexporter.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createLogs(ctx context.Context, set collectorexporter.Settings, cfg component.Config) (collectorexporter.Logs, error) {
	c := cfg.(*Config)
	exp, err := exporter.New(newSettings(c, set.TelemetrySettings))
	if err != nil {
		return nil, err
	}
	logs, err := exporterhelper.NewLogs(ctx, set, cfg, exp.PushLogs,
		exporterhelper.WithStart(exp.Start),
		exporterhelper.WithShutdown(exp.Shutdown),
		// The HTTP client has a timeout of its own.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		exporterhelper.WithQueue(c.QueueConfig),
		exporterhelper.WithRetry(c.RetryConfig),
	)
	if err != nil {
		return nil, err
	}
	return stamper{logs}, nil
}

func newSettings(c *Config, telemetry component.TelemetrySettings) exporter.Settings {
	endpoint := c.ClientConfig.Endpoint
	if endpoint == "" {
		endpoint = c.Region.endpoint()
	}
	return exporter.Settings{
		Endpoint:      endpoint,
		WriteKey:      c.writeKey(),
		Client:        c.ClientConfig,
		MaxRetryAfter: c.MaxRetryAfter,
		Translate:     c.Translate,
		Telemetry:     telemetry,
	}
}

// stamper stamps records before they reach the queue, so that every attempt sends the same message.
type stamper struct {
	collectorexporter.Logs
}

func (s stamper) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	return s.Logs.ConsumeLogs(ctx, translate.Stamp(ld))
}
