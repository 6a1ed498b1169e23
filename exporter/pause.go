package exporter

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Pauses are the pauses of all exporters of a collector. Exporters with the same endpoint and write key share theirs.
type Pauses struct {
	mu            sync.Mutex
	byDestination map[destination]*pause
}

// destination is what a server limits the rate of.
type destination struct {
	endpoint, writeKey string
}

// NewPauses makes the pauses of one collector.
func NewPauses() *Pauses {
	return &Pauses{byDestination: map[destination]*pause{}}
}

// of returns the pause that all exporters with this destination share. There are no more than a configuration names.
func (p *Pauses) of(d destination) *pause {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byDestination[d] == nil {
		p.byDestination[d] = &pause{}
	}
	return p.byDestination[d]
}

// pause is the time during which a server wants to be left alone. An episode is one pause after another, until a request
// is delivered.
type pause struct {
	mu      sync.Mutex
	from    time.Time
	until   time.Time
	episode bool
	// recovered is closed by the next delivery; nil when no push waits for it.
	recovered chan struct{}
}

// recovery returns a channel that is closed by the first delivery from now on that is not in a pause.
func (p *pause) recovery() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.recovered == nil {
		p.recovered = make(chan struct{})
	}
	return p.recovered
}

// left is the time until requests may be sent again, 0 when they may. The pause can come from another exporter; it counts
// for limit at most, because the retries of this one may have no time for more.
func (p *pause) left(limit time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, min(time.Until(p.until), time.Until(p.from)+limit))
}

// extend makes the pause last for d from now on, if it does not last longer anyway. It returns the time by which it
// became longer, and whether an episode begins.
func (p *pause) extend(d time.Duration) (added time.Duration, begins bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	begins = !p.episode
	p.episode = true
	added = d - max(0, time.Until(p.until))
	if added <= 0 {
		return 0, begins
	}
	p.from = time.Now()
	p.until = p.from.Add(d)
	return added, begins
}

// delivered says whether an episode ends with a delivery. During a pause none does: that request was under way when the
// server asked for the pause.
func (p *pause) delivered() (ends bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Until(p.until) > 0 {
		return false
	}
	if p.recovered != nil {
		close(p.recovered)
		p.recovered = nil
	}
	ends, p.episode = p.episode, false
	return ends
}

// pauseLeft is the time for which this push has to wait, 0 when it may send.
func (e *Exporter) pauseLeft(ctx context.Context) time.Duration {
	if e.losesAtStop() && e.stopped() {
		return 0
	}
	left := e.pause.left(e.set.MaxRetryAfter)
	if left > 0 {
		e.metrics.builder.ExporterSegmentDeferredRequests.Add(context.WithoutCancel(ctx), 1, e.metrics.plain)
	}
	return left
}

// holdBack makes all pushes wait, because of what err tells. It returns how long, which is more than d when there is a
// longer pause already.
func (e *Exporter) holdBack(ctx context.Context, d time.Duration, err error) time.Duration {
	added, begins := e.pause.extend(d)
	e.metrics.builder.ExporterSegmentPauseTime.Add(context.WithoutCancel(ctx), added.Seconds(), e.metrics.plain)
	if begins {
		e.set.Telemetry.Logger.Warn("Uploads are paused", zap.Duration("pause", d), zap.Error(err))
	}
	return max(d, e.pause.left(e.set.MaxRetryAfter))
}
