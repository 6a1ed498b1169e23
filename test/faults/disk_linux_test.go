package faults

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"golang.org/x/sys/unix"

	"github.com/otel-segment/segmentexporter/internal/testcollector"
	"github.com/otel-segment/segmentexporter/test/harness"
)

// TestFullDisk fills the disk during an outage: senders are refused and try again, what is queued is delivered
// before there is space, and the rest afterwards.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	const events = 60_000
	folder := t.TempDir()
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	c := harness.StartCollector(t, harness.WithoutSandbox, harness.UploadTo(segment.URL), harness.OnDisk(folder))
	s := harness.NewSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events))
	s.EmitCounters(t, 0, 2_000)
	info, err := os.Stat(queueFile(folder))
	require.NoError(t, err)
	harness.LimitFiles(t, c, uint64(info.Size()))

	for i := 2_000; i < events; i++ {
		s.EmitCounter(t, i)
	}
	harness.Eventually(t, func(t require.TestingT) {
		require.Positive(t, c.Books(t).Refused)
	})
	assert.Regexp(t, "sending_queue::storage: .*file too large", c.Output.Line("Rejecting data"))
	queued := c.Books(t).Accepted
	segment.Mend(t)
	harness.Eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, segment.Stats(t).Messages["track"], queued) })

	harness.LimitFiles(t, c, unix.RLIM_INFINITY)
	s.Finish(t)
	harness.Eventually(t, func(t require.TestingT) { require.Equal(t, events, segment.Stats(t).Messages["track"]) })
	b := c.RequireBalance(t, 0, 0)
	assert.Equal(t, events, b.Delivered)
	assert.Zero(t, b.Dropped)
	assert.Zero(t, segment.Stats(t).Violations)
}

// TestReadOnlyDisk takes the disk away while the collector runs: senders are refused, and when it cannot even read what
// it holds, only a restart helps.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	const events = 30_000
	segment := harness.NewSandbox(t)
	segment.Inject(t, `{"status": 503}`)
	health := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := harness.StartCollectorWith(t, []string{harness.ComponentStatus},
		harness.WithoutSandbox, harness.UploadTo(segment.URL), harness.OnDisk(t.TempDir()), harness.HealthCheck(health),
		"service: {extensions: [file_storage, health_check]}")
	s := harness.NewSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events))
	s.EmitCounters(t, 0, events-1)
	c.RequireBalance(t, 0, events-1)
	harness.LimitFiles(t, c, 0)
	s.EmitCounter(t, events-1)
	harness.Eventually(t, func(t require.TestingT) {
		require.Positive(t, c.Books(t).Refused)
	})
	harness.WaitForHealth(t, health, http.StatusOK, "StatusRecoverableError", "sending_queue::storage: ")

	// As soon as requests are delivered, others are taken out of the queue.
	segment.Mend(t)
	harness.WaitForHealth(t, health, http.StatusInternalServerError, "StatusPermanentError", "restart the collector")
	require.Zero(t, c.Stop(t), "exit code")
	c = c.Restart(t)
	require.True(t, c.WaitReady(t))
	s.Finish(t)
	harness.Eventually(t, func(t require.TestingT) { require.Equal(t, events, segment.Stats(t).Messages["track"]) })
	assert.Zero(t, segment.Stats(t).Violations)
	c.RequireBalance(t, events-1, 0)
}

// TestNoDisk has a folder that cannot be written at the start.
func TestNoDisk(t *testing.T) {
	t.Parallel()
	// Nobody can write there, not even root.
	text, code := harness.Run(t, "", harness.WithoutSandbox, harness.OnDisk("/sys"))
	assert.NotZero(t, code, "exit code")
	assert.Contains(t, text, "sending_queue::storage: file_storage cannot be opened: open "+queueFile("/sys"))
}

func queueFile(folder string) string { return filepath.Join(folder, "exporter_segment__logs") }
