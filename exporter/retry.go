package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
)

// retries are the waits between the attempts of one push, as `retry_on_failure` says.
type retries struct {
	e       *Exporter
	backoff backoff.ExponentialBackOff
	end     time.Time // zero is never
}

func newRetries(e *Exporter) retries {
	cfg := e.set.Retry
	r := retries{e: e, backoff: backoff.ExponentialBackOff{
		InitialInterval:     cfg.InitialInterval,
		RandomizationFactor: cfg.RandomizationFactor,
		Multiplier:          cfg.Multiplier,
		MaxInterval:         cfg.MaxInterval,
	}}
	if cfg.MaxElapsedTime > 0 {
		r.end = time.Now().Add(cfg.MaxElapsedTime)
	}
	return r
}

// wait returns nil when it is time for the next attempt, after the one that failed with err. Else the error says why there
// is none. The server can ask for a pause, and a shutdown ends the wait early: the next attempt is the last.
func (r *retries) wait(ctx context.Context, pause time.Duration, err error) error {
	_, paused := errors.AsType[*pausedError](err)
	if !r.e.set.Retry.Enabled && !paused {
		return err
	}
	if r.e.stopped() {
		if paused && r.e.losesAtStop() {
			// Nothing was tried, and the pause does not count any more.
			return nil
		}
		return &stoppedError{err}
	}
	delay := pause
	if !paused {
		delay = max(pause, r.backoff.NextBackOff())
	}
	next := time.Now().Add(delay)
	if !r.end.IsZero() && r.end.Before(next) {
		return fmt.Errorf("no more retries left: %w", err)
	}
	if deadline, has := ctx.Deadline(); has && deadline.Before(next) {
		return fmt.Errorf("request will be cancelled before next retry: %w", err)
	}
	if !paused {
		r.log(ctx, delay, err)
	}
	return r.sleep(ctx, delay, pause, err)
}

// stoppedError is why there are no more attempts when the collector ends.
type stoppedError struct {
	error
}

func (e *stoppedError) Unwrap() error { return e.error }

func (r *retries) log(ctx context.Context, delay time.Duration, err error) {
	const text = "Exporting failed. Will retry the request after interval."
	interval := delay.String()
	trace.SpanFromContext(ctx).AddEvent(text,
		trace.WithAttributes(attribute.String("interval", interval), attribute.String("error", err.Error())))
	r.e.set.Telemetry.Logger.Info(text, zap.Error(err), zap.String("interval", interval))
}

// sleep waits for delay. It ends early when others deliver again, but not before a pause is over, and not before the
// shortest interval: a server that fails now and then gets no more attempts for that.
func (r *retries) sleep(ctx context.Context, delay, pause time.Duration, err error) error {
	recovered := r.e.pause.recovery()
	least := min(delay, max(pause, r.e.set.Retry.InitialInterval))
	for _, step := range [...]struct {
		time time.Duration
		wake <-chan struct{}
	}{{least, nil}, {delay - least, recovered}} {
		select {
		case <-time.After(step.time):
		case <-step.wake:
		case <-r.e.stop:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("request is cancelled or timed out: %w", err)
		}
	}
	return nil
}
