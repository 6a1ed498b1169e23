package segmentexporter

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

var unavailable = answer{status: http.StatusServiceUnavailable}

// TestOutage lasts almost as long as retry_on_failure::max_elapsed_time.
func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment})
		r.send(0, 200)
		settle(11*time.Hour + 50*time.Minute)
		assert.Zero(t, segment.count())
		r.requireBalance(200)
		segment.answers(nil)
		settle(2 * time.Minute)
		segment.requireAll(200)
		r.requireBalance(200)
		assert.Equal(t, 200, r.metrics()["sent_log_records"], "the helper counts once")
		assert.Zero(t, r.metrics()["segment_dropped_records"])
	})
}

// TestOutageWithoutEnd delivers a part, and counts exactly the rest when the retries end.
func TestOutageWithoutEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(func(ids []string) answer {
			if ids[0] == messageID(0) {
				return ok
			}
			return unavailable
		})
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig.Get().Batch.Get().MaxSize = 0
			c.RetryConfig.MaxElapsedTime = 10 * time.Minute
		}})
		r.send(0, 6_000)
		settle(11 * time.Minute)
		m := r.metrics()
		assert.Equal(t, 2_500, m["segment_messages page"])
		assert.Equal(t, 3_500, m["segment_dropped_records undelivered"])
		r.requireBalance(6_000)
		lines := r.lines.FilterMessageSnippet("Exporting failed. Dropping data.").All()
		require.Len(t, lines, 2, "one for each batch")
		for _, line := range lines {
			assert.Regexp(t, `^(2500 of 2500|1000 of 1000) messages were not delivered and are given up: `, line.ContextMap()["error"])
		}
		assert.Zero(t, r.lines.FilterMessageSnippet("Rejecting data").Len(), "the end is logged once")
	})
}

// TestShutdown has batches that wait for their next attempt, and others that were not tried yet.
func TestShutdown(t *testing.T) {
	t.Parallel()
	const records = 30 * batchRecords
	for name, c := range map[string]struct {
		before, after answer
		delivered     int
	}{
		"outage":                       {down, down, 0},
		"the server is back":           {down, ok, records},
		"the server has asked to wait": {busyFor(time.Hour), ok, records},
		"the server refuses":           {unavailable, answer{status: http.StatusNotFound}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newFakeSegment(t)
				segment.answers(always(c.before))
				r := startRig(t, rigSettings{segment: segment})
				r.send(0, records)
				settle(time.Minute)
				tried := segment.attempts()
				segment.answers(always(c.after))
				r.stop()
				assert.Equal(t, c.delivered, segment.count())
				assert.Equal(t, records/batchRecords, segment.attempts()-tried, "everything is sent once")
				r.requireBalance(records)
				m := r.metrics()
				lost := records - c.delivered
				assert.Equal(t, lost, m["segment_dropped_records"])
				ends := r.lines.FilterMessageSnippet("Messages could not be delivered before the end").All()
				if lost == 0 {
					assert.Empty(t, ends)
					return
				}
				assert.Equal(t, lost, m["segment_dropped_records undelivered"])
				require.Len(t, ends, 1)
				assert.Equal(t, int64(lost), ends[0].ContextMap()["lost_messages"])
			})
		})
	}
}

// TestShutdownDeliversAPart has two bodies in a batch, of which the last attempt delivers the first.
func TestShutdownDeliversAPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.QueueConfig.Get().Batch.Get().MaxSize = 0 }})
		r.send(0, 3_000)
		settle(time.Minute)
		segment.answers(func(ids []string) answer {
			if ids[0] == messageID(0) {
				return ok
			}
			return down
		})
		r.stop()
		m := r.metrics()
		assert.Equal(t, 2_500, m["segment_messages"])
		assert.Equal(t, 500, m["segment_dropped_records undelivered"])
		r.requireBalance(3_000)
	})
}

// TestShutdownAtTheLastAttempt stops while an attempt is under way after which there would be no other: with a queue on
// disk it is not the last.
func TestShutdownAtTheLastAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		segment.latency = time.Second
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, disk: disk, change: func(c *Config) {
			c.MaxRetryAfter = time.Second
			c.RetryConfig.InitialInterval = time.Second
			c.RetryConfig.RandomizationFactor = 0
			c.RetryConfig.MaxElapsedTime = 4 * time.Second
		}})
		r.send(0, batchRecords)
		// The first attempt ends after one second, the second goes from two to three, and the third would be at five.
		settle(2500 * time.Millisecond)
		r.stop()
		assert.Zero(t, r.metrics()["segment_dropped_records"])
		assert.Equal(t, 1, r.lines.FilterMessage("Messages stay in sending_queue::storage for the next start").Len())

		segment.answers(nil)
		startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		segment.requireAll(batchRecords)
	})
}

// TestStorageWithoutRetries drops what fails, at the end too.
func TestStorageWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		segment.latency = time.Second
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, disk: disk, change: func(c *Config) { c.RetryConfig.Enabled = false }})
		r.send(0, batchRecords)
		settle(500 * time.Millisecond)
		r.stop()
		assert.Equal(t, batchRecords, r.metrics()["segment_dropped_records undelivered"])
		assert.Zero(t, r.lines.FilterMessageSnippet("stay in sending_queue::storage").Len())
	})
}

// TestShutdownWithStorage keeps on disk what cannot be delivered.
func TestShutdownWithStorage(t *testing.T) {
	t.Parallel()
	const records = 30 * batchRecords
	for name, last := range map[string]answer{"outage": down, "pause": busyFor(time.Minute), "refused key": {status: http.StatusUnauthorized}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				disk := storagetest.New()
				segment := newFakeSegment(t)
				segment.answers(func(ids []string) answer {
					if slices.Contains(ids, messageID(0)) {
						return ok
					}
					return last
				})
				r := startRig(t, rigSettings{segment: segment, disk: disk})
				r.send(0, records)
				settle(10 * time.Second)
				tried := segment.attempts()
				r.stop()
				if last.header != nil {
					assert.Equal(t, tried, segment.attempts(), "no request during the pause")
				}
				assert.Zero(t, r.metrics()["segment_dropped_records"])
				kept := r.lines.FilterMessage("Messages stay in sending_queue::storage for the next start").All()
				require.Len(t, kept, 1)
				assert.Equal(t, int64(records), kept[0].ContextMap()["messages"], "it is one call, and stays whole")
				assert.Zero(t, r.lines.FilterMessageSnippet("Dropping data").Len())

				segment.answers(nil)
				again := startRig(t, rigSettings{segment: segment, disk: disk})
				settle(2 * time.Minute)
				segment.requireAll(records)
				assert.Zero(t, again.metrics()["queue_size"])
			})
		})
	}
}
