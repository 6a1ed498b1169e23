package segmentexporter

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zeebo/xxh3"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// request is how many records a sender sends at once, which does not fit evenly into batches.
const request = 7

// TestCrashes ends the process at every single operation on the disk: whatever was taken is delivered in the end.
func TestCrashes(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(t *testing.T, disk *storagetest.Disk, at int) (crashed bool){
		"while it takes records": crashWhileTaking,
		"after a start":          crashAfterStart,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crashed := true
			for at := 1; crashed; at++ {
				synctest.Test(t, func(t *testing.T) {
					crashed = crash(t, storagetest.New(), at)
				})
				require.True(t, crashed || at > 30, "there was next to nothing to crash")
			}
		})
	}
}

// crashWhileTaking takes and delivers records until the disk crashes, and restarts with what is on it.
func crashWhileTaking(t *testing.T, disk *storagetest.Disk, at int) (crashed bool) {
	t.Helper()
	segment := newFakeSegment(t)
	segment.latency = 100 * time.Millisecond
	disk.CrashAt(at)
	r := newRig(t, rigSettings{segment: segment, disk: disk})
	var taken []int
	if r.Start(t.Context(), r.host) == nil {
		for i := range 15 {
			if r.ConsumeLogs(t.Context(), records(i*request, (i+1)*request)) == nil {
				taken = append(taken, i)
			}
			settle(50 * time.Millisecond)
		}
		settle(time.Minute)
	}
	r.stop()
	crashed = disk.Batches() >= at

	disk.CrashAt(0)
	startRig(t, rigSettings{segment: segment, disk: disk})
	settle(time.Minute)
	for _, i := range taken {
		segment.requireRange(i*request, (i+1)*request)
	}
	return crashed
}

// crashAfterStart takes records during an outage, restarts with them, crashes, and restarts again.
func crashAfterStart(t *testing.T, disk *storagetest.Disk, at int) (crashed bool) {
	t.Helper()
	const records = 15 * request
	segment := newFakeSegment(t)
	outage(t, segment, disk, records)

	disk.CrashAt(at)
	second := newRig(t, rigSettings{segment: segment, disk: disk})
	if second.Start(t.Context(), second.host) == nil {
		settle(time.Minute)
	}
	second.stop()
	crashed = disk.Batches() >= at

	disk.CrashAt(0)
	third := startRig(t, rigSettings{segment: segment, disk: disk})
	settle(2 * time.Minute)
	segment.requireAll(records)
	assert.Zero(t, third.metrics()["queue_size"])
	return crashed
}

// outage leaves the disk of a collector that was killed while Segment could not be reached.
func outage(t *testing.T, segment *fakeSegment, disk *storagetest.Disk, records int) {
	t.Helper()
	segment.answers(always(down))
	r := startRig(t, rigSettings{segment: segment, disk: disk})
	for i := 0; i < records; i += request {
		r.send(i, min(i+request, records))
	}
	settle(10 * time.Second)
	disk.CrashAt(1)
	r.stop()
	disk.CrashAt(0)
	segment.answers(nil)
}

var errDiskFull = errors.New("no space left on device")

func writes(ops []*storage.Operation) bool {
	return slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type == storage.Set })
}

// TestFullDisk refuses new records, delivers what is queued, and goes on as soon as there is space.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, disk: disk})
		const taken = 15 * batchRecords
		r.send(0, taken/2)
		r.send(taken/2, taken)
		settle(time.Second)

		assert.Zero(t, r.metrics()["segment_unwritable_queues"])
		disk.Refuse(func(ops []*storage.Operation) error {
			if writes(ops) {
				return errDiskFull
			}
			return nil
		})
		for range 1_000 {
			err := r.ConsumeLogs(t.Context(), records(taken, taken+1))
			require.ErrorIs(t, err, errDiskFull)
			require.ErrorContains(t, err, "sending_queue::storage: ")
			require.False(t, consumererror.IsPermanent(err))
		}
		assert.Equal(t, taken+1, r.metrics()["queue_size"], "the queue counts the one request that it tried to write")
		assert.Equal(t, 1, r.metrics()["segment_unwritable_queues"])
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())
		segment.answers(nil)
		settle(2 * time.Minute)
		segment.requireAll(taken)

		disk.Refuse(nil)
		r.send(taken, taken+batchRecords)
		settle(time.Minute)
		segment.requireAll(taken + batchRecords)
		assert.Zero(t, r.metrics()["queue_size"])
		assert.Zero(t, r.metrics()["segment_unwritable_queues"])
		assert.Equal(t, taken+batchRecords, r.metrics()["segment_messages"])
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}, r.host.reported())
		r.stop()

		again := startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		again.send(taken+batchRecords, taken+batchRecords+1)
		settle(time.Minute)
		segment.requireAll(taken + batchRecords + 1)
	})
}

