package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
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
	tick        = 20 * time.Millisecond

	startAttempts = 5
	shownOutput   = 8 << 10
)

// withoutSandbox is for a collector whose Segment is somewhere else.
const withoutSandbox = "service: {extensions: []}"

// collector is a running collector with testdata/collector.yaml.
type collector struct {
	grpcAddress, httpURL, metricsURL, zpagesURL string

	sandbox sandbox
	output  *output

	args    []string
	ports   []string
	process *os.Process
	exited  chan struct{}
	code    int // valid once exited is closed
}

// startCollector returns when the collector is ready. The overlays are YAML, merged over testdata/collector.yaml.
func startCollector(tb testing.TB, overlays ...string) *collector {
	tb.Helper()
	return startCollectorWith(tb, nil, overlays...)
}

// startCollectorWith starts it with flags.
func startCollectorWith(tb testing.TB, flags []string, overlays ...string) *collector {
	tb.Helper()
	args := append(configArgs(tb, overlays...), flags...)
	for range startAttempts {
		c := launch(tb, args, freePorts(tb, 5))
		if c.waitReady(tb) {
			return c
		}
		// Somebody else may have taken a port after we had found it free.
		if !strings.Contains(c.output.String(), "address already in use") {
			break
		}
	}
	require.FailNow(tb, "the collector did not start, see its output")
	return nil
}

// restart starts a collector that has ended again, on the same ports. It does not wait until it is ready.
func (c *collector) restart(tb testing.TB) *collector {
	tb.Helper()
	require.True(tb, c.hasExited())
	return launch(tb, c.args, c.ports)
}

func launch(tb testing.TB, args, ports []string) *collector {
	tb.Helper()
	c := &collector{
		args:        args,
		ports:       ports,
		grpcAddress: "localhost:" + ports[0],
		httpURL:     "http://localhost:" + ports[1],
		metricsURL:  "http://localhost:" + ports[2] + "/metrics",
		zpagesURL:   "http://localhost:" + ports[3],
		sandbox:     sandbox{url: "http://localhost:" + ports[4]},
		output:      &output{},
		exited:      make(chan struct{}),
	}
	//nolint:noctx // It is stopped by its cleanup: a context would kill it before it could shut down.
	cmd := exec.Command(binary(tb), args...)
	cmd.Env = append(os.Environ(), "GRPC_PORT="+ports[0], "HTTP_PORT="+ports[1], "METRICS_PORT="+ports[2],
		"ZPAGES_PORT="+ports[3], "SANDBOX_PORT="+ports[4])
	cmd.Stdout = c.output
	cmd.Stderr = c.output
	require.NoError(tb, cmd.Start())
	c.process = cmd.Process
	go func() {
		_ = cmd.Wait() // the exit code tells it
		c.code = cmd.ProcessState.ExitCode()
		close(c.exited)
	}()
	tb.Cleanup(func() { c.cleanup(tb) })
	return c
}

// waitReady is false when the collector exited instead.
func (c *collector) waitReady(tb testing.TB) bool {
	tb.Helper()
	require.Eventually(tb, func() bool {
		return c.hasExited() || strings.Contains(c.output.String(), "Everything is ready")
	}, waitTimeout, tick, "the collector is not ready")
	return !c.hasExited()
}

// stop shuts the collector down as an orchestrator would, and returns the exit code.
func (c *collector) stop(tb testing.TB) int {
	tb.Helper()
	require.NoError(tb, c.process.Signal(syscall.SIGTERM))
	require.Eventually(tb, c.hasExited, waitTimeout, tick, "the collector did not stop")
	return c.code
}

// kill ends the collector as a crash would.
func (c *collector) kill(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, c.process.Kill())
	<-c.exited
}

func (c *collector) cleanup(tb testing.TB) {
	if !c.hasExited() {
		_ = c.process.Signal(syscall.SIGTERM) // it may have gone in this moment
		select {
		case <-c.exited:
		case <-time.After(waitTimeout):
			tb.Error("the collector did not stop and was killed")
			_ = c.process.Kill()
			<-c.exited
		}
	}
	if tb.Failed() {
		tb.Logf("output of the collector:\n%s", c.output.tail())
	}
}

func (c *collector) hasExited() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// run is for the commands of the collector that end by themselves.
func run(tb testing.TB, env []string, args ...string) (text string, code int) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), waitTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(tb), args...)
	cmd.Env = append(os.Environ(), env...)
	combined, err := cmd.CombinedOutput()
	require.NoError(tb, ctx.Err(), "the collector did not exit:\n%s", combined)
	if err != nil {
		require.ErrorAs(tb, err, new(*exec.ExitError))
	}
	return string(combined), cmd.ProcessState.ExitCode()
}

func binary(tb testing.TB) string {
	tb.Helper()
	path := os.Getenv("OTELCOL_SEGMENT")
	if path == "" {
		path = filepath.Join("..", "..", "build", "otelcol-segment")
	}
	path, err := filepath.Abs(path)
	require.NoError(tb, err)
	_, err = os.Stat(path)
	require.NoError(tb, err, "there is no collector to test: run `make build` first, or name one with OTELCOL_SEGMENT")
	return path
}

func configArgs(tb testing.TB, overlays ...string) []string {
	tb.Helper()
	args := []string{"--config", filepath.Join("testdata", "collector.yaml")}
	folder := tb.TempDir()
	for i, overlay := range overlays {
		path := filepath.Join(folder, fmt.Sprintf("overlay-%d.yaml", i))
		require.NoError(tb, os.WriteFile(path, []byte(overlay), 0o600))
		args = append(args, "--config", path)
	}
	return args
}

// freePorts holds all of them before it lets go of the first, so that they differ.
func freePorts(tb testing.TB, n int) []string {
	tb.Helper()
	ports := make([]string, n)
	for i := range ports {
		var config net.ListenConfig
		l, err := config.Listen(tb.Context(), "tcp", "localhost:0")
		require.NoError(tb, err)
		defer func() { _ = l.Close() }()
		_, ports[i], err = net.SplitHostPort(l.Addr().String())
		require.NoError(tb, err)
	}
	return ports
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

// line is the first that contains a text.
func (o *output) line(text string) string {
	for line := range strings.Lines(o.String()) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func (o *output) tail() string {
	text := o.String()
	return text[max(0, len(text)-shownOutput):]
}
