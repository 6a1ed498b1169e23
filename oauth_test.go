package segmentexporter

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// mended is what is reported of trouble that ends.
var mended = []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}

// TestRevokedToken costs one token request and one resend, and no message.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		before := r.metrics()["segment_request_body_bytes"]
		segment.auth.revoke()
		r.send(batchRecords, 2*batchRecords)
		settle(time.Second)
		segment.requireAll(2 * batchRecords)
		r.requireBalance(2 * batchRecords)

		var authorizations []string
		for _, a := range segment.arrivals() {
			authorizations = append(authorizations, a.authorization)
		}
		assert.Equal(t, []string{"Bearer token-1", "Bearer token-1", "Bearer token-2"}, authorizations)
		m := r.metrics()
		assert.Equal(t, 2, m["segment_token_requests granted"])
		assert.Equal(t, 2, m["segment_requests 200"])
		assert.Equal(t, 1, m["segment_requests 401"])
		assert.InDelta(t, 3*before, m["segment_request_body_bytes"], 40, "the ids of the second batch are longer")
		assert.Empty(t, r.host.reported())
		assert.Zero(t, r.lines.FilterMessageSnippet("Will retry").Len(), "a resend is no retry")
	})
}

// TestDenied has a Segment that takes no token, until it is mended.
func TestDenied(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNetworkAuthenticationRequired} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newSegmentWithAuth(t)
				segment.answers(always(answer{status: status}))
				r := startRig(t, rigSettings{segment: segment})
				r.send(0, 3*batchRecords)
				settle(time.Hour)
				assert.Zero(t, segment.count())
				r.requireBalance(3 * batchRecords)
				assert.Equal(t, mended[:1], r.host.reported())
				assert.Equal(t, 1, r.lines.FilterMessageSnippet("Segment refuses the uploads").Len())
				assert.NotZero(t, r.said(http.StatusText(status)+" to an access token: check the settings of oauth, region and write_key"))

				segment.answers(nil)
				settle(2 * time.Minute)
				segment.requireAll(3 * batchRecords)
				r.requireBalance(3 * batchRecords)
				assert.Zero(t, r.metrics()["segment_dropped_records"])
				assert.Equal(t, mended, r.host.reported())
			})
		})
	}
}

// TestNetworkAuthenticationRequired has nothing to do with the write key.
func TestNetworkAuthenticationRequired(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(answer{status: http.StatusNetworkAuthenticationRequired}))
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("Uploads do not reach Segment's API").Len())
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())
		segment.answers(nil)
		settle(time.Minute)
		segment.requireAll(batchRecords)
	})
}

// TestNoToken has an authorization server in every kind of trouble: nothing is uploaded and nothing is lost.
func TestNoToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  answer
		latency time.Duration
		outcome string
		// apart is how much time is at least between two token requests.
		apart time.Duration
	}{
		"down":      {down, 0, "failed", 250 * time.Millisecond},
		"hanging":   {ok, time.Hour, "failed", 15 * time.Second},
		"broken":    {unavailable, 0, "failed", 250 * time.Millisecond},
		"throttled": {busyFor(time.Minute), 0, "throttled", time.Minute},
		"refused":   {answer{status: http.StatusUnauthorized}, 0, "refused", 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const records = 30 * batchRecords
				segment := newSegmentWithAuth(t)
				segment.auth.answers(c.answer, c.latency)
				r := startRig(t, rigSettings{segment: segment})
				r.send(0, records)
				settle(time.Hour)
				assert.Zero(t, segment.attempts())
				asked := segment.auth.asked()
				for i := range asked[1:] {
					assert.GreaterOrEqual(t, asked[i+1].Sub(asked[i]), c.apart)
				}
				assert.Less(t, len(asked), 300, "the cool-down grows")
				r.requireBalance(records)
				assert.Equal(t, mended[:1], r.host.reported())

				segment.auth.answers(ok, 0)
				settle(10 * time.Minute)
				segment.requireAll(records)
				r.requireBalance(records)
				assert.Equal(t, mended, r.host.reported())
				m := r.metrics()
				assert.Zero(t, m["segment_dropped_records"])
				assert.Equal(t, m["segment_requests"], m["segment_requests 200"], "no upload is counted that was not made")
				assert.Equal(t, 1, m["segment_token_requests granted"])
				assert.Equal(t, m["segment_token_requests"], m["segment_token_requests "+c.outcome]+1)
			})
		})
	}
}

