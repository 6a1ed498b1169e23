package record

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

func TestPut(t *testing.T) {
	t.Parallel()
	lr := plog.NewLogRecord()
	channel, err := Put(lr, []byte(`{"type":"track","event":"A","messageId":"m","timestamp":"2026-11-28T01:00:00.123Z",`+
		`"context":{"library":{"name":"analytics-ios"}},"sentAt":"2026-11-28T01:00:01Z"}`))
	require.NoError(t, err)
	assert.Equal(t, translate.Client, channel)
	assert.Equal(t, `event "A", type: "track", message_id: "m", context: {"library": {"name": "analytics-ios"}}`, formatRecord(lr))
	assert.Equal(t, time.Date(2026, 11, 28, 1, 0, 0, 123e6, time.UTC), lr.Timestamp().AsTime())
	assert.Zero(t, lr.ObservedTimestamp())

	lr = plog.NewLogRecord()
	for _, message := range []string{`{"type":"purchase"}`, `{}`, `[]`, `{"type":"track"`} {
		_, err = Put(lr, []byte(message))
		require.Error(t, err, message)
		assert.Zero(t, lr.Attributes().Len())
	}
}

// TestKeepsNothing changes the body when its records are made, as a caller does that reads the next one into it.
func TestKeepsNothing(t *testing.T) {
	t.Parallel()
	body := []byte(`{"batch":[{"type":"track","event":"A","messageId":"m","context":{"a":"b"},"properties":{"a":"\u0062"}}],` +
		`"context":{"c":"d"},"integrations":{"e":"f"},"writeKey":"k","sentAt":"2026-11-28T01:00:00Z"}`)
	r, err := Batch(body, Options{Received: received})
	require.NoError(t, err)
	before := formatResult(t, &r)
	copy(body, bytes.Repeat([]byte{'x'}, len(body)))
	assert.Equal(t, string(before), string(formatResult(t, &r)))
}
