package segmentexporter

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/otel-segment/segmentexporter/internal/metadata"
	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// BenchmarkSources has what an event costs with one source and with a hundred, when the records of each call are of all of
// them in turns.
func BenchmarkSources(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer server.Close()
	for _, sources := range []int{1, 100} {
		b.Run(fmt.Sprintf("sources=%d", sources), func(b *testing.B) {
			cfg := createDefaultConfig().(*Config)
			cfg.Sources = map[string]SourceConfig{}
			cfg.ClientConfig.Endpoint = server.URL
			cfg.QueueConfig.Get().BlockOnOverflow = true
			cfg.QueueConfig.Get().Batch.Get().MinSize = 1000
			for i := range sources {
				cfg.Sources[fmt.Sprintf("source-%02d", i)] = SourceConfig{WriteKey: configopaque.String(fmt.Sprintf("key-%02d", i))}
			}
			set := exportertest.NewNopSettings(metadata.Type)
			set.TelemetrySettings = componenttest.NewTelemetry().NewTelemetrySettings()
			exp, err := NewFactory().CreateLogs(b.Context(), set, cfg)
			require.NoError(b, err)
			require.NoError(b, exp.Start(b.Context(), componenttest.NewNopHost()))
			ld := shapes.Large.Logs(512)
			for i, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
				lr.Attributes().PutStr("segment.source", fmt.Sprintf("source-%02d", i%sources))
			}
			before := cpuTime(b)
			for b.Loop() {
				require.NoError(b, exp.ConsumeLogs(b.Context(), ld))
			}
			require.NoError(b, exp.Shutdown(context.Background()))
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/512, "cpu-ns/event")
		})
	}
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
