package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// NewFactory returns the factory of the `segment` exporter.
func NewFactory() collectorexporter.Factory {
	f := factory{pauses: exporter.NewPauses()}
	return collectorexporter.NewFactory(
		metadata.Type,
		createDefaultConfig,
		collectorexporter.WithLogs(f.createLogs, metadata.LogsStability),
	)
}

// factory is what the exporters of one collector share.
type factory struct {
	pauses *exporter.Pauses
}

func (f factory) createLogs(ctx context.Context, set collectorexporter.Settings, cfg component.Config) (collectorexporter.Logs, error) {
	c := cfg.(*Config)
	exp, err := exporter.New(f.newSettings(c, set.TelemetrySettings))
	if err != nil {
		return nil, err
	}
	// The HTTP client has a timeout of its own.
	noTimeout := exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0})
	retry, err := exporterhelper.NewLogs(ctx, retrySettings(set), cfg, exp.PushLogs, noTimeout,
		exporterhelper.WithStart(exp.Start),
		exporterhelper.WithRetry(c.RetryConfig),
	)
	if err != nil {
		return nil, err
	}
	delivery := exporter.NewDelivery(exp, retry)
	queue, err := exporterhelper.NewLogs(ctx, set, cfg, delivery.ConsumeLogs, noTimeout,
		exporterhelper.WithShutdown(exp.Shutdown),
		exporterhelper.WithQueue(c.QueueConfig),
	)
	if err != nil {
		return nil, err
	}
	l := &logs{Logs: queue, delivery: delivery, retry: retry, exp: exp}
	if id := c.storage(); id != nil {
		l.storage = safequeue.New(*id, safequeue.Report{Unwritable: exp.ReportUnwritable, Failed: exp.ReportStorageFailure})
	}
	return l, nil
}

func (f factory) newSettings(c *Config, telemetry component.TelemetrySettings) exporter.Settings {
	endpoint := c.ClientConfig.Endpoint
	if endpoint == "" {
		endpoint = c.Region.endpoint()
	}
	return exporter.Settings{
		Endpoint:      endpoint,
		WriteKey:      c.writeKey(),
		Client:        c.ClientConfig,
		OAuth:         c.oauth(),
		MaxRetryAfter: c.MaxRetryAfter,
		Pauses:        f.pauses,
		Durable:       c.storage() != nil,
		SenderWaits:   !c.QueueConfig.HasValue() || c.QueueConfig.Get().WaitForResult,
		Translate:     c.Translate,
		Telemetry:     telemetry,
	}
}
