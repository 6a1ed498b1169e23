package kafka

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// rate is how many requests each sender sends in a second in most tests.
const rate = 10

// during sends events while something happens. Every event that was accepted arrives.
func (f *fleet) during(t *testing.T, happens func(s *senders)) {
	t.Helper()
	f.duringOf(t, small, happens)
}

func (f *fleet) duringOf(t *testing.T, kind shape, happens func(s *senders)) {
	t.Helper()
	s := f.startSenders(t, kind, rate)
	f.requireProgress(t)
	happens(s)
	n := s.finish()
	f.segment.answer(nil)
	f.segment.requireAll(t, n)
	f.requireCommitted(t)
}

// requireProgress waits until more events have arrived.
func (f *fleet) requireProgress(t *testing.T) {
	t.Helper()
	before := f.segment.count()
	eventually(t, func(t require.TestingT) { require.Greater(t, f.segment.count(), before+10*perRequest) })
}

// requireFailures lets Segment give an answer from now on, and waits until it has given some.
func (f *fleet) requireFailures(t *testing.T, a answer) {
	t.Helper()
	before := f.segment.failures()
	f.segment.answer(always(a))
	eventually(t, func(t require.TestingT) { require.Greater(t, f.segment.failures(), before+5) })
}

// requireCommitted waits until the gateways have committed all messages.
func (f *fleet) requireCommitted(t *testing.T) {
	t.Helper()
	eventually(t, func(t require.TestingT) { require.Empty(t, lag(t, f.group, f.topic)) })
}

// TestAgentsKilled kills agents, which have what they accepted on their disks.
func TestAgentsKilled(t *testing.T) {
	f := newFleet(t, overlays{})
	f.during(t, func(*senders) {
		for range 3 {
			for _, agent := range f.agents {
				agent.crash(t)
				f.requireProgress(t)
			}
		}
	})
}

// TestGatewaysKilled kills gateways, whose offsets are behind what Segment has.
func TestGatewaysKilled(t *testing.T) {
	f := newFleet(t, overlays{})
	f.during(t, func(*senders) {
		for range 3 {
			for _, gateway := range f.gateways {
				gateway.crash(t)
				f.requireProgress(t)
			}
		}
	})
}

// TestSegmentFails has every answer after which an upload is tried again. What the agents accepted without a time keeps its id too.
func TestSegmentFails(t *testing.T) {
	f := newFleet(t, overlays{})
	f.duringOf(t, timeless, func(*senders) {
		for _, a := range []answer{
			{status: http.StatusServiceUnavailable},
			{status: http.StatusTooManyRequests, retryAfter: "1"},
			{status: http.StatusBadGateway},
			{status: http.StatusNotFound},
			{lost: true},
		} {
			f.requireFailures(t, a)
			f.segment.answer(nil)
			f.requireProgress(t)
		}
		// What was taken is sent again by another process, and what was not is not forgotten.
		for _, a := range []answer{{lost: true}, {status: http.StatusServiceUnavailable}} {
			f.requireFailures(t, a)
			for _, gateway := range f.gateways {
				gateway.crash(t)
			}
			f.segment.answer(nil)
			f.requireProgress(t)
		}
	})
}

// TestBrokerRestarted stops the broker and starts it again, as an upgrade does and as a crash does.
func TestBrokerRestarted(t *testing.T) {
	f := newFleet(t, overlays{})
	f.during(t, func(*senders) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
			theBroker.stop(t, signal)
			theBroker.start(t)
			f.requireProgress(t)
		}
	})
}

// TestBrokerAway has a broker that is away for longer than the session of a gateway, while agents are killed.
func TestBrokerAway(t *testing.T) {
	f := newFleet(t, overlays{})
	f.during(t, func(s *senders) {
		theBroker.stop(t, syscall.SIGTERM)
		// Twelve seconds.
		before := s.sent()
		eventually(t, func(t require.TestingT) {
			require.Greater(t, s.sent(), before+12*rate*perRequest*len(f.agents))
		})
		f.agents[0].crash(t)
		f.gateways[0].crash(t)
		theBroker.start(t)
		f.requireProgress(t)
	})
}
