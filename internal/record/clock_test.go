package record

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

func TestClock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, timestamp, sentAt, batchSentAt, expected string
		options                                        Options
		warnings                                       Warnings
	}{
		{"behind", `"2026-11-28T01:00:00Z"`, `"2026-11-28T01:00:10Z"`, `null`, "02:59:50", Options{}, Warnings{}},
		{"ahead", `"2026-11-28T05:00:00.5+01:00"`, `"2026-11-28T05:00:00.5+01:00"`, `null`, "03:00:00", Options{}, Warnings{}},
		{"of the batch", `"2026-11-28T01:00:00Z"`, `null`, `"2026-11-28T01:00:10Z"`, "02:59:50", Options{}, Warnings{}},
		{"of both", `"2026-11-28T01:00:00Z"`, `"2026-11-28T01:00:10Z"`, `"2026-11-28T02:00:00Z"`, "02:59:50", Options{}, Warnings{}},
		{"unreadable", `"2026-11-28T01:00:00Z"`, `"x"`, `"2026-11-28T01:00:10Z"`, "02:59:50", Options{}, Warnings{InvalidTimestamp: 1}},
		{"after that of sending", `"2026-11-28T01:00:11Z"`, `"2026-11-28T01:00:10Z"`, `null`, "01:00:11", Options{}, Warnings{}},
		{"none", `"2026-11-28T01:00:00Z"`, `null`, `null`, "01:00:00", Options{}, Warnings{}},
		{"no timestamp", `null`, `"2026-11-28T01:00:10Z"`, `null`, "03:00:00", Options{}, Warnings{}},
		{"empty timestamp", `""`, `null`, `null`, "03:00:00", Options{}, Warnings{}},
		{"bad timestamp", `1795834800`, `"2026-11-28T01:00:10Z"`, `null`, "03:00:00", Options{}, Warnings{InvalidTimestamp: 1}},
		{"without a zone", `"2026-11-28 01:00:00"`, `null`, `null`, "01:00:00", Options{}, Warnings{}},
		{"before 1970", `"0001-01-01T00:00:00Z"`, `null`, `null`, "03:00:00", Options{}, Warnings{}},
		{"clock reset", `"1969-12-31T23:59:00Z"`, `"1970-01-01T00:00:00Z"`, `null`, "02:59:00", Options{}, Warnings{}},
		{"far ahead", `"2026-11-28T01:00:00Z"`, `"9999-01-01T00:00:00Z"`, `null`, "01:00:00", Options{}, Warnings{}},
		{"small", `"2026-11-28T02:58:00Z"`, `"2026-11-28T02:59:00Z"`, `null`, "02:58:00", Options{MinSkew: 2 * time.Minute}, Warnings{}},
		{"large", `"2026-11-28T02:58:00Z"`, `"2026-11-28T02:59:00Z"`, `null`, "02:59:00", Options{MinSkew: time.Minute}, Warnings{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := tt.options
			o.Received, o.CorrectClock = received, true
			body := fmt.Sprintf(`{"batch":[{"type":"track","timestamp":%s,"sentAt":%s}],"sentAt":%s}`, tt.timestamp, tt.sentAt, tt.batchSentAt)
			r, err := Batch([]byte(body), o)
			require.NoError(t, err)
			lr := onlyRecord(t, &r)
			assert.Equal(t, "2026-11-28 "+tt.expected, lr.Timestamp().AsTime().Format(time.DateTime))
			assert.Equal(t, received, lr.ObservedTimestamp().AsTime())
			assert.Equal(t, tt.warnings, r.Warnings)
		})
	}
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		body := `{"batch":[{"type":"track","timestamp":"2026-11-28T01:00:00Z"}],"sentAt":"2026-11-28T01:00:10Z"}`
		r, err := Batch([]byte(body), Options{Received: received})
		require.NoError(t, err)
		assert.Equal(t, "01:00:00", onlyRecord(t, &r).Timestamp().AsTime().Format(time.TimeOnly))
		assert.True(t, r.HasSkew)
		assert.Equal(t, 2*time.Hour-10*time.Second, r.Skew)
	})
}

// TestTimesThatARecordCannotHave are in an attribute, which counts for more.
func TestTimesThatARecordCannotHave(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"1969-07-20T20:17:40.000Z", "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"} {
		message := `{"type":"track","event":"E","userId":"u","messageId":"m","timestamp":"` + at + `","properties":{}}`
		ld := plog.NewLogs()
		scope := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
		lr := scope.LogRecords().AppendEmpty()
		channel, err := Put(lr, []byte(message))
		require.NoError(t, err)
		MarkScope(scope.Scope(), channel)
		enc := translate.New(translate.NewDefaultConfig(), translate.Source{}).Encoder()
		enc.SetResource(ld.ResourceLogs().At(0).Resource(), "")
		enc.SetScope(scope.Scope(), "")
		again, _ := enc.Append(nil, lr)
		assert.JSONEq(t, message, string(again))
	}
}
