package exporter

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// handOver gives copies of the records that are dropped at the door to the next pipeline, as dead letters. The error is never
// permanent, even when that of the next pipeline is: the sender would give up the call, and the records would be lost.
func (d *Door) handOver(ctx context.Context, t *translation, ld plog.Logs) error {
	if d.next == nil {
		return nil
	}
	records, now := newCopies(ld), time.Now()
	for i := range t.parts {
		for j := range t.parts[i].dropped {
			d.addLetter(records, &t.parts[i].dropped[j], now)
		}
	}
	if records.to.ResourceLogs().Len() == 0 {
		return nil
	}
	if err := d.next.take(ctx, records.to); err != nil {
		return errors.New("the next pipeline does not take the dead letters of this call: " + err.Error())
	}
	return nil
}

func (d *Door) addLetter(records *copies, drop *droppedRecord, now time.Time) {
	lr := records.add(drop.at)
	// The letter keeps the id. If it is mended, or sent again without a time, it would otherwise get another one and be another
	// event.
	lr.Attributes().PutStr("segment.message_id", drop.MessageID)
	if lr.Timestamp() == 0 && lr.ObservedTimestamp() == 0 {
		lr.SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	}
	why := cause{reason: drop.Outcome.String(), at: now}
	why.mark(lr, drop.SourceName, drop.Drops)
}