// TestTokenThatIsLate has an upload whose time is up before there is a token.
func TestTokenThatIsLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patience time.Duration
		reported []componentstatus.Status
	}{
		"timeout":             {time.Hour, mended[:1]},
		"an impatient sender": {time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newSegmentWithAuth(t)
				segment.auth.answers(ok, 10*time.Second)
				r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
					c.ClientConfig.Timeout = 5 * time.Second
					c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
					c.RetryConfig.Enabled = false
				}})
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				err := r.ConsumeLogs(ctx, records(0, 1))
				require.ErrorContains(t, err, "waiting for an access token: context deadline exceeded")
				assert.False(t, consumererror.IsPermanent(err))
				assert.Zero(t, r.metrics()["segment_requests"])
				assert.Equal(t, c.reported, r.host.reported())
				settle(10 * time.Second)
				require.NoError(t, r.ConsumeLogs(t.Context(), records(0, 1)), "the token has come in the meantime")
			})
		})
	}
}

// TestTokensPauseUploads has pushes that come while the authorization server wants to be left alone.
func TestTokensPauseUploads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		segment.auth.answers(busyFor(time.Minute), 0)
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		segment.auth.answers(ok, 0)
		r.send(batchRecords, 5*batchRecords)
		settle(58 * time.Second)
		assert.Len(t, segment.auth.asked(), 1)
		assert.Zero(t, segment.attempts())
		assert.Equal(t, 4, r.metrics()["segment_deferred_requests"])
		assert.InDelta(t, 60, r.pauseTime(), 0.001)
		lines := r.lines.FilterMessage("Uploads are paused").All()
		require.Len(t, lines, 1)
		assert.Equal(t, "no access token for 1m0s: the token endpoint answered 429 Too Many Requests (invalid_client)",
			lines[0].ContextMap()["error"])

		settle(5 * time.Second)
		segment.requireAll(5 * batchRecords)
		assert.Len(t, segment.auth.asked(), 2)
	})
}

// TestTokenPauseIsCapped keeps to max_retry_after, which retry_on_failure is checked against.
func TestTokenPauseIsCapped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		segment.auth.answers(busyFor(5*time.Minute), 0)
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.MaxRetryAfter = time.Minute
			c.RetryConfig.MaxElapsedTime = 10 * time.Minute
		}})
		r.send(0, batchRecords)
		settle(time.Second)
		segment.auth.answers(ok, 0)
		settle(4*time.Minute + 58*time.Second)
		assert.Len(t, segment.auth.asked(), 1, "the source keeps to its own time")
		assert.InDelta(t, 300, r.pauseTime(), 1)
		settle(2 * time.Minute)
		segment.requireAll(batchRecords)
	})
}

// TestTroubleThatChanges is told of again: what has to be mended is something else.
func TestTroubleThatChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		segment.auth.answers(answer{status: http.StatusUnauthorized}, 0)
		segment.answers(always(answer{status: http.StatusForbidden}))
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		assert.Equal(t, mended[:1], r.host.reported())
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("refuses to give out tokens").Len())
		segment.auth.answers(ok, 0)
		settle(10 * time.Minute)
		assert.Equal(t, []componentstatus.Status{mended[0], mended[0]}, r.host.reported())
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("Segment refuses the uploads").Len())
	})
}

