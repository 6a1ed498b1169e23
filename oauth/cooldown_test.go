package oauth

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPauseOfTheServer holds for every caller.
func TestPauseOfTheServer(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		key      string
		value    func() string
		expected time.Duration
	}{
		"429 seconds": {http.StatusTooManyRequests, "Retry-After", func() string { return "120" }, 120 * time.Second},
		"503 seconds": {http.StatusServiceUnavailable, "Retry-After", func() string { return "7" }, 7 * time.Second},
		"date": {http.StatusTooManyRequests, "Retry-After", func() string {
			return time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
		}, 90 * time.Second},
		"reset": {http.StatusTooManyRequests, "X-RateLimit-Reset", func() string { return "20" }, 20 * time.Second},
		"cap":   {http.StatusServiceUnavailable, "Retry-After", func() string { return "86400" }, 300 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &authServer{}
				server.answer = func(n int, _ string) *http.Response {
					if n == 1 {
						return respond(c.status, "", c.key, c.value())
					}
					return granted(n, day)
				}
				r := newRig(t, server, nil)
				err := r.wantError(t)
				assert.Equal(t, c.expected, err.After)
				assert.False(t, err.Refused)
				time.Sleep(c.expected - time.Nanosecond)
				inParallel(func() { assert.Equal(t, time.Nanosecond, r.wantError(t).After) })
				assert.Equal(t, 1, server.count(), "no request is sent")
				time.Sleep(time.Nanosecond)
				assert.Equal(t, "token-2", r.wantToken(t))
				assert.Equal(t, []string{OutcomeThrottled, OutcomeGranted}, r.outcomes())
				assert.Empty(t, r.logs.All())
			})
		})
	}
}

// TestPauseByDateAndSkew reads a date with the clock that wrote it.
func TestPauseByDateAndSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		there := func(d time.Duration) string { return time.Now().Add(time.Hour + d).UTC().Format(http.TimeFormat) }
		server := &authServer{answer: func(int, string) *http.Response {
			return respond(http.StatusTooManyRequests, "", "Date", there(0), "Retry-After", there(time.Minute))
		}}
		r := newRig(t, server, nil)
		assert.Equal(t, time.Minute, r.wantError(t).After)
	})
}

func TestBackoff(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		refused      bool
		shortest     []time.Duration
		longest      []time.Duration
		outcome      string
		expectedLogs int
	}{
		"failure": {
			status:   http.StatusServiceUnavailable,
			shortest: seconds(.25, .5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30),
			longest:  seconds(.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60),
			outcome:  OutcomeFailed,
		},
		"refusal": {
			status:       http.StatusUnauthorized,
			refused:      true,
			shortest:     seconds(30, 60, 120, 240, 300, 300, 300, 300, 300, 300, 300, 300),
			longest:      seconds(30, 60, 120, 240, 300, 300, 300, 300, 300, 300, 300, 300),
			outcome:      OutcomeRefused,
			expectedLogs: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &authServer{}
				server.answer = func(n int, _ string) *http.Response {
					if n == len(c.longest)+1 {
						return granted(n, day)
					}
					return respond(c.status, "")
				}
				r := newRig(t, server, nil)
				for i := range c.longest {
					err := r.wantError(t)
					assert.Equal(t, c.refused, err.Refused)
					assert.GreaterOrEqual(t, err.After, c.shortest[i])
					assert.LessOrEqual(t, err.After, c.longest[i])
					assert.Equal(t, c.refused, r.wantError(t).Refused, "within the cool-down too")
					time.Sleep(err.After)
				}
				assert.Equal(t, c.expectedLogs, r.logs.Len(), "once in an episode")
				r.Invalidate(r.wantToken(t))
				err := r.wantError(t)
				assert.LessOrEqual(t, err.After, c.longest[0], "a token ends the episode")
				assert.Equal(t, 2*c.expectedLogs, r.logs.Len())
				assert.Equal(t, c.outcome, r.outcomes()[0])
				assert.Len(t, r.outcomes(), len(c.longest)+2)
			})
		})
	}
}

func seconds(list ...float64) []time.Duration {
	var times []time.Duration
	for _, s := range list {
		times = append(times, time.Duration(s*float64(time.Second)))
	}
	return times
}

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestNoAnswer is retryable, and its text says why.
func TestNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, roundTripperFunc(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, context.Cause(req.Context())
		}), nil)
		start := time.Now()
		err := r.wantError(t)
		assert.Equal(t, 15*time.Second, time.Since(start), "the timeout of the client")
		assert.Positive(t, err.After)
		require.ErrorContains(t, err, `Post "https://oauth2.segment.io/token": context deadline exceeded`)
		assert.Equal(t, []string{OutcomeFailed}, r.outcomes())
	})
}

func TestRefusalIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{answer: func(int, string) *http.Response {
			return respond(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"unknown key\u0007\u202eid"}`)
		}}
		r := newRig(t, server, nil)
		const words = "the token endpoint answered 401 Unauthorized (invalid_client: unknown key  id)"
		require.EqualError(t, r.wantError(t), "no access token for 30s: "+words)
		entries := r.logs.All()
		require.Len(t, entries, 1)
		assert.Equal(t, "The authorization server refuses to give out tokens: check the settings of oauth, the region, "+
			"and the public key in Segment", entries[0].Message)
		assert.Equal(t, words, entries[0].ContextMap()["error"])
	})
}
