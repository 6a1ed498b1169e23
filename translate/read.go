package translate

import (
	"cmp"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"
)

// read sorts the attributes of a record by what they are used for.
func (e *Encoder) read(lr plog.LogRecord) {
	e.record.reset()
	e.vocabulary = false
	e.texts = [numTexts]string{}
	e.derived = [len(derivedTraits)]id{}
	e.plain = e.plain[:0]
	e.sources.present = 0
	place := 0
	for k, v := range lr.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok {
			e.vocabulary = e.vocabulary || !isRouting(name)
			if !e.record.take(name, v, onRecord) {
				e.warnings[UnknownAttribute]++
			}
			continue
		}
		r := e.roleAt(place, k)
		place++
		e.record.offer(r, v, onRecord)
		if r.text != noText {
			e.texts[r.text] = textOf(v)
		}
		if r.derived != 0 {
			e.derived[r.derived-1] = id{v, usable(v)}
		}
		if r.source != 0 {
			e.sources.set(r.source-1, v)
		}
		if r.payload != never {
			e.plain = append(e.plain, attribute{key: k, value: v, trackAndPageOnly: r.payload == onTrackAndPage})
		}
	}
	e.setComplete()
}

func (e *Encoder) eventName(lr plog.LogRecord) string {
	if e.record.event != "" {
		return e.record.event
	}
	if name := lr.EventName(); !blank(name) {
		return name
	}
	if name := e.texts[otelEventName]; name != "" {
		return name
	}
	name, domain := e.texts[legacyEventName], e.texts[legacyEventDomain]
	if name == "" || domain == "" || strings.HasPrefix(name, domain+".") {
		return name
	}
	return domain + "." + name
}

// selectType says which type of message the record is, and which name a track has: the first rule that holds wins.
func (e *Encoder) selectType(event string) (Type, string, Outcome) {
	explicit := e.record.typ
	if explicit == "" {
		if e.record.event != "" {
			return Track, event, Message
		}
		explicit = e.scope.typ
	}
	if explicit != "" {
		typ, ok := parseType(explicit)
		if !ok {
			return 0, event, InvalidType
		}
		return typ, event, Message
	}
	if rule := e.t.selectEvent(event); rule != nil {
		return rule.typ, cmp.Or(rule.name, event), Message
	}
	if e.scope.selected {
		return Track, event, Message
	}
	return 0, event, NotSelected
}
