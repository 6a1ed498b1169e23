package sandbox

import (
	"maps"
	"net/http"
	"time"
)

// stats is the answer of GET /api/stats.
type stats struct {
	Requests             map[string]int `json:"requests"`
	TokenRequests        map[string]int `json:"token_requests"`
	Messages             map[string]int `json:"messages"`
	Duplicates           int            `json:"duplicates"`
	Violations           int            `json:"violations"`
	Evicted              int            `json:"evicted"`
	FaultsInjected       int            `json:"faults_injected"`
	Records              recordTotals   `json:"records"`
	Bytes                int64          `json:"bytes"`
	LargestBodyBytes     int64          `json:"largest_body_bytes"`
	LargestBatchMessages int            `json:"largest_batch_messages"`
	PerSecond            *perSecond     `json:"per_second,omitempty"`
}

// liveStats is what a page shows beside the messages.
type liveStats struct {
	stats
	Faults []fault `json:"faults"`
}

func (a *api) getStats(w http.ResponseWriter, r *http.Request) {
	p := parameters{values: r.URL.Query()}
	withRate := p.flag("per_second")
	if p.refused != nil {
		p.refused.write(w)
		return
	}
	counts := a.store.statistics()
	if withRate {
		counts.PerSecond = a.store.perSecond()
	}
	writeJSON(w, http.StatusOK, counts)
}

func (a *api) liveStats() liveStats {
	counts := a.store.statistics()
	counts.PerSecond = a.store.perSecond()
	return liveStats{counts, a.faults.list()}
}

func (s *store) statistics() stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.counts
	counts.Requests = maps.Clone(counts.Requests)
	counts.TokenRequests = maps.Clone(counts.TokenRequests)
	counts.Messages = maps.Clone(counts.Messages)
	return counts
}

func (s *store) perSecond() *perSecond {
	s.mu.Lock()
	defer s.mu.Unlock()
	return new(s.rate.last(time.Now()))
}
