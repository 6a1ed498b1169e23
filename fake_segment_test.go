package segmentexporter

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answer is what the fake Segment says to a request: a status, or an error of the network.
type answer struct {
	status int
	header http.Header
	body   string // of an answer that is not the usual one
	err    error
}

// ok takes the messages.
var ok = answer{status: http.StatusOK}

// down is a server that cannot be reached.
var down = answer{err: errors.New("connection refused")}

// fakeSegment takes the place of the network, so that hours pass in no time: everything behind it is real.
type fakeSegment struct {
	t *testing.T
	// auth gives out the access tokens that uploads must have; nil when they need none.
	auth *fakeAuth

	mu       sync.Mutex
	decide   func(ids []string) answer
	byKey    map[string]func(ids []string) answer
	latency  time.Duration
	requests []arrival
	// delivered counts by message id what was answered with 200.
	delivered map[string]int
}

// arrival is a request that reached the fake Segment.
type arrival struct {
	at            time.Time
	key           string
	ids           []string
	bytes         int // of the body before compression
	authorization string
}

func newFakeSegment(t *testing.T) *fakeSegment {
	return &fakeSegment{t: t, delivered: map[string]int{}}
}

// answers sets what is said from now on; nil takes everything.
func (f *fakeSegment) answers(decide func(ids []string) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.decide = decide
}

// answersTo sets what is said to the uploads with a write key; nil is what is said to all.
func (f *fakeSegment) answersTo(key string, decide func(ids []string) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byKey == nil {
		f.byKey = map[string]func([]string) answer{}
	}
	f.byKey[key] = decide
}

func always(a answer) func([]string) answer { return func([]string) answer { return a } }

// RoundTrip implements http.RoundTripper.
func (f *fakeSegment) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == authHost {
		return f.auth.RoundTrip(req)
	}
	zip, err := gzip.NewReader(req.Body)
	if err != nil {
		return nil, err
	}
	var upload struct {
		Batch []struct {
			MessageID string `json:"messageId"`
		} `json:"batch"`
		WriteKey string `json:"writeKey"`
	}
	body, err := io.ReadAll(zip)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &upload); err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	var ids []string
	for _, m := range upload.Batch {
		ids = append(ids, m.MessageID)
	}
	authorization := req.Header.Get("Authorization")
	f.mu.Lock()
	f.requests = append(f.requests, arrival{time.Now(), upload.WriteKey, ids, len(body), authorization})
	a, latency := ok, f.latency
	switch {
	case f.auth != nil && !f.auth.takes(authorization):
		a = answer{status: http.StatusUnauthorized}
	case f.byKey[upload.WriteKey] != nil:
		a = f.byKey[upload.WriteKey](ids)
	case f.decide != nil:
		a = f.decide(ids)
	}
	if a.status == http.StatusOK {
		for _, id := range ids {
			f.delivered[id]++
		}
	}
	f.mu.Unlock()
	return a.give(req, latency, `{"success":true}`)
}

// give answers a request after some time.
func (a answer) give(req *http.Request, latency time.Duration, body string) (*http.Response, error) {
	select {
	case <-time.After(latency):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if a.body != "" {
		body = a.body
	}
	return &http.Response{StatusCode: a.status, Header: header, Request: req, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (f *fakeSegment) arrivals() []arrival {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]arrival(nil), f.requests...)
}

func (f *fakeSegment) attempts() int { return len(f.arrivals()) }

// requireAll fails unless every one of the ids 0 to n-1 was delivered.
func (f *fakeSegment) requireAll(n int) {
	f.t.Helper()
	f.requireRange(0, n)
}

func (f *fakeSegment) requireRange(from, to int) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	missing := 0
	for i := from; i < to; i++ {
		if f.delivered[messageID(i)] == 0 {
			missing++
		}
	}
	require.Zero(f.t, missing, "messages of %d to %d that were never delivered", from, to)
}

func (f *fakeSegment) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.delivered)
}
