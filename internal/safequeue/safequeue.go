// Package safequeue closes the gaps in which the Collector's queue on disk loses what it holds.
//
// The queue (exporterhelper v0.161.0, internal/queue/persistent_queue.go) has these:
//
//   - At the start it deletes the requests that were under way when the last process ended, and only then writes them to
//     the end of the queue. A crash in between loses them, and so does a disk that refuses the writing.
//   - Metadata that cannot be read, or are damaged, are an empty queue to it, and it writes over what is there.
//   - When it takes a request out and the storage refuses the metadata, as a full disk does, it deletes the request.
//   - It deletes requests that it cannot decode, because they are damaged or of another version, and hardly says so.
//   - It counts requests that it could not write as if it held them, until it is empty.
//   - It keeps a request for the next start only when the retries of the Collector were interrupted, see [Keep].
//
// The storage of this package takes these steps in a safe order. What cannot be done safely makes it fail for good: then
// nothing on the disk changes any more, and the next start finds all of it.
package safequeue

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Storage puts itself between a queue of an exporter and its storage extension.
type Storage struct {
	id     component.ID
	name   string
	check  func(item []byte) error
	report Report

	mu     sync.Mutex
	client *client
}

// Report is told what becomes of the storage after the start. The queue and the storage wait for it, and it must use
// neither, except for [Storage.Items].
type Report struct {
	// Unwritable is told that the storage takes no more, and with nil that it does again.
	Unwritable func(error)
	// Failed is told once that the storage has failed for good. What fails before [Storage.Started] is returned there instead.
	Failed func(error)
}

// New makes the storage for a queue that uses the extension id. An exporter with several queues gives each a name, "" for one
// of them. The error of check says why the queue cannot use an item, which is a request as it is on the disk.
func New(id component.ID, name string, check func(item []byte) error, report Report) *Storage {
	return &Storage{id: id, name: name, check: check, report: report}
}

// Started has to be called when the queue has started. It returns the error with which the storage failed in the meantime,
// which the queue does not return.
func (s *Storage) Started() error {
	if c := s.current(); c != nil {
		return c.endStart()
	}
	return nil
}

// Writable has to be called before the queue is given a request; its error is why the storage takes none. After a request
// could not be written, it tries whether as much can be written now.
func (s *Storage) Writable(ctx context.Context) error {
	if c := s.current(); c != nil {
		return c.writable(ctx)
	}
	return nil
}

// Items is how many messages the queue holds by the metadata on the disk. Those of a request that could not be written are
// not counted at once, but with the next metadata, until the queue is empty.
func (s *Storage) Items() int64 {
	if c := s.current(); c != nil {
		return c.items.Load()
	}
	return 0
}

func (s *Storage) current() *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

// use makes the client of the queue that was started last.
func (s *Storage) use(inner storage.Client) *client {
	c := newClient(inner, s.check, s.report)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = c
	return c
}
