package segmentexporter

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	collectorexporter "go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// logs is the exporter that the collector gets: the door, the helper with the queue behind it, and the exporter whose
// pushes empty the queue.
type logs struct {
	*exporter.Door
	exp     *exporter.Exporter
	helper  collectorexporter.Logs
	storage *safequeue.Storage // nil when the queue is in memory
	// storageID is the extension that the storage is from.
	storageID component.ID

	shutdown sync.Once
}

// Capabilities say that records are only read, so that the collector does not copy them for other exporters. The helper
// says otherwise, because batching changes the requests of an exporter that queues records.
func (l *logs) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start starts from the end, so that what the queue holds can go out at once.
func (l *logs) Start(ctx context.Context, host component.Host) error {
	if l.storage != nil {
		if err := checkStorage(l.storageID, host); err != nil {
			return err
		}
	}
	if err := l.exp.Start(ctx, host); err != nil {
		return err
	}
	if l.storage == nil {
		return l.helper.Start(ctx, host)
	}
	if err := l.helper.Start(ctx, l.storage.Host(host)); err != nil {
		return err
	}
	return l.storage.Started()
}

// Shutdown lets each push make a last attempt.
func (l *logs) Shutdown(ctx context.Context) (err error) {
	l.shutdown.Do(func() {
		l.exp.Stop()
		err = l.helper.Shutdown(ctx)
		l.exp.LogEnd()
		err = errors.Join(err, l.exp.Shutdown(ctx))
	})
	return err
}

// stored is how many messages the queue on disk holds.
func (l *logs) stored() int64 {
	if l.storage == nil {
		return 0
	}
	return l.storage.Items()
}

// guarded is a queue on disk that takes requests only when they can be written.
func guarded(storage *safequeue.Storage, queue consumer.Logs) (consumer.Logs, error) {
	return consumer.NewLogs(func(ctx context.Context, ld plog.Logs) error {
		if err := storage.Writable(ctx); err != nil {
			return err
		}
		return queue.ConsumeLogs(ctx, ld)
	})
}
