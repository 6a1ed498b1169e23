package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"
)

// EmitCounter emits an event whose property `counter` is i, by which AssertEachOnce knows it.
func (s *SDK) EmitCounter(t *testing.T, i int) {
	t.Helper()
	s.Emit(t.Context(), "Counted",
		log.String("segment.user_id", "u-1"),
		log.Int("segment.properties.counter", i),
		log.String("page.section", "a property of ordinary length, so that bodies fill up"),
	)
}

// EmitCounters emits the counters from..to-1, and returns when the collector has them.
func (s *SDK) EmitCounters(t *testing.T, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		s.EmitCounter(t, i)
	}
	require.NoError(t, s.Provider.ForceFlush(t.Context()))
}

// EmitAllCounters emits the counters 0..n-1, and nothing after them.
func (s *SDK) EmitAllCounters(t *testing.T, n int) {
	t.Helper()
	s.EmitCounters(t, 0, n)
	s.Finish(t)
}

// AssertEachOnce fails when two messages have the same counter or the same id.
func AssertEachOnce(t *testing.T, list []Received) {
	t.Helper()
	ids := make(map[string]bool, len(list))
	counters := make(map[int]bool, len(list))
	for _, r := range list {
		ids[r.Message.MessageID] = true
		counters[r.Message.Properties.Counter] = true
	}
	assert.Len(t, ids, len(list), "message ids")
	assert.Len(t, counters, len(list), "counters")
}
