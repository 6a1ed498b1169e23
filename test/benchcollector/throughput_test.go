package benchcollector

import (
	"testing"
	"time"
)

const (
	// batch is how many records the batch processors of SDKs send at once.
	batch   = 512
	senders = 2
	// waitingSenders is how many senders there are when each waits for its upload: fewer would not fill batches.
	waitingSenders = 8
	warmUp         = 10_000
)

// throughput measures what records cost while the server is up.
type throughput struct {
	name    string
	kind    kind
	senders int
	// overlays returns those for an exporter and the folder of its queue.
	overlays func(e exporter, folder string) []string
}

func (s throughput) title() string     { return s.kind.name + ", " + s.name }
func (s throughput) phases() []string  { return []string{""} }
func (s throughput) load() (kind, int) { return s.kind, batch }

func (s throughput) run(t *testing.T, e exporter, l load, events int) []result {
	t.Helper()
	if events == 0 {
		events = s.kind.events
	}
	server := newServer(t)
	c := startCollector(t, e, server.URL, s.overlays(e, t.TempDir())...)
	warm, requests := l.requests(warmUp), l.requests(events)
	l.send(t, c.logsURL, s.senders, warm)
	c.waitDrained(t)

	m := startMeter(t, c, server)
	l.send(t, c.logsURL, s.senders, requests)
	c.waitDrained(t)
	r := m.result(requests * l.records)
	c.requireDone(t, e, (warm+requests)*l.records)
	return []result{r}
}

// meter has the values at the start of a measurement.
type meter struct {
	t              *testing.T
	c              collector
	s              *server
	start          time.Time
	cpu            time.Duration
	uploads, bytes int64
}

func startMeter(t *testing.T, c collector, s *server) meter {
	t.Helper()
	return meter{t, c, s, time.Now(), c.cpuTime(t), s.uploads.Load(), s.bytes.Load()}
}

func (m meter) result(events int) result {
	m.t.Helper()
	perEvent := 1 / float64(events)
	return result{
		cpu:     float64(m.c.cpuTime(m.t)-m.cpu) / float64(time.Microsecond) * perEvent,
		peak:    m.c.peakMemory(m.t) / 1e6,
		wire:    float64(m.s.bytes.Load()-m.bytes) * perEvent,
		uploads: float64(m.s.uploads.Load()-m.uploads) * 1_000 * perEvent,
		seconds: time.Since(m.start).Seconds(),
	}
}
