package sandbox

import "slices"

// view is a part of the store at one moment.
type view struct {
	records  []record
	firstSeq uint64 // of the oldest message in the store, or of the next one when there is none
	lastSeq  uint64 // the highest number given so far
	resets   uint64 // how often everything was forgotten
}

// since returns the messages with a higher sequence number, and the highest of all.
func (s *store) since(seq uint64) ([]record, uint64) {
	v := s.view(seq, s.maxMessages)
	return v.records, v.lastSeq
}

// view returns the oldest messages with a higher sequence number, and no more than limit of them.
func (s *store) view(seq uint64, limit int) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := view{firstSeq: s.lastSeq - uint64(len(s.records)) + 1, lastSeq: s.lastSeq, resets: s.resets}
	if seq < s.lastSeq {
		newer := s.records[max(seq+1, v.firstSeq)-v.firstSeq:]
		v.records = slices.Clone(newer[:min(len(newer), limit)])
	}
	return v
}

// find returns the message with a sequence number, if it is still there.
func (s *store) find(seq uint64) (record, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq <= s.lastSeq {
		if r := s.stored(seq); r != nil {
			return *r, true
		}
	}
	return record{}, false
}
