package packages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireHardened looks at the process that runs, and lets systemd judge the unit.
func requireHardened(t *testing.T, m machine) {
	t.Helper()
	assert.Empty(t, m.run(t, "systemd-analyze", "verify", service))
	// In tenths. What is left is the network, which it is for, and AF_UNIX.
	m.run(t, "systemd-analyze", "security", "--threshold=15", "--no-pager", service)
	assert.Equal(t, "600 root:root", m.run(t, "stat", "--format=%a %U:%G", envPath))

	pid := m.mainPID(t)
	status := m.run(t, "cat", "/proc/"+pid+"/status")
	for _, line := range []string{`NoNewPrivs:\s+1`, `Seccomp:\s+2`, `CapBnd:\s+0+`, `CapEff:\s+0+`} {
		assert.Regexp(t, `(?m)^`+line+`$`, status)
	}
	assert.Equal(t, "otelcol-segment", m.run(t, "stat", "--format=%U", "/proc/"+pid))
	// As its user, in what it sees of the file system.
	touch := func(path string) (string, error) {
		return m.try(t, "nsenter", "--target", pid, "--mount", "--",
			"setpriv", "--reuid=otelcol-segment", "--regid=otelcol-segment", "--clear-groups", "touch", path)
	}
	for _, path := range []string{"/var/lib/otelcol-segment/probe", "/tmp/probe"} {
		_, err := touch(path)
		require.NoError(t, err, path)
	}
	m.run(t, "test", "!", "-e", "/tmp/probe") // its /tmp is another one
	// Everyone may write there, but not this service.
	m.run(t, "mkdir", "--mode=777", "/srv/open")
	for _, path := range []string{"/srv/open/probe", "/etc/probe", "/usr/probe"} {
		output, err := touch(path)
		require.Error(t, err, path)
		assert.Contains(t, output, "Read-only file system")
	}
}
