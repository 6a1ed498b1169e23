package safequeue

import (
	"errors"
	"fmt"
	"strconv"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// inspect fails when the queue would lose what was read for it. The queue deletes an item that it cannot use, and it starts
// anew over metadata that it cannot use.
func (c *client) inspect(ops []*storage.Operation) error {
	for _, op := range ops {
		// The queue itself passes over an item that is missing.
		if op.Type != storage.Get || op.Value == nil {
			continue
		}
		if err := c.inspectValue(op.Key, op.Value); err != nil {
			return c.fail(err)
		}
	}
	return nil
}

func (c *client) inspectValue(key string, value []byte) error {
	switch {
	case key == metadataKey:
		if _, ok := readMetadata(value); !ok {
			return errors.New("the queue is damaged and stays as it is; restart the collector with the data of the storage moved away: " +
				metadataKey + " is not what a queue has written")
		}
	case isItem(key):
		if err := c.check(value); err != nil {
			return fmt.Errorf("item %s cannot be used (%w) and stays where it is: "+
				"restart the collector in the version that wrote it, or with the data of the storage moved away", key, err)
		}
	}
	return nil
}

// isItem tells items from the metadata of the queue: an item's key is its number.
func isItem(key string) bool {
	_, err := strconv.ParseUint(key, 10, 64)
	return err == nil
}
