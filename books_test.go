package segmentexporter

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// mixed are page views like records, with ordinary logs and records that cannot be sent among them.
func mixed(n, ordinary, invalid int) plog.Logs {
	ld := records(0, n)
	for range invalid {
		lr := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
		lr.Attributes().PutStr("segment.type", "page")
	}
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	for range ordinary {
		sl.LogRecords().AppendEmpty().Body().SetStr("GET /")
	}
	return ld
}

// queues are the ways in which messages can wait, but for wait_for_result, where upstream's queue shares channels between
// tests, which fake time forbids: package exporter tests that.
var queues = map[string]struct {
	change func(*Config)
	onDisk bool
}{
	"in memory": {change: func(*Config) {}},
	"on disk":   {change: func(*Config) {}, onDisk: true},
	// Two messages fit, or one: calls end with batches that have none of their messages.
	"small bodies":         {change: smallBodies},
	"small bodies on disk": {change: smallBodies, onDisk: true},
	"unbatched": {change: func(c *Config) {
		c.QueueConfig.Get().Batch = configoptional.None[exporterhelper.BatchConfig]()
	}},
	"no queue": {change: func(c *Config) {
		c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
	}},
}

func smallBodies(c *Config) {
	batch := c.QueueConfig.Get().Batch.Get()
	batch.Sizer, batch.MinSize, batch.MaxSize = exporterhelper.RequestSizerTypeBytes, 900, 900
}

// spread gives records sources, known and unknown, and channels.
func spread(ld plog.Logs, random *lockedRandom) {
	for _, rl := range ld.ResourceLogs().All() {
		for _, lr := range rl.ScopeLogs().At(0).LogRecords().All() {
			if source := []string{"", "web", "web", "ios", "tv", "unknown"}[random.intN(6)]; source != "" {
				lr.Attributes().PutStr("segment.source", source)
			}
			lr.Attributes().PutStr("segment.channel", []string{"server", "server", "client"}[random.intN(3)])
		}
	}
}

// TestBooks adds up while senders send and Segment fails in every way: what was taken is delivered, dropped or a dead letter,
// not selected or in the queue, at every moment. From the second seed on there are several sources, and from the third on a next
// pipeline.
func TestBooks(t *testing.T) {
	t.Parallel()
	for name, q := range queues {
		for seed := range uint64(5) {
			sources, connects := seed > 0, seed > 1
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					random := &lockedRandom{r: rand.New(rand.NewPCG(seed, 0))}
					segment := newFakeSegment(t)
					segment.latency = 5 * time.Millisecond
					segment.answers(func(ids []string) answer {
						if len(ids) < 5 && random.intN(2) == 0 {
							return answer{status: http.StatusBadRequest}
						}
						return []answer{ok, ok, ok, unavailable, down, {status: 404}, {status: 400}}[random.intN(7)]
					})
					set := rigSettings{segment: segment, change: func(c *Config) {
						c.RetryConfig.InitialInterval = 10 * time.Millisecond
						c.RetryConfig.MaxInterval = 50 * time.Millisecond
						c.RetryConfig.MaxElapsedTime = 100 * time.Millisecond
						c.MaxRetryAfter = 10 * time.Millisecond
						c.QueueConfig.Get().Batch.Get().FlushTimeout = 20 * time.Millisecond
						q.change(c)
						if sources {
							withSources("web", "ios", "tv")(c)
						}
					}}
					if connects {
						set.next = &nextPipeline{}
					}
					if q.onDisk {
						set.disk = storagetest.New()
					}
					r := startRig(t, set)
					var taken atomic.Int64
					var senders sync.WaitGroup
					for range 4 {
						senders.Go(func() {
							for range 25 {
								n := 1 + random.intN(3*batchRecords)
								ld := mixed(n, random.intN(5), random.intN(5))
								if sources {
									spread(ld, random)
								}
								if r.ConsumeLogs(t.Context(), ld) == nil {
									taken.Add(int64(ld.LogRecordCount()))
								}
								time.Sleep(time.Duration(random.intN(100)) * time.Millisecond)
							}
						})
					}
					for range 100 {
						settle(10 * time.Millisecond)
						r.requireBalance(int(taken.Load()))
					}
					senders.Wait()
					r.requireBalance(int(taken.Load()))
					r.stop()
					kept := 0
					for _, line := range r.lines.FilterMessage("Messages stay in sending_queue::storage for the next start").All() {
						kept += int(line.ContextMap()["messages"].(int64))
					}
					r.requireBalance(int(taken.Load()) - kept)
					assert.Positive(t, r.metrics()["segment_messages"])
				})
			})
		}
	}
}

