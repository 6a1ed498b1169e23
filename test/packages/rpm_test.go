package packages

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestRPM installs, upgrades and removes the RPM, with events in its queue. That is on a Debian too, whose rpm knows of no
// other package, so what it requires is only looked at.
func TestRPM(t *testing.T) {
	t.Parallel()
	segment := harness.NewSandbox(t)
	m := boot(t)
	file := "/release/" + rpmFile()
	assert.Subset(t, strings.Fields(m.run(t, "rpm", "-qp", "--requires", file)), []string{"systemd", "ca-certificates"})
	assert.Equal(t, configPath+"\n"+envPath, m.run(t, "rpm", "-qp", "--configfiles", file))
	m.run(t, "rpm", "-i", "--nodeps", file)
	assert.Equal(t, "600 root:root", m.run(t, "stat", "--format=%a %U:%G", envPath))

	c := configure(t, m, segment)
	m.run(t, "systemctl", "enable", "--now", service)
	c.waitReady(t)
	segment.Inject(t, `{"status": 503}`)
	sent := c.send(t, 100)
	before := m.mainPID(t)
	m.run(t, "rpm", "-U", "--nodeps", "--replacepkgs", file)
	assert.NotEqual(t, before, m.mainPID(t), "an upgrade restarts the service")
	c.waitReady(t)
	sent += c.send(t, 100)

	m.run(t, "rpm", "-e", "otelcol-segment")
	assert.Equal(t, "inactive", m.sh(t, "systemctl is-active "+service+" || true"))
	m.run(t, "test", "!", "-e", "/etc/systemd/system/multi-user.target.wants/"+service)
	m.run(t, "ls", queuePath)
	m.run(t, "rpm", "-i", "--nodeps", file)
	for _, path := range []string{configPath, envPath} {
		m.run(t, "mv", path+".rpmsave", path)
	}
	segment.Mend(t)
	m.run(t, "systemctl", "start", service)
	harness.AssertNoViolations(t, segment.WaitFor(t, sent))
	require.Zero(t, segment.Stats(t).Violations)
}
