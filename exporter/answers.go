package exporter

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/oauth"
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

// holdBack makes all pushes wait, because of what err tells. It returns how long, which is more than d when there is a
// longer pause already.
func (e *Exporter) holdBack(ctx context.Context, d time.Duration, err error) time.Duration {
	added, begins := e.pause.extend(d)
	e.metrics.builder.ExporterSegmentPauseTime.Add(context.WithoutCancel(ctx), added.Seconds())
	if begins {
		e.set.Telemetry.Logger.Warn("Uploads are paused", zap.Duration("pause", d), zap.Error(err))
	}
	return max(d, e.pause.left())
}

// noAnswer says what to do when an attempt brings no answer: the network failed, or there is no access token and nothing
// was sent.
func (e *Exporter) noAnswer(ctx context.Context, a *attempt, err error) (verdict, error) {
	v := verdict{action: retry}
	noToken, is := errors.AsType[*oauth.Error](err)
	switch {
	case is:
		// No more than what any server can ask for, because retry_on_failure counts on that. The source of the tokens
		// keeps to its own time.
		if d := min(noToken.After, e.set.MaxRetryAfter); d > 0 {
			v.after = e.holdBack(ctx, d, noToken)
		}
		e.health.report(noTokens, noToken)
		return v, noToken
	case len(a.credentials) == 0 && ctx.Err() == nil:
		// The timeout of the upload ended the wait for a token.
		e.health.report(noTokens, err)
	}
	return v, e.redactError(err, a)
}

// noteDenial keeps track of answers that an operator has to do something about.
func (e *Exporter) noteDenial(err error) {
	if e.health.report(denied, err) {
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
