package translate

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestStamp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := pcommon.NewTimestampFromTime(time.Now())
		ld := event(t, map[string]any{"log.record.uid": " "})
		recordOf(ld).SetTimestamp(0)
		recordOf(ld).CopyTo(ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty())
		before := plog.NewLogs()
		ld.CopyTo(before)

		stamped := Stamp(ld)
		assert.Equal(t, before, ld, "the input is never changed")
		uids := map[string]bool{}
		for lr := range records(stamped) {
			assert.Equal(t, now, lr.ObservedTimestamp())
			assert.Zero(t, lr.Timestamp())
			uid, ok := lr.Attributes().Get("log.record.uid")
			require.True(t, ok)
			assert.Len(t, uid.Str(), 32)
			uids[uid.Str()] = true
		}
		assert.Len(t, uids, 2, "records that are the same in every field are two events")
		assert.Equal(t, stamped, Stamp(stamped), "only once")
	})
}

func TestStampIsForRecordsWithoutATime(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(plog.LogRecord){
		"time":          func(lr plog.LogRecord) { lr.SetTimestamp(1) },
		"observed time": func(lr plog.LogRecord) { lr.SetObservedTimestamp(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := event(t, nil)
			recordOf(ld).SetTimestamp(0)
			change(recordOf(ld))
			assert.Equal(t, ld, Stamp(ld))
		})
	}
}

// TestStampKeepsIDs gives a record with an id of its own a time only.
func TestStampKeepsIDs(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"segment.message_id", "log.record.uid"} {
		ld := event(t, map[string]any{key: "mine"})
		recordOf(ld).SetTimestamp(0)
		stamped := recordOf(Stamp(ld))
		assert.NotZero(t, stamped.ObservedTimestamp())
		assert.Equal(t, map[string]any{key: "mine", "user.id": "u"}, stamped.Attributes().AsRaw())
	}
}
