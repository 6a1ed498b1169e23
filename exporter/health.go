package exporter

import (
	"fmt"
	"sync"

	"go.uber.org/zap"
)

// trouble is what keeps uploads from being taken, until somebody mends it.
type trouble uint8

const (
	// unreached: uploads have failed for some time, for whatever reason.
	unreached trouble = iota
	// denied: the write key or the access token is not taken.
	denied
	// noTokens: there is no access token, because the authorization server cannot be reached.
	noTokens
	// noGrant: there is no access token, because the authorization server refuses it.
	noGrant
	// misrouted: what answers is not Segment's API.
	misrouted
	// refusing: Segment takes none of the messages of a body.
	refusing
	// damaged: a request in the queue on disk cannot be used.
	damaged
	// unwritable: the queue on disk takes no messages.
	unwritable
	// unhanded: the next pipeline takes no dead letters.
	unhanded
	numTroubles
)

// health is what a Segment source has to say to the component status.
type health struct {
	status *Status
	source string

	mu   sync.Mutex
	errs [numTroubles]error
}

// report tells of trouble, and returns whether it is news.
func (h *health) report(t trouble, err error) (news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news = h.errs[t] == nil
	// The status already says why uploads fail, which is more than that they do.
	known := t == unreached && h.errs != [numTroubles]error{}
	h.errs[t] = err
	if news && !known {
		h.status.report(h, named(h.source, err))
	}
	return news
}

// clear ends some troubles, and returns whether there were any.
func (h *health) clear(troubles ...trouble) (news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range troubles {
		news = news || h.errs[t] != nil
		h.errs[t] = nil
	}
	if !news {
		return false
	}
	for _, err := range h.errs {
		if err != nil {
			h.status.report(h, named(h.source, err))
			return true
		}
	}
	h.status.clear(h)
	return true
}

// reportBlame tells of an answer that somebody has to do something about.
func (e *Exporter) reportBlame(b blame, err error) {
	switch b {
	case credentials:
		if e.health.report(denied, err) {
			e.set.Telemetry.Logger.Error("Segment refuses the uploads, which are tried again until it takes them", zap.Error(err))
		}
	case route:
		if e.health.report(misrouted, err) {
			e.set.Telemetry.Logger.Error("Uploads do not reach Segment's API; they are tried again until they do", zap.Error(err))
		}
	case nobody:
	}
}

// reportRefusal tells that none of the messages of a body was taken.
func (e *Exporter) reportRefusal(err error) {
	e.health.report(refusing, fmt.Errorf("all messages of a body were refused and %s: %w", e.ends("are dropped", "become dead letters"), err))
	e.sampled.Error("Segment refused all messages of a body; they "+e.ends("are dropped", "become dead letters"), zap.Error(err))
}

// reportDelivery ends the outage and the trouble with uploads, and the episode of pauses unless a pause still lasts. The log
// says that uploads are taken again, if it or the status had told of trouble.
func (e *Exporter) reportDelivery() {
	outage, healed := e.endOutage()
	paused := e.pause.delivered()
	e.next.forget()
	if !healed && !paused {
		return
	}
	var fields []zap.Field
	if outage > 0 {
		fields = append(fields, zap.Stringer("outage", outage))
	}
	e.set.Telemetry.Logger.Info("Segment takes uploads again", fields...)
}

// ReportUnwritable tells that the queue on disk takes no messages, and with nil that it does again.
func (e *Exporter) ReportUnwritable(err error) {
	e.metrics.unwritable.Store(err != nil)
	if err == nil {
		if e.health.clear(unwritable) {
			e.set.Telemetry.Logger.Info("The queue on disk takes messages again")
		}
		return
	}
	if e.health.report(unwritable, err) {
		e.set.Telemetry.Logger.Error("The queue on disk takes no messages, senders are refused until it does", zap.Error(err))
	}
}

// reportDamage tells that a request in the queue on disk cannot be used, although its checksum is right.
func (e *Exporter) reportDamage(err error) {
	e.set.Telemetry.Logger.Error("The queue on disk holds a request that cannot be used", zap.Error(err))
	e.health.report(damaged, err)
}

// ReportStorageFailure tells that the queue on disk cannot be used any more.
func (e *Exporter) ReportStorageFailure(err error) {
	e.metrics.unwritable.Store(true)
	e.set.Telemetry.Logger.Error("The queue on disk has failed, senders are refused until a restart", zap.Error(err))
	e.health.status.fail(e.Named(err))
}
