package sdks

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	waitTimeout = 30 * time.Second
	tick        = 50 * time.Millisecond
	// settleTime is how long the sandbox is watched for a message too many.
	settleTime = 300 * time.Millisecond
)

type collector struct {
	grpcURL, httpURL, sandboxURL string
}

// received is an entry of the sandbox's list.
type received struct {
	Violations []any          `json:"violations"`
	Message    map[string]any `json:"message"`
}

// startCollector returns when the collector is ready. It is stopped at the end of the test.
func startCollector(t *testing.T) *collector {
	t.Helper()
	ports := freePorts(t, 3)
	c := &collector{
		grpcURL:    "http://localhost:" + ports[0],
		httpURL:    "http://localhost:" + ports[1],
		sandboxURL: "http://localhost:" + ports[2] + "/api/messages",
	}

	var output bytes.Buffer
	//nolint:noctx // It is stopped below: a context would kill it before it could shut down.
	cmd := exec.Command(binary(t), "--config", filepath.Join("testdata", "collector.yaml"),
		"--config", filepath.Join(folder("browser"), "collector.yaml"))
	cmd.Env = append(os.Environ(), "GRPC_PORT="+ports[0], "HTTP_PORT="+ports[1], "SANDBOX_PORT="+ports[2])
	cmd.Stdout = &output
	cmd.Stderr = &output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		defer time.AfterFunc(waitTimeout, func() { _ = cmd.Process.Kill() }).Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the collector: %v", err)
		}
		if t.Failed() {
			t.Logf("output of the collector:\n%s", output.String())
		}
	})

	require.Eventually(t, func() bool {
		_, err := c.list()
		return err == nil && listens(t, ports[0]) && listens(t, ports[1])
	}, waitTimeout, tick, "the collector is not ready")
	return c
}

// messages returns what the sandbox holds when it is n messages, and no more.
func (c *collector) messages(t *testing.T, n int) []received {
	t.Helper()
	var list []received
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		var err error
		list, err = c.list()
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(list), n, "messages in the sandbox")
	}, waitTimeout, tick)
	time.Sleep(settleTime)
	list, err := c.list()
	require.NoError(t, err)
	require.Len(t, list, n)
	return list
}

func (c *collector) list() ([]received, error) {
	//nolint:noctx // The sandbox answers at once or not at all.
	response, err := http.Get(c.sandboxURL)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var list struct {
		Messages []received `json:"messages"`
	}
	err = json.NewDecoder(response.Body).Decode(&list)
	return list.Messages, err
}

func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("OTELCOL_SEGMENT")
	if path == "" {
		path = filepath.Join("..", "..", "build", "otelcol-segment")
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

func listens(t *testing.T, port string) bool {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", "localhost:"+port)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
