package exporter

import (
	"sync"
	"time"
)

// backlog is the list of the receipts whose messages are not settled yet, the oldest first. With the queue on disk it has only
// those of requests that were read from it, which are the oldest.
type backlog struct {
	mu          sync.Mutex
	first, last *receipt
	messages    int
}

// place is the place of a receipt in the list of a backlog.
type place struct {
	taken          bool
	previous, next *receipt
	messages       int
	since          time.Time
}

// add puts a receipt into the list, with the number of its messages and the time at which they were accepted.
func (b *backlog) add(r *receipt, messages int, since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	// Older ones can come later: after a restart the queue on disk hands out last what was under way when the collector ended.
	previous := b.last
	for previous != nil && previous.place.since.After(since) {
		previous = previous.place.previous
	}
	next := b.first
	if previous != nil {
		next = previous.place.next
	}
	r.place = place{taken: true, messages: messages, since: since}
	b.link(previous, r)
	b.link(r, next)
	b.messages += messages
}

// remove takes out a receipt that is settled, or whose messages are left to their sender. The second time it does nothing.
func (b *backlog) remove(r *receipt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !r.place.taken {
		return
	}
	b.link(r.place.previous, r.place.next)
	b.messages -= r.place.messages
	r.place = place{}
}

// since is when the messages of a receipt that waits were accepted.
func (b *backlog) since(r *receipt) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return r.place.since
}

// link makes two receipts neighbors; nil stands for an end.
func (b *backlog) link(previous, next *receipt) {
	if previous == nil {
		b.first = next
	} else {
		previous.place.next = next
	}
	if next == nil {
		b.last = previous
	} else {
		next.place.previous = previous
	}
}

// count is the number of messages of all receipts in the list. Those of a receipt count until the last of them is settled.
func (b *backlog) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.messages
}

// age is the time since the oldest messages in the list were accepted, 0 when it is empty.
func (b *backlog) age() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.first == nil {
		return 0
	}
	return max(0, time.Since(b.first.place.since))
}
