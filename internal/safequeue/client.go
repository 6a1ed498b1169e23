package safequeue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// client is what one queue reads and writes its storage through.
type client struct {
	storage.Client
	check  func(item []byte) error
	report Report
	// items is the number of messages in the queue. It needs no lock, because a report, which runs under it, may ask.
	items atomic.Int64

	mu sync.Mutex
	// starting is true while the queue reads what it holds: until endStart, or until it takes its first request out. started is
	// true after endStart.
	starting, started bool
	// delayed are deletes, by their keys, that wait for the next batch after the start. At the start the queue deletes requests
	// before it writes them to its end: done at once, a crash in between would lose them.
	delayed map[string]*storage.Operation
	// unwritten is the size in bytes of the largest request that was refused since the storage took a probe, 0 for none.
	unwritten int
	// failed is the error of every operation after the storage has failed for good, nil before.
	failed error
}

func newClient(inner storage.Client, check func(item []byte) error, report Report) *client {
	c := &client{Client: inner, check: check, report: report, starting: true, delayed: map[string]*storage.Operation{}}
	// The last process may have left its probe.
	c.hold(storage.DeleteOperation(probeKey))
	return c
}

// endStart returns the error with which the storage has failed by then.
func (c *client) endStart() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starting, c.started = false, true
	return c.failed
}

// Get reads a value.
func (c *client) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	if err := c.Batch(ctx, op); err != nil {
		return nil, err
	}
	return op.Value, nil
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
	var err error
	switch {
	case c.failed != nil:
		return c.failed
	case takesOut(ops):
		err = c.takeOut(ctx, ops)
	case !c.starting:
		err = c.apply(ctx, ops)
	case only(storage.Delete, ops):
		c.hold(ops...)
	default:
		err = c.begin(ctx, ops)
	}
	if err != nil {
		return err
	}
	return c.inspect(ops)
}

// begin does operations of the start. The queue takes their error for an empty queue and writes over what is there, so the
// storage fails for good.
func (c *client) begin(ctx context.Context, ops []*storage.Operation) error {
	if err := c.do(ctx, ops); err != nil {
		return c.fail(fmt.Errorf("the queue cannot be read or written and stays as it is; %s: %w", whenItWorks, err))
	}
	return nil
}

// takesOut says whether a request is taken out of the queue: it is read, and metadata that name it as under way are written.
func takesOut(ops []*storage.Operation) bool {
	return slices.ContainsFunc(ops, is(storage.Set)) && slices.ContainsFunc(ops, is(storage.Get))
}

// takeOut only reads when the metadata cannot be written: at worst the next start sends the request again. When the request
// cannot be read either, the storage fails for good, because the queue deletes what it could not read.
func (c *client) takeOut(ctx context.Context, ops []*storage.Operation) error {
	c.starting = false
	err := c.doWithDelayed(ctx, ops)
	if err == nil {
		return nil
	}
	gets := slices.DeleteFunc(slices.Clone(ops), isNot(storage.Get))
	if c.do(ctx, gets) != nil {
		return c.fail(fmt.Errorf("the queue cannot be read and stays as it is; %s: %w", whenItWorks, err))
	}
	return nil
}

// apply does the operations of a queue that runs.
func (c *client) apply(ctx context.Context, ops []*storage.Operation) error {
	err := wrap(c.doWithDelayed(ctx, ops))
	if err != nil && only(storage.Set, ops) {
		c.notWritten(ops, err)
	}
	return err
}

// doWithDelayed does the operations together with the delayed deletes. The start is over by then, so that the requests that
// they delete have been written anew.
func (c *client) doWithDelayed(ctx context.Context, ops []*storage.Operation) error {
	if err := c.do(ctx, slices.AppendSeq(slices.Clip(ops), maps.Values(c.delayed))); err != nil {
		return err
	}
	clear(c.delayed)
	return nil
}

func (c *client) do(ctx context.Context, ops []*storage.Operation) error {
	err := c.Client.Batch(ctx, ops...)
	if err == nil {
		c.count(ops)
	}
	return err
}

func (c *client) hold(deletes ...*storage.Operation) {
	for _, op := range deletes {
		c.delayed[op.Key] = op
	}
}

const whenItWorks = "restart the collector when the storage works again"

// fail makes err the error of every operation from now on, so that nothing on the disk changes any more.
func (c *client) fail(err error) error {
	c.failed = &failedError{wrap(err)}
	if c.started {
		c.report.Failed(c.failed)
	}
	return c.failed
}

// failedError is the error of everything that comes after a failure for good.
type failedError struct {
	error
}

func (e *failedError) Unwrap() error { return e.error }

// Failed says whether an error is that of a storage that has failed for good.
func Failed(err error) bool {
	_, ok := errors.AsType[*failedError](err)
	return ok
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sending_queue::storage: %w", err)
}

func notOpened(id component.ID, err error) error {
	return wrap(fmt.Errorf("%s cannot be opened: %w", id, err))
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
