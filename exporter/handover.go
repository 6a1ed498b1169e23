package exporter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// givenUp is why a message waits for the next pipeline. It is not uploaded any more.
type givenUp struct {
	fate  fate
	cause cause
}

const (
	// putBackAfter is how long a push waits before it puts what it gives up back into the queue. It keeps letters that nobody
	// takes from going round without a pause.
	putBackAfter = time.Second
	// putBackTime is how long a push waits for room in the queue.
	putBackTime = time.Second
	// lastHandOver is how long the last attempts may take where an upload may take any time.
	lastHandOver = 15 * time.Second
)

// givesUp says whether there are messages that are not delivered.
func (p *push) givesUp() bool {
	return slices.ContainsFunc(p.settled, func(s settlement) bool { return s.fate != delivered })
}

// each calls f for all messages that are given up.
func (p *push) each(f func(data []byte, m message, s *settlement)) {
	at := 0
	for i := range p.settled {
		s := &p.settled[i]
		for range s.messages {
			if s.fate != delivered {
				f(p.req.message(at), p.req.messages[at], s)
			}
			at++
		}
	}
}

// handOver gives what this push gives up to the next pipeline. When that does not take it, it is put back into the queue, so that
// other messages are not held up: from there it is handed over later, and not uploaded any more. The error says why neither
// was possible before the end.
func (p *push) handOver(ctx context.Context) error {
	n := p.e.next
	if n == nil || !p.givesUp() {
		return nil
	}
	attempts, cancel := p.e.untilTheEnd(ctx)
	defer cancel()
	for {
		err := errLeftAlone
		if p.e.senderWaits || p.e.stopped() || n.left() == 0 {
			if err = n.take(attempts, p.letters()); err == nil {
				p.end(fate.letter)
				return nil
			}
		}
		if p.e.senderWaits {
			return err
		}
		select {
		case <-time.After(putBackAfter):
		case <-attempts.Done():
			return &stoppedError{err}
		}
		if !p.e.stopped() && p.putBack(ctx) {
			p.end(func(f fate) fate {
				if f == delivered {
					return f
				}
				return inQueueAgain
			})
			return nil
		}
	}
}

// untilTheEnd is a context that ends some time after the last attempts have begun, as long as an upload may take.
func (e *Exporter) untilTheEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-e.stop:
			select {
			case <-time.After(cmp.Or(e.set.Client.Timeout, lastHandOver)):
			case <-ctx.Done():
			}
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

// letters are made anew for each attempt, because the next pipeline may change them.
func (p *push) letters() plog.Logs {
	l := newLetters(p.e.set.Source)
	p.each(func(data []byte, m message, s *settlement) {
		s.cause.mark(l.add(data, m.channel), p.e.set.Source, m.drops)
	})
	return l.logs
}

// putBack puts what is given up into the queue, as a request of its own. It is false when the queue does not take it.
func (p *push) putBack(ctx context.Context) bool {
	back, since := &request{}, time.Now()
	p.each(func(data []byte, m message, s *settlement) {
		if taken := p.e.backlog.since(m.receipt); taken.Before(since) {
			since = taken
		}
		m.givenUp = &givenUp{s.fate, s.cause}
		back.add(data, m)
	})
	account := &receipt{metrics: p.e.metrics, backlog: &p.e.backlog, left: len(back.messages)}
	req, err := p.e.newRequest(ctx, &part{data: back.data, messages: back.messages}, account, since)
	if err != nil {
		return false
	}
	// The queue may let its caller wait for room.
	ctx, cancel := context.WithTimeout(ctx, putBackTime)
	defer cancel()
	o := offer{Source: Source{p.e, p.e.queue}, req: req, account: account, records: plog.NewLogs(), since: since}
	return o.make(ctx) == nil
}

// end sets the fate of the messages, by the one that they have so far.
func (p *push) end(fateOf func(fate) fate) {
	for i := range p.settled {
		p.settled[i].fate = fateOf(p.settled[i].fate)
	}
}

// ends says what becomes of a message that is given up: it is dropped, or the next pipeline has it.
func (e *Exporter) ends(dropped, letter string) string {
	if e.next != nil {
		return letter
	}
	return dropped
}

// handOverRest ends a push with messages that were not delivered. They are not lost when the next pipeline has them.
func (p *push) handOverRest(ctx context.Context, left int, err error) error {
	if err := p.handOver(ctx); err != nil {
		return p.notHandedOver(ctx, err)
	}
	p.book(ctx)
	p.e.sampled.Warn("Messages were not delivered and become dead letters", zap.Int("messages", left), zap.Error(err))
	return nil
}

// notHandedOver ends a push whose letters the next pipeline has not taken.
func (p *push) notHandedOver(ctx context.Context, err error) error {
	total := len(p.req.messages)
	switch {
	case p.e.senderWaits:
		// Only the text of the error is kept: a permanent one would keep the sender from repeating the messages.
		return &returnedError{fmt.Errorf("the next pipeline does not take the dead letters of %d messages: %s", total, err.Error())}
	case p.e.durable:
		return safequeue.Keep(fmt.Errorf("%d messages stay in sending_queue::storage for the next start, "+
			"because the next pipeline does not take their dead letters: %w", total, err))
	}
	p.book(ctx)
	lost := 0
	p.each(func([]byte, message, *settlement) { lost++ })
	p.e.lost.Add(int64(lost))
	return fmt.Errorf("%d dead letters are lost, because the next pipeline does not take them: %w", lost, err)
}
