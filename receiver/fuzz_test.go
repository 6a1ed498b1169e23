package receiver

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-segment/segmentexporter/receiver/internal/metadata"
)

// newHandler is what a receiver listens with, without the listening. Records are given to consume.
func newHandler(tb testing.TB, cfg *Config, consume consumer.ConsumeLogsFunc) http.Handler {
	tb.Helper()
	next, err := consumer.NewLogs(consume)
	require.NoError(tb, err)
	logs, err := NewFactory().CreateLogs(context.Background(), receivertest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(tb, err)
	r := logs.(*segmentReceiver)
	server, err := cfg.ServerConfig.ToServer(context.Background(), nil, componenttest.NewNopTelemetrySettings(), r.api,
		confighttp.WithErrorHandler(r.api.refuseEarly))
	require.NoError(tb, err)
	return arrive(newRouter(cfg.PathPrefix), server.Handler)
}

// FuzzBody sends any body to any path: there is an answer of the table, in JSON, and 200 only when the records were taken.
func FuzzBody(f *testing.F) {
	var records int
	handler := newHandler(f, createDefaultConfig().(*Config), func(_ context.Context, logs plog.Logs) error {
		records += logs.LogRecordCount()
		return nil
	})
	f.Add("/v1/batch", "", batch)
	f.Add("/b", "gzip", "\x1f\x8b\x08")
	f.Add("//v1/t/", "snappy", track)
	f.Add("/v1/batch", "", `{"batch":[`+track+`,,{"a`)
	f.Fuzz(func(t *testing.T, path, encoding, body string) {
		records = 0
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.URL = &url.URL{Path: path}
		r.SetBasicAuth("key", "")
		if encoding != "" {
			r.Header.Set("Content-Encoding", encoding)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Header().Get("Content-Type") == "image/gif" {
			return
		}
		var answer map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		switch w.Code {
		case http.StatusOK:
			assert.Equal(t, map[string]any{"success": true}, answer)
		case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge:
			assert.NotEmpty(t, answer["code"])
			assert.NotEmpty(t, answer["message"])
			assert.Zero(t, records)
		default:
			assert.Fail(t, "another answer", "%d", w.Code)
		}
	})
}

// FuzzPixel asks for an image with any query: there is always one.
func FuzzPixel(f *testing.F) {
	handler := newHandler(f, createDefaultConfig().(*Config), func(context.Context, plog.Logs) error { return nil })
	f.Add("track", "data=eyJ3cml0ZUtleSI6ImsifQ")
	f.Add("page", "writeKey=k&properties.a.b=1&properties.a=2&;%zz")
	f.Fuzz(func(t *testing.T, typ, query string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.URL = &url.URL{Path: "/v1/pixel/" + strings.ReplaceAll(typ, "/", ""), RawQuery: query}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if typ := strings.ReplaceAll(typ, "/", ""); typ != "" {
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Equal(t, image, w.Body.String())
		}
	})
}
