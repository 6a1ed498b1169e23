package translate

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// derivedTraits are the user attributes that become traits of an identify.
var derivedTraits = [...]struct{ attribute, trait string }{
	{"user.email", "email"},
	{"user.full_name", "name"},
	{"user.name", "username"},
	{"user.roles", "roles"},
}

// payloadName is the object that holds the payload of a message type; alias has none.
func payloadName(typ Type) (objectName, bool) {
	switch typ {
	case Alias:
		return 0, false
	case Identify, Group:
		return traits, true
	default:
		return properties, true
	}
}

// appendPayload appends properties or traits.
func (e *Encoder) appendPayload(dst []byte, lr plog.LogRecord, typ Type, name objectName) []byte {
	sortByKey(e.plain)
	if out, ok := e.appendOnlySource(dst, lr, typ, name); ok {
		return out
	}
	e.buildPayload(lr, typ, name)
	return e.payload.append(dst, 0)
}

// appendOnlySource appends a payload that has one source and needs no merging, as most have: plain attributes without
// dots (so no screen names either), one map, or one JSON string. It is false, with dst of no use, for any other.
func (e *Encoder) appendOnlySource(dst []byte, lr plog.LogRecord, typ Type, name objectName) ([]byte, bool) {
	f := &e.record.objects[name]
	switch {
	case e.noShortcuts || typ == Page || typ == Identify || len(f.flat) > 0 || lr.Body().Type() == pcommon.ValueTypeMap:
		return dst, false
	case f.hasWhole:
		if len(e.plain) > 0 {
			return dst, false
		}
		return e.appendWhole(dst, f.whole)
	case len(e.plain) > maxDirectMembers:
		return dst, false
	}
	dst = append(dst, '{')
	for i := range e.plain {
		a := &e.plain[i]
		if i > 0 {
			if a.key == e.plain[i-1].key {
				return dst, false
			}
			dst = append(dst, ',')
		}
		if a.key == "" || strings.IndexByte(a.key, '.') >= 0 {
			return dst, false
		}
		ok := true
		if dst, ok = appendString(dst, a.key); !ok {
			return dst, false
		}
		if dst, ok = appendDirect(append(dst, ':'), a.value, 2, style{}); !ok {
			return dst, false
		}
	}
	return append(dst, '}'), true
}

// appendWhole appends an object that one map or JSON string gives. It is false, with dst of no use, for one that has to be taken
// apart.
func (e *Encoder) appendWhole(dst []byte, v pcommon.Value) ([]byte, bool) {
	switch v.Type() {
	case pcommon.ValueTypeMap:
		return appendDirectMap(dst, v.Map(), 1, style{keepNull: true, verbatim: e.complete})
	case pcommon.ValueTypeStr:
		return appendJSON(dst, v.Str())
	default:
		return dst, false
	}
}

// appendObject appends a member of the message that only the attributes of its name give. It appends nothing when they give no
// object.
func (e *Encoder) appendObject(dst []byte, name objectName, t *tree, nest bool) []byte {
	f := &e.record.objects[name]
	if !f.given() {
		return dst
	}
	mark := len(dst)
	dst = append(append(append(dst, `,"`...), objectNames[name]...), `":`...)
	start := len(dst)
	if !e.noShortcuts && len(f.flat) == 0 {
		if out, ok := e.appendWhole(dst, f.whole); ok {
			return out
		}
	}
	t.reset()
	if !e.mergeForms(t, f, fromObject, fromFlat, nest) {
		return dst[:mark]
	}
	return t.append(dst[:start], 0)
}

// buildPayload merges the sources of properties or traits, later ones over earlier ones.
func (e *Encoder) buildPayload(lr plog.LogRecord, typ Type, name objectName) {
	t := &e.payload
	t.reset()
	if body := lr.Body(); body.Type() == pcommon.ValueTypeMap {
		for k, v := range body.Map().All() {
			t.put(0, k, v, fromBody, 1)
		}
	}
	for i := range e.plain {
		a := &e.plain[i]
		if a.trackAndPageOnly && typ != Track && typ != Page {
			continue
		}
		t.putAttribute(a, fromPlain, e.t.cfg.Attributes.Keys != KeysKeep)
	}
	switch typ {
	case Page:
		e.derivePage(t)
	case Identify:
		for i, v := range e.derived {
			if v.ok {
				t.put(0, derivedTraits[i].trait, v.v, fromDerived, 1)
			}
		}
	}
	e.mergeForms(t, &e.record.objects[name], fromObject, fromFlat, true)
}

// derivePage copies the page of the context, and the name and category of the message where there are none.
func (e *Encoder) derivePage(t *tree) {
	page := e.context.get(0, "page")
	e.context.open(page)
	if page != 0 && e.context.nodes[page].kind == object {
		t.merge(0, &e.context, page, fromDerived, 1)
	}
	for _, member := range [...]struct{ key, value string }{{"name", e.record.name}, {"category", e.record.category}} {
		if member.value != "" && t.get(0, member.key) == 0 {
			t.set(0, member.key, leaf{kind: text, str: member.value}, fromDerived, 2)
		}
	}
}

// mergeForms merges an object in the forms that attributes give it: whole, then flattened. It is false when none of
// them is an object.
func (e *Encoder) mergeForms(t *tree, f *forms, whole, flat source, nest bool) bool {
	given := len(f.flat) > 0
	if f.hasWhole && e.mergeWhole(t, f.whole, whole) {
		given = true
	}
	sortByKey(f.flat)
	for i := range f.flat {
		t.putAttribute(&f.flat[i], flat, nest)
	}
	return given
}

func (e *Encoder) mergeWhole(t *tree, v pcommon.Value, src source) bool {
	if !usable(v) {
		return false
	}
	switch v.Type() {
	case pcommon.ValueTypeMap:
		for k, member := range v.Map().All() {
			t.put(0, k, member, src, 1)
		}
		return true
	case pcommon.ValueTypeStr:
		if e.parsed.parseObject(v.Str()) {
			t.merge(0, &e.parsed, 0, src, 1)
			return true
		}
	}
	e.warnings[InvalidJSON]++
	return false
}

func (t *tree) putAttribute(a *attribute, src source, nest bool) {
	if nest {
		t.putPath(0, a.key, a.value, src)
	} else {
		t.put(0, a.key, a.value, src, 1)
	}
}

// sortByKey leaves equal keys in their order, so that the last one wins.
func sortByKey(attributes []attribute) {
	byKey := func(a, b attribute) int { return strings.Compare(a.key, b.key) }
	if !slices.IsSortedFunc(attributes, byKey) {
		slices.SortStableFunc(attributes, byKey)
	}
}
