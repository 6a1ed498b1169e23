package translate

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// event is one record with the attributes given, a track of the user u unless they say otherwise.
func event(tb testing.TB, attributes map[string]any) plog.Logs {
	tb.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	lr := sl.LogRecords().AppendEmpty()
	lr.SetTimestamp(1781524800123456789)
	lr.SetEventName("Tested")
	require.NoError(tb, lr.Attributes().FromRaw(attributes))
	if _, ok := lr.Attributes().Get("user.id"); !ok {
		lr.Attributes().PutStr("user.id", "u")
	}
	return ld
}

func recordOf(ld plog.Logs) plog.LogRecord {
	return ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}
