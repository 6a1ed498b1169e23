package faults

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// maxMemory is the most memory, in bytes, that a collector may take. Idle it takes about a third of this.
const maxMemory = 400 << 20

// TestFaultyServer has a server that fails for a while, in every way that is not an answer of Segment: nothing is lost,
// nothing is stuck, and the memory is bounded.
func TestFaultyServer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault func(f *front)
		// retried says that an upload that meets the fault is tried again.
		retried bool
	}{
		{"is away", (*front).close, true},
		{"answers too late", func(f *front) {
			f.fails(func(_ http.ResponseWriter, r *http.Request) {
				_, _, _ = f.deliver(r)
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			})
		}, true},
		{"closes the connection at once", func(f *front) {
			f.fails(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, true},
		{"closes the connection after the delivery", func(f *front) {
			f.fails(func(_ http.ResponseWriter, r *http.Request) {
				_, _, _ = f.deliver(r)
				panic(http.ErrAbortHandler)
			})
		}, true},
		{"answers half a body", func(f *front) {
			f.fails(func(w http.ResponseWriter, r *http.Request) {
				_, _, _ = f.deliver(r)
				w.Header().Set("Content-Length", "1000")
				_, _ = io.WriteString(w, `{"success":`)
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			})
		}, true},
		{"never ends its answer", func(f *front) {
			f.fails(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, `{"success":`)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			})
		}, true},
		{"sends 64 MB", func(f *front) {
			f.fails(func(w http.ResponseWriter, r *http.Request) {
				_, _, _ = f.deliver(r)
				sendMegabytes(w, 64)
			})
		}, false},
		{"refuses with 64 MB", func(f *front) {
			f.fails(func(w http.ResponseWriter, r *http.Request) {
				answer(http.StatusInternalServerError)(w, r)
				sendMegabytes(w, 64)
			})
		}, true},
		{"sends no gzip", func(f *front) {
			f.fails(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = io.WriteString(w, `{"success":true}`)
			})
		}, true},
		{"wants to be left alone", func(f *front) {
			f.fails(answer(http.StatusTooManyRequests, "Retry-After", "1"))
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const events, each = 3_000, 1_000
			f := newFront(t)
			c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(f.url))
			s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
			s.EmitCounters(t, 0, each)
			f.sandbox.WaitFor(t, each)
			test.fault(f)
			s.EmitCounters(t, each, 2*each)
			switch {
			case f.closed:
				c.WaitForRequests(t, 0, 2)
			case test.retried:
				f.waitForFaults(t, 2)
			default:
				f.waitForFaults(t, 1)
			}
			f.mend()
			s.EmitCounters(t, 2*each, events)
			s.Finish(t)

			harness.AssertEachOnce(t, f.sandbox.WaitFor(t, events))
			b := c.RequireBalance(t, 0, 0)
			assert.Equal(t, harness.Books{Accepted: events, Delivered: events}, b)
			assert.Zero(t, f.sandbox.Stats(t).Violations)
			assert.Less(t, testcollector.SumOf(t, c.Scrape(t), "process_memory_rss", ""), maxMemory)
		})
	}
}

func sendMegabytes(w io.Writer, n int) {
	chunk := make([]byte, 1<<20)
	for range n {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestPause has a server that asks for a pause: nothing is sent before its end, whatever comes in.
func TestPause(t *testing.T) {
	t.Parallel()
	const events = 20_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 429, "headers": {"Retry-After": "6"}}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL))
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	s.EmitCounters(t, 0, 1_000)
	segment.WaitForFaults(t, 1)
	begin := time.Now()
	s.EmitCounters(t, 1_000, events)
	s.Finish(t)
	require.Eventually(t, func() bool { return time.Since(begin) > 2500*time.Millisecond }, harness.WaitTimeout, harness.Tick)
	require.LessOrEqual(t, segment.Stats(t).FaultsInjected, 10, "only requests that were under way")
	segment.Mend(t)
	harness.AssertEachOnce(t, segment.WaitFor(t, events))
	c.RequireBalance(t, 0, 0)
	assert.GreaterOrEqual(t, c.Metric(t, "pause_time", ""), 6)
	assert.Positive(t, c.Metric(t, "deferred_requests", ""))
}

// TestProxy has a proxy in between that takes bodies of 100 KB at most.
func TestProxy(t *testing.T) {
	t.Parallel()
	const events = 10_000
	f := newFront(t)
	f.fails(func(w http.ResponseWriter, r *http.Request) {
		if len(bodyOf(t, r)) > 100_000 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		f.handOn(w, r)
	})
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(f.url))
	s := harness.NewSDK(t, c.GRPCExporter(t), sdklog.WithMaxQueueSize(events))
	s.EmitAllCounters(t, events)
	harness.AssertEachOnce(t, f.sandbox.WaitFor(t, events))
	assert.Equal(t, harness.Books{Accepted: events, Delivered: events}, c.RequireBalance(t, 0, 0))
	assert.Positive(t, c.Metric(t, "requests", `status_code="413"`))
}

// TestPoison has messages that the server refuses, and ordinary logs and events that cannot be sent between them.
func TestPoison(t *testing.T) {
	t.Parallel()
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 400, "only_if_contains": "poison"}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL))
	s := harness.NewSDK(t, c.GRPCExporter(t))
	user := log.String("segment.user_id", "u-1")
	const groups = 200
	for i := range groups {
		s.Emit(t.Context(), "Good", user)
		s.EmitAs(t.Context(), "net/http", "", user)
		s.Emit(t.Context(), "No identity")
		if i%50 == 0 {
			s.Emit(t.Context(), "poison", user)
		}
	}
	s.Finish(t)
	segment.WaitFor(t, groups)
	want := harness.Books{Accepted: 3*groups + 4, Delivered: groups, Dropped: groups + 4, NotSelected: groups}
	assert.Equal(t, want, c.RequireBalance(t, 0, 0))
	c.RequireMetric(t, "dropped_records", `reason="rejected"`, 4)
}
