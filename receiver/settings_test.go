package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// TestStaticSettings makes settings, for the sources that there are.
func TestStaticSettings(t *testing.T) {
	t.Parallel()
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: "key-1"}}
		c.Settings.Mode, c.Settings.APIHost = SettingsStatic, "events.example.com/v1/"
	}))
	r := g.do(http.MethodGet, "/v1/projects/key-1/settings", "")
	assert.Equal(t, http.StatusOK, r.status)
	assert.Equal(t, "private, max-age=60", r.header.Get("Cache-Control"))
	assert.JSONEq(t, `{"integrations": {"Segment.io": {"apiKey": "key-1", "apiHost": "events.example.com/v1", "protocol": "https"}},
		"plan": {}, "edgeFunction": {}, "middlewareSettings": {}, "metrics": {"sampleRate": 0}, "consentSettings": {}}`, r.body)
	for _, key := range []string{"key-2", "..", "%2e%2e", "key-1%00", strings.Repeat("k", 65)} {
		r = g.do(http.MethodGet, "/v1/projects/"+key+"/settings", "")
		assert.Equal(t, http.StatusUnauthorized, r.status, key)
		assertRefusal(t, r, "unknown_write_key")
	}

	// Any key may send, but not everything is a key.
	g = start(t, with(func(c *Config) { c.Settings.Mode, c.Settings.APIHost = SettingsStatic, "events.example.com" }))
	for key, status := range map[string]int{"any": 200, strings.Repeat("k", 64): 200, strings.Repeat("k", 65): 401, "k%22": 401, "k%0a": 401} {
		assert.Equal(t, status, g.do(http.MethodGet, "/v1/projects/"+key+"/settings", "").status, key)
	}
}

// segment stands in for Segment's server of settings.
type segment struct {
	mu       sync.Mutex
	status   int
	body     string
	err      error
	takes    time.Duration
	requests []string
}

func (s *segment) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests = append(s.requests, r.URL.String())
	takes := s.takes
	s.mu.Unlock()
	time.Sleep(takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	return &http.Response{StatusCode: s.status, Body: io.NopCloser(strings.NewReader(s.body)), Header: http.Header{}, Request: r}, nil
}

func newTestUpstream() (*upstream, *segment, *observer.ObservedLogs) {
	core, log := observer.New(zap.DebugLevel)
	s := &segment{status: http.StatusOK, body: `{"integrations":{"Segment.io":{"apiKey":"K","apiHost":"api.segment.io/v1","x":1.50},` +
		`"Amplitude":{"big":12345678901234567890}},"metrics":{"sampleRate":0.1,"host":"h"},"plan":{"track":{"A":{"enabled":true}}}}`}
	u := newUpstream(&SettingsConfig{Upstream: "https://settings.example.com/", MaxAge: time.Minute}, "events.example.com/v1",
		newLimitedLog(zap.New(core)))
	u.client.Transport = s
	return u, s, log
}

// TestUpstreamSettings changes in the settings of Segment what has to be another, and nothing else.
func TestUpstreamSettings(t *testing.T) {
	t.Parallel()
	u, s, _ := newTestUpstream()
	body, outcome := u.get(t.Context(), "web", "K")
	assert.Equal(t, settingsFetched, outcome)
	assert.Equal(t, []string{"https://settings.example.com/v1/projects/K/settings"}, s.requests)
	var got, want any
	decode := func(text string, into *any) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		require.NoError(t, d.Decode(into))
	}
	decode(string(body), &got)
	decode(`{"integrations":{"Segment.io":{"apiKey":"K","apiHost":"events.example.com/v1","x":1.50},
		"Amplitude":{"big":12345678901234567890}},"metrics":{"sampleRate":0,"host":"h"},"plan":{"track":{"A":{"enabled":true}}}}`, &want)
	assert.Equal(t, want, got)

	u, s, _ = newTestUpstream()
	s.body = `{"plan":null}`
	body, _ = u.get(t.Context(), "web", "K")
	assert.JSONEq(t, `{"plan":null,"integrations":{"Segment.io":{"apiKey":"K","apiHost":"events.example.com/v1"}},"metrics":{"sampleRate":0}}`,
		string(body))
}

