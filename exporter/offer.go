package exporter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
)

// offer is a request for the queue of a source.
type offer struct {
	Source
	req     *request
	account *receipt
	records plog.Logs
	since   time.Time // when the exporter took the messages
	// refusal is why the queue can never take the request.
	refusal error
}

// newOffers makes a request for each source that the call has messages for.
func (d *Door) newOffers(ctx context.Context, t *translation, ld plog.Logs) ([]offer, error) {
	offers, now := make([]offer, 0, len(t.parts)), time.Now()
	for i := range t.parts {
		p := &t.parts[i]
		if len(p.messages) == 0 {
			continue
		}
		s := d.sources[p.source]
		account := &receipt{metrics: s.metrics, senderWaits: s.senderWaits, backlog: &s.backlog, left: len(p.messages)}
		req, err := s.newRequest(ctx, p, account, now)
		if err != nil {
			return nil, err
		}
		offers = append(offers, offer{s, req, account, ld, now, s.checkSize(req)})
	}
	return offers, nil
}

// offerAll lets each queue have its request, whatever the others say: the sender repeats all of a call that one of them has
// refused, and Segment removes what it gets twice. Queues that can make the sender wait do so side by side.
func (d *Door) offerAll(ctx context.Context, offers []offer) error {
	if len(offers) == 1 {
		return offers[0].make(ctx)
	}
	errs := make([]error, len(offers))
	if !d.waits {
		for i := range offers {
			errs[i] = offers[i].make(ctx)
		}
		return worst(errs)
	}
	var group sync.WaitGroup
	for i := range offers {
		group.Go(func() { errs[i] = offers[i].make(ctx) })
	}
	group.Wait()
	return worst(errs)
}

// worst is the error of a call of which several queues have had a part. An error that can pass hides those that are permanent,
// for which the sender would give up all of it.
func worst(errs []error) error {
	if err := errors.Join(slices.DeleteFunc(slices.Clone(errs), consumererror.IsPermanent)...); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// make offers the request to the queue. Its messages are in the backlog from now on; with a queue on disk, only from when they
// are read.
func (o *offer) make(ctx context.Context) error {
	if o.refusal != nil {
		return o.Named(o.refusal)
	}
	if !o.durable {
		o.backlog.add(o.account, o.req.ItemsCount(), o.since)
	}
	err := o.Queue.ConsumeLogs(withRequest(ctx, o.req), o.records)
	if err != nil {
		o.backlog.remove(o.account)
	}
	return o.Named(err)
}

// countResult counts the messages of a sender that waits for the uploads. It is called when the call succeeds, because after an
// error the sender repeats all of them.
func (o *offer) countResult(ctx context.Context) {
	if o.senderWaits {
		total := o.account.total()
		o.metrics.addMessages(ctx, &total)
	}
}

// newRequest copies the messages into a request, for the queue on disk in the form that is written there.
func (e *Exporter) newRequest(ctx context.Context, p *part, account *receipt, since time.Time) (*request, error) {
	if e.durable {
		packed, err := (&request{data: p.data, messages: p.messages}).pack(ctx, since)
		return &request{envelope: e.envelope, packed: packed}, err
	}
	for i := range p.messages {
		p.messages[i].receipt = account
	}
	return &request{envelope: e.envelope, data: slices.Clone(p.data), messages: slices.Clone(p.messages)}, nil
}

// waits says that the queue can make its caller wait.
func (e *Exporter) waits() bool {
	return e.senderWaits || e.set.Queue.Get().BlockOnOverflow
}

// checkSize returns a permanent error for a request that is larger than the whole queue. The queue itself would say that it is
// full, which the sender takes for something that passes, or wait for room that never comes.
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
