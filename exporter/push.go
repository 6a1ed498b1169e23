package exporter

import (
	"context"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/translate"
)

// push is one call of PushLogs.
type push struct {
	e         *Exporter
	batch     *batch
	tally     tally
	flaws     []flaw // of the messages in the batch
	delivered bool
	refusal   error // the last refusal of a request that was given up
	// objections counts the answers 400 and 413 in a row, and patience is how many of them end a body.
	objections, patience int
}

// PushLogs translates the records, fills bodies in their order and sends each as soon as it is full.
//
// When a request fails and can be tried again, the error carries the records that were not delivered, dropped or
// refused yet, and the delay that the server asked for. Records that can never be delivered are counted, and are an
// error only when Segment refused all there was.
func (e *Exporter) PushLogs(ctx context.Context, ld plog.Logs) error {
	if left := e.pauseLeft(ctx); left > 0 {
		return consumererror.NewLogs(exporterhelper.NewThrottleRetry(&pausedError{left}, left), ld)
	}
	p := push{e: e, batch: e.batches.Get().(*batch)}
	defer func() {
		if p.batch.keepable() {
			e.batches.Put(p.batch)
		}
	}()
	p.batch.reset()
	// A push ends in the metrics even when its context has ended.
	defer func() { e.metrics.add(context.WithoutCancel(ctx), &p.tally) }()

	unsent, err := p.run(ctx, ld)
	switch {
	case err != nil:
		p.logRefusal()
		return consumererror.NewLogs(err, unsent.of(ld))
	case p.refusal != nil && !p.delivered:
		return consumererror.NewPermanent(p.refusal)
	default:
		p.logRefusal()
		return nil
	}
}

// run fills and sends bodies until one fails. It returns what could still be sent.
func (p *push) run(ctx context.Context, ld plog.Logs) (rest, error) {
	enc := p.e.translator.Encoder()
	defer enc.Release()
	b := p.batch
	record := -1
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				record++
				start := b.next()
				var result translate.Result
				b.buf, result = enc.Append(b.buf, lr)
				if result.Outcome != translate.Message {
					b.undo()
					p.skip(&result)
					continue
				}
				if b.full() {
					if unsent, err := p.sendBody(ctx); err != nil {
						return rest{items: unsent, from: record}, err
					}
					b.startOver(start, record, result.Type)
				} else {
					b.keep(start, record, result.Type)
				}
				if result.Warnings != (translate.Warnings{}) {
					p.flaws = append(p.flaws, flaw{record, result.Warnings})
				}
			}
		}
	}
	unsent, err := p.sendBody(ctx)
	return rest{items: unsent, from: record + 1}, err
}

// skip counts a record that is no message. One that should have been is logged too, without its payload: Segment would
// have thrown it away in silence.
func (p *push) skip(result *translate.Result) {
	p.tally.outcomes[result.Outcome]++
	if result.Outcome == translate.NotSelected {
		return
	}
	p.count(&result.Warnings)
	// The reason is part of the text, because the sampling goes by it.
	p.e.sampled.Warn("Dropped a record: "+result.Outcome.String(),
		zap.String("event", result.Event), zap.String("message_id", result.MessageID))
}

// flaw is what was found in a record.
type flaw struct {
	record   int
	warnings translate.Warnings
}

// settleWarnings counts the warnings of the messages that are done with. Those of the messages that are left count when
// they are sent again.
func (p *push) settleWarnings(left []item) {
	for _, f := range p.flaws {
		if len(left) == 0 || f.record < left[0].record {
			p.count(&f.warnings)
		}
	}
	p.flaws = p.flaws[:0]
}

func (p *push) count(warnings *translate.Warnings) {
	for w, n := range warnings {
		p.tally.warnings[w] += int64(n)
	}
}

// logRefusal is for a refusal that the error of the push does not tell.
func (p *push) logRefusal() {
	if p.refusal != nil {
		p.e.sampled.Error("Segment refused a request; its messages are dropped", zap.Error(p.refusal))
	}
}
