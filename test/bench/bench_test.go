package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter"
	"github.com/otel-segment/segmentexporter/internal/shapes"
	"github.com/otel-segment/segmentexporter/translate"
)

// Benchmark has a row for each thing that is measured. An iteration is a batch; the metrics are per message, and x-gzip
// is the CPU time in units of the gzip row, which is measured first.
func Benchmark(b *testing.B) {
	for _, shape := range shapes.All {
		ld := shape.Logs(shapes.Batch)
		tr := translate.New(translate.NewDefaultConfig(), translate.Source{WriteKey: "write-key"})
		messages := appendAll(tr, nil, ld)
		var ruler float64

		b.Run(shape.Name+"/gzip", func(b *testing.B) {
			zip, err := gzip.NewWriterLevel(io.Discard, 1)
			require.NoError(b, err)
			ruler = measure(b, func() {
				zip.Reset(io.Discard)
				_, _ = zip.Write(messages)
				_ = zip.Close()
			})
			b.ReportMetric(float64(len(messages))/shapes.Batch, "B/message")
		})
		b.Run(shape.Name+"/encoding_json", func(b *testing.B) {
			var list []map[string]any
			require.NoError(b, json.Unmarshal(slices.Concat([]byte{'['}, bytes.TrimSuffix(messages, []byte{','}), []byte{']'}), &list))
			enc := json.NewEncoder(io.Discard)
			compare(b, ruler, func() {
				for _, message := range list {
					_ = enc.Encode(message)
				}
			})
		})
		b.Run(shape.Name+"/translate", func(b *testing.B) {
			var dst []byte
			compare(b, ruler, func() { dst = appendAll(tr, dst[:0], ld) })
		})
		level1 := map[string]any{"level": 1}
		for _, c := range []struct {
			name     string
			factory  exporter.Factory
			settings map[string]any
		}{
			{"push", segmentexporter.NewFactory(), map[string]any{"write_key": "write-key"}},
			{"otlp_http_json", otlphttpexporter.NewFactory(), map[string]any{"compression_params": level1, "encoding": "json"}},
			{"otlp_http_proto", otlphttpexporter.NewFactory(), map[string]any{"compression_params": level1}},
		} {
			b.Run(shape.Name+"/"+c.name, func(b *testing.B) { measurePush(b, ruler, c.factory, ld, c.settings) })
		}
	}
}

// measurePush is a push without queue and retry to a server on loopback that discards the body.
func measurePush(b *testing.B, ruler float64, factory exporter.Factory, ld plog.Logs, settings map[string]any) {
	// The server is in the same process, so that its CPU time counts too. Large reads keep that small.
	buffer := make([]byte, 256<<10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for {
			if _, err := r.Body.Read(buffer); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	cfg := factory.CreateDefaultConfig()
	require.NoError(b, confmap.NewFromStringMap(map[string]any{
		"endpoint": server.URL, "sending_queue": map[string]any{"enabled": false}, "retry_on_failure": map[string]any{"enabled": false},
	}).Unmarshal(cfg))
	require.NoError(b, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	exp, err := factory.CreateLogs(b.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(b, err)
	require.NoError(b, exp.Start(b.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(b, exp.Shutdown(context.WithoutCancel(b.Context()))) }()
	compare(b, ruler, func() { require.NoError(b, exp.ConsumeLogs(b.Context(), ld)) })
}

func appendAll(tr *translate.Translator, dst []byte, ld plog.Logs) []byte {
	enc := tr.Encoder()
	defer enc.Release()
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				dst, _ = enc.Append(dst, lr)
				dst = append(dst, ',')
			}
		}
	}
	return dst
}
