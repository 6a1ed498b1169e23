package sandbox

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// maxStoredBytes bounds the messages in the store, see record.bytes.
const maxStoredBytes = 64 << 20

// store holds the newest messages and counts everything. Whoever calls it has read and checked the upload before, so the
// lock is held for bookkeeping only.
type store struct {
	maxMessages, maxBytes int
	run                   string // tells a store from that of an earlier run, whose numbers were the same
	changes               changes

	mu      sync.Mutex
	records []record // oldest first, with sequence numbers that have no gaps
	bytes   int
	lastSeq uint64
	uploads uint64
	resets  uint64
	ids     *idMemory
	counts  stats
	rate    rate

	notSelected  []notSelectedRecords
	dropped      []droppedRecords
	observations uint64 // how often the two lists changed
}

type record struct {
	message
	sender
	seq        uint64
	receivedAt time.Time
	path       string
	channel    string
	attempt    int
}

// bytes is what counts against maxStoredBytes.
func (r *record) bytes() int { return len(r.raw) + r.shared.bytes() + len(r.name) + len(r.user) }

func newStore(maxMessages, maxBytes int) *store {
	s := &store{maxMessages: maxMessages, maxBytes: maxBytes, run: rand.Text()}
	s.reset()
	return s
}

// reset forgets everything but the sequence number, so that a reader who asks for what came since sees no number twice.
func (s *store) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.records, s.bytes = nil, 0
	s.resets++
	s.ids = newIDMemory(max(minRememberedIDs, s.maxMessages))
	s.rate = rate{}
	s.notSelected, s.dropped = nil, nil
	s.observations++
	s.counts = stats{Requests: map[string]int{}, TokenRequests: map[string]int{}, Messages: map[string]int{}}
}

// refuse counts an upload that was not accepted, by its outcome: the status of the answer, or dropped.
func (s *store) refuse(u *upload, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.count(u, outcome)
}

func (s *store) countTokenRequest(outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.counts.TokenRequests[outcome]++
}

func (s *store) countFault() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.counts.FaultsInjected++
}

// accept stores the messages of an upload that are not there yet.
func (s *store) accept(u *upload, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.count(u, outcome)
	s.uploads++
	if len(u.messages) == 0 {
		s.counts.Violations += len(u.violations)
	}
	now, before := time.Now().UTC(), s.lastSeq
	for i, m := range u.messages {
		var batch []violation
		if i == 0 {
			batch = u.violations
		}
		if m.hasID {
			if known := s.ids.find(m.id); known != nil {
				s.repeat(known, &m, batch)
				continue
			}
		}
		s.add(&record{message: m, sender: u.sender, receivedAt: now, path: u.path, channel: u.channel, attempt: 1}, batch)
	}
	s.rate.add(now, int(s.lastSeq-before))
}

func (s *store) count(u *upload, outcome string) {
	s.counts.Requests[outcome]++
	s.counts.Bytes += u.size
	s.counts.LargestBodyBytes = max(s.counts.LargestBodyBytes, u.size)
	s.counts.LargestBatchMessages = max(s.counts.LargestBatchMessages, len(u.messages))
}

func (s *store) add(r *record, batch []violation) {
	s.lastSeq++
	r.seq = s.lastSeq
	r.violations = append(r.violations, batch...)
	s.counts.Violations += len(r.violations)
	s.counts.Messages[r.typ]++
	if r.hasID {
		s.ids.add(r.id, knownID{content: r.content, seq: r.seq, upload: s.uploads})
	}
	s.records = append(s.records, *r)
	s.bytes += r.bytes()
	for len(s.records) > s.maxMessages || s.bytes > s.maxBytes {
		s.bytes -= s.records[0].bytes()
		s.records[0] = record{} // the array lives on below the slice
		s.records = s.records[1:]
		s.counts.Evicted++
	}
}

// repeat counts a message whose id has arrived before. The same bytes in a later upload are an ordinary retry.
func (s *store) repeat(known *knownID, m *message, batch []violation) {
	s.counts.Duplicates++
	violations := slices.Clone(batch)
	switch {
	case known.content != m.content:
		violations = append(violations, violation{"messageId", "also arrived with other content, which was removed as a duplicate"})
	case known.upload == s.uploads:
		violations = append(violations, violation{"messageId", "is there twice in one request"})
	}
	known.upload = s.uploads
	s.counts.Violations += len(violations)

	first := s.stored(known.seq)
	if first == nil {
		return
	}
	first.attempt++
	for _, v := range violations {
		// Once each: a client that repeats itself for ever must not fill the memory.
		if !slices.Contains(first.violations, v) {
			first.violations = append(first.violations, v)
		}
	}
}

// stored returns the message of a sequence number that was given, or nil when it has been evicted.
func (s *store) stored(seq uint64) *record {
	i := len(s.records) - int(s.lastSeq-seq) - 1
	if i < 0 {
		return nil
	}
	return &s.records[i]
}
