package safequeue

import (
	"context"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// probeKey is none of the queue's keys.
const probeKey = "safequeue_probe"

// notWritten remembers that a request could not be written.
func (c *client) notWritten(ops []*storage.Operation, err error) {
	for _, op := range ops {
		c.unwritten = max(c.unwritten, len(op.Value))
	}
	c.report.Unwritable(err)
}

// writable finds out whether the storage takes a request again.
func (c *client) writable(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil || c.unwritten == 0 {
		return c.failed
	}
	// A storage can have written what it returns an error for, and it can refuse the delete.
	c.hold(storage.DeleteOperation(probeKey))
	if err := c.Client.Set(ctx, probeKey, make([]byte, c.unwritten)); err != nil {
		return wrap(err)
	}
	c.unwritten = 0
	c.report.Unwritable(nil)
	if c.Client.Delete(ctx, probeKey) == nil {
		delete(c.delayed, probeKey)
	}
	return nil
}
