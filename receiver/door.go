package receiver

import (
	"context"
	"sync"
)

// door lets requests in until it is closed, and knows when those that are inside have left.
type door struct {
	mu     sync.Mutex
	inside int
	// closing ends when the door closes, empty when it is closed and nobody is inside.
	closing, empty     context.Context
	startClosing, left context.CancelFunc
}

func newDoor() *door {
	d := &door{}
	d.closing, d.startClosing = context.WithCancel(context.Background())
	d.empty, d.left = context.WithCancel(context.Background())
	return d
}

// enter is false when the door is closed. Who has entered has to leave.
func (d *door) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.isClosed() {
		return false
	}
	d.inside++
	return true
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside--
	d.checkEmpty()
}

func (d *door) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.startClosing()
	d.checkEmpty()
}

func (d *door) isClosed() bool { return d.closing.Err() != nil }

func (d *door) checkEmpty() {
	if d.inside == 0 && d.isClosed() {
		d.left()
	}
}
