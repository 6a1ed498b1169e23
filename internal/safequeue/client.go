package safequeue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"
)

// client is the storage of one queue.
type client struct {
	storage.Client
	report Report

	mu sync.Mutex
	// starting is while the queue finds out what it holds.
	starting bool
	// held are the deletes of the start. They wait until what they delete is written anew.
	held []*storage.Operation
	// unwritten is the size of the largest request that could not be written lately, 0 when there was none.
	unwritten int
	// failed is why the storage cannot be used any more.
	failed error
}

const (
	// noteKey is where the queue notes what it holds.
	noteKey = "qmv0"
	// probeKey is none of the queue's keys.
	probeKey = "safequeue_probe"
)

// endStart returns the error of the start, if it had one.
func (c *client) endStart() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starting = false
	return c.failed
}

// writable finds out whether the storage takes a request again.
func (c *client) writable(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil || c.unwritten == 0 {
		return c.failed
	}
	if err := c.Client.Set(ctx, probeKey, make([]byte, c.unwritten)); err != nil {
		return wrap(err)
	}
	c.unwritten = 0
	c.report.Unwritable(nil)
	return wrap(c.Client.Delete(ctx, probeKey))
}

// Get reads a value.
func (c *client) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	if err == nil && key == noteKey && damaged(op.Value) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.fail("is damaged", errors.New(noteKey+" is not what a queue has written"))
		err = c.failed
	}
	return op.Value, err
}

// damaged says whether a value is no protocol buffer, which the note is.
func damaged(value []byte) bool {
	for len(value) > 0 {
		_, _, n := protowire.ConsumeField(value)
		if n < 0 {
			return true
		}
		value = value[n:]
	}
	return false
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
	case only(storage.Delete, ops):
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
		c.report.Failed(c.failed)
	}
	return c.failed
}

// apply does the operations, and with them what was held. By then the queue no longer needs what that deletes.
func (c *client) apply(ctx context.Context, ops []*storage.Operation) error {
	if err := c.Client.Batch(ctx, slices.Concat(ops, c.held)...); err != nil {
		err = wrap(err)
		if only(storage.Set, ops) {
			c.notWritten(ops, err)
		}
		return err
	}
	c.held = nil
	return nil
}

// notWritten notes that a request could not be written.
func (c *client) notWritten(ops []*storage.Operation, err error) {
	for _, op := range ops {
		c.unwritten = max(c.unwritten, len(op.Value))
	}
	c.report.Unwritable(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sending_queue::storage: %w", err)
}

func (c *client) fail(how string, err error) {
	c.failed = fmt.Errorf("sending_queue::storage: the queue %s and stays as it is; restart the collector when the storage works again: %w", how, err)
}

func only(t storage.OpType, ops []*storage.Operation) bool {
	return !slices.ContainsFunc(ops, isNot(t))
}

func is(t storage.OpType) func(*storage.Operation) bool {
	return func(op *storage.Operation) bool { return op.Type == t }
}

func isNot(t storage.OpType) func(*storage.Operation) bool {
	return func(op *storage.Operation) bool { return op.Type != t }
}
