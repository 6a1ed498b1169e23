package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"
)

// TestLettersAreTheRecordsThatTheyWere have the same message and the same derived id, without warnings.
func TestLettersAreTheRecordsThatTheyWere(t *testing.T) {
	t.Parallel()
	record := func(change func(plog.LogRecord)) plog.LogRecord {
		lr := plog.NewLogRecord()
		lr.SetEventName("Order Completed")
		lr.SetTimestamp(1781524800123456789)
		lr.Attributes().PutStr("segment.type", "track")
		change(lr)
		lr.Attributes().PutStr("user.id", "u")
		lr.Attributes().PutInt("total", 3)
		return lr
	}
	enc := New(NewDefaultConfig(), Source{WriteKey: "key"}).Encoder()
	enc.SetResource(plog.NewResourceLogs().Resource(), "")
	enc.SetScope(plog.NewScopeLogs().Scope(), "")
	message, result := enc.Append(nil, record(func(plog.LogRecord) {}))
	assert.Equal(t, Message, result.Outcome)
	assert.Zero(t, result.Drops)

	for count, drops := range map[int64]uint32{1: 1, 7: 7, -1: 0, 1 << 40: 1<<32 - 1} {
		letter, result := enc.Append(nil, record(func(lr plog.LogRecord) {
			lr.Attributes().PutStr("segment.dropped.reason", "rejected")
			lr.Attributes().PutInt(DroppedCount, count)
			lr.Attributes().PutStr("segment.dropped.anything", "else")
		}))
		assert.Equal(t, string(message), string(letter))
		assert.Equal(t, drops, result.Drops)
		assert.Equal(t, Warnings{}, result.Warnings)
	}

	other, _ := enc.Append(nil, record(func(lr plog.LogRecord) { lr.Attributes().PutStr("segment.droppedcount", "1") }))
	assert.NotEqual(t, string(message), string(other), "it is another attribute, and part of the record")
}
