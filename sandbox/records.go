package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// maxRecordKinds bounds what is remembered of records that became no message: of each list, about 100 kB.
const maxRecordKinds = 100

// recordTotals counts the records of which the Collector's exporters made no message, or none that was delivered.
type recordTotals struct {
	NotSelected int `json:"not_selected"`
	Dropped     int `json:"dropped"`
}

// recordLists is the answer of GET /api/records. The kind that was seen last is the last one.
type recordLists struct {
	NotSelected []notSelectedRecords `json:"not_selected"`
	Dropped     []droppedRecords     `json:"dropped"`
	Totals      recordTotals         `json:"totals"`
}

// notSelectedRecords are records of one kind that are no analytics events.
type notSelectedRecords struct {
	notSelectedKind
	seen
}

type notSelectedKind struct {
	Exporter   string `json:"exporter"`
	Logger     string `json:"logger"`
	Event      string `json:"event"`
	Vocabulary bool   `json:"vocabulary"` // has segment.* attributes all the same
}

// droppedRecords are events of one kind that were dropped.
type droppedRecords struct {
	droppedKind
	MessageID string `json:"message_id"` // of the last one that had one
	seen
}

type droppedKind struct {
	Exporter string `json:"exporter"`
	Reason   string `json:"reason"`
	Event    string `json:"event"`
}

type seen struct {
	Records int    `json:"records"`
	LastAt  string `json:"last_at"`
}

func (s *seen) add(records int) {
	s.Records += records
	s.LastAt = formatTime(time.Now().UTC())
}

func (a *api) getRecords(w http.ResponseWriter, _ *http.Request) {
	lists, _ := a.store.recordLists()
	writeJSON(w, http.StatusOK, lists)
}

func (s *store) observeNotSelected(kind notSelectedKind, records int) {
	kind.Exporter, kind.Logger, kind.Event = ownText(kind.Exporter), ownText(kind.Logger), ownText(kind.Event)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.observations++
	s.counts.Records.NotSelected += records
	s.notSelected = toEnd(s.notSelected, notSelectedRecords{notSelectedKind: kind},
		func(r notSelectedRecords) bool { return r.notSelectedKind == kind })
	s.notSelected[len(s.notSelected)-1].add(records)
}

func (s *store) observeDropped(kind droppedKind, messageID string, records int) {
	kind.Exporter, kind.Reason, kind.Event = ownText(kind.Exporter), ownText(kind.Reason), ownText(kind.Event)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changes.add()
	s.observations++
	s.counts.Records.Dropped += records
	s.dropped = toEnd(s.dropped, droppedRecords{droppedKind: kind}, func(r droppedRecords) bool { return r.droppedKind == kind })
	last := &s.dropped[len(s.dropped)-1]
	last.add(records)
	if messageID != "" {
		last.MessageID = ownText(messageID)
	}
}

// recordLists returns a copy of the lists, and how often they have changed.
func (s *store) recordLists() (recordLists, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return recordLists{
		NotSelected: append([]notSelectedRecords{}, s.notSelected...), // never null
		Dropped:     append([]droppedRecords{}, s.dropped...),
		Totals:      s.counts.Records,
	}, s.observations
}

// toEnd moves the entry of a kind to the end, or adds it there in place of the first one when there are too many.
func toEnd[E any](list []E, added E, same func(E) bool) []E {
	if i := slices.IndexFunc(list, same); i >= 0 {
		added = list[i]
		list = slices.Delete(list, i, i+1)
	} else if len(list) == maxRecordKinds {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, added)
}
