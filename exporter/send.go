package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"math/bits"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.uber.org/zap"

	"github.com/otel-segment/segmentexporter/oauth"
)

// sendBody sends the batch. It returns an error that is worth a retry, with the messages that are left.
func (p *push) sendBody(ctx context.Context) ([]item, error) {
	items := p.batch.items
	if len(items) == 0 {
		return nil, nil
	}
	p.objections, p.patience = 0, 2*bits.Len(uint(len(items)-1))+8
	n, err := p.send(ctx, items)
	left := items[len(items)-n:]
	p.settleWarnings(left)
	return left, err
}

// send sends a run of messages in one request, and in halves when the server objects to it, so that a message that is
// poisoned or too large does not cost its neighbors. It returns how many messages at the end of the run are left.
func (p *push) send(ctx context.Context, items []item) (left int, err error) {
	if p.objections >= p.patience {
		p.tally.refused += int64(len(items))
		return 0, nil
	}
	verdict, err := p.post(ctx, items)
	switch verdict.action {
	case deliver:
		p.objections = 0
		return 0, nil
	case retry:
		if verdict.after > 0 {
			err = exporterhelper.NewThrottleRetry(err, verdict.after)
		}
		return len(items), err
	case split:
		p.objections++
		if p.objections == p.patience {
			// The request as such is at fault, not a message.
			p.refusal = err
		}
		if len(items) == 1 {
			p.reject(items[0], err)
			return 0, nil
		}
		half := len(items) / 2
		if left, err = p.send(ctx, items[:half]); err != nil {
			return left + len(items) - half, err
		}
		return p.send(ctx, items[half:])
	default:
		p.refusal = err
		p.tally.refused += int64(len(items))
		return 0, nil
	}
}

// post makes one attempt and counts what was delivered.
func (p *push) post(ctx context.Context, items []item) (verdict, error) {
	a := &attempt{bodyBytes: p.batch.sizeOf(items)}
	req, err := http.NewRequestWithContext(a.in(ctx), http.MethodPost, p.e.url, http.NoBody)
	if err != nil {
		return verdict{action: refuse}, err
	}
	req.Header = p.e.header.Clone()
	p.batch.bodyOf(items, time.Now()).attach(req)
	resp, err := p.e.client.Do(req)
	if err != nil {
		return p.e.noAnswer(ctx, a, err)
	}
	v := classify(resp.StatusCode, resp.Header, time.Now(), p.e.set.MaxRetryAfter, p.e.source != nil)
	if v.action != deliver {
		err = p.e.statusError(resp, v, a)
	}
	if v.after > 0 {
		// Before the body is read, which a server can make last.
		v.after = p.e.holdBack(ctx, v.after, err)
	}
	answer, readErr := readAnswer(resp)
	switch {
	case v.action != deliver:
		if v.denied {
			p.e.noteDenial(err)
		}
		return v, err
	case readErr != nil:
		return verdict{action: retry}, readErr
	}
	p.delivered = true
	if words := complaint(answer); words != "" {
		p.tally.rejected += int64(len(items))
		p.e.sampled.Warn("Segment answered 2xx and rejected the messages",
			zap.Int("messages", len(items)), zap.String("answer", shorten(p.e.redact(words, a))))
		return v, nil
	}
	p.e.noteDelivery()
	for _, it := range items {
		p.tally.delivered[it.typ]++
	}
	return v, nil
}

// noAnswer says what to do when an attempt brings no answer: the network failed, or there is no access token and nothing
// was sent.
func (e *Exporter) noAnswer(ctx context.Context, a *attempt, err error) (verdict, error) {
	v := verdict{action: retry}
	if paused, is := errors.AsType[*pausedError](err); is {
		v.after = paused.left
		return v, paused
	}
	noToken, is := errors.AsType[*oauth.Error](err)
	switch {
	case is:
		// No more than what any server can ask for, because retry_on_failure counts on that. The source of the tokens
		// keeps to its own time.
		if d := min(noToken.After, e.set.MaxRetryAfter); d > 0 {
			v.after = e.holdBack(ctx, d, noToken)
		}
		if noToken.Refused {
			e.health.report(noGrant, noToken)
		} else {
			e.health.report(noTokens, noToken)
		}
		return v, noToken
	case len(a.credentials) == 0 && ctx.Err() == nil:
		// The timeout of the upload ended the wait for a token.
		e.health.report(noTokens, err)
	}
	return v, e.redactError(err, a)
}

// reject drops a single message that the server objects to.
func (p *push) reject(it item, err error) {
	p.tally.rejected++
	var message struct {
		MessageID string `json:"messageId"`
	}
	err = errors.Join(err, json.Unmarshal(p.batch.buf[it.start:it.end], &message))
	p.e.sampled.Warn("Segment rejected a message; it is dropped",
		zap.String("message_id", message.MessageID), zap.Error(err))
}
