package exporter

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
)

// waiting is a queue with wait_for_result, whose batches have parts of the calls of several senders.
func waiting(s *Settings) {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.WaitForResult = true
	batch := queue.Batch.GetOrInsertDefault()
	batch.FlushTimeout, batch.MinSize, batch.MaxSize = 5*time.Millisecond, 10, 10
	s.Queue = configoptional.Some(queue)
}

// mixed has n messages, as many ordinary logs, and two records that cannot be sent.
func mixed(n int) plog.Logs {
	ld := events(n+2, func(i int, lr plog.LogRecord) {
		if i >= n {
			lr.Attributes().Remove("user.id")
		}
	})
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	for range n {
		sl.LogRecords().AppendEmpty().Body().SetStr("GET /")
	}
	return ld
}

// TestWaitingSendersOfAFailure are told, and nothing of their calls is counted.
func TestWaitingSendersOfAFailure(t *testing.T) {
	t.Parallel()
	var failing atomic.Bool
	r := newFakeRig(t, func([]byte) int {
		if failing.Load() {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}, waiting)
	failing.Store(true)
	for range 3 {
		err := r.ConsumeLogs(t.Context(), mixed(5))
		require.ErrorContains(t, err, "5 of 5 messages were not delivered: segment answered 503")
		assert.False(t, consumererror.IsPermanent(err))
		assert.True(t, NotLost(err))
	}
	assert.Empty(t, r.counts(t))
	failing.Store(false)
	require.NoError(t, r.ConsumeLogs(t.Context(), mixed(5)))
	assert.Equal(t, map[string]int64{
		"messages page": 5, "not_selected_records": 5, "dropped_records missing_identity": 2,
	}, r.counts(t))
}

// TestBooksOfWaitingSenders adds up: what was taken is delivered, dropped or not selected, and what was refused counts
// nowhere, also when one of its batches was delivered and another was not.
func TestBooksOfWaitingSenders(t *testing.T) {
	t.Parallel()
	r := newFakeRig(t, func([]byte) int {
		return []int{200, 200, 200, 200, 503, 404, 400}[rand.IntN(7)]
	}, waiting)
	var taken, refused atomic.Int64
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			for range 50 {
				ld := mixed(1 + rand.IntN(20))
				if r.ConsumeLogs(t.Context(), ld) == nil {
					taken.Add(int64(ld.LogRecordCount()))
				} else {
					refused.Add(1)
				}
			}
		})
	}
	senders.Wait()
	total := int64(0)
	for name, n := range r.counts(t) {
		if name != "warnings" {
			total += n
		}
	}
	assert.Equal(t, taken.Load(), total)
	assert.Positive(t, taken.Load())
	assert.Positive(t, refused.Load())
}

// TestShutdownOfWaitingSenders loses nothing: they are told that they still have it.
func TestShutdownOfWaitingSenders(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	r := newFakeRig(t, func([]byte) int {
		attempts.Add(1)
		return http.StatusServiceUnavailable
	}, func(s *Settings) {
		waiting(s)
		s.Retry = configretry.NewDefaultBackOffConfig()
	})
	errs := make(chan error, 1)
	go func() { errs <- r.ConsumeLogs(t.Context(), mixed(5)) }()
	require.Eventually(t, func() bool { return r.logs.FilterMessageSnippet("Will retry").Len() == 1 }, time.Minute, time.Millisecond)
	r.Stop()
	err := <-errs
	require.ErrorContains(t, err, "5 of 5 messages were not delivered: ")
	assert.True(t, NotLost(err))
	assert.EqualValues(t, 2, attempts.Load(), "a last attempt")
	assert.Empty(t, r.counts(t))
	r.LogEnd()
	assert.Zero(t, r.logs.FilterMessageSnippet("could not be delivered before the end").Len())
}

// TestRefusedBatchOfWaitingSenders is counted: an error would be that of every sender with messages in it, and with a batch
// that failed another way, one that must not be repeated.
func TestRefusedBatchOfWaitingSenders(t *testing.T) {
	t.Parallel()
	r := newFakeRig(t, func(body []byte) int {
		if bytes.Contains(body, []byte(`"m-0"`)) || bytes.Contains(body, []byte(`"m-9"`)) {
			return http.StatusBadRequest
		}
		return http.StatusServiceUnavailable
	}, waiting)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(1, nil)))
	assert.Equal(t, map[string]int64{"dropped_records rejected": 1}, r.counts(t))
	err := r.ConsumeLogs(t.Context(), events(20, nil))
	require.Error(t, err)
	assert.False(t, consumererror.IsPermanent(err))
}
