package sandbox

import "sync"

// changes wakes those who wait for something to change, and waits for none of them. From the number of changes they see that they
// have missed some.
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

// state returns how many changes there were, and a channel that the next one closes.
func (c *changes) state() (uint64, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
	}
	return c.number, c.next
}