// TestBrokenDisk cannot be read: nothing of it is given up.
func TestBrokenDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		segment.latency = time.Second
		r := startRig(t, rigSettings{segment: segment, disk: disk, change: func(c *Config) {
			c.QueueConfig.Get().Batch.Get().FlushTimeout = time.Hour
			c.QueueConfig.Get().NumConsumers = 1
		}})
		const taken = 10 * batchRecords
		for i := 0; i < taken; i += batchRecords {
			r.send(i, i+batchRecords)
		}
		settle(100 * time.Millisecond)
		broken := errors.New("input/output error")
		disk.Refuse(func([]*storage.Operation) error { return broken })
		settle(time.Minute)
		assert.Less(t, segment.count(), taken)
		err := r.ConsumeLogs(t.Context(), records(0, 1))
		require.ErrorIs(t, err, broken)
		assert.False(t, consumererror.IsPermanent(err))
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusPermanentError}, r.host.reported())
		assert.Equal(t, 1, r.metrics()["segment_unwritable_queues"])
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("The queue on disk has failed").Len())

		disk.Refuse(nil)
		settle(time.Minute)
		r.stop()
		startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		segment.requireAll(taken)
	})
}

// TestStartOnABadDisk does not start, and loses nothing.
func TestStartOnABadDisk(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]func([]*storage.Operation) bool{
		"full":       writes,
		"unreadable": func(ops []*storage.Operation) bool { return !writes(ops) },
		"dead":       func([]*storage.Operation) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const records = 100
				disk := storagetest.New()
				segment := newFakeSegment(t)
				outage(t, segment, disk, records)
				disk.Refuse(func(ops []*storage.Operation) error {
					if refused(ops) {
						return errDiskFull
					}
					return nil
				})
				r := newRig(t, rigSettings{segment: segment, disk: disk})
				err := r.Start(t.Context(), r.host)
				require.ErrorIs(t, err, errDiskFull)
				require.ErrorContains(t, err, "sending_queue::storage: ")
				settle(time.Minute)
				r.stop()

				disk.Refuse(nil)
				startRig(t, rigSettings{segment: segment, disk: disk})
				settle(time.Minute)
				segment.requireAll(records)
			})
		})
	}
}

// TestDamagedNote damages what the queue notes of its items. The start fails, instead of taking the queue for empty.
func TestDamagedNote(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		outage(t, segment, disk, 100)
		note := disk.Values()["qmv0"]
		require.NotEmpty(t, note)
		disk.Put("qmv0", note[:len(note)-1])
		r := newRig(t, rigSettings{segment: segment, disk: disk})
		require.ErrorContains(t, r.Start(t.Context(), r.host), "sending_queue::storage: the queue is damaged")
		r.stop()

		disk.Put("qmv0", note)
		startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		segment.requireAll(100)
	})
}

// TestDamagedItem is never deleted: the storage fails for good, says so, and what it holds waits for somebody who can read
// it.
func TestDamagedItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		segment.answers(always(down))
		const taken = 40 * batchRecords
		r := startRig(t, rigSettings{segment: segment, disk: disk})
		for i := 0; i < taken; i += batchRecords {
			r.send(i, i+batchRecords)
		}
		settle(time.Minute)
		items := disk.Values()
		const damaged = "30"
		require.Contains(t, items, damaged)
		item := slices.Clone(items[damaged])
		item[len(item)/2] ^= 1
		disk.Put(damaged, item)

		segment.answers(nil)
		settle(5 * time.Minute)
		assert.Equal(t, item, disk.Values()[damaged])
		reported := r.host.reported()
		assert.Equal(t, componentstatus.StatusPermanentError, reported[len(reported)-1])
		require.ErrorContains(t, r.ConsumeLogs(t.Context(), records(0, 1)), "sending_queue::storage: ")
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("The queue on disk has failed").Len())
		for _, text := range []string{"Error deleting item", "trying to delete the item first", "Dropping data"} {
			assert.Zero(t, r.lines.FilterMessageSnippet(text).Len(), "nothing is deleted: %s", text)
		}
		r.stop()

		disk.Put(damaged, items[damaged])
		startRig(t, rigSettings{segment: segment, disk: disk})
		settle(time.Minute)
		segment.requireAll(taken)
	})
}

// TestItemOfAnotherVersion is what a downgrade finds.
func TestItemOfAnotherVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		outage(t, segment, disk, 100)
		before := disk.Values()
		for key, item := range before {
			if item[0] == 0xFF {
				item[1]++
				disk.Put(key, item)
			}
		}
		r := newRig(t, rigSettings{segment: segment, disk: disk})
		err := r.Start(t.Context(), r.host)
		require.ErrorContains(t, err, "sending_queue::storage: ")
		require.ErrorContains(t, err, "version 2 of the format")
		r.stop()
		for key, item := range before {
			assert.Equal(t, item, disk.Values()[key], key)
		}
		assert.Zero(t, segment.count())
	})
}

// TestUnusableItem has the right checksum, and what is in it cannot be read: it stays, and somebody is told.
func TestUnusableItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.New()
		segment := newFakeSegment(t)
		outage(t, segment, disk, 15*request)
		for key, item := range disk.Values() {
			if item[0] != 0xFF {
				continue
			}
			unusable := slices.Clone(item[:len(item)-1])
			binary.LittleEndian.PutUint64(unusable[2:], xxh3.Hash(unusable[10:]))
			disk.Put(key, unusable)
			break
		}
		r := startRig(t, rigSettings{segment: segment, disk: disk})
		settle(5 * time.Minute)
		assert.Equal(t, 14*request, segment.count())
		assert.Equal(t, request, r.metrics()["queue_size"])
		assert.Equal(t, 1, r.lines.FilterMessageSnippet("holds a request that cannot be used").Len())
		assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())
	})
}
