package segmentexporter

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// TestFullQueue refuses what does not fit, so that the sender keeps it.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) { c.QueueConfig.Get().QueueSize = 10 * batchRecords }})
		for i := range 10 {
			r.send(i*batchRecords, (i+1)*batchRecords)
		}
		err := r.ConsumeLogs(t.Context(), records(10*batchRecords, 11*batchRecords))
		require.ErrorIs(t, err, exporterhelper.ErrQueueIsFull)
		assert.False(t, consumererror.IsPermanent(err))
		r.requireBalance(10 * batchRecords)

		segment.answers(nil)
		settle(2 * time.Minute)
		r.send(10*batchRecords, 11*batchRecords)
		settle(time.Minute)
		segment.requireAll(11 * batchRecords)
		r.requireBalance(11 * batchRecords)
	})
}

// TestBlockOnOverflow makes the sender wait for space.
func TestBlockOnOverflow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(down))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig.Get().QueueSize = batchRecords
			c.QueueConfig.Get().BlockOnOverflow = true
		}})
		r.send(0, batchRecords)
		impatient, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, r.ConsumeLogs(impatient, records(batchRecords, 2*batchRecords)), context.DeadlineExceeded)

		begin := time.Now()
		time.AfterFunc(20*time.Second, func() { segment.answers(nil) })
		r.send(batchRecords, 2*batchRecords)
		assert.Greater(t, time.Since(begin), 19*time.Second)
		settle(time.Minute)
		segment.requireAll(2 * batchRecords)
		r.requireBalance(2 * batchRecords)
	})
}

// TestWithoutQueue hands the failure to the sender.
func TestWithoutQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		segment := newFakeSegment(t)
		segment.answers(always(unavailable))
		r := startRig(t, rigSettings{segment: segment, change: func(c *Config) {
			c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
			c.RetryConfig.Enabled = false
		}})
		err := r.ConsumeLogs(t.Context(), records(0, 5))
		require.ErrorContains(t, err, "5 of 5 messages were not delivered: ")
		assert.False(t, consumererror.IsPermanent(err))
		r.requireBalance(0)
	})
}

// TestStatus tells a refused key, and that it is taken again.
func TestStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		synctest.Test(t, func(t *testing.T) {
			segment := newFakeSegment(t)
			r := startRig(t, rigSettings{segment: segment})
			r.send(0, batchRecords)
			settle(time.Second)
			assert.Empty(t, r.host.reported())

			segment.answers(always(answer{status: status}))
			r.send(batchRecords, 5*batchRecords)
			settle(time.Hour)
			assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, r.host.reported())
			assert.Equal(t, 1, r.lines.FilterMessageSnippet("Segment refuses the uploads").Len())
			segment.answers(nil)
			settle(2 * time.Minute)
			assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}, r.host.reported())
			segment.requireAll(5 * batchRecords)

			segment.answers(always(answer{status: status}))
			r.send(0, batchRecords)
			settle(time.Second)
			segment.answers(nil)
			r.stop()
			assert.Len(t, r.host.reported(), 3, "the status of a component that stops is not its own")

			refused := startRig(t, rigSettings{segment: segment})
			segment.answers(always(answer{status: status}))
			refused.send(0, 1)
			refused.stop()
			assert.Empty(t, refused.host.reported())
		})
	}
}
