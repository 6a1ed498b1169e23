package translate

import (
	"cmp"
	"encoding/hex"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// libraryNode is the place of `context.library`, which comes first.
const libraryNode = 1

// appendContext appends the context of a record. Most records add a few members to what they share with others, or none:
// then nothing has to be merged.
func (e *Encoder) appendContext(dst []byte, lr plog.LogRecord, typ Type) []byte {
	shared := e.shared()
	if !e.noShortcuts && !e.mergesContext(typ) {
		before := e.warnings
		if out, ok := e.appendToShared(dst, shared, lr); ok {
			return out
		}
		e.warnings = before
	}
	if typ != Page {
		e.buildContext(shared, lr, typ)
	}
	return e.context.append(dst, 0)
}

// mergesContext says whether the record has more for its context than rows of the table and the trace. The context of a page
// is always built, because properties are taken from it.
func (e *Encoder) mergesContext(typ Type) bool {
	return typ == Page || e.hasGroup(typ) || e.record.objects[context].given() ||
		(e.sources.present|e.resource.sources.present)&documentBit != 0
}

// appendToShared appends the shared context with the rows and the trace of a record. It is false, with dst of no use, when one of
// them is in the shared context already or depends on what is.
func (e *Encoder) appendToShared(dst []byte, shared *sharedContext, lr plog.LogRecord) ([]byte, bool) {
	dst = append(dst, shared.json[:len(shared.json)-1]...)
	open := ""
	for _, r := range recordRows {
		if e.sources.present&r.recordMask == 0 || r.when == onPage || !e.applies(r.when) {
			continue
		}
		l, ok := firstUsable(r, r.fromRecord, &e.sources)
		if !ok {
			continue
		}
		if l.kind == absent || r.beside != "" || shared.tree.get(0, cmp.Or(r.group, r.key)) != 0 {
			return dst, false
		}
		if open != "" && open != r.group {
			dst = append(dst, '}')
		}
		if r.group == "" || r.group == open {
			dst = append(dst, ',')
		} else {
			dst = append(append(append(dst, `,"`...), r.group...), `":{`...)
		}
		open = r.group
		dst = append(append(append(dst, '"'), r.key...), `":`...)
		dst = e.context.appendLeaf(dst, &l)
	}
	if open != "" {
		dst = append(dst, '}')
	}
	trace, span := e.trace(lr)
	if !trace.IsEmpty() {
		dst = appendHex(append(dst, `,"traceId":`...), trace[:])
	}
	if !span.IsEmpty() {
		dst = appendHex(append(dst, `,"spanId":`...), span[:])
	}
	return append(dst, '}'), !shared.trace || trace.IsEmpty() && span.IsEmpty()
}

// trace is the trace and span id of the record, empty when they are not sent.
func (e *Encoder) trace(lr plog.LogRecord) (pcommon.TraceID, pcommon.SpanID) {
	if !e.t.cfg.Context.Trace {
		return pcommon.TraceID{}, pcommon.SpanID{}
	}
	return lr.TraceID(), lr.SpanID()
}

// buildContext adds to the shared part what the record says. The page comes before the trace and the trace before the group, so
// that every context has its members in the same order.
func (e *Encoder) buildContext(shared *sharedContext, lr plog.LogRecord, typ Type) {
	t := &e.context
	t.copyOf(&shared.tree)
	for _, r := range recordRows {
		switch {
		case r.when == onPage && typ == Page:
			_ = setFirst(t, r, r.fromRecord, &e.sources) || setFirst(t, r, r.fromResource, &e.resource.sources)
		case e.sources.present&r.recordMask != 0 && r.when != onPage && e.applies(r.when):
			setFirst(t, r, r.fromRecord, &e.sources)
		}
	}
	e.addPage(t, typ)
	trace, span := e.trace(lr)
	if !trace.IsEmpty() {
		t.setRow("", "traceId", t.encodedHex(trace[:]))
	}
	if !span.IsEmpty() {
		t.setRow("", "spanId", t.encodedHex(span[:]))
	}
	e.addGroup(t, typ)
	e.mergeForms(t, &e.record.objects[context], fromObject, fromFlat, true)
	e.finishContext()
}

// hasGroup says whether the group is part of the context: where the message is not about the group itself.
func (e *Encoder) hasGroup(typ Type) bool { return typ != Group && e.groupID.ok }

func (e *Encoder) addGroup(t *tree, typ Type) {
	if !e.hasGroup(typ) {
		return
	}
	start := len(t.arena)
	t.arena = e.appendID(t.arena, e.groupID)
	t.setRow("", "groupId", t.encodedFrom(start))
}

// finishContext does what no source can change. It writes `context.library`, except for a complete record, which has its own. It
// takes out `context.direct`, and rows without the member that they must stand beside.
func (e *Encoder) finishContext() {
	t := &e.context
	if !e.complete {
		t.open(libraryNode)
		t.orphan(libraryNode)
		t.nodes[libraryNode].leaf = leaf{kind: encoded, num: uint64(len(e.t.library))}
	}
	// With `context.direct` Segment would record the Collector's address as the user's.
	if direct := t.find(0, "direct"); direct != 0 {
		t.openBelow(direct)
		t.nodes[direct].leaf = leaf{kind: absent}
	}
	for _, r := range companions {
		if at := t.at(r.group, r.key); at != 0 && t.nodes[at].source == fromRow && t.at(r.group, r.beside) == 0 {
			t.nodes[at].leaf = leaf{kind: absent}
		}
	}
}

func (e *Encoder) applies(when condition) bool {
	switch when {
	case onDevice:
		return e.resource.device
	case onDeviceNotBrowser:
		return e.resource.device && !e.resource.browser
	case ifIP:
		return e.t.cfg.Context.IP
	case ifLocation:
		return e.t.cfg.Context.Location
	default:
		return true
	}
}

// firstUsable is the value of the first source that has a usable one.
func firstUsable(r *compiledRow, sources []uint8, values *sourceValues) (leaf, bool) {
	for _, number := range sources {
		if v, ok := values.get(number); ok {
			if l, ok := r.convert(v); ok {
				return l, true
			}
		}
	}
	return leaf{}, false
}

// setFirst sets the row from the first source that has a usable value.
func setFirst(t *tree, r *compiledRow, sources []uint8, values *sourceValues) bool {
	l, ok := firstUsable(r, sources, values)
	if ok {
		t.setRow(r.group, r.key, l)
	}
	return ok
}

// setRow sets the member key of a group, or of the root when group is "", unless segment.context has something else there.
func (t *tree) setRow(group, key string, l leaf) {
	if l.kind == encoded && l.str != "" {
		start := len(t.arena)
		t.arena = append(t.arena, l.str...)
		l = t.encodedFrom(start)
	}
	if group == "" {
		t.set(0, key, l, fromRow, 2)
		return
	}
	at := t.find(0, group)
	t.open(at)
	if at == 0 {
		at = t.add(0, node{leaf: leaf{kind: object}, key: group, implicit: true})
	}
	if t.nodes[at].kind == object {
		t.set(at, key, l, fromRow, 3)
	}
}

// at is the place of the member key of a group, 0 when there is none.
func (t *tree) at(group, key string) int32 {
	at := t.get(0, group)
	t.open(at)
	if at == 0 || t.nodes[at].kind != object {
		return 0
	}
	return t.get(at, key)
}

// encodeTexts encodes all strings now, for a tree that is copied often.
func (t *tree) encodeTexts() {
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.kind == text {
			start := len(t.arena)
			t.arena = t.appendString(t.arena, n.str)
			n.leaf = t.encodedFrom(start)
		}
	}
}

func (t *tree) encodedHex(id []byte) leaf {
	start := len(t.arena)
	t.arena = appendHex(t.arena, id)
	return t.encodedFrom(start)
}

func appendHex(dst, id []byte) []byte {
	return append(hex.AppendEncode(append(dst, '"'), id), '"')
}

// libraryJSON is `context.library`, the same in every message.
func libraryJSON() []byte {
	json := AppendString([]byte(`{"name":`), version.Name)
	json = AppendString(append(json, `,"version":`...), version.Version)
	return append(json, '}')
}
