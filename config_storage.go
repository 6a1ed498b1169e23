package segmentexporter

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// storage is the extension that keeps the queue on disk, nil when it is in memory.
func (c *Config) storage() *component.ID {
	if !c.QueueConfig.HasValue() {
		return nil
	}
	return c.QueueConfig.Get().StorageID
}

// checkStorage says what is missing in terms of the configuration, which the queue does not.
func checkStorage(id component.ID, host component.Host) error {
	extension, exists := host.GetExtensions()[id]
	if !exists {
		return fmt.Errorf("sending_queue::storage: there is no extension %q: add it to extensions, and to service::extensions", id)
	}
	if _, stores := extension.(storage.Extension); !stores {
		return fmt.Errorf("sending_queue::storage: the extension %q is not one that stores data, such as file_storage", id)
	}
	return nil
}
