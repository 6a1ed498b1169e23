package exporter

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/translate"
)

// Door is where log records come in: it translates them and hands the messages to the queue.
type Door struct {
	e     *Exporter
	queue consumer.Logs
}

// NewDoor makes the door in front of a queue whose converter is [Convert].
func NewDoor(e *Exporter, queue consumer.Logs) *Door {
	return &Door{e: e, queue: queue}
}

// ConsumeLogs offers the messages to the queue and returns the queue's error as it is. What is no message is counted, and
// logged, only when there is no error: the sender repeats what was refused.
func (d *Door) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	t := translations.Get().(*translation)
	defer t.release()
	d.e.translateAll(t, ld)
	account := &receipt{metrics: d.e.metrics, senderWaits: d.e.senderWaits, backlog: &d.e.backlog, left: len(t.messages)}
	if len(t.messages) > 0 {
		req, err := d.e.newRequest(ctx, t, account)
		if err != nil {
			return err
		}
		if err := d.e.checkSize(req); err != nil {
			return err
		}
		if err := d.offer(ctx, req, account, ld); err != nil {
			return err
		}
	}
	if d.e.senderWaits {
		total := account.total()
		d.e.metrics.addMessages(ctx, &total)
	}
	d.e.count(ctx, t)
	return nil
}

// offer lets the queue have a request, whose messages wait from now on. On disk they do from when they are read.
func (d *Door) offer(ctx context.Context, req *request, account *receipt, ld plog.Logs) error {
	if !d.e.durable {
		d.e.backlog.add(account, req.ItemsCount(), time.Now())
	}
	err := d.queue.ConsumeLogs(withRequest(ctx, req), ld)
	if err != nil {
		d.e.backlog.remove(account)
	}
	return err
}

// translation is what a call to ConsumeLogs has: the messages, and what is none. Its memory is used again.
type translation struct {
	data     []byte
	messages []message
	outcomes [translate.NumOutcomes]int64
	warnings [translate.NumWarnings]int64
	dropped  []translate.Result
	// leftAlone are the records that are no messages and that somebody may miss.
	leftAlone []leftAlone
}

var translations = sync.Pool{New: func() any { return &translation{} }}

func (t *translation) release() {
	if cap(t.data) > 4*MaxBodyBytes {
		return
	}
	clear(t.dropped)
	clear(t.leftAlone)
	*t = translation{data: t.data[:0], messages: t.messages[:0], dropped: t.dropped[:0], leftAlone: t.leftAlone[:0]}
	translations.Put(t)
}

func (e *Exporter) translateAll(t *translation, ld plog.Logs) {
	enc := e.translator.Encoder()
	defer enc.Release()
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				result := t.add(enc, lr)
				if result.Outcome == translate.NotSelected && (result.Resemblance != translate.NoResemblance || e.sandbox != nil) {
					t.leaveAlone(sl.Scope().Name(), result, e.sandbox != nil)
				}
			}
		}
	}
}

func (t *translation) add(enc *translate.Encoder, lr plog.LogRecord) translate.Result {
	end := len(t.data)
	if end > 0 {
		t.data = append(t.data, ',')
	}
	var result translate.Result
	t.data, result = enc.Append(t.data, lr)
	t.outcomes[result.Outcome]++
	for w, n := range result.Warnings {
		t.warnings[w] += int64(n)
	}
	switch result.Outcome {
	case translate.Message:
		t.messages = append(t.messages, message{end: len(t.data), typ: result.Type})
	case translate.NotSelected:
		t.data = t.data[:end]
	default:
		t.data = t.data[:end]
		t.dropped = append(t.dropped, result)
	}
	return result
}

// newRequest copies the messages into a request, for the queue on disk in the form that is written there.
func (e *Exporter) newRequest(ctx context.Context, t *translation, account *receipt) (*request, error) {
	if e.durable {
		packed, err := (&request{data: t.data, messages: t.messages}).pack(ctx, time.Now())
		return &request{envelope: e.envelope, packed: packed}, err
	}
	for i := range t.messages {
		t.messages[i].receipt = account
	}
	return &request{envelope: e.envelope, data: slices.Clone(t.data), messages: slices.Clone(t.messages)}, nil
}

// checkSize refuses a call that the queue can never take, for which it would say that it is full, or wait for space.
func (e *Exporter) checkSize(req *request) error {
	if !e.set.Queue.HasValue() {
		return nil
	}
	queue := e.set.Queue.Get()
	size := 1
	switch queue.Sizer {
	case exporterhelper.RequestSizerTypeItems:
		size = req.ItemsCount()
	case exporterhelper.RequestSizerTypeBytes:
		size = req.BytesSize()
	}
	if int64(size) <= queue.QueueSize {
		return nil
	}
	return consumererror.NewPermanent(fmt.Errorf("sending_queue::queue_size: %d %s in one call are more than the %d that the queue "+
		"can hold; make it larger, or let senders send less at once", size, &queue.Sizer, queue.QueueSize))
}

// count counts what is no message. A record that should have been one is logged too, without its payload: Segment would
// have thrown it away in silence.
func (e *Exporter) count(ctx context.Context, t *translation) {
	e.metrics.addRecords(ctx, t)
	e.reportLeftAlone(t)
	for i := range t.dropped {
		result := &t.dropped[i]
		// The reason is part of the text, because the sampling goes by it.
		e.sampled.Warn("Dropped a record: "+result.Outcome.String(),
			zap.String("event", result.Event), zap.String("message_id", result.MessageID))
		e.sandbox.dropped(result.Outcome.String(), result.Event, result.MessageID, 1)
	}
}

type requestKey struct{}

// passedRequest is emptied by the converter, so that a context which lives on in the queue does not hold the request.
type passedRequest struct {
	req *request
}

func withRequest(ctx context.Context, req *request) context.Context {
	return context.WithValue(ctx, requestKey{}, &passedRequest{req})
}

// Convert takes the request that the door has put into the context.
func Convert(ctx context.Context, _ plog.Logs) (xexporterhelper.Request, error) {
	passed := ctx.Value(requestKey{}).(*passedRequest)
	req := passed.req
	passed.req = nil
	return req, nil
}
