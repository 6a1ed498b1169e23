package parity

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

const (
	// waitTimeout is for conditions that hold within a second on an idle machine.
	waitTimeout = 30 * time.Second
	tick        = 5 * time.Millisecond
)

// collector is the built collector with testdata/collector.yaml. The libraries upload to its sandbox too.
type collector struct {
	logsURL, metricsURL, sandboxURL string
}

func startCollector(t *testing.T) collector {
	t.Helper()
	p := testcollector.Start(t, []string{"HTTP_PORT", "METRICS_PORT", "SANDBOX_PORT"}, "--config", filepath.Join("testdata", "collector.yaml"))
	return collector{
		logsURL:    "http://localhost:" + p.Ports[0] + "/v1/logs",
		metricsURL: "http://localhost:" + p.Ports[1] + "/metrics",
		sandboxURL: "http://localhost:" + p.Ports[2],
	}
}

// request returns the body of an answer, which must have a 2xx status.
func request(t *testing.T, method, url, contentType string, body []byte) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, 2, resp.StatusCode/100, "%s %s: %s: %s", method, url, resp.Status, answer)
	return answer
}