// lockedRandom is a source of random numbers for several goroutines.
type lockedRandom struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (l *lockedRandom) intN(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.IntN(n)
}

// TestRefusedCallsCountNothing has senders that get the result: what is no message is counted when the call succeeds.
func TestRefusedCallsCountNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(unavailable))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			queues["no queue"].change(c)
			c.RetryConfig.Enabled = false
		}})
		for range 3 {
			require.Error(t, r.ConsumeLogs(t.Context(), mixed(5, 5, 2)))
		}
		r.requireBalance(0)
		assert.Zero(t, r.lines.FilterMessageSnippet("Dropp").Len(), "the sender still has all of it")

		segment.answers(nil)
		require.NoError(t, r.ConsumeLogs(t.Context(), mixed(5, 5, 2)))
		m := r.metrics()
		assert.Equal(t, 5, m["segment_messages"])
		assert.Equal(t, 5, m["segment_not_selected_records"])
		assert.Equal(t, 2, m["segment_dropped_records missing_identity"])
	})
}

// TestFullQueueCountsNothing refuses a call whole.
func TestFullQueueCountsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.QueueConfig.Get().QueueSize = batchRecords }})
		require.NoError(t, r.ConsumeLogs(t.Context(), mixed(batchRecords, 3, 1)))
		require.ErrorIs(t, r.ConsumeLogs(t.Context(), mixed(batchRecords, 3, 1)), exporterhelper.ErrQueueIsFull)
		require.NoError(t, r.ConsumeLogs(t.Context(), mixed(0, 4, 0)), "ordinary logs need no space")
		r.requireBalance(batchRecords + 4 + 4)
	})
}

// TestOrdinaryLogsAreNotGivenUp has them in the same call as messages of an outage without end.
func TestOrdinaryLogsAreNotGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.RetryConfig.MaxElapsedTime = 10 * time.Minute }})
		require.NoError(t, r.ConsumeLogs(t.Context(), mixed(2_501, 1_000, 0)))
		settle(24 * time.Hour)
		m := r.metrics()
		assert.Equal(t, 2_501, m["segment_dropped_records undelivered"])
		assert.Equal(t, 1_000, m["segment_not_selected_records"])
		r.requireBalance(3_501)
	})
}

// TestShutdownTwice is harmless.
func TestShutdownTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, rigSettings{segment: newFakeSegment(t)})
		r.stop()
		require.NoError(t, r.Shutdown(t.Context()))
	})
}

// TestRecovery has an outage in which every batch has got to the longest backoff: one delivery, and all the others follow.
func TestRecovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment})
		const taken = 4_500
		for i := 0; i < taken; i += 450 {
			r.send(i, i+450)
		}
		settle(time.Hour)
		segment.answers(nil)
		for segment.count() == 0 {
			settle(time.Second)
		}
		settle(2 * time.Second)
		segment.requireAll(taken)
	})
}

// TestRecoveryRespectsThePause has a server that wants to be left alone: a delivery that was under way wakes nobody.
func TestRecoveryRespectsThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		slow := errors.New("slow")
		segment.answers(func(ids []string) answer {
			if ids[0] == messageID(0) {
				return busyFor(time.Minute)
			}
			return answer{err: slow}
		})
		r := startRig(t, rigSettings{segment: segment})
		r.send(batchRecords, 2*batchRecords)
		settle(time.Second)
		r.send(0, batchRecords)
		settle(time.Second)
		segment.answers(nil)
		before := segment.attempts()
		settle(50 * time.Second)
		assert.Equal(t, before, segment.attempts())
		settle(time.Minute)
		segment.requireAll(2 * batchRecords)
	})
}

// TestAnswersOfTheRouteOnDisk keeps everything: no proxy and no wrong path costs a message.
func TestAnswersOfTheRouteOnDisk(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 404, 405, 407} {
		synctest.Test(t, func(t *testing.T) {
			segment := newFakeSegment(t)
			segment.answers(always(answer{status: status}))
			r := startRig(t, rigSettings{segment: segment, disk: storagetest.New()})
			r.send(0, 100)
			settle(time.Hour)
			assert.Equal(t, 100, r.metrics()["queue_size"])
			require.Len(t, r.host.reported(), 1)
			assert.Equal(t, 1, r.lines.FilterMessageSnippet("Uploads do not reach Segment's API").Len())
			segment.answers(nil)
			settle(2 * time.Minute)
			segment.requireAll(100)
			assert.Len(t, r.host.reported(), 2)
		})
	}
}
