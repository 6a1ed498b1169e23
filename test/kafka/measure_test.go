package kafka

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// clockTick is the unit of /proc, the same on every architecture that Go runs on.
	clockTick = 10 * time.Millisecond
	// lookTick is long, because each look at the metrics costs CPU time, which is measured.
	lookTick = 200 * time.Millisecond
)

// cpuTime is the CPU time that the collector has used so far.
func (n *node) cpuTime(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.PID()))
	require.NoError(t, err)
	stat := string(text)
	// The name of the program, in parentheses, may have spaces.
	used := 0
	for _, field := range strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])[11:13] {
		ticks, err := strconv.Atoi(field)
		require.NoError(t, err)
		used += ticks
	}
	return time.Duration(used) * clockTick
}

// result is what a run has measured.
type result struct {
	cpu      float64 // for an event, in µs
	perSec   float64
	inUpload float64
}

// measure waits until some collectors are through with events, which is all that they have done.
func measure(t *testing.T, s *sink, metric string, events int, nodes ...*node) result {
	t.Helper()
	var begin time.Time
	first, done := 0, 0
	for deadline := time.Now().Add(waitTimeout); done < events; time.Sleep(lookTick) {
		require.True(t, time.Now().Before(deadline), "%d of %d events", done, events)
		done = 0
		for _, n := range nodes {
			done += n.metric(t, metric)
		}
		if begin.IsZero() && done > 0 {
			begin, first = time.Now(), done
		}
	}
	r := result{perSec: float64(events-first) / time.Since(begin).Seconds()}
	for _, n := range nodes {
		r.cpu += float64((n.cpuTime(t) - n.startTime).Microseconds()) / float64(events)
	}
	if s != nil {
		r.inUpload = float64(events) / float64(s.uploads.Load())
	}
	return r
}

func (r result) String() string {
	return fmt.Sprintf("%.1f µs of CPU for an event, %.0f events a second, %.0f events in an upload",
		r.cpu, r.perSec, r.inUpload)
}

// median is the one in the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
