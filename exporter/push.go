package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// push is the upload of one request: of a batch, or without a batcher of as many bodies as it takes.
type push struct {
	e       *Exporter
	req     *request
	retries retries
	// settled says what has become of messages, from the first one on: bodies and their halves go out in order. It is counted
	// when the push ends, as the queue counts its requests.
	settled []settlement
	done    int // the number of settled messages
	// delivered says that a body was taken, if only in part, and refusal is why messages were refused.
	delivered bool
	refusal   error
	last      verdict // of the last attempt that failed
}

type settlement struct {
	messages int
	fate     fate
	cause    cause
}

// Push uploads the messages of a request. It returns when each of them is delivered, dropped or given up.
//
// With a queue on disk the error of a shutdown makes the queue keep the request ([safequeue.Kept]). When the sender waits
// for the result, what is left goes back to it ([NotLost]). Messages that can never be delivered are counted, and are an
// error, which is permanent, only when Segment refused all there was, no other sender would be told the same, and there is no
// next pipeline that has them.
func (e *Exporter) Push(ctx context.Context, req xexporterhelper.Request) error {
	r := req.(*request)
	if err := r.unpack(); err != nil {
		return err
	}
	defer r.release()
	p := push{e: e, req: r.byGroup(), retries: newRetries(e)}
	if err := p.uploadAll(ctx); err != nil {
		return p.giveUp(ctx, err)
	}
	p.settleGivenUp()
	if err := p.handOver(ctx); err != nil {
		return p.notHandedOver(ctx, err)
	}
	p.book(ctx)
	// There is no refusal when all messages were given up before.
	if p.refusal == nil || p.delivered || e.sharesBatches || e.next != nil {
		return nil
	}
	return consumererror.NewPermanent(p.refusal)
}

// uploadAll sends all bodies. The error says why there are no more attempts.
func (p *push) uploadAll(ctx context.Context) error {
	p.e.beginPush()
	defer p.e.endPush()
	for _, batch := range p.req.bodies() {
		if err := p.upload(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// upload sends the messages of one body: in one attempt, and in halves when the server objects to it, so that a message
// that is poisoned or too large does not cost its neighbors. The error says why there are no more attempts.
func (p *push) upload(ctx context.Context, batch *request) error {
	total := len(batch.messages)
	at, taken, refusals := 0, false, 0
	// After so many refusals in a row it is the request as such that is at fault: to find one bad message by halves takes
	// fewer.
	limit := 2*bits.Len(uint(total-1)) + 8
	// runs are the numbers of messages of the attempts to come. The last one is next.
	runs := []int{total}
	for len(runs) > 0 {
		last := len(runs) - 1
		n := runs[last]
		run := batch.slice(at, at+n)
		verdict, err := p.e.attempt(ctx, run)
		if _, paused := errors.AsType[*pausedError](err); verdict.action == retry && !paused {
			p.last = verdict
		}
		switch verdict.action {
		case retry:
			p.e.reportFailure(verdict, err)
			if err := p.retries.wait(ctx, verdict.after, err); err != nil {
				return err
			}
		case split:
			refusals++
			p.refusal = err
			if n > 1 {
				runs = append(runs[:last], n-n/2, n/2)
			} else {
				p.e.logRejection(run, err)
				p.settle(1, rejected, verdict)
				at, runs = at+1, runs[:last]
			}
			if refusals == limit {
				p.settle(total-at, refused, verdict)
				runs = nil
			}
		case deliver, reject:
			taken, refusals = true, 0
			p.settle(n, verdict.fate(), verdict)
			at, runs = at+n, runs[:last]
		}
	}
	if taken {
		p.delivered = true
	} else {
		p.e.reportRefusal(p.refusal)
	}
	return nil
}

// uploadable is how many of the messages were not given up before.
func (p *push) uploadable() int {
	n := slices.IndexFunc(p.req.messages, func(m message) bool { return m.givenUp != nil })
	if n < 0 {
		return len(p.req.messages)
	}
	return n
}

func (p *push) settle(messages int, f fate, v verdict) {
	p.settled = append(p.settled, settlement{messages, f, cause{dropReasons[f], v.status, v.words, time.Now()}})
	p.done += messages
}

// settleGivenUp settles the messages at the end of the request, which an earlier push has given up.
func (p *push) settleGivenUp() {
	for _, m := range p.req.messages[p.done:] {
		p.settled = append(p.settled, settlement{1, m.givenUp.fate, m.givenUp.cause})
		p.done++
	}
}

func (p *push) book(ctx context.Context) {
	messages := p.req.messages
	for _, s := range p.settled {
		settle(ctx, messages[:s.messages], s.fate)
		messages = messages[s.messages:]
	}
	p.req.endHolds(ctx)
}

// giveUp ends a push that makes no more attempts. The messages that are left stay on disk, go back to their sender, become dead
// letters or are dropped.
func (p *push) giveUp(ctx context.Context, err error) error {
	left, total := p.uploadable()-p.done, len(p.req.messages)
	_, stopped := errors.AsType[*stoppedError](err)
	switch {
	case p.e.durable && stopped:
		return safequeue.Keep(fmt.Errorf("%d of %d messages stay in sending_queue::storage for the next start: %w", left, total, err))
	case p.e.senderWaits:
		p.e.sampled.Warn("Messages were not delivered, and their sender is told so", zap.Int("messages", left), zap.Error(err))
		return &returnedError{fmt.Errorf("%d of %d messages were not delivered: %w", left, total, err)}
	default:
		p.settle(left, undelivered, p.last)
		p.settleGivenUp()
		if p.e.next != nil {
			return p.handOverRest(ctx, left, err)
		}
		p.book(ctx)
		if p.e.stopped() {
			p.e.lost.Add(int64(left))
		}
		return fmt.Errorf("%d of %d messages were not delivered and are given up: %w", left, total, err)
	}
}

// returnedError is for messages that their sender still has.
type returnedError struct {
	error
}

func (e *returnedError) Unwrap() error { return e.error }

// NotLost says of an error of [Exporter.Push] that no message is lost by it: the queue on disk keeps them, or the sender.
func NotLost(err error) bool {
	_, returned := errors.AsType[*returnedError](err)
	return (returned || safequeue.Kept(err)) && !consumererror.IsPermanent(err)
}

// logRejection is for a single message that the server objects to.
func (e *Exporter) logRejection(run *request, err error) {
	var message struct {
		MessageID string `json:"messageId"`
	}
	err = errors.Join(err, json.Unmarshal(run.bytes(), &message))
	e.sampled.Warn("Segment rejected a message; it "+e.ends("is dropped", "becomes a dead letter"),
		zap.String("message_id", message.MessageID), zap.Error(err))
}
