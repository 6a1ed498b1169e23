package segmentexporter

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// storage is the extension that keeps the queue on disk, nil when it is in memory.
func (c *Config) storage() *component.ID {
	if !c.QueueConfig.HasValue() {
		return nil
	}
	return c.QueueConfig.Get().StorageID
}

// checkStorage reports an extension that is missing or stores nothing, which the queue does not in terms of the configuration.
// It also reports sources that are gone and have left messages behind.
func (l *logs) checkStorage(ctx context.Context, host component.Host) error {
	id := *l.storageID
	extension, exists := host.GetExtensions()[id]
	if !exists {
		return fmt.Errorf("sending_queue::storage: there is no extension %q: add it to extensions, and to service::extensions", id)
	}
	stores, is := extension.(storage.Extension)
	if !is {
		return fmt.Errorf("sending_queue::storage: the extension %q is not one that stores data, such as file_storage", id)
	}
	var names []string
	for _, s := range l.sources {
		names = append(names, s.name)
	}
	abandoned, err := safequeue.Abandoned(ctx, id, stores, l.id, names)
	for _, name := range abandoned {
		err = errors.Join(err, abandonedError(id, name))
	}
	return err
}

// abandonedError refuses the start without a source that has messages on disk, which would be forgotten there.
func abandonedError(storage component.ID, name string) error {
	key := "write_key"
	if name != "" {
		key = "sources::" + name
	}
	return fmt.Errorf("%s: is not in the configuration any more, but %s holds messages of that source: "+
		"put it back until they are delivered, or remove them from the storage", key, storage)
}
