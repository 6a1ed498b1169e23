package segmentexporter

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// nextPipeline takes dead letters, or refuses them.
type nextPipeline struct {
	mu      sync.Mutex
	refusal error
	blocked bool
	letters []plog.Logs
}

func (*nextPipeline) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

func (n *nextPipeline) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	n.mu.Lock()
	if n.blocked {
		n.mu.Unlock()
		<-ctx.Done()
		return ctx.Err()
	}
	defer n.mu.Unlock()
	if n.refusal != nil {
		// A pipeline may change what it is given.
		ld.ResourceLogs().RemoveIf(func(plog.ResourceLogs) bool { return true })
		return n.refusal
	}
	n.letters = append(n.letters, ld)
	return nil
}

// refuses sets the error with which letters are refused; nil takes them.
func (n *nextPipeline) refuses(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusal = err
}

// records are the attributes of all letters, and the name of the source of their resource.
func (n *nextPipeline) records() (list []map[string]any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, ld := range n.letters {
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					record := lr.Attributes().AsRaw()
					if source, named := rl.Resource().Attributes().Get("segment.source"); named {
						record["resource segment.source"] = source.Str()
					}
					list = append(list, record)
				}
			}
		}
	}
	return list
}

// ids are the message ids of all letters, in order.
func (n *nextPipeline) ids() (ids []string) {
	for _, record := range n.records() {
		ids = append(ids, record["segment.message_id"].(string))
	}
	slices.Sort(ids)
	return ids
}

// blocks makes the next pipeline wait until its caller gives up.
func (n *nextPipeline) blocks(blocks bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blocked = blocks
}

// poisoned refuses each body that has one of some messages.
func poisoned(ids ...string) func([]string) answer {
	return func(sent []string) answer {
		if slices.ContainsFunc(sent, func(id string) bool { return slices.Contains(ids, id) }) {
			return answer{status: http.StatusBadRequest, body: `{"success":false,"code":"invalid","message":"it is poisoned, default-key"}`}
		}
		return ok
	}
}

// TestDeadLetters are what is dropped at the door, what Segment refuses and what was tried for too long.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		segment.answers(poisoned(messageID(3)))
		segment.answersTo("web-key", always(unavailable))
		r := startRig(t, rigSettings{segment: segment, next: next, change: func(c *Config) {
			withSources("web")(c)
			c.WriteKey = "default-key"
			c.RetryConfig.MaxElapsedTime = 10 * time.Minute
		}})
		require.NoError(t, r.ConsumeLogs(t.Context(), records(0, 5)))
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", 5, 6)))
		require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("tv", 6, 7)))
		incomplete := records(7, 8)
		incomplete.ResourceLogs().At(0).Resource().Attributes().PutStr("host.name", "h")
		incomplete.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Remove("segment.user_id")
		require.NoError(t, r.ConsumeLogs(t.Context(), incomplete))
		settle(11 * time.Minute)

		letters := map[string]map[string]any{}
		for _, record := range next.records() {
			id := record["segment.message_id"].(string)
			assert.NotContains(t, letters, id)
			letters[id] = record
			at, err := time.Parse("2006-01-02T15:04:05.000Z", record["segment.dropped.time"].(string))
			require.NoError(t, err)
			assert.WithinDuration(t, time.Now(), at, 12*time.Minute)
			delete(record, "segment.dropped.time")
		}
		assert.Equal(t, map[string]map[string]any{
			messageID(3): {
				"segment.type": "page", "segment.user_id": "u", "segment.message_id": messageID(3), "segment.properties": map[string]any{},
				"segment.context":        letters[messageID(3)]["segment.context"],
				"segment.dropped.reason": "rejected", "segment.dropped.status": int64(400), "segment.dropped.count": int64(1),
				"segment.dropped.answer": "it is poisoned, [REDACTED]",
			},
			messageID(5): {
				"segment.type": "page", "segment.user_id": "u", "segment.message_id": messageID(5), "segment.properties": map[string]any{},
				"segment.context":         letters[messageID(5)]["segment.context"],
				"resource segment.source": "web",
				"segment.dropped.reason":  "undelivered", "segment.dropped.status": int64(503), "segment.dropped.count": int64(1),
				"segment.dropped.source": "web",
			},
			messageID(6): {
				"segment.type": "page", "segment.user_id": "u", "segment.message_id": messageID(6), "resource segment.source": "tv",
				"segment.dropped.reason": "unknown_source", "segment.dropped.count": int64(1), "segment.dropped.source": "tv",
			},
			messageID(7): {
				"segment.type": "page", "segment.message_id": messageID(7),
				"segment.dropped.reason": "missing_identity", "segment.dropped.count": int64(1),
			},
		}, letters)
		m := r.metrics()
		assert.Equal(t, 4, m["segment_messages"])
		assert.Equal(t, 4, m["segment_dead_letters"])
		assert.Equal(t, 1, m["segment_dead_letters unknown_source"])
		assert.Equal(t, 1, m["segment_dead_letters web"])
		assert.Zero(t, m["segment_dropped_records"])
		r.requireBalance(8)
		assert.Zero(t, r.lines.FilterMessageSnippet("Dropping data").Len())
		assert.Equal(t, 2, r.lines.FilterMessageSnippet("Made a record a dead letter: ").Len())
	})
}