// TestTroubleThatGrows is told of again too: first the authorization server is away, then it refuses.
func TestTroubleThatGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		segment.auth.answers(down, 0)
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		segment.auth.answers(answer{status: http.StatusUnauthorized}, 0)
		settle(2 * time.Minute)
		assert.Equal(t, []componentstatus.Status{mended[0], mended[0]}, r.host.reported())
		segment.auth.answers(ok, 0)
		settle(10 * time.Minute)
		segment.requireAll(batchRecords)
		assert.Equal(t, []componentstatus.Status{mended[0], mended[0], mended[1]}, r.host.reported())
	})
}

// TestResendWaitsForPause has a resend that waits for its token while another exporter is told to leave Segment alone.
func TestResendWaitsForPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		factory := NewFactory()
		segment := newSegmentWithAuth(t)
		r := startRig(t, rigSettings{factory: factory, segment: segment})
		r.send(0, batchRecords)
		settle(time.Second)
		segment.auth.revoke()
		segment.auth.answers(ok, 5*time.Second)
		r.send(batchRecords, 2*batchRecords)
		settle(time.Second)

		busy := newFakeSegment(t)
		busy.answers(always(busyFor(time.Minute)))
		other := startRig(t, rigSettings{factory: factory, segment: busy})
		other.send(0, batchRecords)
		settle(50 * time.Second)
		assert.Equal(t, 2, segment.attempts(), "the resend waits")
		busy.answers(nil)
		settle(time.Minute)
		segment.requireAll(2 * batchRecords)
		assert.Equal(t, 3, segment.attempts())
		r.requireBalance(2 * batchRecords)
	})
}

// TestShutdownAfterTokenTrouble stops while no token is asked for, although the trouble is over: the last attempts get one and
// deliver.
func TestShutdownAfterTokenTrouble(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]answer{"refused": {status: http.StatusUnauthorized}, "throttled": busyFor(5 * time.Minute), "down": down} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const records = 20 * batchRecords
				segment := newSegmentWithAuth(t)
				segment.auth.answers(trouble, 0)
				r := startRig(t, rigSettings{segment: segment})
				r.send(0, records)
				settle(10 * time.Second)
				segment.auth.answers(ok, 0)
				r.stop()
				segment.requireAll(records)
				r.requireBalance(records)
			})
		})
	}
}

// TestShutdownWhileWaitingForAToken does not wait for it longer than for an upload.
func TestShutdownWhileWaitingForAToken(t *testing.T) {
	t.Parallel()
	const records = 30 * batchRecords
	for name, disk := range map[string]*storagetest.Disk{"without storage": nil, "with storage": storagetest.New()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newSegmentWithAuth(t)
				segment.auth.answers(ok, time.Hour)
				r := startRig(t, rigSettings{segment: segment, disk: disk})
				r.send(0, records)
				settle(time.Second)
				begin := time.Now()
				r.stop()
				assert.Less(t, time.Since(begin), time.Minute)
				assert.Zero(t, segment.attempts())
				if disk == nil {
					assert.Equal(t, records, r.metrics()["segment_dropped_records undelivered"])
					return
				}
				assert.Zero(t, r.metrics()["segment_dropped_records"])
				segment.auth.answers(ok, 0)
				startRig(t, rigSettings{segment: segment, disk: disk})
				settle(2 * time.Minute)
				segment.requireAll(records)
			})
		})
	}
}

// TestStartWithABadKey names the setting.
func TestStartWithABadKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigSettings{segment: newSegmentWithAuth(t), change: func(c *Config) {
		c.OAuth.Get().PrivateKey = ""
		c.OAuth.Get().PrivateKeyFile = filepath.Join(t.TempDir(), "none.pem")
	}})
	err := r.Start(t.Context(), r.host)
	require.Error(t, err)
	assert.True(t, strings.HasPrefix(err.Error(), "oauth: private_key_file: "), err)
}
