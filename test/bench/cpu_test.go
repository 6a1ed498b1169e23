package bench

import (
	"runtime"
	"syscall"
	"testing"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// compare reports the CPU time in units of the ruler too.
func compare(b *testing.B, ruler float64, batch func()) {
	used := measure(b, batch)
	if ruler > 0 {
		b.ReportMetric(used/ruler, "x-gzip")
	}
}

// measure reports the CPU time in nanoseconds and the allocations per message, and returns the former. Both are of the whole
// process, so that the transport and the garbage collector count too.
func measure(b *testing.B, batch func()) float64 {
	batch() // fills the pools
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime(b)
	for b.Loop() {
		batch()
	}
	used := cpuTime(b) - start
	runtime.ReadMemStats(&after)
	messages := float64(b.N) * shapes.Batch
	perMessage := float64(used) / messages
	b.ReportMetric(perMessage, "cpu-ns/message")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/messages, "allocs/message")
	b.ReportMetric(0, "ns/op")
	return perMessage
}

func cpuTime(b *testing.B) int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}
