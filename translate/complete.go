package translate

import "go.opentelemetry.io/collector/pdata/pcommon"

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

// setComplete finds out whether the record is complete: a whole message of one of Segment's libraries, which is sent as it came
// in. Only its event name and the `segment.*` attributes count: its own, and those of its scope and its resource.
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
	shared, own := e.shared(), &e.record.objects[context]
	if !e.noShortcuts && !e.hasGroup(typ) {
		switch {
		case !shared.given:
			if out, ok := e.appendOwnContext(append(dst, key...)); ok {
				return out
			}
		case !own.given():
			return append(append(dst, key...), shared.json...)
		}
	}
	t := &e.context
	t.copyOf(&shared.tree)
	e.addGroup(t, typ)
	given := e.mergeForms(t, own, fromObject, fromFlat, true)
	if !given && !e.hasGroup(typ) && !shared.given {
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
