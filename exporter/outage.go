package exporter

import (
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	// outageAfter is the time without a delivery from which on it is an outage.
	outageAfter = 30 * time.Second
	// outageRepeat is how often the log says that it goes on.
	outageRepeat = 5 * time.Minute
)

// outage is a time in which one push after another is under way, or fails, and nothing is delivered. It goes by a timer and
// not by attempts, which can be a minute apart, or have no end.
type outage struct {
	mu     sync.Mutex
	pushes int // under way
	// since is when the first push began since the last delivery; zero when there was none.
	since time.Time
	// busy is since when there is a push under way, and ended when the last one ended.
	busy, ended time.Time
	err         error // of the last attempt; nil when none has failed
	// level is that of the log line: an error needs somebody to mend something.
	level zapcore.Level
	// announced says that the log and the component status know of it.
	announced bool
	timer     *time.Timer
	armed     bool
	stopped   bool
}

// beginPush starts the time without a delivery, unless it runs already: another push is under way, or has ended less than
// outageAfter ago.
func (e *Exporter) beginPush() {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.pushes == 0 {
		o.busy = now
		if o.since.IsZero() || now.Sub(o.ended) >= outageAfter {
			o.restart(now)
		}
	}
	o.pushes++
	o.arm(outageAfter, e.checkOutage)
}

// endPush announces an outage of pushes that fail one after another.
func (e *Exporter) endPush() {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pushes--
	o.ended = time.Now()
	switch {
	case o.err != nil && !o.announced && o.ended.Sub(o.since) >= outageAfter:
		e.announceOutage(o.ended)
	case o.pushes == 0 && o.err == nil && !o.announced:
		o.since = time.Time{}
	}
}

// restart begins a new time without deliveries.
func (o *outage) restart(since time.Time) {
	o.since, o.err, o.level, o.announced = since, nil, zapcore.WarnLevel, false
}

// arm sets the timer, unless it is set or the reports have ended.
func (o *outage) arm(d time.Duration, look func()) {
	switch {
	case o.armed || o.stopped:
		return
	case o.timer == nil:
		o.timer = time.AfterFunc(d, look)
	default:
		o.timer.Reset(d)
	}
	o.armed = true
}

func (o *outage) disarm() {
	if o.armed {
		o.timer.Stop()
		o.armed = false
	}
}

// reportFailure keeps the error of an attempt that can succeed later. That of a pause, in which no attempt is made, does not
// replace one that says more.
func (e *Exporter) reportFailure(v verdict, err error) {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, paused := errors.AsType[*pausedError](err); paused && o.err != nil {
		return
	}
	o.err, o.level = err, zapcore.WarnLevel
	if v.blame != nobody {
		o.level = zapcore.ErrorLevel
	}
}

var errNoAnswer = errors.New("there is no answer yet")

// checkOutage announces an outage of pushes that do not end.
func (e *Exporter) checkOutage() {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	now := time.Now()
	switch {
	case o.stopped || o.since.IsZero():
	case o.pushes == 0 && now.Sub(o.ended) >= outageAfter:
		// The messages were given up, or are with their senders.
		o.since = time.Time{}
	case o.announced:
		e.announceOutage(now)
	case o.pushes > 0:
		began := o.since
		if o.busy.After(began) {
			began = o.busy
		}
		if left := outageAfter - now.Sub(began); left > 0 {
			o.arm(left, e.checkOutage)
		} else {
			e.announceOutage(now)
		}
	}
}

func (e *Exporter) announceOutage(now time.Time) {
	o := &e.outage
	if o.stopped {
		return
	}
	if o.err == nil {
		o.err = errNoAnswer
	}
	o.announced = true
	e.health.report(unreached, o.err)
	e.set.Telemetry.Logger.Log(o.level, "No messages are delivered", zap.Stringer("outage", now.Sub(o.since).Round(time.Second)),
		zap.Int64("waiting_messages", e.waitingMessages()), zap.Error(o.err))
	o.disarm()
	o.arm(outageRepeat, e.checkOutage)
}

// endOutage is for a delivery. It returns how long attempts had failed, or 0, and whether the status was an error because
// of uploads.
func (e *Exporter) endOutage() (length time.Duration, healed bool) {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.err != nil {
		length = now.Sub(o.since).Round(time.Millisecond)
	}
	if o.announced {
		// Other pushes may still be stuck. They are announced after outageAfter, and not only after outageRepeat.
		o.disarm()
		o.arm(outageAfter, e.checkOutage)
	}
	o.restart(now)
	return length, e.health.clear(unreached, denied, noTokens, noGrant, misrouted, refusing)
}

// stop ends the reports: what is not delivered before the end has lines of its own.
func (o *outage) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopped = true
	o.disarm()
}

// waitingMessages is how many messages are not settled.
func (e *Exporter) waitingMessages() int64 {
	if e.durable {
		return e.set.Stored()
	}
	return int64(e.backlog.count())
}
