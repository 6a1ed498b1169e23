package segmentexporter

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/oauthtest"
)

// withSources adds sources whose write keys are their names and "-key".
func withSources(names ...string) func(*Config) {
	return func(c *Config) {
		c.Sources = map[string]SourceConfig{}
		for _, name := range names {
			c.Sources[name] = SourceConfig{WriteKey: configopaque.String(name + "-key")}
		}
	}
}

// withoutDefault is for records that all have to name a source.
func withoutDefault(names ...string) func(*Config) {
	return func(c *Config) {
		c.WriteKey = ""
		withSources(names...)(c)
	}
}

// recordsOf are page views of a source with the ids from..to-1.
func recordsOf(source string, from, to int) plog.Logs {
	ld := records(from, to)
	ld.ResourceLogs().At(0).Resource().Attributes().PutStr("segment.source", source)
	return ld
}

// ofSources are page views with the ids from..to-1, of one source after the other.
func ofSources(from, to int, sources ...string) plog.Logs {
	ld := records(from, to)
	for i, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		if source := sources[i%len(sources)]; source != "" {
			lr.Attributes().PutStr("segment.source", source)
		}
	}
	return ld
}

// keysByID are the write keys with which messages arrived, by their ids.
func (f *fakeSegment) keysByID() map[string]string {
	keys := map[string]string{}
	for _, a := range f.arrivals() {
		for _, id := range a.ids {
			keys[id] = a.key
		}
	}
	return keys
}

// TestSources has the messages of one call arrive with the write keys of the sources that they name.
func TestSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		r := startRig(t, rigSettings{segment: segment, change: withSources("web", "ios")})
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 300, "web", "", "ios")))
		settle(time.Second)
		segment.requireAll(300)
		for i, key := range []string{"web-key", "key", "ios-key"} {
			assert.Equal(t, key, segment.keysByID()[messageID(i)])
			assert.Equal(t, key, segment.keysByID()[messageID(297+i)])
		}
		r.requireBalance(300)
		m := r.metrics()
		assert.Equal(t, 100, m["segment_messages web"])
		assert.Equal(t, 100, m["segment_messages ios"])
		assert.Equal(t, 100, m["sent_log_records web"], "the helper counts by source too")
		assert.Equal(t, 300, m["sent_log_records"])
		started := r.lines.FilterMessage("Uploads go to Segment's API").All()
		require.Len(t, started, 3)
		assert.NotContains(t, started[0].ContextMap(), "source")
		assert.Equal(t, "ios", started[1].ContextMap()["source"])
	})
}

// TestUnknownSource costs a record, and is told without what could be a write key.
func TestUnknownSource(t *testing.T) {
	t.Parallel()
	const likeAKey = "Zp3Xq8Lr5Tn2Vb7Yc4Wd9Ke6Mf1Gh0Js"
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		r := startRig(t, rigSettings{segment: segment, change: withoutDefault("web")})
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 8, "web", "tv", "", "web", likeAKey, likeAKey+":", "\""+likeAKey+"\"", "a web-key")))
		settle(time.Second)
		assert.Equal(t, map[string]string{messageID(0): "web-key", messageID(3): "web-key"}, segment.keysByID())
		r.requireBalance(8)
		assert.Equal(t, 6, r.metrics()["segment_dropped_records unknown_source"])
		var told []any
		for _, line := range r.lines.FilterMessage("Dropped a record: unknown_source").All() {
			assert.Contains(t, line.ContextMap(), "message_id")
			told = append(told, line.ContextMap()["segment.source"])
		}
		const hidden = "(not shown, for it looks like a write key)"
		assert.Equal(t, []any{"tv", "", hidden, hidden, hidden, hidden}, told)
	})
}

