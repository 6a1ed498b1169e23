// Package testcollector runs the built collector in tests, as a user would.
package testcollector

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
)

// Process is a collector that runs, or has run.
type Process struct {
	// Ports are the ports that were chosen for it, in the order of their variables.
	Ports []string
	// Output is what it has written.
	Output *Output

	variables []string
	args      []string
	process   *os.Process
	exited    chan struct{}
	code      int // valid once exited is closed
}

// Start returns when the collector is ready. It gets a free port in each of the environment variables, and is stopped at
// the end of the test, where its output is shown if the test has failed.
func Start(tb testing.TB, variables []string, args ...string) *Process {
	tb.Helper()
	for range startAttempts {
		p := launch(tb, variables, FreePorts(tb, len(variables)), args)
		if p.WaitReady(tb) {
			return p
		}
		// Another program can take a port after it was found free.
		if !strings.Contains(p.Output.String(), "address already in use") {
			break
		}
	}
	require.FailNow(tb, "the collector did not start, see its output")
	return nil
}

// Restart starts a collector that has ended again, on the same ports. It does not wait until it is ready.
func (p *Process) Restart(tb testing.TB) *Process {
	tb.Helper()
	require.True(tb, p.HasExited())
	return launch(tb, p.variables, p.Ports, p.args)
}

func launch(tb testing.TB, variables, ports, args []string) *Process {
	tb.Helper()
	p := &Process{Ports: ports, Output: &Output{}, variables: variables, args: args, exited: make(chan struct{})}
	//nolint:noctx // Its cleanup stops it: a context would kill it before it could shut down.
	cmd := exec.Command(Binary(tb), args...)
	cmd.Env = os.Environ()
	for i, name := range variables {
		cmd.Env = append(cmd.Env, name+"="+ports[i])
	}
	cmd.Stdout = p.Output
	cmd.Stderr = p.Output
	require.NoError(tb, cmd.Start())
	p.process = cmd.Process
	go func() {
		_ = cmd.Wait() // the exit code has the result
		p.code = cmd.ProcessState.ExitCode()
		close(p.exited)
	}()
	tb.Cleanup(func() { p.cleanup(tb) })
	return p
}

// PID is the id of the process.
func (p *Process) PID() int { return p.process.Pid }

// WaitReady is false when the collector ended instead.
func (p *Process) WaitReady(tb testing.TB) bool {
	tb.Helper()
	require.Eventually(tb, func() bool {
		return p.HasExited() || strings.Contains(p.Output.String(), "Everything is ready")
	}, waitTimeout, tick, "the collector is not ready")
	return !p.HasExited()
}

// Stop shuts the collector down as an orchestrator would, and returns the exit code.
func (p *Process) Stop(tb testing.TB) int {
	tb.Helper()
	p.Signal(tb, syscall.SIGTERM)
	require.Eventually(tb, p.HasExited, waitTimeout, tick, "the collector did not stop")
	return p.code
}

// Signal sends a signal.
func (p *Process) Signal(tb testing.TB, signal os.Signal) {
	tb.Helper()
	require.NoError(tb, p.process.Signal(signal))
}

// Kill ends the collector as a crash would.
func (p *Process) Kill(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, p.process.Kill())
	<-p.exited
}

// HasExited says whether the process has ended.
func (p *Process) HasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *Process) cleanup(tb testing.TB) {
	if !p.HasExited() {
		_ = p.process.Signal(syscall.SIGTERM) // fails when it has just ended
		select {
		case <-p.exited:
		case <-time.After(waitTimeout):
			tb.Error("the collector did not stop and was killed")
			_ = p.process.Kill()
			<-p.exited
		}
	}
	if tb.Failed() {
		tb.Logf("output of the collector:\n%s", p.Output.Tail())
	}
}

// Run runs a command of the collector that ends by itself, with more environment variables (NAME=value). It returns the output
// and the exit code.
func Run(tb testing.TB, env []string, args ...string) (text string, code int) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), waitTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(tb), args...)
	cmd.Env = append(os.Environ(), env...)
	combined, err := cmd.CombinedOutput()
	require.NoError(tb, ctx.Err(), "the collector did not exit:\n%s", combined)
	if err != nil {
		require.ErrorAs(tb, err, new(*exec.ExitError))
	}
	return string(combined), cmd.ProcessState.ExitCode()
}

// Binary is the absolute path of the collector: that of `make build`, or OTELCOL_SEGMENT. The test has to run in a folder two
// levels below the root.
func Binary(tb testing.TB) string {
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
