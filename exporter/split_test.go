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
			server := newSegment(t, func(w http.ResponseWriter, _ int, r upload) {
				for _, i := range poisoned {
					if slices.Contains(r.ids, id(i)) {
						w.WriteHeader(http.StatusBadRequest)
						return
					}
				}
			})
			r := newRig(t, server.URL, nil)
			require.NoError(t, r.ConsumeLogs(t.Context(), events(2_500, nil)))
			assert.Equal(t, map[string]int64{
				"messages page":            int64(2_500 - len(poisoned)),
				"dropped_records rejected": int64(len(poisoned)),
			}, r.counts(t))
			assert.LessOrEqual(t, server.count(), 40*len(poisoned))
			lines := r.logs.FilterMessage("Segment rejected a message; it is dropped").All()
			assert.Len(t, lines, len(poisoned))
			assert.Equal(t, id(poisoned[0]), lines[0].ContextMap()["message_id"])
		})
	}
}

func TestSplitOfTooLargeBodies(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, r upload) {
		if len(r.body) > 100_000 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	r := newRig(t, server.URL, nil)
	require.NoError(t, r.ConsumeLogs(t.Context(), events(2_500, nil)))
	assert.Equal(t, map[string]int64{"messages page": 2_500}, r.counts(t))
}

// TestSplitGivesUp has a server that objects to everything.
func TestSplitGivesUp(t *testing.T) {
	t.Parallel()
	server := newSegment(t, func(w http.ResponseWriter, _ int, _ upload) { w.WriteHeader(http.StatusBadRequest) })
	r := newRig(t, server.URL, nil)
	err := r.ConsumeLogs(t.Context(), events(2_500, nil))
	assert.True(t, consumererror.IsPermanent(err))
	assert.Equal(t, 2*12+8, server.count())
	assert.Empty(t, r.counts(t), "the sender has been told")
	assert.Equal(t, 1, r.logs.FilterMessage("Segment refused all messages of a body; they are dropped").Len())

	require.Error(t, r.ConsumeLogs(t.Context(), events(2_500, nil)), "the next push is tried afresh")
	assert.Equal(t, 2*(2*12+8), server.count())
}

// TestSplitInterrupted goes on where a failure has interrupted the halves.
func TestSplitInterrupted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers   []int
		attempted [][]string
	}{
		"second half": {
			[]int{http.StatusBadRequest, 0, http.StatusBadRequest, 0, http.StatusBadGateway},
			[][]string{ids(0, 8), ids(0, 4), ids(4, 8), ids(4, 6), ids(6, 8), ids(6, 8)},
		},
		"first half": {
			[]int{http.StatusBadRequest, http.StatusBadGateway},
			[][]string{ids(0, 8), ids(0, 4), ids(0, 4), ids(4, 8)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newSegment(t, answers(c.answers...))
			r := newRig(t, server.URL, retrying)
			require.NoError(t, r.ConsumeLogs(t.Context(), events(8, func(_ int, lr plog.LogRecord) {
				lr.Attributes().PutStr("segment.typo", "x")
			})))
			assert.Equal(t, map[string]int64{"messages page": 8, "warnings unknown_attribute": 8}, r.counts(t))
			var attempted [][]string
			for _, got := range server.received() {
				attempted = append(attempted, got.ids)
			}
			assert.Equal(t, c.attempted, attempted)
		})
	}
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
	}, nil)
	pushes := int64(0)
	for i := 0; i < n; i += 49 {
		poisoned = []byte(`"` + id(i) + `"`)
		requests = 0
		require.NoError(t, r.ConsumeLogs(t.Context(), logs))
		require.LessOrEqual(t, requests, 40, "poisoned %d", i)
		pushes++
	}
	assert.Equal(t, map[string]int64{"messages page": pushes * (n - 1), "dropped_records rejected": pushes}, r.counts(t))
}

// TestOneMessageRejected is a body of one message: the sender is told for good.
func TestOneMessageRejected(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity} {
		r := newRig(t, newSegment(t, answers(status)).URL, nil)
		err := r.ConsumeLogs(t.Context(), events(1, nil))
		assert.True(t, consumererror.IsPermanent(err))
		assert.Empty(t, r.counts(t))
	}
}
