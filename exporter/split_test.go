package exporter

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestSplit poisons some messages: the server answers 400 to any body that has one of them.
func TestSplit(t *testing.T) {
	t.Parallel()
	for _, poisoned := range [][]int{{0}, {1234}, {2499}, {7, 700, 1400, 2100, 2400}} {
		t.Run(fmt.Sprint(poisoned), func(t *testing.T) {
			t.Parallel()
			server := newSegment(t, func(w http.ResponseWriter, _ int, r request) {
				for _, i := range poisoned {
					if slices.Contains(r.ids, id(i)) {
						w.WriteHeader(http.StatusBadRequest)
						return
					}
				}
			})
			r := newRig(t, server.URL, nil)
			require.NoError(t, r.PushLogs(t.Context(), events(2_500, nil)))
			assert.Equal(t, map[string]int64{
				"messages page":            int64(2_500 - len(poisoned)),
				"dropped_records rejected": int64(len(poisoned)),
			}, r.counts(t))
			assert.LessOrEqual(t, server.count(), 40*len(poisoned))
			assert.Equal(t, len(poisoned), r.logs.FilterMessage("Segment rejected a message; it is dropped").Len())
			assert.Equal(t, id(poisoned[0]), r.logs.All()[0].ContextMap()["message_id"])
		})
	}
}

func TestSplitOfTooLargeBodies(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, r request) {
		if len(r.body) > 100_000 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.PushLogs(t.Context(), events(2_500, nil)))
	assert.Equal(t, map[string]int64{"messages page": 2_500}, r.counts(t))
}

// TestSplitGivesUp has a server that objects to everything.
func TestSplitGivesUp(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, _ request) { w.WriteHeader(http.StatusBadRequest) })
	r := newRig(t, server.URL, nil)
	err := r.PushLogs(t.Context(), events(2_500, nil))
	assert.True(t, consumererror.IsPermanent(err))
	assert.Equal(t, 2*12+8, server.count())
	counts := r.counts(t)
	assert.Equal(t, int64(2_500), counts["dropped_records rejected"]+counts["dropped_records refused"])

	require.Error(t, r.PushLogs(t.Context(), events(2_500, nil)), "the next push is tried afresh")
	assert.Equal(t, 2*(2*12+8), server.count())
}

func TestSplitInterrupted(t *testing.T) {
	t.Parallel()
	server := newSegment(t, answers(http.StatusBadRequest, 0, http.StatusBadRequest, 0, http.StatusBadGateway))
	r := newRig(t, server.URL, nil)
	err := r.PushLogs(t.Context(), events(8, nil))
	assert.Equal(t, ids(6, 8), idsOf(t, retryable(t, err)))
	assert.Equal(t, map[string]int64{"messages page": 6}, r.counts(t))
}

func TestSplitInterruptedInTheFirstHalf(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, answers(http.StatusBadRequest, http.StatusBadGateway)).URL, nil)
	err := r.PushLogs(t.Context(), events(8, nil))
	assert.Equal(t, ids(0, 8), idsOf(t, retryable(t, err)))
	assert.Empty(t, r.counts(t))
}

// TestWarningsOfASplitCountOnce delivers the first half at once and the second on the next attempt.
func TestWarningsOfASplitCountOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, answers(http.StatusBadRequest, 0, http.StatusBadGateway)).URL, nil)
	err := r.PushLogs(t.Context(), events(8, func(_ int, lr plog.LogRecord) { lr.Attributes().PutStr("segment.typo", "x") }))
	assert.Equal(t, map[string]int64{"messages page": 4, "warnings unknown_attribute": 4}, r.counts(t))
	require.NoError(t, r.PushLogs(t.Context(), retryable(t, err)))
	assert.Equal(t, map[string]int64{"messages page": 8, "warnings unknown_attribute": 8}, r.counts(t))
}

// TestOnePoisonedAnywhere loses only the poisoned message, wherever it is.
func TestOnePoisonedAnywhere(t *testing.T) {
	t.Parallel()
	const n = 2_500
	logs := events(n, nil)
	var poisoned []byte
	requests := 0
	r := newFakeRig(t, func(body []byte) int {
		requests++
		if bytes.Contains(body, poisoned) {
			return http.StatusBadRequest
		}
		return http.StatusOK
	})
	pushes := int64(0)
	for i := 0; i < n; i += 49 {
		poisoned = []byte(`"` + id(i) + `"`)
		requests = 0
		require.NoError(t, r.PushLogs(t.Context(), logs))
		require.LessOrEqual(t, requests, 40, "poisoned %d", i)
		pushes++
	}
	assert.Equal(t, map[string]int64{"messages page": pushes * (n - 1), "dropped_records rejected": pushes}, r.counts(t))
}

// TestOneMessageRejected is no failure of the push: the message is dropped and counted.
func TestOneMessageRejected(t *testing.T) {
	t.Parallel()
	r := newRig(t, newSegment(t, answers(http.StatusBadRequest)).URL, nil)
	require.NoError(t, r.PushLogs(t.Context(), events(1, nil)))
	assert.Equal(t, map[string]int64{"dropped_records rejected": 1}, r.counts(t))
}
