package kafka

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// defaultTorture can be longer with KAFKA_TORTURE=60s.
	defaultTorture = 15 * time.Second
	// mostMemory is what an agent or a gateway may have resident, in bytes.
	mostMemory = 400 << 20
)

// TestTorture kills agents, gateways and the broker at random, while Segment fails every now and then.
func TestTorture(t *testing.T) {
	length := defaultTorture
	if set := os.Getenv("KAFKA_TORTURE"); set != "" {
		var err error
		length, err = time.ParseDuration(set)
		require.NoError(t, err)
	}
	f := newFleet(t, overlays{})
	f.segment.answer(unreliable)
	var kills, peak int
	f.during(t, func(*senders) {
		brokers := length / 3
		for begin := time.Now(); time.Since(begin) < length; kills++ {
			nodes := f.all()
			n := nodes[rand.IntN(len(nodes))]
			peak = max(peak, n.peakMemory(t))
			n.crash(t)
			pause(t, time.Duration(rand.IntN(1_000))*time.Millisecond)
			if time.Since(begin) > brokers {
				signal := []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[rand.IntN(2)]
				theBroker.stop(t, signal)
				theBroker.start(t)
				brokers += length / 2
			}
		}
	})
	for _, n := range f.all() {
		peak = max(peak, n.peakMemory(t))
	}
	assert.Less(t, peak, mostMemory)
	t.Logf("%d kills, at most %d MB of memory", kills, peak>>20)
}

// unreliable is a Segment that fails in every way, half of the time.
func unreliable() answer {
	answers := []answer{
		{status: http.StatusServiceUnavailable},
		{status: http.StatusTooManyRequests},
		{status: http.StatusBadGateway},
		{status: http.StatusNotFound},
		{lost: true},
	}
	if i := rand.IntN(2 * len(answers)); i < len(answers) {
		return answers[i]
	}
	return answer{}
}

// pause waits for what is no condition: a random moment.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	until := time.Now().Add(d)
	require.Eventually(t, func() bool { return time.Now().After(until) }, waitTimeout, time.Millisecond)
}

// TestBacklog works off events of 1 KB that were written while no gateway was there. Uploads are full, and the memory is bounded.
func TestBacklog(t *testing.T) {
	const events = 60_000
	f := &fleet{topic: newTopic(t, ""), segment: newFakeSegment(t)}
	f.group = f.topic
	f.addAgent(t, "")
	f.addAgent(t, "")
	f.sendAll(t, oneKiB, 0, events)
	for _, agent := range f.agents {
		eventually(t, func(t require.TestingT) { require.Zero(t, agent.metric(t, "exporter_queue_size")) })
		assert.Zero(t, agent.metric(t, "exporter_send_failed_log_records"))
	}
	begin := time.Now()
	f.addGateway(t, "")
	f.addGateway(t, "")
	f.segment.requireAll(t, events)
	f.requireCommitted(t)
	t.Logf("%d events a second", int(events/time.Since(begin).Seconds()))
	assert.Greater(t, f.segment.messages/f.segment.uploads, 150, "messages in an upload")
	for _, n := range f.all() {
		peak := n.peakMemory(t)
		assert.Less(t, peak, mostMemory)
		t.Logf("%d MB of memory", peak>>20)
	}
}

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`)

// peakMemory is the most that was resident since the collector started, in bytes.
func (n *node) peakMemory(t require.TestingT) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.PID()))
	require.NoError(t, err)
	match := highWater.FindSubmatch(status)
	require.NotNil(t, match)
	kib, err := strconv.Atoi(string(match[1]))
	require.NoError(t, err)
	return kib << 10
}