// TestLettersSentAgain are the messages that they were, with the same ids, and count how often they came back.
func TestLettersSentAgain(t *testing.T) {
	t.Parallel()
	for _, disk := range []*storagetest.Disk{nil, storagetest.New()} {
		synctest.Test(t, func(t *testing.T) {
			segment, next := newFakeSegment(t), &nextPipeline{}
			segment.answers(poisoned(messageID(3)))
			r := startRig(t, rigSettings{segment: segment, next: next, disk: disk, change: withSources("web")})
			require.NoError(t, r.ConsumeLogs(t.Context(), recordsOf("web", 3, 4)))
			settle(time.Second)
			for i := range 3 {
				require.Len(t, next.letters, i+1)
				record := next.records()[i]
				assert.EqualValues(t, i+1, record["segment.dropped.count"])
				assert.Equal(t, messageID(3), record["segment.message_id"])
				require.NoError(t, r.ConsumeLogs(t.Context(), next.letters[i]))
				settle(time.Second)
			}
			segment.answers(nil)
			require.NoError(t, r.ConsumeLogs(t.Context(), next.letters[3]))
			settle(time.Second)
			assert.Equal(t, map[string]string{messageID(3): "web-key"}, segment.keysByID())
			assert.Equal(t, 1, segment.delivered[messageID(3)])
			assert.Zero(t, r.metrics()["segment_warnings unknown_attribute"])
			r.requireBalance(5)
		})
	}
}

// TestNextPipelineRefuses has letters that nobody takes: they wait, with a status, and what came with them is delivered.
func TestNextPipelineRefuses(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"for now":  errors.New("queue is full"),
		"for good": consumererror.NewPermanent(errors.New("not possible")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment, next := newFakeSegment(t), &nextPipeline{}
				segment.answers(poisoned(messageID(3), messageID(30)))
				next.refuses(refusal)
				r := startRig(t, rigSettings{segment: segment, next: next})
				r.send(0, 2*batchRecords)
				settle(time.Hour)
				assert.Equal(t, 2*batchRecords-2, segment.count())
				assert.Empty(t, next.letters)
				assert.Equal(t, 2, r.metrics()["queue_size"], "their neighbors are settled")
				assert.Less(t, segment.attempts(), 40, "they are not uploaded again")
				assert.Equal(t, mended[:1], r.host.reported())
				assert.Equal(t, []string{"the next pipeline does not take dead letters: " + refusal.Error()}, r.host.errors())
				r.requireBalance(2 * batchRecords)

				// At the door it is the sender who waits.
				incomplete := records(50, 51)
				incomplete.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Remove("segment.user_id")
				err := r.ConsumeLogs(t.Context(), incomplete)
				require.ErrorContains(t, err, "the next pipeline does not take the dead letters of this call: ")
				assert.False(t, consumererror.IsPermanent(err))

				next.refuses(nil)
				require.NoError(t, r.ConsumeLogs(t.Context(), incomplete))
				settle(time.Minute)
				assert.Equal(t, []string{messageID(3), messageID(30), messageID(50)}, next.ids())
				assert.Equal(t, componentstatus.StatusOK, last(r.host.reported(), componentstatus.StatusNone))
				assert.NotZero(t, r.lines.FilterMessage("No dead letters wait for the next pipeline any more").Len())
				r.requireBalance(2*batchRecords + 1)
			})
		})
	}
}

// TestLettersOfTheEnd are what a shutdown without storage cannot deliver. What the next pipeline does not take then is lost.
func TestLettersOfTheEnd(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{"taken": nil, "refused": errors.New("queue is full")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment, next := newFakeSegment(t), &nextPipeline{}
				segment.answers(always(down))
				next.refuses(refusal)
				r := startRig(t, rigSettings{segment: segment, next: next})
				r.send(0, 3*batchRecords)
				settle(time.Second)
				r.stop()
				m := r.metrics()
				if refusal == nil {
					assert.Len(t, next.ids(), 3*batchRecords)
					assert.Equal(t, 3*batchRecords, m["segment_dead_letters undelivered"])
					assert.Zero(t, r.lines.FilterMessageSnippet("could not be delivered before the end").Len())
				} else {
					assert.Equal(t, 3*batchRecords, m["segment_dropped_records undelivered"])
					lines := r.lines.FilterMessageSnippet("could not be delivered before the end").All()
					require.Len(t, lines, 1)
					assert.EqualValues(t, 3*batchRecords, lines[0].ContextMap()["lost_messages"])
				}
				r.requireBalance(3 * batchRecords)
			})
		})
	}
}

