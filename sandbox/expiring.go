package sandbox

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxRemembered bounds the tokens and the assertion ids that are remembered: about 20 MB each.
const maxRemembered = 100_000

type digest = [sha256.Size]byte

// expiring remembers texts for a fixed time each, and at most limit of them: the oldest go first. It holds digests
// only, so it stays small whatever clients send, and no token can be read from it.
type expiring struct {
	lifetime time.Duration
	limit    int

	mu    sync.Mutex
	known map[digest]struct{}
	order []expiry // oldest first, which is also the order in which they expire
}

type expiry struct {
	key digest
	at  time.Time
}

func newExpiring(lifetime time.Duration, limit int) *expiring {
	return &expiring{lifetime: lifetime, limit: limit, known: map[digest]struct{}{}}
}

// add remembers a text, unless it is known already.
func (e *expiring) add(text string) (added bool) {
	key := sha256.Sum256([]byte(text))
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.forgetExpired(now)
	if _, known := e.known[key]; known {
		return false
	}
	if len(e.order) == e.limit {
		e.forgetOldest()
	}
	e.known[key] = struct{}{}
	e.order = append(e.order, expiry{key, now.Add(e.lifetime)})
	return true
}

func (e *expiring) has(text string) bool {
	key := sha256.Sum256([]byte(text))
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forgetExpired(time.Now())
	_, known := e.known[key]
	return known
}

func (e *expiring) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.known)
	e.order = nil
}

func (e *expiring) forgetExpired(now time.Time) {
	for len(e.order) > 0 && !now.Before(e.order[0].at) {
		e.forgetOldest()
	}
}

func (e *expiring) forgetOldest() {
	delete(e.known, e.order[0].key)
	e.order = e.order[1:]
}
