package e2e

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
)

// limitFiles lets the collector write no file beyond a size, as a full disk does; all of them can be read. No size is too
// small for a disk that is read-only.
func (c *collector) limitFiles(t *testing.T, size uint64) {
	t.Helper()
	require.NoError(t, unix.Prlimit(c.PID(), unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: unix.RLIM_INFINITY}, nil))
}

// TestFaultFullDisk fills the disk during an outage: senders are refused and try again, what is queued is delivered
// before there is space, and the rest afterwards.
func TestFaultFullDisk(t *testing.T) {
	t.Parallel()
	const events = 60_000
	folder := t.TempDir()
	segment := newSandbox(t)
	segment.inject(t, `{"status": 503}`)
	c := startCollector(t, withoutSandbox, to(segment.url), onDisk(folder))
	s := newSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events))
	emitSome(t, s, 0, 2_000)
	info, err := os.Stat(queueFile(folder))
	require.NoError(t, err)
	c.limitFiles(t, uint64(info.Size()))

	for i := 2_000; i < events; i++ {
		emitCounter(t, s, i)
	}
	eventually(t, func(t require.TestingT) {
		require.Positive(t, readBooks(t, c.scrape(t)).refused)
	})
	assert.Regexp(t, "sending_queue::storage: .*file too large", c.Output.Line("Rejecting data"))
	queued := readBooks(t, c.scrape(t)).accepted
	segment.mend(t)
	eventually(t, func(t require.TestingT) { require.GreaterOrEqual(t, segment.stats(t).Messages["track"], queued) })

	c.limitFiles(t, unix.RLIM_INFINITY)
	s.finish(t)
	eventually(t, func(t require.TestingT) { require.Equal(t, events, segment.stats(t).Messages["track"]) })
	b := c.requireBalance(t, 0, 0)
	assert.Equal(t, events, b.delivered)
	assert.Zero(t, b.dropped)
	assert.Zero(t, segment.stats(t).Violations)
}

// TestFaultReadOnlyDisk takes the disk away while the collector runs: senders are refused, and when it cannot even read what
// it holds, only a restart helps.
func TestFaultReadOnlyDisk(t *testing.T) {
	t.Parallel()
	const events = 30_000
	segment := newSandbox(t)
	segment.inject(t, `{"status": 503}`)
	health := "localhost:" + testcollector.FreePorts(t, 1)[0]
	c := startCollectorWith(t, componentStatus, withoutSandbox, to(segment.url), onDisk(t.TempDir()), healthCheck(health),
		"service: {extensions: [file_storage, health_check]}")
	s := newSDK(t, patientExporter(t, c), sdklog.WithMaxQueueSize(events))
	emitSome(t, s, 0, events-1)
	c.requireBalance(t, 0, events-1)
	c.limitFiles(t, 0)
	emitCounter(t, s, events-1)
	eventually(t, func(t require.TestingT) {
		require.Positive(t, readBooks(t, c.scrape(t)).refused)
	})
	waitForHealth(t, health, http.StatusOK, "StatusRecoverableError", "sending_queue::storage: ")

	// As soon as requests are delivered, others are taken out of the queue.
	segment.mend(t)
	waitForHealth(t, health, http.StatusInternalServerError, "StatusPermanentError", "restart the collector")
	require.Zero(t, c.Stop(t), "exit code")
	c = c.restart(t)
	require.True(t, c.WaitReady(t))
	s.finish(t)
	eventually(t, func(t require.TestingT) { require.Equal(t, events, segment.stats(t).Messages["track"]) })
	assert.Zero(t, segment.stats(t).Violations)
	c.requireBalance(t, events-1, 0)
}

// TestFaultNoDisk has a folder that cannot be written at the start.
func TestFaultNoDisk(t *testing.T) {
	t.Parallel()
	// Nobody can write there, not even root.
	text, code := testcollector.Run(t, unopenedPorts, configArgs(t, withoutSandbox, onDisk("/sys"))...)
	assert.NotZero(t, code, "exit code")
	assert.Contains(t, text, "sending_queue::storage: file_storage cannot be opened: open "+queueFile("/sys"))
}

func queueFile(folder string) string { return filepath.Join(folder, "exporter_segment__logs") }
