package translate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// TestImplausibleTimes are sent as they are, with a warning.
func TestImplausibleTimes(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct {
		at       time.Time
		expected uint32
	}{
		"now":                        {now, 0},
		"2000":                       {time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), 0},
		"1999":                       {time.Date(1999, 12, 31, 23, 59, 59, 999e6, time.UTC), 1},
		"milliseconds as if seconds": {time.Unix(0, now.UnixMilli()), 1},
		"another time zone":          {now.Add(14 * time.Hour), 0},
		"two days ahead":             {now.Add(48 * time.Hour), 1},
	} {
		for _, attribute := range []bool{false, true} {
			attributes := map[string]any{"segment.message_id": "m"}
			if attribute {
				attributes["segment.timestamp"] = c.at.Format(time.RFC3339Nano)
			}
			ld := event(t, attributes)
			if !attribute {
				recordOf(ld).SetTimestamp(pcommon.NewTimestampFromTime(c.at))
			}
			got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld)
			require.Len(t, got.messages, 1)
			assert.Equal(t, Warnings{ImplausibleTime: c.expected}, got.results[0].Warnings, name)
			assert.Contains(t, string(got.messages[0]), `"timestamp":`+string(AppendTime(nil, c.at)), name)
		}
	}
}

// TestMessageTime reads the time of a message, whatever its other strings are.
func TestMessageTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 15, 12, 0, 0, 123e6, time.UTC)
	for _, text := range []string{"plain", `,"timestamp":"2001-01-01T00:00:00.000Z"`, `\",\"timestamp\":\"`} {
		for _, typ := range typeNames {
			ld := event(t, map[string]any{
				"segment.type": typ, "segment.event": text, "segment.name": text, "segment.category": text, "segment.user_id": text,
				"segment.anonymous_id": text, "segment.group_id": text, "segment.previous_id": text, "segment.message_id": text,
				"timestamp": "2002-01-01T00:00:00.000Z",
			})
			recordOf(ld).SetTimestamp(pcommon.NewTimestampFromTime(at))
			messages := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).messages
			require.Len(t, messages, 1)
			got, ok := MessageTime(messages[0])
			assert.True(t, ok)
			assert.Equal(t, at, got, "%s of %s", messages[0], typ)
		}
	}
	for _, bad := range []string{"", `{"a":1}`, `{"type":"track","timestamp":"20`, `{"type":"track","timestamp":"yesterday, or the day before"}`} {
		_, ok := MessageTime([]byte(bad))
		assert.False(t, ok, bad)
	}
}
