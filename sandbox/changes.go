package sandbox

import "sync"

// changes wakes those who wait for something to change. Nobody is waited for, and what they missed they count.
type changes struct {
	mu     sync.Mutex
	number uint64
	next   chan struct{} // nil: nobody waits
}

// add says that something has changed.
func (c *changes) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.number++
	if c.next != nil {
		close(c.next)
		c.next = nil
	}
}

// state returns how many changes there were, and what is closed at the next one.
func (c *changes) state() (uint64, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
	}
	return c.number, c.next
}
