package packages

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

const (
	service    = "otelcol-segment.service"
	configPath = "/etc/otelcol-segment/config.yaml"
	envPath    = "/etc/otelcol-segment/otelcol-segment.env"
	queuePath  = "/var/lib/otelcol-segment/queue/exporter_segment__logs"

	install = "apt-get install -q -y --reinstall /release/" + debFile
)

// TestDebian is the life of the package: installed, given a key, restarted, killed, upgraded, removed, installed again and
// purged, with events in its queue.
func TestDebian(t *testing.T) {
	t.Parallel()
	segment := harness.NewSandbox(t)
	m := boot(t)
	m.sh(t, install)

	// Without a key it says what is missing.
	assert.Equal(t, "disabled", m.sh(t, "systemctl is-enabled "+service+" || true"))
	_, err := m.try(t, "systemctl", "start", service)
	require.Error(t, err)
	m.run(t, "systemctl", "stop", service)
	assert.Contains(t, m.run(t, "journalctl", "--unit", service), "write_key: is empty")

	c := configure(t, m, segment)
	m.run(t, "systemctl", "enable", "--now", service)
	c.waitReady(t)
	sent := c.send(t, 10)
	harness.AssertNoViolations(t, segment.WaitFor(t, sent))
	requireHardened(t, m)

	// A configuration that is wrong costs nothing.
	started := m.mainPID(t)
	m.run(t, "sed", "-i", "s/sending_queue:/sending_queues:/", configPath)
	_, err = m.try(t, "systemctl", "reload", service)
	require.Error(t, err)
	sent += c.send(t, 10)
	m.run(t, "sed", "-i", "s/sending_queues:/sending_queue:/", configPath)
	m.run(t, "systemctl", "reload", service)
	harness.Eventually(t, func(c require.TestingT) {
		journal, _ := m.try(t, "journalctl", "--unit", service)
		require.Contains(c, journal, "Config updated, restart service")
	})
	c.waitReady(t)
	sent += c.send(t, 10)
	segment.WaitFor(t, sent)
	assert.Equal(t, started, m.mainPID(t))

	// The queue fills, and survives whatever happens to the service.
	segment.Inject(t, `{"status": 503}`)
	sent += c.send(t, 100)
	m.run(t, "systemctl", "restart", service)
	c.waitReady(t)
	sent += c.send(t, 100)
	m.run(t, "systemctl", "kill", "--signal=SIGKILL", service)
	harness.Eventually(t, func(c require.TestingT) {
		restarts, _ := m.try(t, "systemctl", "show", "--property=NRestarts", "--value", service)
		require.Equal(c, "1", restarts)
	})
	c.waitReady(t)
	sent += c.send(t, 100)
	before := m.mainPID(t)
	m.sh(t, install)
	assert.NotEqual(t, before, m.mainPID(t), "an upgrade restarts the service")
	c.waitReady(t)
	segment.Mend(t)
	segment.WaitFor(t, sent)

	segment.Inject(t, `{"status": 503}`)
	sent += c.send(t, 100)
	m.sh(t, "apt-get remove -q -y otelcol-segment")
	assert.Equal(t, "inactive", m.sh(t, "systemctl is-active "+service+" || true"))
	m.run(t, "test", "!", "-e", "/etc/systemd/system/multi-user.target.wants/"+service)
	m.run(t, "ls", queuePath, configPath, envPath)
	segment.Mend(t)
	m.sh(t, install)
	m.run(t, "systemctl", "start", service)
	harness.AssertNoViolations(t, segment.WaitFor(t, sent))
	assert.Zero(t, segment.Stats(t).Violations)

	m.sh(t, "apt-get purge -q -y otelcol-segment")
	m.sh(t, "test ! -e /var/lib/otelcol-segment -a ! -e /etc/otelcol-segment")
	assert.Empty(t, m.sh(t, "find /etc /usr /var -name 'otelcol-segment*'"))
}

// collector is the service in the machine.
type collector struct {
	*harness.Collector

	health string // host:port
}

// configure is what somebody does after the installation: the key, and here an endpoint and free ports too.
func configure(t *testing.T, m machine, segment harness.Sandbox) collector {
	t.Helper()
	ports := testcollector.FreePorts(t, 4)
	config := m.run(t, "cat", configPath)
	for _, change := range [][2]string{
		{"localhost:4317", "localhost:" + ports[0]},
		{"localhost:4318", "localhost:" + ports[1]},
		{"port: 8888", "port: " + ports[2]},
		{"localhost:13133", "localhost:" + ports[3]},
		{"    region: us\n", "    endpoint: " + segment.URL + "\n"},
		{"max_elapsed_time: 0", "max_elapsed_time: 0\n      max_interval: 1s"},
	} {
		require.Equal(t, 1, strings.Count(config, change[0]), "%q in %s", change[0], configPath)
		config = strings.Replace(config, change[0], change[1], 1)
	}
	m.write(t, configPath, config)
	m.sh(t, "sed -i 's/^SEGMENT_WRITE_KEY=$/SEGMENT_WRITE_KEY=packaged/' "+envPath)
	return collector{
		Collector: &harness.Collector{HTTPURL: "http://localhost:" + ports[1], MetricsURL: "http://localhost:" + ports[2] + "/metrics"},
		health:    "localhost:" + ports[3],
	}
}

func (c collector) waitReady(t *testing.T) {
	t.Helper()
	harness.WaitForHealth(t, c.health, http.StatusOK)
}

func (c collector) send(t *testing.T, n int) int {
	t.Helper()
	data, err := harness.SomeEvents(n).MarshalProto()
	require.NoError(t, err)
	c.PostLogs(t, "application/x-protobuf", data)
	return n
}

func (m machine) mainPID(t *testing.T) string {
	t.Helper()
	return m.run(t, "systemctl", "show", "--property=MainPID", "--value", service)
}