// TestUpstreamSettingsAge lets copies grow old while Segment answers and while it does not.
func TestUpstreamSettingsAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u, s, log := newTestUpstream()
		s.status = http.StatusServiceUnavailable
		expect := func(want settingsOutcome, requests int) {
			t.Helper()
			body, outcome := u.get(t.Context(), "web", "K")
			assert.Equal(t, want, outcome)
			assert.Equal(t, want != settingsFailed, body != nil)
			assert.Len(t, s.requests, requests)
		}
		expect(settingsFailed, 1)
		expect(settingsFailed, 1)
		time.Sleep(fetchPause)
		s.status = http.StatusOK
		expect(settingsFetched, 2)
		time.Sleep(time.Minute - time.Nanosecond)
		expect(settingsCached, 2)
		time.Sleep(time.Nanosecond)
		s.err = errors.New("no route")
		expect(settingsStale, 3)
		expect(settingsStale, 3)
		time.Sleep(fetchPause)
		for _, broken := range []string{"", "[]", "null", `{"integrations":[]}`, `{"metrics":1}`, strings.Repeat(" ", maxSettings+1)} {
			s.err, s.body = nil, broken
			expect(settingsStale, len(s.requests)+1)
			time.Sleep(fetchPause)
		}
		s.body = `{}`
		expect(settingsFetched, len(s.requests)+1)
		assert.NotEmpty(t, log.All())
		for _, line := range log.All() {
			assert.Equal(t, "web", line.ContextMap()["source"])
			assert.NotContains(t, line.ContextMap()["error"], "/K/", "a key")
		}
	})
}

// TestUpstreamSettingsAtOnce fetches once for many that ask. Those who have an old copy do not wait.
func TestUpstreamSettingsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u, s, _ := newTestUpstream()
		s.takes = time.Second
		ask := func() map[settingsOutcome]int {
			outcomes := make(chan settingsOutcome)
			for range 10 {
				go func() {
					_, outcome := u.get(t.Context(), "web", "K")
					outcomes <- outcome
				}()
			}
			count := map[settingsOutcome]int{}
			for range 10 {
				count[<-outcomes]++
			}
			return count
		}
		began := time.Now()
		assert.Equal(t, map[settingsOutcome]int{settingsFetched: 1, settingsCached: 9}, ask())
		assert.Equal(t, time.Second, time.Since(began))
		time.Sleep(time.Minute)
		assert.Equal(t, map[settingsOutcome]int{settingsFetched: 1, settingsCached: 9}, ask())
		assert.Len(t, s.requests, 2)

		// Who asks first may go away.
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		_, outcome := u.get(ctx, "web", "K")
		assert.Equal(t, settingsFetched, outcome)
	})
}

// TestUpstreamSettingsOverHTTP asks a server, and one that is not there.
func TestUpstreamSettingsOverHTTP(t *testing.T) {
	t.Parallel()
	asked := start(t, with(func(c *Config) { c.Settings.Mode, c.Settings.APIHost = SettingsStatic, "api.segment.io/v1" }))
	g := start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: "key-1"}}
		c.Settings = SettingsConfig{Mode: SettingsUpstream, APIHost: "events.example.com/v1", Upstream: asked.url, MaxAge: time.Minute}
	}))
	r := g.do(http.MethodGet, "/v1/projects/key-1/settings", "")
	assert.Equal(t, http.StatusOK, r.status)
	assert.Contains(t, r.body, `"apiHost":"events.example.com/v1"`)

	g = start(t, with(func(c *Config) {
		c.Sources = []SourceConfig{{Name: "web", WriteKey: "key-1"}}
		c.Settings = SettingsConfig{Mode: SettingsUpstream, APIHost: "events.example.com/v1", Upstream: "http://127.0.0.1:1", MaxAge: time.Minute}
	}))
	r = g.do(http.MethodGet, "/v1/projects/key-1/settings", "")
	assert.Equal(t, http.StatusServiceUnavailable, r.status)
	assertRefusal(t, r, "settings_unavailable")
	assertRetryAfter(t, r, 8, 12)
}
