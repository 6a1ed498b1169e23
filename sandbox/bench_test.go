package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/zap"
)

func BenchmarkUpload(b *testing.B) {
	const messages = 1000
	cfg := testConfig()
	telemetry := componenttest.NewNopTelemetrySettings()
	api, err := newAPI(cfg, telemetry.Logger)
	require.NoError(b, err)
	server, err := cfg.ServerConfig.ToServer(b.Context(), nil, telemetry, api.routes())
	require.NoError(b, err)
	payload := `,"timestamp":"2026-11-23T16:00:00.123Z","context":{"library":{"name":"otelcol-segmentexporter","version":"0.1.0"},` +
		`"app":{"name":"shop","version":"1.2.3"},"traceId":"0af7651916cd43dd8448eb211c80319c"},"properties":{"cart":{"total":99.5,` +
		`"currency":"EUR","items":3},"plan":"pro","coupon":null,"tags":["a","b","c"],"text":"` + strings.Repeat("x", 40) + `"}`
	var bodies [20]string
	size := 0
	for n := range bodies {
		all := make([]string, messages)
		for i := range all {
			all[i] = track(fmt.Sprintf("otel-%016d%016d", n, i), payload)
		}
		size = len(batch(all...))
		bodies[n] = zipped(b, batch(all...))
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		req := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/batch", strings.NewReader(bodies[n%len(bodies)]))
		req.Header.Set("Content-Encoding", "gzip")
		w := httptest.NewRecorder()
		server.Handler.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
		n++
	}
	b.ReportMetric(float64(messages*b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkAccept stores batches of 100 messages while nobody watches, or streams are open.
func BenchmarkAccept(b *testing.B) {
	const messages = 100
	all := make([]string, messages)
	for i := range all {
		all[i] = track(fmt.Sprintf("otel-%032d", i), `,"properties":{"text":"`+strings.Repeat("x", 500)+`"}`)
	}
	for name, queries := range map[string][]string{
		"alone": nil, "stream": {""}, "summaries": {"?view=summary"}, "ten": slices.Repeat([]string{"?view=summary"}, 10),
	} {
		b.Run(name, func(b *testing.B) {
			api, err := newAPI(testConfig(), zap.NewNop())
			require.NoError(b, err)
			ctx, cancel := context.WithCancel(b.Context())
			var streams sync.WaitGroup
			for _, query := range queries {
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/messages/stream"+query, http.NoBody)
				streams.Go(func() { api.streamMessages(discardWriter{}, r) })
			}
			u := newUpload("/v1/batch")
			_, err = u.parse([]byte(batch(all...)))
			require.NoError(b, err)
			b.ReportAllocs()
			id := uint64(0)
			for b.Loop() {
				for i := range u.messages {
					id++
					u.messages[i].id = id
				}
				api.store.accept(u, "200")
			}
			b.ReportMetric(float64(id)/b.Elapsed().Seconds(), "messages/s")
			cancel()
			streams.Wait()
		})
	}
}

// discardWriter is a client that reads as fast as one can.
type discardWriter struct{}

func (discardWriter) Header() http.Header         { return http.Header{} }
func (discardWriter) WriteHeader(int)             {}
func (discardWriter) Write(p []byte) (int, error) { return len(p), nil }
func (discardWriter) Flush()                      {}
