package receiver

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-segment/segmentexporter/internal/record"
)

// TestLogIsLimited counts the lines of each reason.
func TestLogIsLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		core, log := observer.New(zap.DebugLevel)
		l := newLimitedLog(zap.New(core))
		for range 25 {
			l.details([]record.Detail{{Reason: "invalid_type", MessageID: "m1"}, {Reason: "big_number", Type: "track"}})
		}
		assert.Len(t, log.TakeAll(), 2*linesPerMinute)
		l.consumer(busy, errors.New("full"))
		l.request("/v1/batch", busy)
		assert.Len(t, log.TakeAll(), 1)
		time.Sleep(time.Minute)
		l.details([]record.Detail{{Reason: "invalid_type", MessageID: "m1"}})
		l.details([]record.Detail{{Reason: "invalid_type", MessageID: "m2"}})
		lines := log.TakeAll()
		assert.Len(t, lines, 2)
		assert.Equal(t, map[string]any{
			"reason": "invalid_type", "type": "", "message_id": "m1", "lines_left_out_before": int64(15),
		}, lines[0].ContextMap())
		assert.NotContains(t, lines[1].ContextMap(), "lines_left_out_before")
	})
}
