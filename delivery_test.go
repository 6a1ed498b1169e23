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
		require.Len(t, lines, 1)
		assert.Contains(t, lines[0].ContextMap()["error"], "3500 of 6000 records were not delivered and are given up: ")
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
				if c.after.err != nil {
					assert.Equal(t, lost, m["segment_dropped_records undelivered"])
				}
			})
		})
	}
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
				r.stop()
				assert.Zero(t, r.metrics()["segment_dropped_records"])
				assert.NotZero(t, r.said("stay in sending_queue::storage for the next start"))

				segment.answers(nil)
				again := startRig(t, rigSettings{segment: segment, disk: disk})
				settle(2 * time.Minute)
				segment.requireAll(records)
				assert.Zero(t, again.metrics()["queue_size"])
			})
		})
	}
}
