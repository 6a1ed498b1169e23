package compat

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// fakeSegment is a tracking API that answers 503 until recover is called.
type fakeSegment struct {
	url string

	mu      sync.Mutex
	up      bool
	refused map[string]int // how often, by message id
	taken   map[string]int
	events  []string // the names of the events in taken
}

func newFakeSegment(t *testing.T) *fakeSegment {
	t.Helper()
	f := &fakeSegment{refused: map[string]int{}, taken: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		f.upload(t, w, req)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

func (f *fakeSegment) upload(t *testing.T, w http.ResponseWriter, req *http.Request) {
	t.Helper()
	assert.Equal(t, "/v1/batch", req.URL.Path)
	assert.Equal(t, "gzip", req.Header.Get("Content-Encoding"))
	var body struct {
		Batch []struct {
			MessageID string `json:"messageId"`
			Event     string `json:"event"`
		} `json:"batch"`
	}
	zip, err := gzip.NewReader(req.Body)
	if !assert.NoError(t, err) || !assert.NoError(t, json.NewDecoder(zip).Decode(&body)) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range body.Batch {
		if !f.up {
			f.refused[m.MessageID]++
			continue
		}
		f.taken[m.MessageID]++
		f.events = append(f.events, m.Event)
	}
	if !f.up {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte(`{"success":true}`)) // the collector may have gone
}

func (f *fakeSegment) recover() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.up = true
}

// counts are how many different messages were refused and taken.
func (f *fakeSegment) counts() (refused, taken int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.refused), len(f.taken)
}
