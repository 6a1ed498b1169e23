package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-segment/segmentexporter/test/harness"
)

// rig is the collector of the image with its own configuration, and a sandbox in the same image. The two share a network, in which
// everything is on loopback.
type rig struct {
	sandboxContainer *container
	collector        *container
	sandbox          harness.Sandbox
	sender           *harness.Collector
	volume           string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := newSandboxRig(t, nil)
	r.startCollector(t, "--env=SEGMENT_ENDPOINT=http://127.0.0.1:9100")
	return r
}

// newSandboxRig has no collector yet. volumes and flags are the sandbox's.
func newSandboxRig(t *testing.T, volumes []string, flags ...string) *rig {
	t.Helper()
	needContainers(t)
	config, err := filepath.Abs(filepath.Join(root, "deploy", "sandbox.yaml"))
	require.NoError(t, err)
	args := append(slices.Clip(volumes), "--volume="+config+":/sandbox.yaml:ro",
		"--publish=127.0.0.1::4317", "--publish=127.0.0.1::4318", "--publish=127.0.0.1::8888", "--publish=127.0.0.1::9100", "--",
		// The collector has the ports of the sample.
		"--config=/sandbox.yaml", "--config=yaml:extensions::health_check::endpoint: 127.0.0.1:13134",
		"--config=yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:14318")
	s := startContainer(t, append(args, flags...)...)
	return &rig{
		sandboxContainer: s,
		sandbox:          harness.Sandbox{URL: "http://" + s.address(t, 9100)},
		sender: &harness.Collector{
			GRPCAddress: s.address(t, 4317),
			HTTPURL:     "http://" + s.address(t, 4318),
			MetricsURL:  "http://" + s.address(t, 8888) + "/metrics",
		},
		volume: newVolume(t),
	}
}

// startCollector returns when the health check of the image is content.
func (r *rig) startCollector(t *testing.T, args ...string) {
	t.Helper()
	r.collector = startContainer(t, append(args, "--network=container:"+r.sandboxContainer.id,
		"--volume="+r.volume+":/var/lib/otelcol-segment", "--env=SEGMENT_WRITE_KEY=image-write-key")...)
	r.collector.waitHealthy(t)
}

// TestEvents sends one event of each type through the collector as the image has it.
func TestEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	runExample(t, r.sender.GRPCAddress)
	list := r.sandbox.WaitFor(t, 6)
	harness.AssertNoViolations(t, list)
	var types []string
	for _, m := range list {
		types = append(types, m.Message.Type)
	}
	slices.Sort(types)
	assert.Equal(t, []string{"alias", "group", "identify", "page", "screen", "track"}, types)

	assert.Regexp(t, `\n10001 +10001 +none$`, podman(t, "top", r.collector.id, "user", "group", "capeff"))
	assert.Equal(t, "1", r.collector.status(t, "NoNewPrivs"))

	log := r.collector.log(t)
	assert.NotContains(t, log, "image-write-key")
	assert.NotRegexp(t, `\t(warn|error)\t`, log)
	_, err := tryPodman("exec", r.collector.id, "/healthcheck", "http://127.0.0.1:1/")
	require.ErrorContains(t, err, "connection refused", "nobody listens there")

	podman(t, "stop", "--time=30", r.collector.id)
	assert.Equal(t, "0", podman(t, "inspect", "--format={{.State.ExitCode}}", r.collector.id))
}

// TestQueueOutlivesTheContainer kills the collector while Segment is away, and starts another container with the same volume.
func TestQueueOutlivesTheContainer(t *testing.T) {
	t.Parallel()
	const events = 200
	r := newRig(t)
	r.sandbox.Inject(t, `{"status": 503}`)
	harness.NewSDK(t, r.sender.HTTPExporter(t)).EmitAllCounters(t, events)
	r.sandbox.WaitForFaults(t, 1)

	podman(t, "kill", "--signal=KILL", r.collector.id)
	podman(t, "wait", r.collector.id)
	assert.Equal(t, "137", podman(t, "inspect", "--format={{.State.ExitCode}}", r.collector.id))
	r.collector.remove(t)
	r.sandbox.Mend(t)
	r.startCollector(t, "--env=SEGMENT_ENDPOINT=http://127.0.0.1:9100")
	harness.AssertEachOnce(t, r.sandbox.WaitFor(t, events))
	r.sender.RequireBalance(t, events, 0)
}

// TestCertificateAuthority uploads over TLS: not to a server that nobody vouches for, and to the same one when its authority is mounted.
func TestCertificateAuthority(t *testing.T) {
	t.Parallel()
	cert, key, _ := harness.NewCertificate(t)
	for _, file := range []string{cert, key} {
		require.NoError(t, os.Chmod(file, 0o644), "the user of the image reads it")
	}
	r := newSandboxRig(t, []string{"--volume=" + cert + ":/cert.pem:ro", "--volume=" + key + ":/key.pem:ro"},
		"--config=yaml:extensions::segment_sandbox::tls: {cert_file: /cert.pem, key_file: /key.pem}")
	r.startCollector(t, "--env=SEGMENT_ENDPOINT=https://127.0.0.1:9100")
	harness.NewSDK(t, r.sender.HTTPExporter(t)).EmitAllCounters(t, 1)
	r.sender.WaitForRequests(t, 0, 1)
	podman(t, "stop", "--time=30", r.collector.id)
	assert.Contains(t, r.collector.log(t), "certificate signed by unknown authority")
	r.collector.remove(t)

	r.startCollector(t, "--env=SEGMENT_ENDPOINT=https://127.0.0.1:9100", "--volume="+cert+":/etc/ssl/certs/own.pem:ro")
	r.sender.RequireMetric(t, "messages", "", 1)
}

// TestNoVolume says what to do when a read-only container has no place for its queue.
func TestNoVolume(t *testing.T) {
	t.Parallel()
	needContainers(t)
	c := startContainer(t, "--network=none", "--env=SEGMENT_WRITE_KEY=k")
	assert.Equal(t, "1", podman(t, "wait", c.id))
	log := c.log(t)
	assert.Contains(t, log, "/var/lib/otelcol-segment")
	assert.Contains(t, log, "read-only file system")
}

// TestTimeZones loads time zones by name, of which there are no files in the image.
func TestTimeZones(t *testing.T) {
	t.Parallel()
	needContainers(t)
	c := startContainer(t, "--network=none", "--", "validate", `--config=yaml:{
  receivers: {otlp: {protocols: {http: {}}}}, exporters: {debug: {}},
  processors: {transform: {log_statements: ['set(log.time, Time("2026-03-29", "%Y-%m-%d", "Europe/Berlin"))']}},
  service: {pipelines: {logs: {receivers: [otlp], processors: [transform], exporters: [debug]}}}}`)
	assert.Equal(t, "0", podman(t, "wait", c.id), c.log(t))
}

// runExample sends one event of each type, as cmd/demo does.
func runExample(t *testing.T, grpcAddress string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "example")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join(root, "examples", "go")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	send := exec.CommandContext(t.Context(), program)
	send.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://"+grpcAddress)
	out, err = send.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
