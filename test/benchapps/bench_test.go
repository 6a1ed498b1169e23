package benchapps

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	defaultEvents = 10_000
	defaultCount  = 5
)

var shapes = []string{"nested", "flat"}

// TestApps prints the table. BENCH_EVENTS is the number of events that are measured in a run, BENCH_COUNT how often
// everything is run.
func TestApps(t *testing.T) {
	events, count := number(t, "BENCH_EVENTS", defaultEvents), number(t, "BENCH_COUNT", defaultCount)
	s := startSink(t)
	rs := results{}
	var installed []language
	for _, l := range languages {
		if missing := l.missing(); missing != "" {
			fmt.Printf("%s: SKIPPED, %s is not on this machine\n", l.name, missing)
			continue
		}
		folder, err := filepath.Abs(filepath.Join("..", "..", "build", "benchapps", l.name))
		require.NoError(t, err)
		l.driver = l.install(t, folder)
		installed = append(installed, l)
	}
	for repetition := range count {
		for _, l := range installed {
			for i := range l.forms {
				// The order changes, so that a machine that gets slower or faster treats all forms alike.
				f := l.forms[(i+repetition)%len(l.forms)]
				for _, shape := range shapes {
					t.Run(l.name+"/"+f+"/"+shape, func(t *testing.T) {
						r := l.run(t, s, f, shape, events*l.times)
						rs.add(row{l.name, f, shape}, r)
						// All of it takes minutes, so its progress is shown.
						fmt.Printf("%d/%d %s, %s, %s: %.1f µs/event\n", repetition+1, count, l.name, f, shape, r.CPU)
					})
				}
			}
		}
	}
	fmt.Printf("\nMedian of %d runs with %d events; ratio to Segment's library; spread is the largest less the smallest.\n\n%s",
		count, events, rs.table())
}

// run measures one form. It fails when an event did not arrive.
func (l language) run(t *testing.T, s *sink, form, shape string, events int) result {
	t.Helper()
	s.clear()
	args := append(slices.Clone(l.driver(form)), form, shape, s.url, strconv.Itoa(l.warmUp), strconv.Itoa(events))
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	// Some libraries would look for the sink behind the proxy of the machine.
	cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var r result
	require.NoError(t, json.Unmarshal(out, &r), "%s", out)
	require.Positive(t, r.CPU)
	sent, uploads := s.verify(t, form, shape, l.warmUp+events)
	r.wire = float64(sent) / float64(l.warmUp+events)
	r.uploads = float64(uploads) * 1000 / float64(l.warmUp+events)
	return r
}

func number(t *testing.T, variable string, byDefault int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return byDefault
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, variable)
	require.Positive(t, n, variable)
	return n
}
