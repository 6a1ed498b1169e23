package exporter

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// BenchmarkMetrics has the time that all metrics of a push take together, as a part of the push: %push, of which the
// target is 2.
func BenchmarkMetrics(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer server.Close()
	for _, shape := range shapes.All {
		for _, messages := range []int{1, 100, shapes.Batch} {
			r := newRig(b, server.URL, func(s *Settings) {
				s.Client.Keepalive = configoptional.Some(confighttp.NewDefaultKeepaliveClientConfig())
			})
			ld := shape.Logs(messages)
			name := fmt.Sprintf("%s/%d/", shape.Name, messages)
			var push float64
			b.Run(name+"push", func(b *testing.B) {
				for b.Loop() {
					require.NoError(b, r.ConsumeLogs(b.Context(), ld))
				}
				push = float64(b.Elapsed()) / float64(b.N)
			})
			b.Run(name+"metrics", func(b *testing.B) {
				ctx, m := b.Context(), r.metrics
				t := &translation{}
				r.door.translateAll(t, ld)
				p := &t.parts[0]
				run := &request{data: p.data, messages: p.messages}
				a := &attempt{run: run}
				var tally tally
				tally[0][delivered] = int64(messages)
				for b.Loop() {
					m.addRecords(ctx, p)
					m.request(ctx, http.StatusOK, time.Millisecond, a)
					m.wireBytes(ctx, int64(len(p.data)))
					m.delivered(ctx, run, time.Now())
					m.addMessages(ctx, &tally)
				}
				b.ReportMetric(100*float64(b.Elapsed())/float64(b.N)/push, "%push")
			})
		}
	}
}
