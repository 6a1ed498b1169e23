package segmentexporter

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-segment/segmentexporter/exporter"
	"github.com/otel-segment/segmentexporter/internal/storagetest"
)

// sizings are settings of sending_queue that count in each unit.
var sizings = map[string]map[string]any{
	"defaults":                  {},
	"items":                     {"sizer": "items", "batch": map[string]any{"max_size": 4}},
	"bytes":                     {"sizer": "bytes", "queue_size": 10_000_000, "batch": map[string]any{"max_size": 33_000}},
	"requests":                  {"sizer": "requests", "queue_size": 100, "batch": map[string]any{"min_size": 2, "max_size": 4}},
	"bytes in batches of items": {"sizer": "bytes", "queue_size": 10_000_000, "batch": map[string]any{"sizer": "items"}},
	"no batches":                {"batch": map[string]any{"enabled": false}},
	"block on overflow":         {"block_on_overflow": true},
	"no queue":                  {"enabled": false},
}

// TestOneRecordIsTooLarge has it among ten: nine are delivered and one is counted, whatever the unit and wherever the queue.
func TestOneRecordIsTooLarge(t *testing.T) {
	t.Parallel()
	for name, settings := range sizings {
		for _, onDisk := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/disk=%t", name, onDisk), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					segment := newFakeSegment(t)
					set := rigSettings{segment: segment, change: func(c *Config) {
						queue := createDefaultConfig().(*Config)
						require.NoError(t, confmap.NewFromStringMap(map[string]any{"write_key": "key", "sending_queue": settings}).Unmarshal(queue))
						storage := c.storage()
						c.QueueConfig = queue.QueueConfig
						if storage != nil && c.QueueConfig.HasValue() {
							c.QueueConfig.Get().StorageID = storage
						}
						require.NoError(t, confmap.Validate(c))
					}}
					if onDisk {
						set.disk = storagetest.New()
					}
					r := startRig(t, set)
					ld := records(0, 10)
					ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(4).Attributes().PutStr("huge", strings.Repeat("x", 600<<10))
					require.NoError(t, r.ConsumeLogs(t.Context(), ld))
					settle(time.Minute)
					assert.Equal(t, 9, segment.count())
					m := r.metrics()
					assert.Equal(t, 9, m["segment_messages"])
					assert.Equal(t, 1, m["segment_dropped_records too_large"])
					assert.Zero(t, m["queue_size"])
				})
			})
		}
	}
}

// TestBatchSizesAreKept cuts at the size that is set, in its unit.
func TestBatchSizesAreKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		batch map[string]any
		fits  func(arrival) bool
	}{
		"items": {map[string]any{"sizer": "items", "max_size": 7}, func(a arrival) bool { return len(a.ids) == 7 }},
		"bytes": {map[string]any{"sizer": "bytes", "max_size": 40_000}, func(a arrival) bool { return a.bytes <= 40_000 && a.bytes > 39_000 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				segment := newFakeSegment(t)
				r := startRig(t, rigSettings{segment: segment, change: func(cfg *Config) {
					fresh := createDefaultConfig().(*Config)
					require.NoError(t, confmap.NewFromStringMap(map[string]any{"sending_queue": map[string]any{"batch": c.batch}}).Unmarshal(fresh))
					cfg.QueueConfig = fresh.QueueConfig
				}})
				for i := 0; i < 1_000; i += 100 {
					r.send(i, i+100)
				}
				settle(time.Minute)
				segment.requireAll(1_000)
				arrivals := segment.arrivals()
				require.Greater(t, len(arrivals), 2)
				for _, a := range arrivals[:len(arrivals)-1] {
					assert.True(t, c.fits(a), "%d messages, %d bytes", len(a.ids), a.bytes)
				}
			})
		})
	}
}

// TestCallLargerThanTheQueue never fits: its sender is told so at once, and which setting it is.
func TestCallLargerThanTheQueue(t *testing.T) {
	t.Parallel()
	for _, block := range []bool{false, true} {
		for _, onDisk := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				set := rigSettings{segment: newFakeSegment(t), change: func(c *Config) {
					c.QueueConfig.Get().QueueSize, c.QueueConfig.Get().BlockOnOverflow = 2*batchRecords, block
				}}
				if onDisk {
					set.disk = storagetest.New()
				}
				r := startRig(t, set)
				err := r.ConsumeLogs(t.Context(), records(0, 2*batchRecords+1))
				require.ErrorContains(t, err, "sending_queue::queue_size: 41 items in one call are more than the 40 that the queue can hold")
				assert.True(t, consumererror.IsPermanent(err))
				require.NoError(t, r.ConsumeLogs(t.Context(), records(0, 2*batchRecords)))
				settle(time.Minute)
				r.requireBalance(2 * batchRecords)
			})
		}
	}
}

// TestPartitions keeps the senders of different metadata apart, and takes memory for what there is.
func TestPartitions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const tenants = 200
		segment := newFakeSegment(t)
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig.Get().Batch.Get().FlushTimeout = time.Minute
			c.QueueConfig.Get().Batch.Get().Partition.MetadataKeys = []string{"tenant"}
		}})
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range 2 * tenants {
			ctx := client.NewContext(t.Context(), client.Info{Metadata: client.NewMetadata(map[string][]string{
				"tenant": {strconv.Itoa(i % tenants)},
			})})
			require.NoError(t, r.ConsumeLogs(ctx, records(i, i+1)))
		}
		synctest.Wait()
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(tenants*exporter.MaxBodyBytes/2))
		settle(2 * time.Minute)
		segment.requireAll(2 * tenants)
		for _, a := range segment.arrivals() {
			for _, id := range a.ids {
				assert.Equal(t, tenantOf(t, a.ids[0], tenants), tenantOf(t, id, tenants))
			}
		}
	})
}

func tenantOf(t *testing.T, id string, tenants int) int {
	t.Helper()
	i, err := strconv.Atoi(strings.TrimPrefix(id, "m-"))
	require.NoError(t, err)
	return i % tenants
}
