package safequeue

import (
	"context"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// probeKey is where writable writes its probe. None of the queue's keys is like it.
const probeKey = "safequeue_probe"

// notWritten reports that a request could not be written, and makes writable probe for as much space.
func (c *client) notWritten(ops []*storage.Operation, err error) {
	for _, op := range ops {
		c.unwritten = max(c.unwritten, len(op.Value))
	}
	c.report.Unwritable(err)
}

// writable returns nil when the storage takes requests. After one was refused, it finds out with a probe as large.
func (c *client) writable(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil || c.unwritten == 0 {
		return c.failed
	}
	// The next batch deletes the probe unless that succeeds below: a storage can have written what it returns an error for, and
	// it can refuse the delete.
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
