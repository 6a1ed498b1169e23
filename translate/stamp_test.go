package translate

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// timeless is one record without a time.
func timeless(tb testing.TB, attributes map[string]any) plog.Logs {
	tb.Helper()
	ld := event(tb, attributes)
	recordOf(ld).SetTimestamp(0)
	return ld
}

type stamped struct{ MessageID, Timestamp string }

func stampedAll(tb testing.TB, ld plog.Logs) []stamped {
	tb.Helper()
	var list []stamped
	for _, message := range translateAll(tb, New(NewDefaultConfig(), Source{WriteKey: "k"}), ld).messages {
		var s stamped
		require.NoError(tb, json.Unmarshal(message, &s))
		list = append(list, s)
	}
	return list
}

// The time of a synctest bubble, as it stands in a message.
const bubbleTime = "2000-01-01T00:00:00.000Z"

func TestStamp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ld := timeless(t, map[string]any{"log.record.uid": " "})
		recordOf(ld).CopyTo(ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty())
		before := plog.NewLogs()
		ld.CopyTo(before)

		ids := map[string]bool{}
		for _, s := range stampedAll(t, ld) {
			assert.Equal(t, bubbleTime, s.Timestamp)
			assert.Regexp(t, `^[0-9a-f]{32}$`, s.MessageID)
			ids[s.MessageID] = true
		}
		assert.Len(t, ids, 2, "records that are the same in every field are two events")
		assert.Equal(t, before, ld, "the input is never changed")
	})
}

func TestStampIsForRecordsWithoutATime(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(plog.LogRecord){
		"time":          func(lr plog.LogRecord) { lr.SetTimestamp(1e9) },
		"observed time": func(lr plog.LogRecord) { lr.SetObservedTimestamp(1e9) },
	} {
		ld := timeless(t, nil)
		change(recordOf(ld))
		s := stampedAll(t, ld)[0]
		assert.Equal(t, "1970-01-01T00:00:01.000Z", s.Timestamp, name)
		assert.Regexp(t, "^otel-", s.MessageID, name)
	}
}

// TestStampKeepsIDs gives a record with an id of its own a time only.
func TestStampKeepsIDs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, key := range []string{"segment.message_id", "log.record.uid"} {
			assert.Equal(t, []stamped{{"mine", bubbleTime}}, stampedAll(t, timeless(t, map[string]any{key: "mine"})))
		}
	})
}

// TestStampKeepsTheTimeOfTheEvent, which is in an attribute; the id is random all the same.
func TestStampKeepsTheTimeOfTheEvent(t *testing.T) {
	t.Parallel()
	s := stampedAll(t, timeless(t, map[string]any{"segment.timestamp": "2026-01-02T03:04:05Z"}))[0]
	assert.Equal(t, "2026-01-02T03:04:05.000Z", s.Timestamp)
	assert.Len(t, s.MessageID, 32)
}

// TestStampOfALongID derives the id from a record that has the time now.
func TestStampOfALongID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ld := timeless(t, map[string]any{"log.record.uid": strings.Repeat("x", maxMessageID)})
		got := stampedAll(t, ld)
		assert.Regexp(t, "^otel-", got[0].MessageID)
		recordOf(ld).SetObservedTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		assert.Equal(t, stampedAll(t, ld), got)
	})
}

// TestStampOfADroppedRecord has the id that its message would have had.
func TestStampOfADroppedRecord(t *testing.T) {
	t.Parallel()
	for _, tooLarge := range []bool{false, true} {
		tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
		ld := timeless(t, map[string]any{"user.id": ""})
		if tooLarge {
			ld = timeless(t, map[string]any{"text": strings.Repeat("x", MaxMessageBytes)})
		}
		enc := tr.Encoder()
		enc.SetResource(ld.ResourceLogs().At(0).Resource(), "")
		enc.SetScope(ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope(), "")
		_, result := enc.Append(nil, recordOf(ld))
		assert.NotEqual(t, Message, result.Outcome)
		assert.Equal(t, string(enc.stamp.id[:]), result.MessageID)
		enc.Release()
	}
}
