package segmentexporter

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// withoutUser are page views that the door drops.
func withoutUser(from, to int) plog.Logs {
	ld := records(from, to)
	for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		lr.Attributes().Remove("segment.user_id")
	}
	return ld
}

// TestLettersHoldUpNoOther has more batches with a letter than there are consumers, and a next pipeline that takes none.
func TestLettersHoldUpNoOther(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"ten consumers": func(*Config) {},
		"one consumer":  func(c *Config) { c.QueueConfig.Get().NumConsumers = 1 },
		"unbatched":     func(c *Config) { c.QueueConfig.Get().Batch = configoptional.None[exporterhelper.BatchConfig]() },
		"blocking":      func(c *Config) { c.QueueConfig.Get().BlockOnOverflow = true },
	} {
		for _, disk := range []*storagetest.Disk{nil, storagetest.New()} {
			t.Run(fmt.Sprintf("%s/%t", name, disk != nil), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					segment, next := newFakeSegment(t), &nextPipeline{}
					var poison []string
					for i := range 15 {
						poison = append(poison, messageID(i*batchRecords))
					}
					segment.answers(poisoned(poison...))
					next.refuses(errors.New("queue is full"))
					r := startRig(t, rigSettings{segment: segment, next: next, disk: disk, change: change})
					for i := range 15 {
						r.send(i*batchRecords, (i+1)*batchRecords)
					}
					settle(30 * time.Second)
					r.send(1_000, 1_200)
					settle(30 * time.Second)
					segment.requireRange(1_000, 1_200)
					assert.Equal(t, 15, r.metrics()["queue_size"])
					r.requireBalance(15*batchRecords + 200)

					next.refuses(nil)
					settle(time.Minute)
					assert.Len(t, next.ids(), 15)
					r.requireBalance(15*batchRecords + 200)
				})
			})
		}
	}
}

// TestNextPipelineBlocks does not hold up the end of the collector, and is told of.
func TestNextPipelineBlocks(t *testing.T) {
	t.Parallel()
	for _, disk := range []*storagetest.Disk{nil, storagetest.New()} {
		t.Run(strconv.FormatBool(disk != nil), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment, next := newFakeSegment(t), &nextPipeline{}
				segment.answers(poisoned(messageID(3)))
				next.blocks(true)
				r := startRig(t, rigSettings{segment: segment, next: next, disk: disk})
				r.send(0, batchRecords)
				settle(time.Minute)
				assert.Equal(t, []string{"the next pipeline does not take dead letters: there is no answer yet"}, r.host.errors())
				began := time.Now()
				require.NoError(t, r.Shutdown(context.WithoutCancel(t.Context())))
				assert.LessOrEqual(t, time.Since(began), 16*time.Second)
			})
		})
	}
}

// TestNextPipelineIsFullAtTheEnd for a moment, when all batches hand over at once.
func TestNextPipelineIsFullAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		segment.answers(always(down))
		next.refuses(errors.New("queue is full"))
		r := startRig(t, rigSettings{segment: segment, next: next})
		r.send(0, 3*batchRecords)
		settle(time.Second)
		go func() {
			time.Sleep(5 * time.Second)
			next.refuses(nil)
		}()
		r.stop()
		assert.Len(t, next.ids(), 3*batchRecords)
		assert.Zero(t, r.metrics()["segment_dropped_records"])
	})
}

// TestNeighborsOfADoorLetter are not sent again with each repetition of a call that the next pipeline refuses.
func TestNeighborsOfADoorLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		next.refuses(errors.New("queue is full"))
		r := startRig(t, rigSettings{segment: segment, next: next})
		call := records(0, 3)
		withoutUser(3, 4).ResourceLogs().MoveAndAppendTo(call.ResourceLogs())
		for range 5 {
			require.Error(t, r.ConsumeLogs(t.Context(), call))
			settle(time.Second)
		}
		next.refuses(nil)
		require.NoError(t, r.ConsumeLogs(t.Context(), call))
		settle(time.Second)
		assert.Equal(t, []string{messageID(3)}, next.ids())
		for i := range 3 {
			assert.Equal(t, 2, segment.delivered[messageID(i)], "the first call was not known to fail")
		}
	})
}

// TestStatusOfForgottenLetters is not an error for ever, when their sender has given up.
func TestStatusOfForgottenLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		next.refuses(errors.New("queue is full"))
		r := startRig(t, rigSettings{segment: segment, next: next})
		require.Error(t, r.ConsumeLogs(t.Context(), withoutUser(0, 1)))
		r.send(1, 2)
		settle(4 * time.Minute)
		r.send(2, 3)
		settle(time.Second)
		assert.Equal(t, mended[:1], r.host.reported())
		settle(2 * time.Minute)
		r.send(3, 4)
		settle(time.Second)
		assert.Equal(t, mended, r.host.reported())
		assert.Equal(t, componentstatus.StatusOK, last(r.host.reported(), componentstatus.StatusNone))
	})
}

// TestLettersShareTheirResource, which can be larger than they are.
func TestLettersShareTheirResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := &nextPipeline{}
		r := startRig(t, rigSettings{segment: newFakeSegment(t), next: next})
		call := withoutUser(0, 100)
		call.ResourceLogs().At(0).Resource().Attributes().PutStr("large", strings.Repeat("x", 10_000))
		withoutUser(100, 110).ResourceLogs().MoveAndAppendTo(call.ResourceLogs())
		require.NoError(t, r.ConsumeLogs(t.Context(), call))
		require.Len(t, next.letters, 1)
		assert.Len(t, next.ids(), 110)
		assert.Equal(t, 2, next.letters[0].ResourceLogs().Len())
		assert.Less(t, (&plog.ProtoMarshaler{}).LogsSize(next.letters[0]), 50_000)
	})
}

// TestTimelessLetter is the same event whenever and however often it is sent again.
func TestTimelessLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		r := startRig(t, rigSettings{segment: segment, next: next})
		call := withoutUser(0, 1)
		lr := call.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		lr.SetTimestamp(0)
		lr.Attributes().Remove("segment.message_id")
		dropped := time.Now()
		require.NoError(t, r.ConsumeLogs(t.Context(), call))
		letter := next.letters[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
		assert.Equal(t, dropped.UTC(), letter.ObservedTimestamp().AsTime())
		letter.Attributes().PutStr("segment.user_id", "u")
		for range 3 {
			settle(24 * time.Hour)
			require.NoError(t, r.ConsumeLogs(t.Context(), next.letters[0]))
		}
		settle(time.Second)
		assert.Equal(t, 1, segment.count(), "ids")
	})
}

// TestStatusOfAnUndeliveredLetter is that of its own last attempt, and not of what was delivered before.
func TestStatusOfAnUndeliveredLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		segment.answers(func(ids []string) answer {
			if ids[0] == messageID(0) {
				return ok
			}
			return down
		})
		r := startRig(t, rigSettings{segment: segment, next: next, change: func(c *Config) {
			c.QueueConfig.Get().Batch.Get().MaxSize = 0
			c.RetryConfig.MaxElapsedTime = 10 * time.Minute
		}})
		r.send(0, 3_000)
		settle(11 * time.Minute)
		require.Len(t, next.ids(), 500)
		assert.NotContains(t, next.records()[0], "segment.dropped.status")
		assert.Equal(t, "undelivered", next.records()[0]["segment.dropped.reason"])
	})
}