// TestRefusedSourceHoldsUpNoOther revokes the key of one source for a minute: the messages of the other take no longer.
func TestRefusedSourceHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]answer{
		"revoked": {status: http.StatusUnauthorized},
		"limited": busyFor(time.Minute),
		"down":    down,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newFakeSegment(t)
				segment.answersTo("web-key", always(trouble))
				r := startRig(t, rigSettings{segment: segment, change: withoutDefault("web", "ios")})
				const seconds, calls = 60, 20
				for i := range seconds {
					sent := time.Now()
					require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(i*calls, (i+1)*calls, "web", "ios")))
					settle(time.Second)
					assert.Equal(t, "ios-key", segment.keysByID()[messageID(i*calls+1)])
					last := segment.arrivals()[segment.attempts()-1]
					assert.LessOrEqual(t, last.at.Sub(sent), time.Second)
				}
				m := r.metrics()
				assert.Equal(t, seconds*calls/2, m["segment_messages ios"])
				assert.Zero(t, m["segment_messages web"])
				assert.Equal(t, seconds*calls/2, m["queue_size web"])
				assert.Zero(t, m["queue_size ios"])
				r.requireBalance(seconds * calls)

				segment.answersTo("web-key", nil)
				settle(2 * time.Minute)
				segment.requireAll(seconds * calls)
				r.requireBalance(seconds * calls)
				assert.Equal(t, componentstatus.StatusOK, last(r.host.reported(), componentstatus.StatusOK))
			})
		})
	}
}

// last is the last element of a list, or none when the list is empty.
func last[T any](list []T, none T) T {
	if len(list) == 0 {
		return none
	}
	return list[len(list)-1]
}

// TestStatusOfSources is an error until all of them are well.
func TestStatusOfSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		r := startRig(t, rigSettings{segment: segment, change: withoutDefault("web", "ios")})
		for _, key := range []string{"web-key", "ios-key"} {
			segment.answersTo(key, always(answer{status: http.StatusForbidden}))
		}
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", 0, batchRecords)))
		settle(time.Second)
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("ios", batchRecords, 2*batchRecords)))
		settle(time.Second)
		assert.Equal(t, []string{
			"sources::web: segment answered 403 Forbidden: check sources::web::write_key and region",
			"sources::ios: segment answered 403 Forbidden: check sources::ios::write_key and region",
		}, r.host.errors())
		segment.answersTo("web-key", nil)
		settle(2 * time.Minute)
		assert.Equal(t, componentstatus.StatusRecoverableError, last(r.host.reported(), componentstatus.StatusNone))
		assert.Contains(t, last(r.host.errors(), ""), "sources::ios: ")
		segment.answersTo("ios-key", nil)
		settle(2 * time.Minute)
		assert.Equal(t, componentstatus.StatusOK, last(r.host.reported(), componentstatus.StatusNone))
	})
}

// TestFullQueueOfASource refuses the calls that have something for it. The other source gets its part.
func TestFullQueueOfASource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answersTo("web-key", always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			withSources("web", "ios")(c)
			c.QueueConfig.Get().QueueSize = batchRecords
		}})
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", 0, batchRecords)))
		err := r.ConsumeLogs(t.Context(), ofSources(batchRecords, 2*batchRecords, "web", "ios"))
		require.ErrorContains(t, err, "sources::web: sending queue is full")
		assert.False(t, consumererror.IsPermanent(err))
		settle(time.Second)
		assert.Equal(t, batchRecords/2, r.metrics()["segment_messages ios"])
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("ios", 100, 100+batchRecords)))
		settle(time.Second)

		// What can never fit is refused for good, and the sender gives the call up. The others have had their part.
		before := r.metrics()["segment_messages"]
		err = r.ConsumeLogs(t.Context(), ofSources(200, 200+3*batchRecords, "ios", "ios", ""))
		require.ErrorContains(t, err, "sending_queue::queue_size: 40 items in one call are more than the 20")
		assert.True(t, consumererror.IsPermanent(err))
		settle(time.Second)
		assert.Equal(t, before+batchRecords, r.metrics()["segment_messages"])
	})
}

