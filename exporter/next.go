package exporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
)

const (
	// nextSilence is the time without an answer after which the next pipeline counts as trouble.
	nextSilence = 30 * time.Second
	// nextForgotten is the time without an attempt after which the next pipeline is no trouble any more: nobody has letters for
	// it.
	nextForgotten = 5 * time.Minute
)

// next is the next pipeline, which takes dead letters. When it refuses them, there is a growing time in which it is left alone.
type next struct {
	consumer consumer.Logs
	logger   *zap.Logger
	// status is told of trouble.
	status health

	mu    sync.Mutex
	waits *backoff.ExponentialBackOff
	until time.Time
	// refused is when the last attempt failed; zero when it did not.
	refused time.Time
}

func newNext(consumer consumer.Logs, logger *zap.Logger, status *Status, source string) *next {
	if consumer == nil {
		return nil
	}
	return &next{consumer: consumer, logger: logger, status: health{status: status, source: source}, waits: &backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}
}

// take hands over letters. The next pipeline may change them, even when it refuses them.
func (n *next) take(ctx context.Context, letters plog.Logs) error {
	silence := time.AfterFunc(nextSilence, func() { n.report(errNoAnswer) })
	defer silence.Stop()
	err := n.consumer.ConsumeLogs(ctx, letters)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil {
		n.refused = time.Now()
		n.until = n.refused.Add(n.waits.NextBackOff())
		n.report(err)
		return err
	}
	n.recover()
	return nil
}

func (n *next) report(err error) {
	if n.status.report(unhanded, fmt.Errorf("the next pipeline does not take dead letters: %w", err)) {
		n.logger.Error("The next pipeline does not take dead letters, which wait until it does", zap.Error(err))
	}
}

// recover ends the trouble. The caller holds the lock.
func (n *next) recover() {
	n.refused, n.until = time.Time{}, time.Time{}
	n.waits.Reset()
	if n.status.clear(unhanded) {
		n.logger.Info("No dead letters wait for the next pipeline any more")
	}
}

// refuses says that the last attempt failed.
func (n *next) refuses() bool {
	if n == nil {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.refused.IsZero()
}

// left is the time for which the next pipeline is left alone.
func (n *next) left() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return max(0, time.Until(n.until))
}

// forget ends the trouble when there was no attempt for long: those who had letters have given up.
func (n *next) forget() {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.refused.IsZero() && time.Since(n.refused) >= nextForgotten {
		n.recover()
	}
}

var errLeftAlone = errors.New("the next pipeline is left alone for a while")
