package record

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// envelope is what a batch says for all its messages.
type envelope struct {
	// Nodes of its members, 0 for those that it does not have.
	context, integrations, sentAt, writeKey int32

	scope  pcommon.Map // the context, for the scopes
	facts  facts       // of the context
	common common
	sent   time.Time
	isSent bool
}

// Batch makes the records of a batch:
//
//	{"batch": [message, …], "context": {…}, "integrations": {…}, "sentAt": "…", "writeKey": "…"}
//
// with its members in any order. Elements that are no messages are counted and left out. The error is an
// [InvalidJSONError] or a [TooLargeError].
func Batch(body []byte, o Options) (Result, error) {
	p := newParser(body, o)
	defer p.release()
	p.newLogs()
	if err := p.readBatch(); err != nil {
		return Result{}, err
	}
	return p.result, nil
}

func (p *parser) readBatch() error {
	if err := p.readBody(); err != nil {
		if !p.options.Salvage {
			return err
		}
		return p.salvage(err)
	}
	batch := p.readEnvelope(0)
	if batch == 0 || p.nodes[batch].kind != array {
		return &InvalidJSONError{Problem: "batch is missing, or no array"}
	}
	elements := int(p.nodes[batch].size)
	if err := p.begin(elements); err != nil {
		return err
	}
	for i := batch + 1; i < p.nodes[batch].next; i = p.nodes[i].next {
		p.element(i)
	}
	return nil
}

// readEnvelope finds the members of a batch that has its end, and returns the node of its elements, 0 for none. Of members that
// come twice the last wins.
func (p *parser) readEnvelope(at int32) (batch int32) {
	n := &p.nodes[at]
	if n.kind != object {
		return 0
	}
	for i := at + 1; i < n.next; i = p.nodes[i].next {
		if place := p.envelopeMember(i, &batch); place != nil {
			if *place != 0 {
				p.warn(DuplicateKey)
			}
			*place = i
		}
	}
	return batch
}

// envelopeMember is where the node of a member of a batch is kept, nil for a member that does not matter.
func (p *parser) envelopeMember(at int32, batch *int32) *int32 {
	n := &p.nodes[at]
	key := p.in[n.keyStart:n.keyEnd]
	if n.keyEscaped {
		s, _ := unescape(string(key))
		key = []byte(s)
	}
	switch string(key) {
	case "batch":
		return batch
	case "context":
		return &p.batch.context
	case "integrations":
		return &p.batch.integrations
	case "sentAt":
		return &p.batch.sentAt
	case "writeKey":
		return &p.batch.writeKey
	default:
		return nil
	}
}

// begin reads what the batch says for its messages, of which the number is known. The error is a [TooLargeError].
func (p *parser) begin(elements int) error {
	if elements > MaxElements {
		return &TooLargeError{Problem: fmt.Sprintf("%d elements in a batch: at most %d are taken", elements, MaxElements)}
	}
	b := &p.batch
	if b.writeKey != 0 {
		p.source = p.newSource(b.writeKey)
		p.result.WriteKey = p.str(b.writeKey)
	}
	if b.sentAt != 0 {
		p.source = p.newSource(b.sentAt)
		if b.sent, b.isSent = p.instant(b.sentAt); b.isSent {
			p.noteSkew(b.sent)
		}
	}
	if p.isObject(b.context) {
		p.source = p.newSource(b.context)
		b.facts = p.factsOf(b.context)
		p.fill(b.scope, b.context, 1)
	}
	return p.readCommon(b.integrations, elements)
}
