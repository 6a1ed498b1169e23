//go:build !race

package translate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// TestNoAllocations holds in the steady state, for messages of the shapes that are measured.
func TestNoAllocations(t *testing.T) {
	for _, shape := range shapes.All {
		ld := shape.Logs(100)
		tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
		dst := appendAll(tr, nil, ld)
		assert.Less(t, testing.AllocsPerRun(100, func() { dst = appendAll(tr, dst[:0], ld) }), 1.0, shape.Name)
		takeTimes(ld)
		assert.Less(t, testing.AllocsPerRun(100, func() { dst = appendAll(tr, dst[:0], ld) }), 1.0, "%s without times", shape.Name)
	}
}

// TestNoAllocationsOfCompleteRecords holds for whole messages.
func TestNoAllocationsOfCompleteRecords(t *testing.T) {
	ld := completeLogs(t, 100)
	tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
	dst := appendAll(tr, nil, ld)
	assert.Less(t, testing.AllocsPerRun(100, func() { dst = appendAll(tr, dst[:0], ld) }), 1.0)
}

// TestLinearCost compares inputs of which one is ten times as large. With a cost that grows with the square it takes a
// hundred times as long; the limit leaves room for a busy machine.
func TestLinearCost(t *testing.T) {
	attributes := func(n int) plog.Logs {
		ld := event(t, nil)
		for i := range n {
			recordOf(ld).Attributes().PutInt(fmt.Sprintf("attribute%d", i), 1)
		}
		return ld
	}
	nested := func(n int) plog.Logs {
		ld := event(t, nil)
		for i := range n {
			recordOf(ld).Attributes().PutInt(fmt.Sprintf("a.b%d.c", i), 1)
		}
		return ld
	}
	key := func(n int) plog.Logs {
		return event(t, map[string]any{strings.Repeat("a.", 10*n): 1})
	}
	scopes := func(n int) plog.Logs {
		ld := plog.NewLogs()
		rl := ld.ResourceLogs().AppendEmpty()
		for i := range 500 {
			rl.Resource().Attributes().PutInt(fmt.Sprintf("attribute%d", i), 1)
		}
		for range n / 10 {
			recordOf(event(t, nil)).CopyTo(rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
			rl.ScopeLogs().At(rl.ScopeLogs().Len() - 1).Scope().SetName("segment")
		}
		return ld
	}
	equalKeys := func(n int) plog.Logs {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, `"a":{"member%d":{"b":1}},`, i)
		}
		return event(t, map[string]any{"segment.properties": "{" + text.String() + `"d":1}`, "a.earlier": 1})
	}
	for name, input := range map[string]func(int) plog.Logs{
		"equal keys":        equalKeys,
		"records":           shapes.Small.Logs,
		"attributes":        attributes,
		"nested attributes": nested,
		"length of a key":   key,
		"scopes":            scopes,
	} {
		t.Run(name, func(t *testing.T) {
			tr := New(NewDefaultConfig(), Source{WriteKey: "k"})
			small, large := fastest(tr, input(500)), fastest(tr, input(5_000))
			assert.Less(t, large, 40*small)
		})
	}
}

func fastest(tr *Translator, ld plog.Logs) time.Duration {
	best := time.Hour
	var dst []byte
	for range 5 {
		start := time.Now()
		dst = appendAll(tr, dst[:0], ld)
		best = min(best, time.Since(start))
	}
	return best
}
