package safequeue

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// client is the storage of one queue.
type client struct {
	storage.Client
	report func(error)

	mu sync.Mutex
	// starting is while the queue finds out what it holds.
	starting bool
	// held are the deletes of the start. They wait until what they delete is written anew.
	held []*storage.Operation
	// failed is why the storage cannot be used any more.
	failed error
}

// endStart returns the error of the start, if it had one.
func (c *client) endStart() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starting = false
	return c.failed
}

// Get reads a value.
func (c *client) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

// Set writes a value.
func (c *client) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

// Delete deletes a value.
func (c *client) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

// Batch does all of the operations or none.
func (c *client) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failed != nil:
		return c.failed
	case takesOut(ops):
		return c.takeOut(ctx, ops)
	case !c.starting:
		return c.apply(ctx, ops)
	case !slices.ContainsFunc(ops, isNot(storage.Delete)):
		c.held = append(c.held, ops...)
		return nil
	}
	// The queue would take an error for an empty queue, and write over what is there.
	if err := c.Client.Batch(ctx, ops...); err != nil {
		c.fail("cannot be read or written", err)
	}
	return c.failed
}

// takesOut tells the taking of a request out of the queue: it is read, and noted as being under way.
func takesOut(ops []*storage.Operation) bool {
	return slices.ContainsFunc(ops, is(storage.Set)) && slices.ContainsFunc(ops, is(storage.Get))
}

// takeOut can do without the note: then the next start sends the request again. But it must not fail, because the queue
// deletes what it could not read.
func (c *client) takeOut(ctx context.Context, ops []*storage.Operation) error {
	c.starting = false
	err := c.apply(ctx, ops)
	if err == nil {
		return nil
	}
	gets := slices.DeleteFunc(slices.Clone(ops), isNot(storage.Get))
	if c.Client.Batch(ctx, gets...) != nil {
		c.fail("cannot be read", err)
		c.report(c.failed)
	}
	return c.failed
}

// apply does the operations, and with them what was held. By then the queue no longer needs what that deletes.
func (c *client) apply(ctx context.Context, ops []*storage.Operation) error {
	if err := c.Client.Batch(ctx, slices.Concat(ops, c.held)...); err != nil {
		return fmt.Errorf("sending_queue::storage: %w", err)
	}
	c.held = nil
	return nil
}

func (c *client) fail(how string, err error) {
	c.failed = fmt.Errorf("sending_queue::storage: the queue %s and stays as it is; restart the collector when the storage works again: %w", how, err)
}

func is(t storage.OpType) func(*storage.Operation) bool {
	return func(op *storage.Operation) bool { return op.Type == t }
}

func isNot(t storage.OpType) func(*storage.Operation) bool {
	return func(op *storage.Operation) bool { return op.Type != t }
}
