package receiver

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// BenchmarkHTTP takes batches as analytics-node and the browser send them, without the network.
func BenchmarkHTTP(b *testing.B) {
	cfg := createDefaultConfig().(*Config)
	cfg.Sources = []SourceConfig{{Name: "web", WriteKey: "key"}}
	handler := newHandler(b, cfg, func(context.Context, plog.Logs) error { return nil })
	message := `{"type":"track","event":"Order Completed","userId":"user-1","messageId":"m1","timestamp":"2026-11-28T02:23:30.383Z",` +
		`"properties":{"total":27.5,"count":2,"products":[{"sku":"G-32","price":14.99}]},"context":{"library":{"name":"n","version":"1"}}}`
	for _, n := range []int{1, 15, 100, 2500} {
		body := `{"batch":[` + strings.Repeat(message+",", n-1) + message + `],"sentAt":"2026-11-28T02:23:30.383Z"}`
		b.Run(fmt.Sprintf("%d messages", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/batch", strings.NewReader(body))
				r.SetBasicAuth("key", "")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				require.Equal(b, http.StatusOK, w.Code)
			}
		})
	}
}
