package record

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

// element makes the record of an element, or counts why it has none. It returns the element as a message.
func (p *parser) element(at int32) message {
	p.result.Elements++
	if p.nodes[at].kind != object {
		p.refuse(NotAnObject, Detail{})
		return message{}
	}
	before := p.result.Warnings
	m, ok := p.readMessage(at)
	if !ok {
		p.refuse(InvalidType, Detail{Type: p.str(m.at[typeName]), MessageID: m.id})
		p.result.Warnings = before
		return m
	}
	lr := p.records(m.channel).AppendEmpty()
	lr.SetObservedTimestamp(p.received())
	p.put(lr, &m)
	p.result.Messages[m.typ]++
	for w, n := range p.result.Warnings {
		if n > before[w] {
			p.tell(Detail{Reason: Warning(w).String(), Type: m.typ.String(), MessageID: m.id})
		}
	}
	return m
}

func (p *parser) refuse(r Refusal, d Detail) {
	p.result.Refused[r]++
	d.Reason = r.String()
	p.tell(d)
}

// longestDetail is the length in bytes up to which a text is part of a detail. Segment's ids are shorter than 100 characters.
const longestDetail = 100

func (p *parser) tell(d Detail) {
	if len(p.result.Details) == MaxDetails {
		return
	}
	for _, s := range [...]*string{&d.Type, &d.MessageID} {
		if len(*s) > longestDetail {
			*s = ""
		}
	}
	p.result.Details = append(p.result.Details, d)
}

// records are the records of a channel, in a scope of their own.
func (p *parser) records(c translate.Channel) plog.LogRecordSlice {
	if !p.started[c] {
		scope := p.result.Logs.ResourceLogs().At(0).ScopeLogs().AppendEmpty()
		MarkScope(scope.Scope(), c)
		if p.batch.scope.Len() > 0 {
			p.batch.scope.CopyTo(scope.Scope().Attributes().PutEmptyMap("segment.context"))
		}
		p.scopes[c], p.started[c] = scope.LogRecords(), true
	}
	return p.scopes[c]
}

// MarkScope says of the records of a scope that they are whole messages of a channel.
func MarkScope(scope pcommon.InstrumentationScope, c translate.Channel) {
	scope.Attributes().PutBool("segment.complete", true)
	scope.Attributes().PutStr("segment.channel", c.String())
}
