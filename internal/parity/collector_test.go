package parity

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// waitTimeout is for conditions that hold within a second on an idle machine.
	waitTimeout = 30 * time.Second
	tick        = 5 * time.Millisecond

	startAttempts = 5
	shownOutput   = 2 << 10
)

// collector is the built collector with testdata/collector.yaml: the exporter, and the sandbox for every side.
type collector struct {
	logsURL, metricsURL, sandboxURL string
}

func startCollector(t *testing.T) collector {
	t.Helper()
	for range startAttempts {
		c, log := launch(t)
		if strings.Contains(log, "Everything is ready") {
			return c
		}
		// Somebody else may have taken a port after we had found it free.
		require.Contains(t, log, "address already in use", "the collector did not start")
	}
	require.FailNow(t, "no free ports for the collector")
	return collector{}
}

// launch returns what the collector has logged when it is ready or has ended.
func launch(t *testing.T) (c collector, log string) {
	t.Helper()
	ports := freePorts(t, 3)
	c = collector{
		logsURL:    "http://localhost:" + ports[0] + "/v1/logs",
		metricsURL: "http://localhost:" + ports[1] + "/metrics",
		sandboxURL: "http://localhost:" + ports[2],
	}
	var out output
	cmd := exec.CommandContext(t.Context(), binary(t), "--config", filepath.Join("testdata", "collector.yaml"))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = waitTimeout
	cmd.Env = append(os.Environ(), "HTTP_PORT="+ports[0], "METRICS_PORT="+ports[1], "SANDBOX_PORT="+ports[2])
	cmd.Stdout = &out
	cmd.Stderr = &out
	require.NoError(t, cmd.Start())
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the log tells why
		close(exited)
	}()
	t.Cleanup(func() {
		<-exited // the context of the test is over
		if t.Failed() {
			t.Logf("output of the collector:\n%s", out.tail())
		}
	})
	require.Eventually(t, func() bool {
		select {
		case <-exited:
			return true
		default:
			return strings.Contains(out.String(), "Everything is ready")
		}
	}, waitTimeout, tick, "the collector is not ready")
	return c, out.String()
}

func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("OTELCOL_SEGMENT")
	if path == "" {
		path = filepath.Join(buildFolder, "otelcol-segment")
	}
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	require.FileExists(t, path, "there is no collector to test: run `make build` first, or name one with OTELCOL_SEGMENT")
	return path
}

// freePorts holds all of them before it lets go of the first, so that they differ.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	ports := make([]string, n)
	for i := range ports {
		var config net.ListenConfig
		l, err := config.Listen(t.Context(), "tcp", "localhost:0")
		require.NoError(t, err)
		defer func() { _ = l.Close() }()
		_, ports[i], err = net.SplitHostPort(l.Addr().String())
		require.NoError(t, err)
	}
	return ports
}

// request returns the body of an answer, which must be a good one.
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

// output collects what a process writes while a test reads it.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func (o *output) tail() string {
	text := o.String()
	return text[max(0, len(text)-shownOutput):]
}
