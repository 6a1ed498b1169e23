// Package storagetest has a storage extension for tests. It fails and crashes on demand.
package storagetest

import (
	"context"
	"errors"
	"maps"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// ErrCrashed is the error of every operation after a crash.
var ErrCrashed = errors.New("crashed")

// Disk is what outlives a process. It is a storage extension for one exporter. The keys of a client are what they are in the
// part of the queue without a name, and begin with the name of the client in any other.
type Disk struct {
	component.StartFunc
	component.ShutdownFunc

	mu      sync.Mutex
	values  map[string][]byte
	batches int
	crashAt int
	refuse  func(ops []*storage.Operation) error
}

// New makes an empty disk.
func New() *Disk {
	return &Disk{values: map[string][]byte{}}
}

// CrashAt makes the n-th batch of operations from now on and all after it fail with ErrCrashed, and change nothing; 0 is never.
func (d *Disk) CrashAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.batches, d.crashAt = 0, n
}

// Refuse makes batches fail with the error that f returns for them, and change nothing; a nil f refuses none.
func (d *Disk) Refuse(f func(ops []*storage.Operation) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuse = f
}

// Batches is how many batches of operations there were since the last CrashAt.
func (d *Disk) Batches() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.batches
}

// Values is a copy of what is on the disk.
func (d *Disk) Values() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.values)
}

// Put sets a value without an operation of the client; nil is a value that is missing.
func (d *Disk) Put(key string, value []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.values[key] = value
}

// GetClient implements storage.Extension.
func (d *Disk) GetClient(_ context.Context, _ component.Kind, _ component.ID, name string) (storage.Client, error) {
	if name == "logs" {
		return client{d, ""}, nil
	}
	return client{d, name + "/"}, nil
}

type client struct {
	d      *Disk
	prefix string
}

func (c client) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

func (c client) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

func (c client) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

func (c client) Batch(_ context.Context, ops ...*storage.Operation) error {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.d.batches++
	if c.d.crashAt > 0 && c.d.batches >= c.d.crashAt {
		return ErrCrashed
	}
	if c.d.refuse != nil {
		if err := c.d.refuse(ops); err != nil {
			return err
		}
	}
	for _, op := range ops {
		switch op.Type {
		case storage.Get:
			op.Value = c.d.values[c.prefix+op.Key]
		case storage.Set:
			c.d.values[c.prefix+op.Key] = op.Value
		case storage.Delete:
			delete(c.d.values, c.prefix+op.Key)
		}
	}
	return nil
}

func (client) Close(context.Context) error { return nil }
