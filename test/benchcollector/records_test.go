package benchcollector

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// kind is a kind of record that is sent.
type kind struct {
	name string
	// events is how many are sent by default, which takes a few seconds.
	events int
	logs   func(n int) plog.Logs
}

var (
	large    = kind{"1 KB", 100_000, shapes.Large.Logs}
	small    = kind{"130 B", 200_000, shapes.Small.Logs}
	ordinary = kind{"ordinary logs", 200_000, ordinaryLogs}
	// manySources are those of large that name a source.
	manySources = kind{"1 KB of 100 sources", 100_000, inTurns}
)

// sources is how many Segment sources there are in the scenarios with several.
const sources = 100

// inTurns has one record of each source after the other, which is the worst mixture.
func inTurns(n int) plog.Logs {
	ld := shapes.Large.Logs(n)
	for i, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		lr.Attributes().PutStr("segment.source", sourceName(i%sources))
	}
	return ld
}

func sourceName(i int) string { return fmt.Sprintf("source-%02d", i) }

// ordinaryLogs are no analytics events: the exporter does not select them.
func ordinaryLogs(n int) plog.Logs {
	r := rand.New(rand.NewPCG(3, 4))
	ld := shapes.Small.Logs(n)
	sl := ld.ResourceLogs().At(0).ScopeLogs().At(0)
	sl.Scope().SetName("com.example.checkout.OrderService")
	for _, lr := range sl.LogRecords().All() {
		var trace pcommon.TraceID
		binary.NativeEndian.PutUint64(trace[:], r.Uint64())
		binary.NativeEndian.PutUint64(trace[8:], r.Uint64())
		lr.SetTraceID(trace)
		lr.SetEventName("")
		lr.SetSeverityNumber(plog.SeverityNumberInfo)
		lr.SetSeverityText("INFO")
		lr.Body().SetStr(fmt.Sprintf("order %08x was stored in %d ms", r.Uint32(), r.IntN(1_000)))
	}
	return ld
}

// load are OTLP requests with the same number of records each.
type load struct {
	records int // in each request
	bodies  [][]byte
}

// distinct is how many different requests there are, so that compression does not find one in the one before.
const distinct = 16

func newLoad(t *testing.T, k kind, records int) load {
	t.Helper()
	all := k.logs(distinct * records)
	l := load{records: records}
	for i := range distinct {
		part := plog.NewLogs()
		all.CopyTo(part)
		index := 0
		part.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().RemoveIf(func(plog.LogRecord) bool {
			index++
			return (index-1)/records != i
		})
		body, err := plogotlp.NewExportRequestFromLogs(part).MarshalProto()
		require.NoError(t, err)
		l.bodies = append(l.bodies, body)
	}
	return l
}

// requests is how many requests have that many records, rounded up.
func (l load) requests(records int) int { return (records + l.records - 1) / l.records }

// bytesPerRecord is the mean size of a record as OTLP.
func (l load) bytesPerRecord() int {
	total := 0
	for _, body := range l.bodies {
		total += len(body)
	}
	return total / len(l.bodies) / l.records
}
