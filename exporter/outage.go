package exporter

import (
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	// outageAfter is the time of failures from which on they are an outage.
	outageAfter = 30 * time.Second
	// outageRepeat is how often the log says that it goes on.
	outageRepeat = 5 * time.Minute
)

// outage is a time of failures without a delivery between them. It has a timer and does not go by attempts, which can be
// a minute apart.
type outage struct {
	mu    sync.Mutex
	since time.Time // when the first attempt began that failed; zero when there is none
	last  time.Time // when an attempt failed last
	err   error
	// level is that of the log line: an error needs somebody to mend something.
	level zapcore.Level
	// announced says that the log and the component status know of it.
	announced bool
	timer     *time.Timer
	stopped   bool
}

// reportFailure tells of an attempt that can succeed later. That none is made in a pause is no failure.
func (e *Exporter) reportFailure(began time.Time, v verdict, err error) {
	if _, paused := errors.AsType[*pausedError](err); paused {
		return
	}
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stopped {
		return
	}
	o.last, o.err, o.level = time.Now(), err, zapcore.WarnLevel
	if v.blame != nobody {
		o.level = zapcore.ErrorLevel
	}
	if !o.since.IsZero() {
		return
	}
	o.since = began
	if delivered := e.metrics.lastDelivery.Load(); delivered > began.UnixNano() {
		o.since = time.Unix(0, delivered)
	}
	o.timer = time.AfterFunc(time.Until(o.since.Add(outageAfter)), e.checkOutage)
}

// checkOutage tells of failures that last, as long as messages wait. Those of a sender that repeats its calls wait with
// the sender: then the failures tell.
func (e *Exporter) checkOutage() {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() || o.stopped {
		return
	}
	messages := e.waitingMessages()
	if messages == 0 && time.Since(o.last) >= outageAfter {
		if !o.announced {
			o.since, o.err = time.Time{}, nil
			return
		}
	} else {
		o.announced = true
		e.health.report(unreached, o.err)
		e.set.Telemetry.Logger.Log(o.level, "No messages are delivered, uploads are tried again until they are",
			zap.Stringer("outage", time.Since(o.since).Round(time.Second)), zap.Int64("waiting_messages", messages), zap.Error(o.err))
	}
	o.timer.Reset(outageRepeat)
}

// endOutage is for a delivery. It returns how long uploads had failed.
func (e *Exporter) endOutage() time.Duration {
	o := &e.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return 0
	}
	o.timer.Stop()
	length := time.Since(o.since).Round(time.Millisecond)
	o.since, o.err, o.announced = time.Time{}, nil, false
	return length
}

// stop ends the reports: what is not delivered before the end has lines of its own.
func (o *outage) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stopped = true
	if o.timer != nil {
		o.timer.Stop()
	}
}

// waitingMessages is how many messages are not settled.
func (e *Exporter) waitingMessages() int64 {
	if e.durable {
		return e.set.Stored()
	}
	return int64(e.backlog.count())
}
