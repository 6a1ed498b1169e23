package segmentexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/labeledmetrics"
	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// source is a Segment source with all that it has for itself: the helper with the queue, and the exporter whose pushes empty
// the queue.
type source struct {
	name    string
	exp     *exporter.Exporter
	helper  collectorexporter.Logs
	storage *safequeue.Storage // nil when the queue is in memory
}

// newSource makes a source. Its metrics and its lines in the log have its name.
func (f factory) newSource(
	ctx context.Context, c *Config, set collectorexporter.Settings, d destination, shared shared,
) (s *source, err error) {
	s = &source{name: d.name}
	provider := set.MeterProvider
	if d.name != "" {
		set.Logger = set.Logger.With(zap.String("source", d.name))
		// The exporter labels its own metrics.
		provider = labeledmetrics.New(provider, attribute.String("source", d.name))
	}
	s.exp, err = exporter.New(f.newSettings(c, set, d, shared, s.stored))
	if err != nil {
		return nil, err
	}
	set.MeterProvider = provider
	set.Logger = withoutFalseLosses(set.Logger)
	s.helper, err = xexporterhelper.NewLogsRequest(ctx, set, exporter.Convert, s.exp.Push,
		// The HTTP client has a timeout of its own, and pushes their own retries.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		xexporterhelper.WithQueueBatch(c.QueueConfig, s.exp.QueueSettings()),
	)
	if err != nil {
		return nil, err
	}
	if id := c.storage(); id != nil {
		report := safequeue.Report{Unwritable: s.exp.ReportUnwritable, Failed: s.exp.ReportStorageFailure}
		s.storage = safequeue.New(*id, d.name, exporter.CheckItem, report)
	}
	return s, nil
}

// queue is where the door puts the messages: a queue on disk takes requests only when they can be written.
func (s *source) queue() (consumer.Logs, error) {
	if s.storage == nil {
		return s.helper, nil
	}
	return consumer.NewLogs(func(ctx context.Context, ld plog.Logs) error {
		if err := s.storage.Writable(ctx); err != nil {
			return err
		}
		return s.helper.ConsumeLogs(ctx, ld)
	})
}

func (s *source) start(ctx context.Context, host component.Host) error {
	if err := s.exp.Start(ctx, host); err != nil {
		return err
	}
	if s.storage == nil {
		return s.helper.Start(ctx, host)
	}
	if err := s.helper.Start(ctx, s.storage.Host(host)); err != nil {
		return err
	}
	return s.storage.Started()
}

func (s *source) stop(ctx context.Context) error {
	s.exp.Stop()
	err := s.helper.Shutdown(ctx)
	s.exp.LogEnd()
	s.exp.Shutdown()
	return s.exp.Named(err)
}

// stored is how many messages the queue on disk holds.
func (s *source) stored() int64 {
	if s.storage == nil {
		return 0
	}
	return s.storage.Items()
}
