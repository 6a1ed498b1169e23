package segmentexporter

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

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
