package packages

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// machine is a Debian that runs systemd, in a container. It shares the network of this machine.
type machine struct {
	pid string // of its systemd, as this machine sees it
}

const shutdownTimeout = 30 * time.Second

// oneMachine is held while there is a machine: two would share a control group where no systemd runs on the host.
var oneMachine sync.Mutex

// boot starts a machine, which finds the release in /release.
func boot(t *testing.T) machine {
	t.Helper()
	harness.NeedTools(t, "systemd-nspawn", "nsenter")
	debian := t.TempDir()
	t.Cleanup(func() {
		remove := asRoot("rm", "-rf", "--one-file-system", debian)
		assert.NoError(t, exec.Command(remove[0], remove[1:]...).Run()) //nolint:noctx // The context of the test has ended.
	})
	run(t, asRoot("tar", "-xf", filepath.Join(root, "build", "packages", "debian.tar"), "-C", debian)...)
	args := asRoot("systemd-nspawn", "--quiet", "--directory", debian, "--machine=otelcol-segment", "--register=no", "--console=pipe",
		"--bind-ro", filepath.Dir(release(t, debFile))+":/release")
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		// There is no systemd here that could make a scope for it.
		args = append(args, "--keep-unit")
	}
	oneMachine.Lock()
	t.Cleanup(oneMachine.Unlock)
	var output testcollector.Output
	//nolint:noctx // Its cleanup stops it: a context would leave its mounts behind.
	cmd := exec.Command(args[0], append(args[1:], "--boot", "systemd.log_target=journal")...)
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	var m machine
	t.Cleanup(func() {
		if t.Failed() {
			journal := m.inside("journalctl", "--unit", service, "--lines=50")
			text, _ := exec.Command(journal[0], journal[1:]...).Output() //nolint:noctx // The context of the test has ended.
			t.Logf("journal:\n%s", text)
		}
		// It shuts the machine down. sudo passes it on.
		kill := asRoot("kill", strconv.Itoa(cmd.Process.Pid))
		_ = exec.Command(kill[0], kill[1:]...).Run() //nolint:noctx // The context of the test has ended.
		select {
		case <-ended:
		case <-time.After(shutdownTimeout):
			t.Errorf("the machine did not stop\n%s", output.Tail())
		}
	})

	harness.Eventually(t, func(t require.TestingT) {
		m.pid = findInit(strconv.Itoa(cmd.Process.Pid))
		require.NotEmpty(t, m.pid, output.String())
	})
	harness.Eventually(t, func(c require.TestingT) {
		state, _ := m.try(t, "systemctl", "is-system-running")
		require.Contains(c, []string{"running", "degraded"}, state)
	})
	return m
}

// findInit looks for the systemd among the descendants of a process, "" when it is not there yet.
func findInit(pid string) string {
	for pid != "" {
		name, _ := os.ReadFile("/proc/" + pid + "/comm")
		if strings.TrimSpace(string(name)) == "systemd" {
			return pid
		}
		children, _ := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
		first, _, _ := bytes.Cut(children, []byte(" "))
		pid = string(first)
	}
	return ""
}

// inside is a command that runs in the machine, as root.
func (m machine) inside(args ...string) []string {
	return asRoot(append([]string{
		"nsenter", "--target", m.pid, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--",
		"env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive",
	}, args...)...)
}

// run returns what a command in the machine has written, which must not fail.
func (m machine) run(t *testing.T, args ...string) string {
	t.Helper()
	return run(t, m.inside(args...)...)
}

func (m machine) try(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return try(t, m.inside(args...)...)
}

// sh runs a shell script in the machine.
func (m machine) sh(t *testing.T, script string) string {
	t.Helper()
	return m.run(t, "sh", "-e", "-c", script)
}

// write writes a file in the machine.
func (m machine) write(t *testing.T, path, text string) {
	t.Helper()
	m.sh(t, "cat > "+path+" <<'END'\n"+strings.TrimSuffix(text, "\n")+"\nEND")
}
