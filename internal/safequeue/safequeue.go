// Package safequeue closes the gaps in which the Collector's queue on disk loses what it holds.
//
// The queue (exporterhelper v0.158.0, internal/queue/persistent_queue.go) has these:
//
//   - At the start it deletes the requests that were under way when the last process ended, and only then writes them to
//     the end of the queue. A crash in between loses them, and so does a disk that refuses the writing.
//   - A note of what it holds that cannot be read, or is damaged, is an empty queue to it, and it writes over what is there.
//   - When it takes a request out and the storage refuses to note that, as a full disk does, it deletes the request.
//   - It counts requests that it could not write as if it held them, until it is empty.
//
// The storage of this package takes these steps in a safe order. What cannot be done safely makes it fail for good: then
// nothing on the disk changes any more, and the next start finds all of it.
package safequeue

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Storage puts itself between the queue of one exporter and its storage extension.
type Storage struct {
	id     component.ID
	report Report

	mu     sync.Mutex
	client *client
}

// Report is told what becomes of the storage after the start.
type Report struct {
	// Unwritable is told that the storage takes no more, and with nil that it does again.
	Unwritable func(error)
	// Failed is told once that the storage has failed for good.
	Failed func(error)
}

// New makes the storage for a queue that uses the extension id.
func New(id component.ID, report Report) *Storage {
	return &Storage{id: id, report: report}
}

// Host is what the queue is to be started with.
func (s *Storage) Host(host component.Host) component.Host {
	ext, ok := host.GetExtensions()[s.id].(storage.Extension)
	if !ok {
		// The queue says what is wrong.
		return host
	}
	extensions := maps.Clone(host.GetExtensions())
	extensions[s.id] = safeExtension{ext, s}
	return safeHost{host, extensions}
}

// Started has to be called when the queue has started. It returns what went wrong in the meantime, which the queue does
// not tell.
func (s *Storage) Started() error {
	if c := s.get(); c != nil {
		return c.endStart()
	}
	return nil
}

// Writable has to be asked before the queue is given a request. After a request could not be written it tries whether as
// much can be written now.
func (s *Storage) Writable(ctx context.Context) error {
	if c := s.get(); c != nil {
		return c.writable(ctx)
	}
	return nil
}

func (s *Storage) get() *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

type safeHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h safeHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

type safeExtension struct {
	storage.Extension
	s *Storage
}

func (e safeExtension) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	inner, err := e.Extension.GetClient(ctx, kind, id, name)
	if err != nil {
		return nil, fmt.Errorf("sending_queue::storage: %s cannot be opened: %w", e.s.id, err)
	}
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	e.s.client = &client{Client: inner, report: e.s.report, starting: true}
	return e.s.client, nil
}
