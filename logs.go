package segmentexporter

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"

	"github.com/otel-segment/segmentexporter/exporter"
)

// logs is the exporter that the collector gets: the door, and behind it the Segment sources.
type logs struct {
	*exporter.Door
	id      component.ID
	status  *exporter.Status
	sources []*source
	// tokens are those that the sources use, and sharedTokens the ones among them that are of the exporter.
	tokens       []*exporter.Tokens
	sharedTokens *exporter.Tokens
	// storageID is the extension that keeps the queues on disk, nil when they are in memory.
	storageID *component.ID

	shutdown sync.Once
}

// Capabilities say that records are only read, so that the collector does not copy them for other exporters. The helper
// says otherwise, because batching changes the requests of an exporter that queues records.
func (l *logs) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start starts the tokens, then the sources, and the door last: what the queues hold can go out at once.
func (l *logs) Start(ctx context.Context, host component.Host) error {
	l.status.Start(host)
	if l.storageID != nil {
		if err := l.checkStorage(ctx, host); err != nil {
			return err
		}
	}
	for _, tokens := range l.tokens {
		if err := tokens.Start(ctx, host); err != nil {
			return err
		}
	}
	for _, s := range l.sources {
		if err := s.start(ctx, host); err != nil {
			return s.exp.Named(err)
		}
	}
	l.Door.Start(ctx)
	return nil
}

// Shutdown lets each push make a last attempt. The sources do so side by side: each can take as long as an upload.
func (l *logs) Shutdown(ctx context.Context) (err error) {
	l.shutdown.Do(func() {
		errs := make([]error, len(l.sources))
		var group sync.WaitGroup
		for i, s := range l.sources {
			group.Go(func() { errs[i] = s.stop(ctx) })
		}
		group.Wait()
		for _, tokens := range l.tokens {
			errs = append(errs, tokens.Shutdown(ctx))
		}
		err = errors.Join(errs...)
	})
	return err
}
