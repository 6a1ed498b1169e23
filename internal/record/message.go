package record

import (
	"strings"

	"github.com/google/uuid"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/translate"
)

// message is an object that becomes a record.
type message struct {
	node    int32
	typ     translate.Type
	id      string
	at      [numMembers]int32 // the nodes of its members, 0 for those that it does not have
	extra   int               // how many members it has no place for
	channel translate.Channel
	facts   facts // of its context
	// unusualTime is a time that a record cannot have, "" when the record has that of the message.
	unusualTime string
}

// readMessage finds out what a node is as a message. It is false when that has none of the six types; its id is known even
// then.
func (p *parser) readMessage(at int32) (message, bool) {
	m := message{node: at}
	p.source = p.newSource(at)
	p.dropDuplicates(at)
	for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
		if p.nodes[i].replaced {
			continue
		}
		which := memberOf(p.key(i))
		m.at[which] = i
		if which == unknown {
			m.extra++
		}
	}
	m.id = p.id(m.at[messageID])
	typ, ok := p.typeOf(&m)
	if !ok {
		return m, false
	}
	m.typ = typ
	for which := unknown + 1; which < numMembers; which++ {
		if m.at[which] != 0 && !hasPlace(which, m.typ) {
			m.extra++
		}
	}
	m.facts = p.factsOf(m.at[context])
	m.channel = p.channelOf(&m.facts)
	return m, true
}

func (p *parser) typeOf(m *message) (translate.Type, bool) {
	if p.options.Type != "" {
		return parseType(p.options.Type)
	}
	return parseType(p.str(m.at[typeName]))
}

// put makes lr the record of a message. It leaves the observed time alone.
func (p *parser) put(lr plog.LogRecord, m *message) {
	lr.SetTimestamp(p.timeOf(m))
	b := &p.builders[0]
	b.EnsureCapacity(min(int(p.nodes[m.node].size)+1, int(numMembers)))
	b.AppendEmpty("segment.type").SetStr(m.typ.String())
	p.appendString("segment.user_id", p.id(m.at[userID]))
	p.appendString("segment.anonymous_id", p.id(m.at[anonymousID]))
	// The exporter takes blanks for none.
	if strings.TrimSpace(m.id) == "" {
		m.id = p.randomID()
	}
	p.appendString("segment.message_id", m.id)
	p.appendString("segment.timestamp", m.unusualTime)
	switch m.typ {
	case translate.Track:
		lr.SetEventName(p.text(m.at[event]))
		p.appendObject("segment.properties", m.at[properties])
	case translate.Page, translate.Screen:
		p.appendString("segment.name", p.text(m.at[name]))
		p.appendString("segment.category", p.text(m.at[category]))
		p.appendObject("segment.properties", m.at[properties])
	case translate.Group:
		p.appendString("segment.group_id", p.id(m.at[groupID]))
		p.appendObject("segment.traits", m.at[traits])
	case translate.Identify:
		p.appendObject("segment.traits", m.at[traits])
	case translate.Alias:
		p.appendString("segment.previous_id", p.id(m.at[previousID]))
	}
	p.appendContext(m)
	p.appendIntegrations(m)
	p.appendExtra(m)
	b.UnsafeIntoMap(lr.Attributes())
}

// id is an id as the record has it: the text of a string or a number, "" for anything else.
func (p *parser) id(at int32) string {
	if kind := p.nodes[at].kind; at != 0 && (kind == integer || kind == fraction) {
		return p.raw(at)
	}
	return p.text(at)
}

// text is a string member, "" for anything else.
func (p *parser) text(at int32) string {
	if kind := p.nodes[at].kind; at != 0 && kind != text && kind != null {
		p.warn(WrongKind)
	}
	return p.str(at)
}

// isObject says whether a member is an object. PHP writes an empty one as an empty array.
func (p *parser) isObject(at int32) bool {
	switch n := &p.nodes[at]; {
	case at == 0, n.kind == null:
		return false
	case n.kind == object, n.kind == array && n.size == 0:
		return true
	default:
		p.warn(WrongKind)
		return false
	}
}

func (p *parser) appendString(name, s string) {
	if s != "" {
		p.builders[0].AppendEmpty(name).SetStr(s)
	}
}

func (p *parser) appendObject(name string, at int32) {
	if p.isObject(at) {
		p.fill(p.appendMap(name), at, 1)
	}
}

func (p *parser) appendMap(name string) pcommon.Map {
	return p.builders[0].AppendEmpty(name).SetEmptyMap()
}

// appendExtra appends the members that messages of this type have no place for.
func (p *parser) appendExtra(m *message) {
	if m.extra == 0 {
		return
	}
	extra := p.appendMap("segment.extra")
	b := &p.builders[1]
	b.EnsureCapacity(m.extra)
	for i := m.node + 1; i < p.nodes[m.node].next; i = p.nodes[i].next {
		if !p.nodes[i].replaced && !hasPlace(memberOf(p.key(i)), m.typ) {
			p.appendMember(b, i, 1)
		}
	}
	b.UnsafeIntoMap(extra)
}

// randomID is an id for a message without one. It is not derived from the message: a client that sends the same twice means
// two events.
func (p *parser) randomID() string {
	// crypto/rand never fails.
	return uuid.Must(uuid.NewRandomFromReader(p.random)).String()
}
