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

func TestOneRequestForAllCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Second}
		r := newRig(t, server, nil)
		inParallel(func() { assert.Equal(t, "token-1", r.wantToken(t)) })
		assert.Equal(t, 1, server.count())
		assert.Equal(t, []string{OutcomeGranted}, r.outcomes())
	})
}

func TestFailureReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Second}
		server.answer = func(n int, _ string) *http.Response {
			if n == 1 {
				return respond(http.StatusBadGateway, "")
			}
			return granted(n, day)
		}
		r := newRig(t, server, nil)
		inParallel(func() {
			assert.Contains(t, r.wantError(t).Error(), "the token endpoint answered 502 Bad Gateway")
		})
		assert.Equal(t, 1, server.count())
		time.Sleep(time.Second)
		assert.Equal(t, "token-2", r.wantToken(t), "and nobody later")
		assert.Equal(t, []string{OutcomeFailed, OutcomeGranted}, r.outcomes())
	})
}

// TestContextEndsTheWait ends that of one caller, not the request that others wait for.
func TestContextEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: 10 * time.Second}
		r := newRig(t, server, nil)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		assert.Equal(t, "token-1", r.wantToken(t))
		assert.Equal(t, 10*time.Second, time.Since(start))
		assert.Equal(t, 1, server.count())
	})
}

func TestTimesOfToken(t *testing.T) {
	t.Parallel()
	for life, margin := range map[time.Duration]time.Duration{
		30 * day:         30 * day / 100,
		day:              day / 100,
		time.Hour:        36 * time.Second,
		50 * time.Minute: 30 * time.Second,
		2 * time.Minute:  30 * time.Second,
		time.Minute:      30 * time.Second,
		40 * time.Second: 20 * time.Second,
		time.Second:      time.Second / 2,
	} {
		issued := time.Now()
		tok := newToken("t", life, issued)
		assert.Equal(t, life-margin, tok.usableUntil.Sub(issued), life)
		assert.Equal(t, life/2, tok.renewAt.Sub(issued), life)
	}
}

func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Second}
		server.answer = func(n int, _ string) *http.Response { return granted(n, time.Hour) }
		r := newRig(t, server, nil)
		asked := time.Now()
		assert.Equal(t, "token-1", r.wantToken(t))
		time.Sleep(time.Until(asked.Add(30*time.Minute - 1)))
		r.wantToken(t)
		synctest.Wait()
		assert.Equal(t, 1, server.count(), "before half of its life")

		time.Sleep(time.Nanosecond)
		now := time.Now()
		inParallel(func() { assert.Equal(t, "token-1", r.wantToken(t)) })
		assert.Equal(t, now, time.Now(), "nobody waits")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "token-2", r.wantToken(t))
		assert.Equal(t, 2, server.count())
	})
}

func TestNoRenewalWithoutUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{answer: func(n int, _ string) *http.Response { return granted(n, time.Hour) }}
		r := newRig(t, server, nil)
		r.wantToken(t)
		time.Sleep(time.Hour - 36*time.Second)
		assert.Equal(t, 1, server.count())
		assert.Equal(t, "token-2", r.wantToken(t), "it is not handed out just before it expires")
	})
}

// TestFailingRenewal keeps the token in use as long as it is good, and the token endpoint free of a storm.
func TestFailingRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		server.answer = func(n int, _ string) *http.Response {
			if n == 1 {
				return granted(n, time.Hour)
			}
			return respond(http.StatusInternalServerError, "")
		}
		r := newRig(t, server, nil)
		asked := time.Now()
		r.wantToken(t)
		for time.Since(asked) < time.Hour-36*time.Second {
			assert.Equal(t, "token-1", r.wantToken(t))
			time.Sleep(100 * time.Millisecond)
		}
		assert.InDelta(t, 29*60/45+7, server.count(), 10, "half a minute to a minute in between")
		assert.Contains(t, r.wantError(t).Error(), "500 Internal Server Error")
		entries := r.logs.All()
		require.Len(t, entries, 1, "once in an episode")
		assert.Equal(t, "The access token cannot be renewed yet; it stays in use until it expires", entries[0].Message)
	})
}

// TestInvalidate forgets the token that was refused, and not its successor.
func TestInvalidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{}
		r := newRig(t, server, nil)
		r.Invalidate("none yet")
		assert.Equal(t, "token-1", r.wantToken(t))
		r.Invalidate("token-1")
		assert.Equal(t, "token-2", r.wantToken(t))
		inParallel(func() {
			r.Invalidate("token-1")
			assert.Equal(t, "token-2", r.wantToken(t))
		})
		assert.Equal(t, 2, server.count())
	})
}

// TestInvalidateDuringRenewal waits for the renewal instead of asking twice.
func TestInvalidateDuringRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: time.Second}
		r := newRig(t, server, nil)
		r.wantToken(t)
		time.Sleep(day / 2)
		r.wantToken(t)
		r.Invalidate("token-1")
		assert.Equal(t, "token-2", r.wantToken(t))
		assert.Equal(t, 2, server.count())
	})
}

// TestNoLockDuringRequest would deadlock if the lock were held.
func TestNoLockDuringRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *rig
		r = newRig(t, &authServer{answer: func(n int, _ string) *http.Response {
			r.mu.Lock()
			defer r.mu.Unlock()
			return granted(n, day)
		}}, nil)
		r.wantToken(t)
	})
}

// TestUselessEndpoint can only come from code: Validate refuses it.
func TestUselessEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &authServer{}, func(cfg *Config) { cfg.ClientConfig.Endpoint = "http://a b" })
		assert.ErrorContains(t, r.wantError(t), "invalid character")
	})
}

// TestTokenThatComesTooLate is no token: it would be handed out after its time.
func TestTokenThatComesTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &authServer{delay: 14 * time.Second}
		server.answer = func(int, string) *http.Response { return respond(http.StatusOK, tokenBody("short", "bearer", "10")) }
		r := newRig(t, server, nil)
		assert.ErrorContains(t, r.wantError(t), "took longer to answer than its token can be used")
	})
}
