package benchcollector

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const defaultCount = 3

// TestCollector prints the table. BENCH_EVENTS is the number of events of a run in which nothing is down, BENCH_COUNT how
// often everything is run, and with BENCH_CHECK=1 it fails when a target is missed.
func TestCollector(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("CPU time and memory of the collector are read from /proc, which this system does not have")
	}
	events, count := number(t, "BENCH_EVENTS", 0), number(t, "BENCH_COUNT", defaultCount)
	loads := make([]load, len(scenarios))
	for i, s := range scenarios {
		k, records := s.load()
		loads[i] = newLoad(t, k, records)
	}

	rs := results{}
	order := []exporter{segment, otlpHTTP}
	for repetition := range count {
		for i, s := range scenarios {
			for _, e := range order {
				t.Run(s.title()+"/"+e.name, func(t *testing.T) {
					for p, r := range s.run(t, e, loads[i], events) {
						rs.add(row{s.title(), s.phases()[p]}, e, r)
						// All of it takes minutes, so its progress is shown.
						fmt.Printf("%d/%d %s%s, %s: %.2f µs/event, peak %.0f MB\n",
							repetition+1, count, s.title(), s.phases()[p], e.name, r.cpu, r.peak)
					}
				})
			}
		}
		// The order changes, so that a machine that gets slower or faster treats both alike.
		slices.Reverse(order)
	}

	fmt.Printf("\nMedian of %d; MB and KB are powers of ten; on the wire are bodies; CPU ratio is segment / otlp_http.\n", count)
	fmt.Printf("Bytes of a record as OTLP: %s\n\n%s\n", sizes(loads), rs.table())
	for _, g := range targets {
		text, missed := g.check(rs)
		fmt.Println(text)
		if os.Getenv("BENCH_CHECK") == "1" {
			assert.False(t, missed, text)
		}
	}
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

func sizes(loads []load) string {
	text, seen := "", map[string]bool{}
	for i, s := range scenarios {
		k, _ := s.load()
		if seen[k.name] {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", k.name, loads[i].bytesPerRecord())
		seen[k.name] = true
	}
	return text
}