// TestSendersOfSeveralSources wait for all of their uploads, which are made side by side.
func TestSendersOfSeveralSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = time.Second
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			withSources("web", "ios")(c)
			c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
			c.RetryConfig.Enabled = false
		}})
		began := time.Now()
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 3*batchRecords, "web", "ios", "")))
		assert.Equal(t, time.Second, time.Since(began))
		r.requireBalance(3 * batchRecords)

		segment.answersTo("web-key", always(answer{status: http.StatusBadRequest}))
		segment.answersTo("ios-key", always(unavailable))
		err := r.ConsumeLogs(t.Context(), ofSources(100, 102, "web", "ios"))
		assert.False(t, consumererror.IsPermanent(err), "the sender still has the message for ios: %v", err)
		err = r.ConsumeLogs(t.Context(), ofSources(100, 102, "web", ""))
		assert.True(t, consumererror.IsPermanent(err), "%v", err)
	})
}

// TestSourcesStopTogether takes as long as the slowest of them.
func TestSourcesStopTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var names []string
		for i := range 20 {
			names = append(names, fmt.Sprintf("s%02d", i))
		}
		segment := newFakeSegment(t)
		segment.latency = 10 * time.Second
		r := startRig(t, rigSettings{segment: segment, change: withoutDefault(names...)})
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 200, names...)))
		began := time.Now()
		require.NoError(t, r.Shutdown(context.WithoutCancel(t.Context())))
		assert.Equal(t, 10*time.Second, time.Since(began))
		segment.requireAll(200)
	})
}

// TestRefusedSourceKeepsTheToken that the others upload with, but for once in a while.
func TestRefusedSourceKeepsTheToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		r := startRig(t, rigSettings{segment: segment, change: withoutDefault("web", "ios")})
		segment.answersTo("web-key", always(answer{status: http.StatusForbidden}))
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("ios", 0, batchRecords)))
		settle(time.Second)
		for i := range 10 {
			require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", 1000+i*batchRecords, 1000+(i+1)*batchRecords)))
		}
		const seconds = 600
		for i := range seconds {
			require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("ios", 100+i, 101+i)))
			settle(time.Second)
			assert.Equal(t, "ios-key", segment.keysByID()[messageID(100+i)])
		}
		assert.LessOrEqual(t, r.metrics()["segment_token_requests granted"], 4)

		segment.answersTo("web-key", nil)
		settle(2 * time.Minute)
		segment.requireRange(1000, 1000+10*batchRecords)
	})
}

// TestRevokedTokenOfSources is replaced, even if the first to notice is a source that has not used it.
func TestRevokedTokenOfSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		r := startRig(t, rigSettings{segment: segment, change: withoutDefault("web", "ios")})
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("ios", 0, batchRecords)))
		settle(time.Second)
		segment.auth.revoke()
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", batchRecords, 2*batchRecords)))
		settle(time.Second)
		segment.requireAll(2 * batchRecords)
	})
}

// TestTokensOfSources are those of the exporter, or of a section of their own.
func TestTokensOfSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newSegmentWithAuth(t)
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			withSources("web", "ios", "tv")(c)
			section := oauthtest.NewConfig("http://" + authHost)
			section.ClientConfig.Auth = c.ClientConfig.Auth
			tv := c.Sources["tv"]
			tv.OAuth = configoptional.Some(section)
			c.Sources["tv"] = tv
		}})
		require.NoError(t, r.ConsumeLogs(t.Context(), ofSources(0, 8*batchRecords, "web", "ios", "tv", "")))
		settle(time.Minute)
		segment.requireAll(8 * batchRecords)
		m := r.metrics()
		assert.NotZero(t, m["segment_token_requests tv"])
		assert.Greater(t, m["segment_token_requests"], m["segment_token_requests tv"])
		assert.NotContains(t, m, "segment_token_requests web")
		assert.NotContains(t, m, "segment_token_requests ios")
	})
}
