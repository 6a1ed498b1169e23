package translate

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// recordUID is the semantic convention for the id of a log record.
const recordUID = "log.record.uid"

// Stamp gives every record without a time the time now, and a random `log.record.uid` unless it has an id of its own,
// so that its message is the same on every attempt. It belongs before the queue. The logs are returned
// as they are when there is nothing to do, else as a copy: the input is never changed.
func Stamp(ld plog.Logs) plog.Logs {
	if !needsStamp(ld) {
		return ld
	}
	now := pcommon.NewTimestampFromTime(time.Now())
	stamped := plog.NewLogs()
	ld.CopyTo(stamped)
	for lr := range records(stamped) {
		if !timeless(lr) {
			continue
		}
		lr.SetObservedTimestamp(now)
		if !hasID(lr) {
			lr.Attributes().PutStr(recordUID, randomID())
		}
	}
	return stamped
}

func needsStamp(ld plog.Logs) bool {
	for lr := range records(ld) {
		if timeless(lr) {
			return true
		}
	}
	return false
}

func records(ld plog.Logs) func(yield func(plog.LogRecord) bool) {
	return func(yield func(plog.LogRecord) bool) {
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					if !yield(lr) {
						return
					}
				}
			}
		}
	}
}

func timeless(lr plog.LogRecord) bool { return lr.Timestamp() == 0 && lr.ObservedTimestamp() == 0 }

func hasID(lr plog.LogRecord) bool {
	for _, name := range [...]string{vocabularyPrefix + "message_id", recordUID} {
		if v, ok := lr.Attributes().Get(name); ok && textOf(v) != "" {
			return true
		}
	}
	return false
}

func randomID() string {
	var id [16]byte
	// Read never fails: crypto/rand ends the program instead.
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}
