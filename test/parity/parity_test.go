package parity

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/jsondiff"
)

func TestParity(t *testing.T) {
	calls := readCalls(t)
	require.GreaterOrEqual(t, len(calls), 60)
	c := startCollector(t)
	for _, l := range libraries {
		t.Run(l.name, func(t *testing.T) {
			if program := l.missing(); program != "" {
				if os.Getenv("CI") == "true" {
					require.FailNow(t, program+" is not on this machine")
				}
				fmt.Printf("%s: SKIPPED, %s is not on this machine\n", l.name, program)
				t.Skip(program + " is missing")
			}
			compareCalls(t, c, l, calls)
		})
	}
}

func compareCalls(t *testing.T, c collector, l library, calls []call) {
	t.Helper()
	d := l.start(t, c)
	s := side{name: l.name, found: map[string]bool{}}
	compared := 0
	for _, made := range calls {
		t.Run(made.Name, func(t *testing.T) {
			compared++
			c.clear(t)
			theirs := d.make(t, c, made)
			c.clear(t)
			ours := c.export(t, made)
			assert.Equal(t, made.Dropped, ours.refused, "the reason for which the exporter drops it")
			assert.Empty(t, ours.violations, "Segment would throw the exporter's message away")
			s.assertParity(t, theirs, ours)
		})
	}
	if compared == len(calls) { // with -run there can be fewer
		s.assertFresh(t)
		fmt.Printf("%s: %d calls compared\n", l.name, compared)
	}
}

// side is a library, and which of the intended differences it has shown so far.
type side struct {
	name  string
	found map[string]bool
}

func (s side) assertParity(t *testing.T, theirs, ours outcome) {
	t.Helper()
	found := []jsondiff.Difference{{Path: refusal, Left: theirs.refused, Right: ours.refused}}
	switch {
	case theirs.refused != "" && ours.refused != "":
		return // the texts of the two may differ
	case theirs.refused == "" && ours.refused == "":
		found = jsondiff.Diff(theirs.message, ours.message)
	case ours.refused != "":
		assert.NotEmpty(t, theirs.violations, "the exporter drops it, but Segment would take it")
	}
	for _, m := range found {
		same := m.Path == "timestamp" && sameTime(text(m.Left), text(m.Right))
		assert.True(t, same || s.intended(m), "the library and the exporter of %s differ in %s", s.name, m)
	}
}

func (s side) intended(m jsondiff.Difference) bool {
	for i, d := range differences {
		if field := d.fieldOf(m); field != "" && d.appliesTo(s.name) {
			s.found[key(i, field)] = true
			return true
		}
	}
	return false
}

func (s side) assertFresh(t *testing.T) {
	t.Helper()
	for i, d := range differences {
		for _, field := range d.fields {
			if d.appliesTo(s.name) {
				assert.True(t, s.found[key(i, field)], "%s: the difference is stale: %s: %s", s.name, field, d.differs)
			}
		}
	}
}

func key(difference int, field string) string { return fmt.Sprint(difference, " ", field) }