// TestLettersOnDisk are not lost when the collector ends while nobody takes them.
func TestLettersOnDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next, disk := newFakeSegment(t), &nextPipeline{}, storagetest.New()
		segment.answers(poisoned(messageID(3)))
		next.refuses(errors.New("disk is full"))
		set := rigSettings{segment: segment, next: next, disk: disk}
		r := startRig(t, set)
		r.send(0, batchRecords)
		settle(time.Minute)
		r.stop()
		assert.Empty(t, next.letters)
		assert.Equal(t, batchRecords-1, r.metrics()["segment_messages"])
		assert.Zero(t, r.metrics()["segment_dropped_records"])

		next.refuses(nil)
		attempts := segment.attempts()
		r = startRig(t, set)
		settle(time.Minute)
		require.Equal(t, []string{messageID(3)}, next.ids())
		assert.Equal(t, "it is poisoned, default-key", next.records()[0]["segment.dropped.answer"])
		assert.EqualValues(t, 400, next.records()[0]["segment.dropped.status"])
		assert.Equal(t, attempts, segment.attempts(), "it is not uploaded again")
		m := r.metrics()
		assert.Zero(t, m["segment_messages"])
		assert.Equal(t, 1, m["segment_dead_letters rejected"])
	})
}

// TestLettersOfAConnectorThatIsGone are dropped and counted by the exporter that takes over its queue.
func TestLettersOfAConnectorThatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next, disk := newFakeSegment(t), &nextPipeline{}, storagetest.New()
		segment.answers(poisoned(messageID(3)))
		next.refuses(errors.New("disk is full"))
		r := startRig(t, rigSettings{segment: segment, next: next, disk: disk})
		r.send(0, batchRecords)
		settle(time.Minute)
		r.stop()

		r = startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		m := r.metrics()
		assert.Equal(t, 1, m["segment_dropped_records rejected"])
		assert.Zero(t, m["queue_size"])
	})
}

// TestCrashesWithLetters ends the process at every operation on the disk: every message that was taken is with Segment or with
// the next pipeline.
func TestCrashesWithLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for at := 1; ; at++ {
			segment, next, disk := newFakeSegment(t), &nextPipeline{}, storagetest.New()
			segment.answers(poisoned(messageID(3)))
			set := rigSettings{segment: segment, next: next, disk: disk}
			disk.CrashAt(at)
			first := newRig(t, set)
			taken := first.tryStart() == nil && first.ConsumeLogs(t.Context(), records(0, batchRecords)) == nil
			settle(time.Second)
			crashed := disk.Batches() >= at
			first.stopped = true
			_ = first.Shutdown(t.Context())
			disk.CrashAt(0)
			again := startRig(t, set)
			settle(time.Minute)
			if taken {
				segment.requireRange(0, 3)
				segment.requireRange(4, batchRecords)
				assert.NotEmpty(t, next.ids())
				assert.Equal(t, []string{messageID(3)}, slices.Compact(next.ids()))
			}
			again.stop()
			if !crashed {
				return
			}
		}
	})
}

// TestLettersOfSendersThatWait are no error for them: nothing is lost, and there is nothing to repeat.
func TestLettersOfSendersThatWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment, next := newFakeSegment(t), &nextPipeline{}
		segment.answers(always(answer{status: http.StatusBadRequest}))
		r := startRig(t, rigSettings{segment: segment, next: next, change: func(c *Config) {
			c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
			c.RetryConfig.Enabled = false
		}})
		require.NoError(t, r.ConsumeLogs(t.Context(), records(0, 3)))
		assert.Len(t, next.ids(), 3)
		r.requireBalance(3)

		segment.answers(always(unavailable))
		require.Error(t, r.ConsumeLogs(t.Context(), records(3, 4)), "the sender has it still")
		assert.Len(t, next.ids(), 3)
		segment.answers(always(answer{status: http.StatusBadRequest}))
		next.refuses(consumererror.NewPermanent(errors.New("no")))
		err := r.ConsumeLogs(t.Context(), records(3, 4))
		require.Error(t, err)
		assert.False(t, consumererror.IsPermanent(err))
	})
}
