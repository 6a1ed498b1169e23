package kafka

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// answer is what the fake says to an upload. The zero value takes it.
type answer struct {
	status     int
	retryAfter string
	// lost takes the messages, and closes the connection before the sender hears of it.
	lost bool
}

// fakeSegment knows every event that it was sent, by its number.
type fakeSegment struct {
	URL string

	mu      sync.Mutex
	answers func() answer // nil takes all
	ids     map[int]string
	again   int // messages that came more than once
	others  []string
	last    map[string]int // the number of the last new event of each user
	late    []string

	uploads, messages int
	failed            int
	messagesOf        map[string]message // by id, of those without a number
}

type message struct {
	ID         string `json:"messageId"`
	UserID     string `json:"userId"`
	Event      string `json:"event"`
	Properties struct {
		Number *int `json:"number"`
	} `json:"properties"`
}

func newFakeSegment(t *testing.T) *fakeSegment {
	t.Helper()
	s := &fakeSegment{ids: map[int]string{}, last: map[string]int{}, messagesOf: map[string]message{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// answer sets what is said from now on.
func (s *fakeSegment) answer(answers func() answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = answers
}

// always gives the same answer.
func always(a answer) func() answer { return func() answer { return a } }

// ServeHTTP implements http.Handler.
func (s *fakeSegment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Batch []message `json:"batch"`
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err == nil {
		err = json.NewDecoder(unpacked).Decode(&body)
	}
	if err != nil {
		// The sender was killed.
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a := s.take(body.Batch)
	if a.lost {
		panic(http.ErrAbortHandler)
	}
	if a.retryAfter != "" {
		w.Header().Set("Retry-After", a.retryAfter)
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
}

func (s *fakeSegment) take(batch []message) (a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers != nil {
		a = s.answers()
	}
	if a.status != 0 || a.lost {
		s.failed++
	}
	if a.status != 0 {
		return a
	}
	s.uploads++
	s.messages += len(batch)
	for _, m := range batch {
		s.know(m)
	}
	return a
}

func (s *fakeSegment) know(m message) {
	if m.Properties.Number == nil {
		s.messagesOf[m.ID] = m
		return
	}
	number := *m.Properties.Number
	switch id, known := s.ids[number]; {
	case !known:
		s.ids[number] = m.ID
		if s.last[m.UserID] > number {
			s.late = append(s.late, fmt.Sprintf("%s: %d after %d", m.UserID, number, s.last[m.UserID]))
		}
		s.last[m.UserID] = number
	case id == m.ID:
		s.again++
	default:
		s.others = append(s.others, fmt.Sprintf("%d: %s, then %s", number, id, m.ID))
	}
}

// count is how many different events have arrived.
func (s *fakeSegment) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ids)
}

// failures is how many uploads were not answered with 200.
func (s *fakeSegment) failures() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// requireAll waits until the events 0..n-1 have arrived, and fails when one has two ids.
func (s *fakeSegment) requireAll(t *testing.T, n int) {
	t.Helper()
	eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, s.count(), n, "events with Segment") })
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range n {
		if _, known := s.ids[i]; !known {
			require.Failf(t, "an event is missing", "%d of %d", i, n)
		}
	}
	require.Len(t, s.ids, n)
	require.Empty(t, s.others, "events with two ids")
	t.Logf("%d events in %d uploads, %d came again, %d uploads failed", n, s.uploads, s.again, s.failed)
}

// requireOrder fails when an event came after a later one of its user.
func (s *fakeSegment) requireOrder(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Empty(t, s.late, "events that came after later ones of their user")
}

// unnumbered are the messages that tests have made by themselves, by their ids.
func (s *fakeSegment) unnumbered() map[string]message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.messagesOf)
}
