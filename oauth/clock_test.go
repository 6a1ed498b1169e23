package oauth

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSkewOf(t *testing.T) {
	t.Parallel()
	middle := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	for difference, expected := range map[time.Duration]time.Duration{
		0:                        0,
		2 * time.Second:          0,
		-2 * time.Second:         0,
		2001 * time.Millisecond:  2 * time.Second,
		-2600 * time.Millisecond: -3 * time.Second,
		time.Hour:                time.Hour,
		-time.Hour:               -time.Hour,
		day - time.Second:        day - time.Second,
		day:                      0,
		-day:                     0,
		1000 * day:               0,
	} {
		assert.Equal(t, expected, skewOf(middle.Add(difference), middle, middle), difference)
	}
}

// TestSkew has a server whose clock is an hour off, and which is strict about the time of assertions.
func TestSkew(t *testing.T) {
	for name, skew := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &authServer{delay: 4 * time.Second}
				server.answer = func(n int, assertion string) *http.Response {
					// The answer is written in the middle of its way.
					there := time.Now().Add(skew - 2*time.Second)
					date := there.UTC().Format(http.TimeFormat)
					claims := verify(t, assertion, testKey())
					words := ""
					switch {
					case there.After(timeOf(t, claims["exp"])):
						words = "client assertion is expired"
					case there.Before(timeOf(t, claims["iat"])):
						words = "client assertion used before issued"
					default:
						resp := granted(n, time.Hour)
						resp.Header.Set("Date", date)
						return resp
					}
					return respond(http.StatusBadRequest, `{"error":"invalid_client","error_description":"`+words+`"}`, "Date", date)
				}
				r := newRig(t, server, nil)
				start := time.Now()
				assert.Equal(t, "token-2", r.wantToken(t))
				assert.Equal(t, 8*time.Second, time.Since(start), "tried again once, at once")
				assert.Equal(t, []string{OutcomeRefused, OutcomeGranted}, r.outcomes())
				assert.Empty(t, r.logs.All())
				assert.Equal(t, skew, r.requester.skew)

				time.Sleep(time.Until(start.Add(4*time.Second + time.Hour - 36*time.Second - 1)))
				assert.Equal(t, "token-2", r.wantToken(t), "the life of a token has nothing to do with it")
				time.Sleep(4 * time.Second)
				synctest.Wait()
				assert.Equal(t, "token-3", r.wantToken(t), "the next assertion is right at once")
			})
		})
	}
}

// TestSkewOfASlowAnswer is none: the answer may have been dated at its end.
func TestSkewOfASlowAnswer(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	came := sent.Add(14 * time.Second)
	assert.Zero(t, skewOf(sent, sent, came))
	assert.Zero(t, skewOf(came, sent, came))
	assert.Equal(t, time.Hour+7*time.Second, skewOf(came.Add(time.Hour), sent, came))
}

func timeOf(t *testing.T, claim any) time.Time {
	t.Helper()
	n, err := claim.(json.Number).Int64()
	require.NoError(t, err)
	return time.Unix(n, 0)
}

// TestSkewIsTriedOnce is for a server that finds every assertion expired.
func TestSkewIsTriedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		words    string
		skew     time.Duration
		expected int
	}{
		"changes each time": {"JWT expired", time.Hour, 2},
		"same clock":        {"JWT expired", 0, 1},
		"other words":       {"unknown key", time.Hour, 1},
		"no clock":          {"JWT expired", 48 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &authServer{}
				server.answer = func(n int, _ string) *http.Response {
					return respond(http.StatusUnauthorized, `{"error_description":"`+c.words+`"}`,
						"Date", time.Now().Add(time.Duration(n)*c.skew).UTC().Format(http.TimeFormat))
				}
				r := newRig(t, server, nil)
				assert.Equal(t, 30*time.Second, r.wantError(t).After)
				assert.Equal(t, c.expected, server.count())
				assert.Equal(t, 1, r.logs.Len())
			})
		})
	}
}

func TestClockWords(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		"The client_assertion token is expired.", `"exp" claim timestamp check failed`, "Token used before issued", "jwt not active",
		"'iat' is in the future", "not valid yet", "Client assertion is not within its valid time range", "invalid nbf",
	} {
		assert.Regexp(t, clockWords, words)
	}
	for _, words := range []string{"invalid_client: unknown kid", "unexpected grant_type", "experimental", "signature is not valid"} {
		assert.NotRegexp(t, clockWords, words)
	}
}
