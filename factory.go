package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"

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
	set.Logger = withoutStackTraces(set.Logger)
	l := &logs{}
	exp, err := exporter.New(f.newSettings(c, set, l.stored))
	if err != nil {
		return nil, err
	}
	set.Logger = withoutFalseLosses(set.Logger)
	helper, err := xexporterhelper.NewLogsRequest(ctx, set, exporter.Convert, exp.Push,
		// The HTTP client has a timeout of its own, and pushes their own retries.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		xexporterhelper.WithQueueBatch(c.QueueConfig, exp.QueueSettings()),
	)
	if err != nil {
		return nil, err
	}
	l.exp, l.helper, l.Door = exp, helper, exporter.NewDoor(exp, helper)
	if id := c.storage(); id != nil {
		l.storageID = *id
		l.storage = safequeue.New(*id, exporter.CheckItem, safequeue.Report{Unwritable: exp.ReportUnwritable, Failed: exp.ReportStorageFailure})
		queue, err := guarded(l.storage, helper)
		if err != nil {
			return nil, err
		}
		l.Door = exporter.NewDoor(exp, queue)
	}
	return l, nil
}

func (f factory) newSettings(c *Config, set collectorexporter.Settings, stored func() int64) exporter.Settings {
	endpoint := c.ClientConfig.Endpoint
	if endpoint == "" {
		endpoint = c.Region.endpoint()
	}
	region, _ := regionOf(endpoint, Region.endpoint)
	return exporter.Settings{
		ID:            set.ID,
		Endpoint:      endpoint,
		Region:        string(region),
		WriteKey:      c.writeKey(),
		Client:        c.ClientConfig,
		OAuth:         c.oauth(),
		MaxRetryAfter: c.MaxRetryAfter,
		Pauses:        f.pauses,
		Queue:         c.QueueConfig,
		Stored:        stored,
		Retry:         c.RetryConfig,
		Translate:     c.Translate,
		Telemetry:     set.TelemetrySettings,
	}
}
