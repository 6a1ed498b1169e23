package segmentexporter

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// authHost is where the authorization server is in the fake network.
const authHost = "auth.invalid"

// fakeAuth is the authorization server of a fakeSegment.
type fakeAuth struct {
	mu       sync.Mutex
	answer   answer
	latency  time.Duration
	requests []time.Time
	// last is the token that is good, "" when none is.
	last string
}

// newSegmentWithAuth takes uploads with an access token only.
func newSegmentWithAuth(t *testing.T) *fakeSegment {
	segment := newFakeSegment(t)
	segment.auth = &fakeAuth{answer: ok}
	return segment
}

// answers sets what is said to token requests from now on, and how long that takes; ok grants a token.
func (f *fakeAuth) answers(a answer, latency time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer, f.latency = a, latency
}

// revoke makes the last token worthless.
func (f *fakeAuth) revoke() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = ""
}

// takes says whether an upload with this header is let in.
func (f *fakeAuth) takes(authorization string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last != "" && authorization == "Bearer "+f.last
}

// asked are the times of the token requests.
func (f *fakeAuth) asked() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]time.Time(nil), f.requests...)
}

// RoundTrip implements http.RoundTripper.
func (f *fakeAuth) RoundTrip(req *http.Request) (*http.Response, error) {
	_ = req.Body.Close()
	f.mu.Lock()
	f.requests = append(f.requests, time.Now())
	a, latency, body := f.answer, f.latency, `{"error":"invalid_client"}`
	if a.status == http.StatusOK {
		f.last = fmt.Sprintf("token-%d", len(f.requests))
		body = fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":86400}`, f.last)
	}
	f.mu.Unlock()
	return a.give(req, latency, body)
}
