package translate

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// answer is a bool that can be missing.
type answer uint8

const (
	noAnswer answer = iota
	no
	yes
)

func answerOf(v pcommon.Value) answer {
	switch {
	case v.Type() != pcommon.ValueTypeBool:
		return noAnswer
	case v.Bool():
		return yes
	default:
		return no
	}
}

// or is the answer of the next level when this one has none.
func (a answer) or(next answer) answer {
	if a != noAnswer {
		return a
	}
	return next
}

// setComplete finds out whether the record is complete: a whole message, which came from a library of Segment's and leaves as it
// came in. Only its `segment.*` attributes and its event name count, and those of its scope and its resource.
func (e *Encoder) setComplete() {
	complete := e.record.complete.or(e.scope.complete) == yes
	if complete {
		e.texts = [numTexts]string{}
	}
	if complete == e.complete {
		return
	}
	e.complete = complete
	for _, t := range [...]*tree{&e.context, &e.payload, &e.parsed, &e.integrations, &e.extra} {
		t.verbatim = complete
	}
}

// appendAsGiven appends the payload and the context of a complete record, each only when it was given.
func (e *Encoder) appendAsGiven(dst []byte, typ Type) []byte {
	if name, ok := payloadName(typ); ok {
		dst = e.appendObject(dst, name, &e.payload, true)
	}
	return e.appendGivenContext(dst, typ)
}

func (e *Encoder) appendGivenContext(dst []byte, typ Type) []byte {
	const key = `,"context":`
	shared := e.shared()
	if !e.noShortcuts && !shared.given && !e.groupID.ok {
		if out, ok := e.appendOwnContext(append(dst, key...)); ok {
			return out
		}
	}
	t := &e.context
	t.copyOf(&shared.tree)
	hasGroup := e.addGroup(t, typ)
	given := e.mergeForms(t, &e.record.objects[context], fromObject, fromFlat, true)
	if !given && !hasGroup && !shared.given {
		return dst
	}
	e.finishContext()
	return t.append(append(dst, key...), 0)
}

// appendOwnContext appends the context of a record that has it in one map, as most do. It is false, with dst of no use, for any
// other.
func (e *Encoder) appendOwnContext(dst []byte) ([]byte, bool) {
	f := &e.record.objects[context]
	if !f.hasWhole || len(f.flat) > 0 || f.whole.Type() != pcommon.ValueTypeMap {
		return dst, false
	}
	if _, ok := f.whole.Map().Get("direct"); ok {
		return dst, false
	}
	return e.appendWhole(dst, f.whole)
}

// appendExtra appends the members that `segment.extra` gives the message itself. They come last: nothing that is looked for in a
// message is found in them first.
func (e *Encoder) appendExtra(dst []byte, typ Type) []byte {
	f := &e.record.objects[extra]
	if !f.given() {
		return dst
	}
	t := &e.extra
	t.reset()
	e.mergeForms(t, f, fromObject, fromFlat, true)
	for at := t.nodes[0].first; at != 0; at = t.nodes[at].next {
		if t.nodes[at].kind != absent && e.reserves(t.nodes[at].key, typ) {
			t.openBelow(at)
			t.nodes[at].leaf = leaf{kind: absent}
			e.warnings[UnknownAttribute]++
		}
	}
	mark := len(dst)
	dst = t.append(dst, 0)
	if len(dst) == mark+len("{}") {
		return dst[:mark]
	}
	dst[mark] = ','
	return dst[:len(dst)-1]
}

// reserves says whether a member of the message is none that `segment.extra` can give. In a complete message, which stays the
// same, these are the ones that the encoder writes for its type and those of the upload. Elsewhere nothing has two
// places: what has an attribute of its own is reserved on all types, and so is what Segment sets itself.
func (e *Encoder) reserves(member string, typ Type) bool {
	payload, hasPayload := payloadName(typ)
	switch member {
	case "type", "userId", "anonymousId", "messageId", "timestamp", "context", "integrations",
		"sentAt", "writeKey", "receivedAt", "originalTimestamp", "projectId":
		return true
	case "event":
		return typ == Track || !e.complete
	case "name", "category":
		return typ == Page || typ == Screen || !e.complete
	case "groupId":
		return typ == Group || !e.complete
	case "previousId":
		return typ == Alias || !e.complete
	case "properties", "traits":
		return hasPayload && objectNames[payload] == member || !e.complete
	case "channel", "version":
		return !e.complete
	default:
		return false
	}
}

// takeChannel is false for a text that is no channel.
func (x *vocabulary) takeChannel(v pcommon.Value) bool {
	switch name := strings.ToLower(strings.TrimSpace(textOf(v))); name {
	case channelNames[Client]:
		x.client = yes
	case channelNames[Server]:
		x.client = no
	default:
		return name == ""
	}
	return true
}

func (e *Encoder) channel() Channel {
	if e.record.client.or(e.scope.client) == yes {
		return Client
	}
	return Server
}
