package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// letters are those of a push, nil when there are none.
func (p *push) letters() (*letters, error) {
	var l *letters
	at := 0
	for _, s := range p.settled {
		for range s.messages {
			m := p.req.messages[at]
			at++
			if s.fate == delivered {
				continue
			}
			if l == nil {
				l = newLetters(p.e.set.Source)
			}
			lr, err := l.add(p.req.message(at-1), m.channel)
			if err != nil {
				return nil, err
			}
			s.cause.mark(lr, p.e.set.Source, m.drops)
		}
	}
	return l, nil
}

// handOver gives what this push gives up to the next pipeline. It tries until that takes it: then the fate of the messages is to
// be dead letters. The error says why it ended before.
func (p *push) handOver(ctx context.Context) error {
	if p.e.set.Letters == nil {
		return nil
	}
	waits := newLetterWaits()
	for {
		l, err := p.letters()
		if l == nil {
			return err
		}
		err = p.e.set.Letters.ConsumeLogs(ctx, l.logs)
		if err == nil {
			p.e.reportLetters(nil)
			p.turnIntoLetters()
			return nil
		}
		p.e.reportLetters(err)
		if p.e.senderWaits {
			return err
		}
		select {
		case <-time.After(waits.NextBackOff()):
		case <-p.e.stop:
			if waits.stopped {
				return &stoppedError{err}
			}
			// One more attempt, the last.
			waits.stopped = true
		case <-ctx.Done():
			return err
		}
	}
}

// letterWaits are the waits between attempts to hand over letters. They have no end: a letter that nobody takes would be lost.
type letterWaits struct {
	backoff.ExponentialBackOff
	stopped bool
}

func newLetterWaits() *letterWaits {
	return &letterWaits{ExponentialBackOff: backoff.ExponentialBackOff{
		InitialInterval: 500 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 30 * time.Second,
	}}
}

// ends says what becomes of a message that is given up: it is dropped, or the next pipeline has it.
func (e *Exporter) ends(dropped, letter string) string {
	if e.set.Letters != nil {
		return letter
	}
	return dropped
}

// handOverRest ends a push with messages that were not delivered. They are not lost when the next pipeline has them.
func (p *push) handOverRest(ctx context.Context, left int, err error) error {
	if err := p.handOver(ctx); err != nil {
		return p.lettersNotTaken(ctx, err)
	}
	p.book(ctx)
	p.e.sampled.Warn("Messages were not delivered; the next pipeline has them as dead letters", zap.Int("messages", left), zap.Error(err))
	return nil
}

func (p *push) turnIntoLetters() {
	for i := range p.settled {
		p.settled[i].fate = p.settled[i].fate.letter()
	}
}

// lettersNotTaken ends a push whose letters the next pipeline does not take.
func (p *push) lettersNotTaken(ctx context.Context, err error) error {
	total := len(p.req.messages)
	switch {
	case p.e.senderWaits:
		// Not what the next pipeline says of a repetition: the sender is to repeat the messages.
		return &returnedError{fmt.Errorf("the next pipeline does not take the dead letters of %d messages: %s", total, err.Error())}
	case p.e.durable:
		return safequeue.Keep(fmt.Errorf("%d messages stay in sending_queue::storage for the next start, "+
			"because the next pipeline does not take their dead letters: %w", total, err))
	}
	p.book(ctx)
	lost := 0
	for _, s := range p.settled {
		if s.fate != delivered {
			lost += s.messages
		}
	}
	p.e.lost.Add(int64(lost))
	return fmt.Errorf("%d dead letters are lost, because the next pipeline does not take them: %w", lost, err)
}

// reportLetters tells that the next pipeline does not take dead letters, and with nil that it does.
func (e *Exporter) reportLetters(err error) {
	reportLetters(&e.health, e.set.Telemetry.Logger, err)
}

func reportLetters(h *health, logger *zap.Logger, err error) {
	if err == nil {
		if h.clear(unhanded) {
			logger.Info("The next pipeline takes dead letters again")
		}
		return
	}
	if h.report(unhanded, fmt.Errorf("the next pipeline does not take dead letters: %w", err)) {
		logger.Error("The next pipeline does not take dead letters, which wait until it does", zap.Error(err))
	}
}

// recordPlace is where a record of a call is.
type recordPlace struct {
	resource, scope, record int
}

// handOver gives the records that are dropped at the door to the next pipeline, as they came. The error makes the sender repeat
// the call, whatever the next pipeline says of it: else they would be lost.
func (d *Door) handOver(ctx context.Context, t *translation, ld plog.Logs) error {
	if d.letters == nil {
		return nil
	}
	logs := plog.NewLogs()
	for i := range t.parts {
		for j := range t.parts[i].dropped {
			drop := &t.parts[i].dropped[j]
			lr := copyAlone(logs, ld, drop.at)
			why := cause{reason: drop.Outcome.String()}
			why.mark(lr, drop.SourceName, drop.Drops)
		}
	}
	if logs.ResourceLogs().Len() == 0 {
		return nil
	}
	err := d.letters.ConsumeLogs(ctx, logs)
	reportLetters(&d.health, d.telemetry.Logger, err)
	if err != nil {
		return errors.New("the next pipeline does not take the dead letters of this call: " + err.Error())
	}
	return nil
}
