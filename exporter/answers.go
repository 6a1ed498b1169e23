package exporter

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// pauseLeft is the time for which this push has to wait, 0 when it may send.
func (e *Exporter) pauseLeft(ctx context.Context) time.Duration {
	if e.stopping.Load() && !e.set.Durable {
		return 0
	}
	left := e.pause.left()
	if left > 0 {
		e.metrics.builder.ExporterSegmentDeferredRequests.Add(context.WithoutCancel(ctx), 1)
	}
	return left
}

// holdBack makes all pushes wait, because the server has asked for it with the answer that err tells of. It returns how
// long, which is more than d when the server has asked for more before.
func (e *Exporter) holdBack(ctx context.Context, d time.Duration, err error) time.Duration {
	added, begins := e.pause.extend(d)
	e.metrics.builder.ExporterSegmentPauseTime.Add(context.WithoutCancel(ctx), added.Seconds())
	if begins {
		e.set.Telemetry.Logger.Warn("Segment asks for a pause, uploads wait", zap.Duration("pause", d), zap.Error(err))
	}
	return max(d, e.pause.left())
}

// noteRefusal keeps track of answers that an operator has to do something about.
func (e *Exporter) noteRefusal(status int, err error) {
	if status != http.StatusUnauthorized && status != http.StatusForbidden {
		return
	}
	if e.health.refuse(err) {
		e.set.Telemetry.Logger.Error("Segment refuses the uploads, which are tried again until it takes them", zap.Error(err))
	}
}

// noteDelivery ends what a refusal or a pause has begun.
func (e *Exporter) noteDelivery() {
	e.health.deliver()
	if e.pause.delivered() {
		e.set.Telemetry.Logger.Info("Segment takes uploads again after a pause")
	}
}

// ReportStorageFailure tells that the queue on disk cannot be used any more.
func (e *Exporter) ReportStorageFailure(err error) {
	e.set.Telemetry.Logger.Error("The queue on disk has failed, senders are refused until a restart", zap.Error(err))
	e.health.fail(err)
}
