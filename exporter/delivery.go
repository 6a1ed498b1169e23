package exporter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
)

// Delivery stands between the queue and the retries of the pushes, because only there it is known how a push ends: with
// a delivery, or with records that are given up and have to be counted.
type Delivery struct {
	exporter *Exporter
	retry    consumer.Logs
	// kept and lost count the records of the time after Stop.
	kept, lost atomic.Int64
}

// NewDelivery makes the delivery of records by pushes of exp, which retry repeats until they succeed or it gives up.
func NewDelivery(exp *Exporter, retry consumer.Logs) *Delivery {
	return &Delivery{exporter: exp, retry: retry}
}

// ConsumeLogs returns when the records are delivered, dropped or given up. The error says how many were given up. After
// Stop it can also say that they are kept, for the next start.
func (d *Delivery) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	total := ld.LogRecordCount()
	late := d.exporter.stopping.Load()
	err := d.retry.ConsumeLogs(ctx, ld)
	left, some := unsent(err)
	if some && !late && d.exporter.stopping.Load() && !d.keeps(err) {
		// The wait for the next attempt was cut short: here it is.
		err = d.retry.ConsumeLogs(ctx, left)
		left, some = unsent(err)
	}
	if !some {
		return err
	}
	n := left.LogRecordCount()
	if d.keeps(err) {
		d.kept.Add(int64(n))
		return fmt.Errorf("%d of %d records stay in sending_queue::storage for the next start: %w", n, total, err)
	}
	if d.exporter.stopping.Load() {
		d.lost.Add(int64(n))
	}
	if !d.exporter.set.SenderWaits {
		d.exporter.metrics.giveUp(context.WithoutCancel(ctx), n)
	}
	return fmt.Errorf("%d of %d records were not delivered and are given up: %w", n, total, err)
}

// keeps says whether the queue keeps the records of a push that ended with err. A queue on disk does so when the error is
// that of a retry which the shutdown has interrupted. Its type is not exported, so that only its text can tell.
func (d *Delivery) keeps(err error) bool {
	return d.exporter.set.Durable && strings.Contains(err.Error(), "interrupted due to shutdown: ")
}

// LogEnd says what the shutdown has left undone, in one line for all pushes: the Collector thins out lines that repeat.
func (d *Delivery) LogEnd() {
	logger := d.exporter.set.Telemetry.Logger
	if n := d.kept.Load(); n > 0 {
		logger.Info("Records stay in sending_queue::storage for the next start", zap.Int64("records", n))
	}
	if n := d.lost.Load(); n > 0 {
		logger.Error("Records could not be delivered before the end; a sending_queue::storage would keep them", zap.Int64("lost_records", n))
	}
}

// unsent are the records that could be sent again.
func unsent(err error) (plog.Logs, bool) {
	rest, ok := errors.AsType[consumererror.Logs](err)
	if !ok {
		return plog.Logs{}, false
	}
	return rest.Data(), true
}
