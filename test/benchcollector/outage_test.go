package benchcollector

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// outageEvents is the queue_size in testdata/collector.yaml.
	outageEvents = 50_000
	// outageBatch divides outageEvents, so that the queue is filled to the last record.
	outageBatch = 500
	// outageTime is long enough for uploads to be tried again, which is measured too.
	outageTime = 2 * time.Second
)

// outage is a server that is down until the queue is full, and then up again.
type outage struct {
	name   string
	kind   kind
	onDisk bool
}

func (s outage) title() string     { return s.kind.name + ", " + s.name }
func (s outage) phases() []string  { return []string{": full", ": recovery"} }
func (s outage) load() (kind, int) { return s.kind, outageBatch }

// run ignores the number of events, because it measures a full queue.
func (s outage) run(t *testing.T, e exporter, l load, _ int) []result {
	t.Helper()
	folder := t.TempDir()
	server := newServer(t)
	server.down.Store(true)
	var overlays []string
	if s.onDisk {
		overlays = disk(e, folder)
	}
	c := startCollector(t, e, server.URL, overlays...)

	m := startMeter(t, c, server)
	l.send(t, c.logsURL, senders, l.requests(outageEvents))
	time.Sleep(outageTime)
	require.Equal(t, outageEvents, c.queued(t), "records in the queue")
	full := m.result(outageEvents)
	full.seconds = 0 // most of it is outageTime
	if s.onDisk {
		full.disk = diskUsage(t, folder) / 1e3 / outageEvents
	}

	m = startMeter(t, c, server)
	server.down.Store(false)
	c.waitDrained(t)
	recovery := m.result(outageEvents)
	c.requireDone(t, e, outageEvents)
	return []result{full, recovery}
}
