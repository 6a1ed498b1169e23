package exporter

import "go.opentelemetry.io/collector/pdata/plog"

// rest is what is left of a push that failed: the messages that were not sent, and the records from a place on that were
// not looked at yet. What was delivered, dropped or skipped in between is not part of it.
type rest struct {
	items []item
	from  int
}

// of copies the records that are left.
func (r rest) of(ld plog.Logs) plog.Logs {
	left := plog.NewLogs()
	ld.CopyTo(left)
	record, unsent := -1, r.items
	left.ResourceLogs().RemoveIf(func(rl plog.ResourceLogs) bool {
		rl.ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool {
			sl.LogRecords().RemoveIf(func(plog.LogRecord) bool {
				record++
				if len(unsent) > 0 && unsent[0].record == record {
					unsent = unsent[1:]
					return false
				}
				return record < r.from
			})
			return sl.LogRecords().Len() == 0
		})
		return rl.ScopeLogs().Len() == 0
	})
	return left
}
