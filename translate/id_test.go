package translate

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// full is a record in which every field is set, with an attribute of every kind.
func full() plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.SetSchemaUrl("https://schema.example/1")
	rl.Resource().Attributes().PutStr("service.name", "shop")
	rl.Resource().SetDroppedAttributesCount(1)
	sl := rl.ScopeLogs().AppendEmpty()
	sl.SetSchemaUrl("https://schema.example/2")
	sl.Scope().SetName("segment")
	sl.Scope().SetVersion("1")
	sl.Scope().Attributes().PutStr("team", "growth")
	sl.Scope().SetDroppedAttributesCount(2)
	lr := sl.LogRecords().AppendEmpty()
	lr.SetTimestamp(1)
	lr.SetObservedTimestamp(2)
	lr.SetSeverityNumber(3)
	lr.SetSeverityText("four")
	lr.SetEventName("five")
	lr.SetFlags(6)
	lr.SetDroppedAttributesCount(7)
	lr.SetTraceID(pcommon.TraceID{8})
	lr.SetSpanID(pcommon.SpanID{9})
	lr.Body().SetStr("ten")
	a := lr.Attributes()
	a.PutStr("user.id", "u")
	a.PutStr("str", "1")
	a.PutInt("int", 1)
	a.PutDouble("double", 1)
	a.PutDouble("nan", math.NaN())
	a.PutBool("bool", true)
	a.PutEmptyBytes("bytes").FromRaw([]byte("1"))
	a.PutEmpty("empty")
	a.PutEmptyMap("map").PutStr("a", "1")
	a.PutEmptySlice("slice").AppendEmpty().SetStr("1")
	return ld
}

func idOf(t *testing.T, key string, ld plog.Logs) string {
	t.Helper()
	got := translateAll(t, New(NewDefaultConfig(), Source{WriteKey: key}), ld)
	require.Len(t, got.messages, 1)
	var message struct {
		MessageID string `json:"messageId"`
	}
	require.NoError(t, json.Unmarshal(got.messages[0], &message))
	assert.Regexp(t, `^otel-[0-9a-f]{32}$`, message.MessageID)
	return message.MessageID
}

// TestDerivedIDDiffers changes one field at a time: each gives another id.
func TestDerivedIDDiffers(t *testing.T) {
	t.Parallel()
	resource := func(ld plog.Logs) plog.ResourceLogs { return ld.ResourceLogs().At(0) }
	scope := func(ld plog.Logs) plog.ScopeLogs { return resource(ld).ScopeLogs().At(0) }
	attribute := func(key string, change func(pcommon.Value)) func(plog.Logs) {
		return func(ld plog.Logs) {
			v, _ := recordOf(ld).Attributes().Get(key)
			change(v)
		}
	}
	seen := map[string]string{idOf(t, "k", full()): "unchanged", idOf(t, "other key", full()): "write key"}
	require.Len(t, seen, 2)
	for name, change := range map[string]func(plog.Logs){
		"resource schema":     func(ld plog.Logs) { resource(ld).SetSchemaUrl("") },
		"resource value":      func(ld plog.Logs) { resource(ld).Resource().Attributes().PutStr("service.name", "x") },
		"resource attribute":  func(ld plog.Logs) { resource(ld).Resource().Attributes().PutStr("a", "") },
		"resource dropped":    func(ld plog.Logs) { resource(ld).Resource().SetDroppedAttributesCount(0) },
		"scope schema":        func(ld plog.Logs) { scope(ld).SetSchemaUrl("") },
		"scope name":          func(ld plog.Logs) { scope(ld).Scope().SetName("segment.x") },
		"scope version":       func(ld plog.Logs) { scope(ld).Scope().SetVersion("") },
		"scope attribute":     func(ld plog.Logs) { scope(ld).Scope().Attributes().PutStr("team", "x") },
		"scope dropped":       func(ld plog.Logs) { scope(ld).Scope().SetDroppedAttributesCount(0) },
		"name for version":    func(ld plog.Logs) { scope(ld).Scope().SetName("segment.1"); scope(ld).Scope().SetVersion("") },
		"time":                func(ld plog.Logs) { recordOf(ld).SetTimestamp(2) },
		"observed time":       func(ld plog.Logs) { recordOf(ld).SetObservedTimestamp(1) },
		"severity":            func(ld plog.Logs) { recordOf(ld).SetSeverityNumber(4) },
		"severity text":       func(ld plog.Logs) { recordOf(ld).SetSeverityText("") },
		"event name":          func(ld plog.Logs) { recordOf(ld).SetEventName("x") },
		"flags":               func(ld plog.Logs) { recordOf(ld).SetFlags(7) },
		"dropped":             func(ld plog.Logs) { recordOf(ld).SetDroppedAttributesCount(6) },
		"trace":               func(ld plog.Logs) { recordOf(ld).SetTraceID(pcommon.TraceID{1}) },
		"span":                func(ld plog.Logs) { recordOf(ld).SetSpanID(pcommon.SpanID{1}) },
		"body":                func(ld plog.Logs) { recordOf(ld).Body().SetStr("") },
		"body kind":           func(ld plog.Logs) { recordOf(ld).Body().SetEmptyBytes().FromRaw([]byte("ten")) },
		"attribute gone":      func(ld plog.Logs) { recordOf(ld).Attributes().Remove("empty") },
		"attribute more":      func(ld plog.Logs) { recordOf(ld).Attributes().PutEmpty("empty2") },
		"attribute is string": attribute("int", func(v pcommon.Value) { v.SetStr("1") }),
		"attribute is bool":   attribute("int", func(v pcommon.Value) { v.SetBool(true) }),
		"attribute is double": attribute("int", func(v pcommon.Value) { v.SetDouble(1) }),
		"str":                 attribute("str", func(v pcommon.Value) { v.SetStr("2") }),
		"int":                 attribute("int", func(v pcommon.Value) { v.SetInt(2) }),
		"double":              attribute("double", func(v pcommon.Value) { v.SetDouble(2) }),
		"infinity":            attribute("nan", func(v pcommon.Value) { v.SetDouble(math.Inf(1)) }),
		"bool":                attribute("bool", func(v pcommon.Value) { v.SetBool(false) }),
		"bytes":               attribute("bytes", func(v pcommon.Value) { v.Bytes().FromRaw([]byte("2")) }),
		"map value":           attribute("map", func(v pcommon.Value) { v.Map().PutStr("a", "2") }),
		"map member":          attribute("map", func(v pcommon.Value) { v.Map().PutStr("b", "1") }),
		"map empty":           attribute("map", func(v pcommon.Value) { v.SetEmptyMap() }),
		"slice value":         attribute("slice", func(v pcommon.Value) { v.Slice().At(0).SetStr("2") }),
		"slice longer":        attribute("slice", func(v pcommon.Value) { v.Slice().AppendEmpty() }),
	} {
		ld := full()
		change(ld)
		id := idOf(t, "k", ld)
		assert.Empty(t, seen[id], "%s gives the same id", name)
		seen[id] = name
	}
}

