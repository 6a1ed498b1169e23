package segmentexporter

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// busyFor asks for a pause.
func busyFor(d time.Duration) answer {
	return answer{
		status: http.StatusTooManyRequests,
		header: http.Header{"Retry-After": {strconv.Itoa(int(d / time.Second))}},
	}
}

// TestPauseHoldsAllConsumers has ten requests under way when the first 429 comes: no other reaches the server before the
// time is up.
func TestPauseHoldsAllConsumers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = 100 * time.Millisecond
		begin := time.Now()
		segment.answers(func([]string) answer {
			if time.Since(begin) < 3*time.Second {
				return busyFor(3 * time.Second)
			}
			return ok
		})
		r := startRig(t, rigSettings{segment: segment})
		const batches, size = 40, batchRecords
		for i := range batches {
			r.send(i*size, (i+1)*size)
		}
		settle(3050 * time.Millisecond)
		early := segment.arrivals()
		assert.LessOrEqual(t, segment.attempts(), 10)
		for _, a := range early {
			assert.Less(t, a.at.Sub(begin), 100*time.Millisecond)
		}

		settle(time.Minute)
		segment.requireAll(batches * size)
		r.requireBalance(batches * size)
		assert.InDelta(t, 3, r.pauseTime(), 0.1)
		assert.Equal(t, 1, r.lines.FilterMessage("Uploads are paused").Len())
		assert.Equal(t, 1, r.lines.FilterMessage("Segment takes uploads again").Len())
	})
}

// TestPauseHoldsNewPushes has pushes that begin during a pause: they wait for the rest of it without a request.
func TestPauseHoldsNewPushes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(func(ids []string) answer {
			if ids[0] == messageID(0) && len(segment.requests) == 1 {
				return busyFor(time.Minute)
			}
			return ok
		})
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(50 * time.Second)
		r.send(batchRecords, 3*batchRecords)
		settle(9900 * time.Millisecond)
		assert.Equal(t, 1, segment.attempts())
		assert.Equal(t, 2, r.metrics()["segment_deferred_requests"])
		settle(10 * time.Second)
		segment.requireAll(3 * batchRecords)
		r.requireBalance(3 * batchRecords)
	})
}

// TestPauseBetweenTheBodiesOfAPush has a push of three bodies, during which another push is told to wait.
func TestPauseBetweenTheBodiesOfAPush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = time.Second
		segment.answers(func([]string) answer {
			if len(segment.requests) == 2 {
				return busyFor(time.Minute)
			}
			return ok
		})
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
		}})
		r.send(0, 7_500)
		settle(500 * time.Millisecond)
		r.send(7_500, 8_500)
		settle(59 * time.Second)
		assert.Equal(t, 3, segment.attempts(), "the third body must wait")
		assert.Zero(t, r.lines.FilterMessageSnippet("takes uploads again").Len(), "the delivery was under way before")
		settle(time.Minute)
		assert.Equal(t, 5, segment.attempts())
		segment.requireAll(8_500)
		r.requireBalance(8_500)
	})
}

// TestPauseOfTwoExporters shares the pause of an endpoint and a key, and nothing else.
func TestPauseOfTwoExporters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Config)
		shared bool
	}{
		"the same":         {func(*Config) {}, true},
		"a trailing slash": {func(c *Config) { c.ClientConfig.Endpoint += "/" }, true},
		"another key":      {func(c *Config) { c.WriteKey = "another" }, false},
		"another endpoint": {func(c *Config) { c.ClientConfig.Endpoint = "http://other.invalid" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				factory := NewFactory()
				first := newFakeSegment(t)
				first.answers(always(busyFor(time.Hour)))
				a := startRig(t, rigSettings{factory: factory, segment: first, change: func(c *Config) { c.MaxRetryAfter = time.Hour }})
				a.send(0, batchRecords)
				settle(time.Second)

				second := newFakeSegment(t)
				b := startRig(t, rigSettings{factory: factory, segment: second, change: c.change})
				b.send(0, batchRecords)
				settle(time.Minute)
				assert.Equal(t, c.shared, second.count() == 0)
				first.answers(nil)
				settle(time.Hour)
				first.requireAll(batchRecords)
				second.requireAll(batchRecords)
			})
		})
	}
}

// TestLongestPauseHolds has a shorter pause inside a longer one.
func TestLongestPauseHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.latency = time.Second
		segment.answers(func([]string) answer {
			switch len(segment.requests) {
			case 1:
				return busyFor(time.Minute)
			case 2:
				return busyFor(5 * time.Second)
			default:
				return ok
			}
		})
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, batchRecords)
		settle(100 * time.Millisecond)
		r.send(batchRecords, 2*batchRecords)
		settle(59 * time.Second)
		assert.Equal(t, 2, segment.attempts())
		settle(2 * time.Minute)
		segment.requireAll(2 * batchRecords)
		assert.Zero(t, r.metrics()["segment_deferred_requests"], "whoever was told a shorter time waits for the longer one")
		assert.InDelta(t, 60, r.pauseTime(), 0.001)
	})
}

// TestPauseIsNoLongerThanAllowed shares a pause with an exporter that may wait longer: waiting as long would drop the
// records of one that gives up before.
func TestPauseIsNoLongerThanAllowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		factory := NewFactory()
		patient := newFakeSegment(t)
		patient.answers(always(busyFor(time.Hour)))
		a := startRig(t, rigSettings{factory: factory, segment: patient, change: func(c *Config) { c.MaxRetryAfter = time.Hour }})
		a.send(0, batchRecords)
		settle(time.Second)

		segment := newFakeSegment(t)
		b := startRig(t, rigSettings{factory: factory, segment: segment, change: func(c *Config) {
			c.MaxRetryAfter = 5 * time.Minute
			c.RetryConfig.MaxElapsedTime = 10 * time.Minute
		}})
		b.send(0, batchRecords)
		settle(4 * time.Minute)
		assert.Zero(t, segment.attempts())
		settle(2 * time.Minute)
		segment.requireAll(batchRecords)
		b.requireBalance(batchRecords)
		patient.answers(nil)
	})
}
