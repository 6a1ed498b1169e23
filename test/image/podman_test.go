package image

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

const shownLog = 8 << 10

// podman returns what a command prints.
func podman(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tryPodman(args...)
	require.NoError(t, err)
	return out
}

func tryPodman(args ...string) (string, error) {
	return execute(nil, append([]string{"podman"}, args...)...)
}

// container is one that runs, or has run, with as few rights as there are.
type container struct{ id string }

// startContainer starts the image. The arguments of podman come first, and after "--" those of the collector.
func startContainer(t *testing.T, args ...string) *container {
	t.Helper()
	run := []string{"run", "--detach", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"}
	var collector []string
	for i, arg := range args {
		if arg == "--" {
			args, collector = args[:i], args[i+1:]
			break
		}
	}
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--network=") }) {
		run = append(run, "--network="+network)
	}
	run = append(append(append(run, args...), theImage), collector...)
	c := &container{id: podman(t, run...)}
	t.Cleanup(func() {
		if t.Failed() {
			log := c.log(t)
			t.Logf("the end of the log of container %.12s:\n%s", c.id, log[max(0, len(log)-shownLog):])
		}
		c.remove(t)
	})
	return c
}

func (c *container) remove(t *testing.T) {
	t.Helper()
	_, err := tryPodman("rm", "--force", "--ignore", "--time", "0", c.id)
	assert.NoError(t, err)
}

// waitHealthy waits for the health check of the image.
func (c *container) waitHealthy(t *testing.T) {
	t.Helper()
	harness.Eventually(t, func(r require.TestingT) {
		_, err := tryPodman("healthcheck", "run", c.id)
		require.NoError(r, err)
	})
}

// log is what the collector has written, which podman hands on to its own standard error.
func (c *container) log(t *testing.T) string {
	t.Helper()
	out, err := execute(nil, "sh", "-c", `podman logs "$0" 2>&1`, c.id)
	if err != nil {
		return err.Error()
	}
	return out
}

// address is where a port of the container is on this machine.
func (c *container) address(t *testing.T, port int) string {
	t.Helper()
	return podman(t, "port", c.id, strconv.Itoa(port)+"/tcp")
}

// status is a line of what the kernel says of the collector, such as CapEff.
func (c *container) status(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("/proc/" + podman(t, "inspect", "--format", "{{.State.Pid}}", c.id) + "/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if key, value, _ := strings.Cut(line, ":"); key == name {
			return strings.TrimSpace(value)
		}
	}
	require.FailNow(t, "no line", name)
	return ""
}

// newVolume is removed at the end of the test.
func newVolume(t *testing.T) string {
	t.Helper()
	name := podman(t, "volume", "create")
	t.Cleanup(func() {
		_, err := tryPodman("volume", "rm", "--force", name)
		assert.NoError(t, err)
	})
	return name
}

func inspect(t *testing.T, kind, name string, into any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(podman(t, kind, "inspect", name)), into))
}