// TestDerivedIDIsStable sends the same records alone, in other batches, in another order and through both encodings of
// OTLP: each keeps its id.
func TestDerivedIDIsStable(t *testing.T) {
	t.Parallel()
	tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
	batch := shapes.Large.Logs(20)
	full().ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
	shapes.Small.Logs(20).ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
	messages := func(ld plog.Logs) []string {
		var list []string
		for _, message := range translateAll(t, tr, ld).messages {
			list = append(list, string(message))
		}
		slices.Sort(list)
		return list
	}
	expected := messages(batch)
	require.Len(t, slices.Compact(slices.Clone(expected)), 41)

	t.Run("in another order", func(t *testing.T) {
		t.Parallel()
		reversed := plog.NewLogs()
		for i := batch.ResourceLogs().Len() - 1; i >= 0; i-- {
			batch.ResourceLogs().At(i).CopyTo(reversed.ResourceLogs().AppendEmpty())
		}
		assert.Equal(t, expected, messages(reversed))
	})
	t.Run("each alone", func(t *testing.T) {
		t.Parallel()
		var alone []string
		for _, rl := range batch.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					ld := plog.NewLogs()
					one := ld.ResourceLogs().AppendEmpty()
					rl.Resource().CopyTo(one.Resource())
					one.SetSchemaUrl(rl.SchemaUrl())
					scope := one.ScopeLogs().AppendEmpty()
					sl.Scope().CopyTo(scope.Scope())
					scope.SetSchemaUrl(sl.SchemaUrl())
					lr.CopyTo(scope.LogRecords().AppendEmpty())
					alone = append(alone, messages(ld)...)
				}
			}
		}
		slices.Sort(alone)
		assert.Equal(t, expected, alone)
	})
	t.Run("through protobuf", func(t *testing.T) {
		t.Parallel()
		data, err := (&plog.ProtoMarshaler{}).MarshalLogs(batch)
		require.NoError(t, err)
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		require.NoError(t, err)
		assert.Equal(t, expected, messages(ld))
	})
	t.Run("through JSON", func(t *testing.T) {
		t.Parallel()
		data, err := (&plog.JSONMarshaler{}).MarshalLogs(batch)
		require.NoError(t, err)
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(data)
		require.NoError(t, err)
		assert.Equal(t, expected, messages(ld))
	})
}
