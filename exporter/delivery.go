package exporter

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Delivery stands between the queue and the retries of the pushes, because only there it is known how a push ends: with
// a delivery, or with records that are given up and have to be counted.
type Delivery struct {
	exporter *Exporter
	retry    consumer.Logs
}

// NewDelivery makes the delivery of records by pushes of exp, which retry repeats until they succeed or it gives up.
func NewDelivery(exp *Exporter, retry consumer.Logs) *Delivery {
	return &Delivery{exporter: exp, retry: retry}
}

// ConsumeLogs returns when the records are delivered, dropped or given up. The error says how many were given up. After
// Stop it can also say that they are kept, for the next start.
func (d *Delivery) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	total := ld.LogRecordCount()
	stopping := d.exporter.stopping.Load()
	err := d.retry.ConsumeLogs(ctx, ld)
	left, some := unsent(err)
	if !some {
		return err
	}
	if d.exporter.stopping.Load() {
		switch {
		case d.exporter.set.Durable:
			return fmt.Errorf("%d of %d records stay in sending_queue::storage for the next start: %w", left.LogRecordCount(), total, err)
		case !stopping:
			// The wait for the next attempt was cut short: here it is.
			err = d.exporter.PushLogs(ctx, left)
			if left, some = unsent(err); !some {
				return err
			}
		}
	}
	n := left.LogRecordCount()
	if !d.exporter.set.SenderWaits {
		d.exporter.metrics.giveUp(context.WithoutCancel(ctx), n)
	}
	return fmt.Errorf("%d of %d records were not delivered and are given up: %w", n, total, err)
}

// unsent are the records that could be sent again.
func unsent(err error) (plog.Logs, bool) {
	rest, ok := errors.AsType[consumererror.Logs](err)
	if !ok {
		return plog.Logs{}, false
	}
	return rest.Data(), true
}
