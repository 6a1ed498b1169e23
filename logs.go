package segmentexporter

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/safequeue"
	"github.com/otel-segment/segmentexporter/translate"
)

// logs is the way of log records: the stamp, the queue (which is embedded), the retries, the pushes.
type logs struct {
	collectorexporter.Logs
	storage  *safequeue.Storage // nil when the queue is in memory
	delivery *exporter.Delivery
	retry    collectorexporter.Logs
	exp      *exporter.Exporter
}

// Start starts from the end, so that what the queue holds can go out at once.
func (l *logs) Start(ctx context.Context, host component.Host) error {
	if err := l.retry.Start(ctx, host); err != nil {
		return err
	}
	if l.storage == nil {
		return l.Logs.Start(ctx, host)
	}
	if err := l.Logs.Start(ctx, l.storage.Host(host)); err != nil {
		return err
	}
	return l.storage.Started()
}

// ConsumeLogs stamps records before they reach the queue, so that every attempt sends the same message.
func (l *logs) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	if l.storage != nil {
		if err := l.storage.Writable(ctx); err != nil {
			return err
		}
	}
	return l.Logs.ConsumeLogs(ctx, translate.Stamp(ld))
}

// Shutdown ends the retries first, so that the queue is sent once and does not wait for anything.
func (l *logs) Shutdown(ctx context.Context) error {
	l.exp.Stop()
	err := errors.Join(l.retry.Shutdown(ctx), l.Logs.Shutdown(ctx))
	l.delivery.LogEnd()
	return err
}
