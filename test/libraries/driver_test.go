package libraries

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
)

// driver is a library that is running.
type driver struct {
	name    string
	calls   io.WriteCloser
	process *os.Process
	exited  chan struct{}
	err     error // valid once exited is closed
	log     *testcollector.Output

	mu     sync.Mutex
	unsent map[string]string // why calls were not sent, by their names
}

// start starts a driver that uploads to url. A driver in a browser gets more arguments.
func (l library) start(t *testing.T, url, key string, more ...string) *driver {
	t.Helper()
	args := slices.Concat(l.install(t), []string{url, key}, more)
	d := &driver{name: l.name, exited: make(chan struct{}), log: &testcollector.Output{}, unsent: map[string]string{}}
	//nolint:noctx // It ends with its input.
	cmd := exec.Command(args[0], args[1:]...)
	// Python would look for the collector behind the proxy of the machine.
	cmd.Env = append(os.Environ(), "no_proxy=localhost", "NO_PROXY=localhost")
	cmd.Stderr = d.log
	var err error
	d.calls, err = cmd.StdinPipe()
	require.NoError(t, err)
	reports, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	d.process = cmd.Process
	go func() {
		d.read(reports)
		d.err = cmd.Wait()
		close(d.exited)
	}()
	t.Cleanup(func() { d.cleanup(t) })
	return d
}

func (d *driver) read(reports io.Reader) {
	lines := bufio.NewScanner(reports)
	for lines.Scan() {
		var report struct{ Name, Why string }
		if err := json.Unmarshal(lines.Bytes(), &report); err != nil {
			report.Name, report.Why = "?", lines.Text()
		}
		d.mu.Lock()
		d.unsent[report.Name] = report.Why
		d.mu.Unlock()
	}
}

// make lets the driver make a call.
func (d *driver) make(t *testing.T, line []byte) {
	t.Helper()
	_, err := fmt.Fprintf(d.calls, "%s\n", line)
	require.NoError(t, err, "%s has ended", d.name)
}

// finish returns when the driver has sent everything and has ended, with why calls were not sent.
func (d *driver) finish(t *testing.T) map[string]string {
	t.Helper()
	require.NoError(t, d.calls.Close())
	select {
	case <-d.exited:
	case <-time.After(2 * waitTimeout):
		require.FailNow(t, d.name+" does not end")
	}
	require.NoError(t, d.err, d.name)
	return d.unsent
}

func (d *driver) cleanup(t *testing.T) {
	t.Helper()
	_ = d.calls.Close()
	select {
	case <-d.exited:
	case <-time.After(waitTimeout):
		assert.Fail(t, d.name+" was killed")
		_ = d.process.Kill()
		<-d.exited
	}
	if t.Failed() {
		t.Logf("%s said:\n%s", d.name, d.log.Tail())
	}
}
