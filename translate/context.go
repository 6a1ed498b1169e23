package translate

import (
	"encoding/hex"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/version"
)

// recordSources numbers the record attributes that the context is made from, those of the table and of the page URL.
var recordSources = numberRecordSources()

// maxRecordSources is how many can be numbered: the bits of sourceValues.present.
const maxRecordSources = 64

func numberRecordSources() map[string]uint8 {
	numbers := map[string]uint8{}
	number := func(keys []string) {
		for _, key := range keys {
			if _, ok := numbers[key]; !ok {
				numbers[key] = uint8(len(numbers))
			}
		}
	}
	for _, r := range contextTable {
		number(r.record)
	}
	number(urlSources)
	if len(numbers) > maxRecordSources {
		panic("translate: more record attributes in the context table than maxRecordSources")
	}
	return numbers
}

// sourceValues are the attributes of one record that the context is made from.
type sourceValues struct {
	present uint64
	values  [maxRecordSources]pcommon.Value
}

func (s *sourceValues) set(number uint8, v pcommon.Value) {
	s.present |= 1 << number
	s.values[number] = v
}

func (s *sourceValues) get(key string) (pcommon.Value, bool) {
	number, ok := recordSources[key]
	if !ok || s.present&(1<<number) == 0 {
		return pcommon.Value{}, false
	}
	return s.values[number], true
}

// resourceContext is what the context table needs to know about a resource.
type resourceContext struct {
	attributes pcommon.Map
	device     bool // an end-user device
	browser    bool
}

// deviceNames are the operating systems that only end-user devices have, in lower case.
var deviceNames = newNames([]string{"android", "ios", "ipados", "tvos", "watchos", "visionos"})

func (r *resourceContext) set(attributes pcommon.Map) {
	*r = resourceContext{attributes: attributes}
	for k, v := range attributes.All() {
		switch {
		case k == "telemetry.sdk.language" && textOf(v) == "webjs", strings.HasPrefix(k, "browser."):
			r.device, r.browser = true, true
		case k == "os.name":
			r.device = r.device || deviceNames.cover(strings.ToLower(textOf(v)))
		case k == "app.installation.id", strings.HasPrefix(k, "device."), strings.HasPrefix(k, "android."):
			r.device = true
		}
	}
}

func (e *Encoder) applies(when condition, typ Type) bool {
	switch when {
	case onDevice:
		return e.resourceContext.device
	case onDeviceNotBrowser:
		return e.resourceContext.device && !e.resourceContext.browser
	case onPage:
		return typ == Page
	case ifIP:
		return e.t.cfg.Context.IP
	case ifLocation:
		return e.t.cfg.Context.Location
	default:
		return true
	}
}

// prepareContext builds what the contexts of all records of one resource and scope have in common.
func (e *Encoder) prepareContext() {
	t := &e.baseContext
	t.reset()
	e.library = t.put0("library", t.encode(func(dst []byte) []byte { return append(dst, e.t.library...) }))
	for i := range contextTable {
		r := &contextTable[i]
		if !e.applies(r.when, Track) {
			continue
		}
		for _, key := range r.resource {
			v, ok := e.resourceContext.attributes.Get(key)
			if ok && e.setRow(t, r, v) {
				break
			}
		}
	}
	e.mergeForms(t, &e.resource.objects[context], fromResourceObject, fromResourceFlat, true)
	e.mergeForms(t, &e.scope.objects[context], fromScopeObject, fromScopeFlat, true)
	t.encodeTexts()
}

// setRow is false when v is of no use, so that the next source is tried.
func (e *Encoder) setRow(t *tree, r *row, v pcommon.Value) bool {
	l, ok := r.convert(v)
	if ok && (r.beside == "" || t.has(r.beside)) {
		t.setRow(r.path, l)
	}
	return ok
}

// buildContext adds to the common part what the record says. The page comes before the trace and the trace before
// the group, as in the table of the mapping.
func (e *Encoder) buildContext(lr plog.LogRecord, typ Type) {
	t := &e.context
	t.copyOf(&e.baseContext)
	if e.sources.present != 0 {
		for i := range contextTable {
			e.applyRecord(t, &contextTable[i], typ)
		}
	}
	e.addPage(t, typ)
	if e.t.cfg.Context.Trace {
		if id := lr.TraceID(); !id.IsEmpty() {
			t.setRow("traceId", t.encode(func(dst []byte) []byte { return appendHexString(dst, id[:]) }))
		}
		if id := lr.SpanID(); !id.IsEmpty() {
			t.setRow("spanId", t.encode(func(dst []byte) []byte { return appendHexString(dst, id[:]) }))
		}
	}
	if typ != Group && e.groupID.ok {
		t.setRow("groupId", t.encode(func(dst []byte) []byte { return e.appendID(dst, e.groupID) }))
	}
	e.mergeForms(t, &e.record.objects[context], fromObject, fromFlat, true)

	// Nobody else names the library, and `direct` would record the Collector's address as the user's.
	library := &t.nodes[e.library]
	library.leaf = e.baseContext.nodes[e.library].leaf
	if direct := t.find(0, "direct"); direct != 0 {
		t.nodes[direct].leaf = leaf{kind: absent}
	}
}

func (e *Encoder) applyRecord(t *tree, r *row, typ Type) {
	if len(r.record) == 0 || !e.applies(r.when, typ) {
		return
	}
	for _, key := range r.record {
		if v, ok := e.sources.get(key); ok && e.setRow(t, r, v) {
			return
		}
	}
}

// put0 adds a member to the root of an empty tree.
func (t *tree) put0(key string, l leaf) int32 { return t.set(0, key, l, fromRow, 1) }

// setRow sets the member at a path of one or two parts, unless segment.context has something else there.
func (t *tree) setRow(path string, l leaf) {
	if l.kind == encoded && l.str != "" {
		json := l.str
		l = t.encode(func(dst []byte) []byte { return append(dst, json...) })
	}
	group, key, nested := strings.Cut(path, ".")
	if !nested {
		t.set(0, path, l, fromRow, 1)
		return
	}
	at := t.find(0, group)
	if at == 0 {
		at = t.add(0, node{leaf: leaf{kind: object}, key: group, implicit: true})
	}
	if t.nodes[at].kind == object {
		t.set(at, key, l, fromRow, 2)
	}
}

// has says whether there is a member at a path of two parts.
func (t *tree) has(path string) bool {
	group, key, _ := strings.Cut(path, ".")
	at := t.find(0, group)
	if at == 0 || t.nodes[at].kind != object {
		return false
	}
	at = t.find(at, key)
	return at != 0 && t.nodes[at].kind != absent
}

// encode is a leaf of JSON that is kept in the tree.
func (t *tree) encode(appendJSON func([]byte) []byte) leaf {
	start := len(t.arena)
	t.arena = appendJSON(t.arena)
	return t.encodedFrom(start)
}

// encodeTexts encodes all strings now, for a tree that is copied often.
func (t *tree) encodeTexts() {
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.kind == text {
			n.leaf = t.encode(func(dst []byte) []byte { return t.appendString(dst, n.str) })
		}
	}
}

func appendHexString(dst, id []byte) []byte {
	dst = append(dst, '"')
	dst = hex.AppendEncode(dst, id)
	return append(dst, '"')
}

// libraryJSON is `context.library`, the same in every message.
func libraryJSON() []byte {
	json, _ := appendString([]byte(`{"name":`), version.Name)
	json, _ = appendString(append(json, `,"version":`...), version.Version)
	return append(json, '}')
}
