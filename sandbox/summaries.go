package sandbox

import (
	"encoding/json"
	"time"
)

const (
	// summaryPace and statsPace are the least time between two events. A page cannot show more, nor a reader follow it.
	summaryPace = 250 * time.Millisecond
	statsPace   = time.Second
	// summaryPart is how many messages there are in one event at most. With summaryPace these are 20,000 a second.
	summaryPart = 5000
)

// summaryStream sends what a page shows: rows of messages, and the counts.
type summaryStream struct {
	messageStream
	api    *api
	begun  bool
	forget bool   // what the client has is of an earlier run
	resets uint64 // how often the store had been reset

	counted   uint64 // the changes that the client knows the counts of
	countedAt time.Time

	observed   uint64 // the observations that the client knows
	observedAt time.Time
}

// summaryEvent is the data of an event of the name messages.
type summaryEvent struct {
	Messages []messageSummary `json:"messages"`
	LastSeq  uint64           `json:"last_seq"`
	FirstSeq uint64           `json:"first_seq"`
	Run      string           `json:"run"`
}

func (s *summaryStream) send(changes uint64) (again bool) {
	v := s.next(summaryPart)
	rows := summaries(v.records)
	v.records = nil // so that no message is held for as long as the client takes
	if s.forget || v.resets != s.resets {
		s.forget, s.resets = false, v.resets
		s.write("reset", 0, struct{}{})
	}
	// The first event tells a client that connects again what is not there any more, even if nothing is new.
	if len(rows) > 0 || !s.begun {
		s.begun = true
		s.write("messages", s.query.since, summaryEvent{rows, s.query.since, v.firstSeq, s.store.run})
	}
	if s.counted != changes && time.Since(s.countedAt) >= statsPace {
		s.counted, s.countedAt = changes, time.Now()
		s.write("stats", 0, s.api.liveStats())
	}
	return !s.sendRecords() || s.query.since < v.lastSeq || s.counted != changes
}

// sendRecords sends the lists of records if they have changed, and says whether the client has the newest. The first event tells
// a client that connects again what was forgotten, even if there are no records.
func (s *summaryStream) sendRecords() (complete bool) {
	lists, observations := s.store.recordLists()
	if s.observed == observations {
		return true
	}
	if time.Since(s.observedAt) < statsPace {
		return false
	}
	s.observed, s.observedAt = observations, time.Now()
	s.write("records", 0, lists)
	return true
}

func (s *summaryStream) write(name string, id uint64, data any) {
	text, _ := json.Marshal(data)
	s.out.event(name, id)
	_, _ = s.out.Write(text)
	s.out.endEvent()
}

func summaries(records []record) []messageSummary {
	list := make([]messageSummary, len(records))
	for i := range records {
		list[i] = records[i].summary()
	}
	return list
}
