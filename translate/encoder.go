package translate

import (
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// maxMessageID is the length in characters from which on Segment cuts or refuses an id.
const maxMessageID = 100

// Encoder translates the records of one resource and scope after the other. It is not safe for concurrent use. Its
// memory is used again for every record, so that translation allocates nothing in the steady state.
type Encoder struct {
	t        *Translator
	warnings Warnings

	// What the resource and the scope say.
	rawResource                 pcommon.Resource
	rawScope                    pcommon.InstrumentationScope
	resourceSchema, scopeSchema string
	resource, scope             vocabulary
	resourceContext             resourceContext
	scopeSelected               bool
	baseContext                 tree
	contextPrepared             bool
	library                     int32
	origin                      [16]byte
	originHashed                bool
	carried                     Warnings

	// What the record says.
	record          vocabulary
	texts           [numTexts]string
	plain           []attribute
	derived         [len(derivedTraits)]id
	sources         sourceValues
	groupID         id
	context         tree
	payload, parsed tree
	integrations    tree
	hashed          []byte
}

func newEncoder(t *Translator) *Encoder {
	e := &Encoder{t: t}
	for _, tr := range [...]*tree{&e.baseContext, &e.context, &e.payload, &e.parsed, &e.integrations} {
		tr.warnings = &e.warnings
	}
	return e
}

// Release gives the encoder back. It must not be used any more.
func (e *Encoder) Release() { e.t.encoders.Put(e) }

// SetResource says which resource the next scopes and records belong to.
func (e *Encoder) SetResource(resource pcommon.Resource, schemaURL string) {
	e.rawResource, e.resourceSchema = resource, schemaURL
	e.warnings = Warnings{}
	e.resource.reset()
	for k, v := range resource.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok {
			e.take(&e.resource, name, v, onResource)
			continue
		}
		if r, ok := e.t.roles[k]; ok {
			e.resource.offer(r, v, onResource)
		}
	}
	e.resourceContext.set(resource.Attributes())
	e.carried = e.warnings
}

// SetScope says which scope the next records belong to. It comes after [Encoder.SetResource].
func (e *Encoder) SetScope(scope pcommon.InstrumentationScope, schemaURL string) {
	e.rawScope, e.scopeSchema = scope, schemaURL
	e.warnings = e.carried
	e.scope.reset()
	for k, v := range scope.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok {
			e.take(&e.scope, name, v, onScope)
		}
	}
	e.scopeSelected = e.t.selectsScope(scope)
	e.contextPrepared, e.originHashed = false, false
	e.carried = e.warnings
}

func (e *Encoder) take(x *vocabulary, name string, v pcommon.Value, at level) {
	if !x.take(name, v, at) {
		e.warnings[UnknownAttribute]++
	}
}

// offer takes an attribute for the ids it is a fallback for. A resource has no fallback for the user: it would give every
// visitor one identity.
func (x *vocabulary) offer(r role, v pcommon.Value, at level) {
	if r.user != 0 && at == onRecord {
		x.user.offer(v, r.user)
	}
	if r.anonymous != 0 {
		x.anonymous.offer(v, r.anonymous)
	}
	if r.group != 0 {
		x.group.offer(v, r.group)
	}
}

// Append appends the message that the record stands for, without a separator. When the outcome is not [Message],
// dst is returned as it was.
func (e *Encoder) Append(dst []byte, lr plog.LogRecord) ([]byte, Result) {
	e.warnings = Warnings{}
	e.read(lr)
	event := e.eventName(lr)
	typ, outcome := e.selectType(event)
	if outcome == NotSelected {
		return dst, Result{Outcome: NotSelected}
	}
	if !e.contextPrepared {
		e.prepareContext()
		e.contextPrepared = true
	}
	if lr.DroppedAttributesCount() > 0 {
		e.warnings[DroppedAttributes]++
	}
	mark := len(dst)
	if outcome == Message {
		dst, outcome = e.appendMessage(dst, lr, typ, event)
	}
	result := Result{Outcome: outcome, Type: typ, Event: event}
	if outcome != Message {
		dst = e.appendMessageID(dst[:mark], lr)
		result.MessageID = string(dst[mark:])
		dst = dst[:mark]
	}
	for w, n := range e.carried {
		e.warnings[w] += n
	}
	e.carried = Warnings{}
	result.Warnings = e.warnings
	return dst, result
}

// read sorts the attributes of a record by what they are used for.
func (e *Encoder) read(lr plog.LogRecord) {
	e.record.reset()
	e.texts = [numTexts]string{}
	e.derived = [len(derivedTraits)]id{}
	e.plain = e.plain[:0]
	e.sources.present = 0
	for k, v := range lr.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok {
			e.take(&e.record, name, v, onRecord)
			continue
		}
		r := e.t.roleOf(k)
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
}

func usable(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		return false
	case pcommon.ValueTypeStr:
		return !blank(v.Str())
	default:
		return true
	}
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

// selectType says which type of message the record is: the first rule that holds wins.
func (e *Encoder) selectType(event string) (Type, Outcome) {
	explicit := e.record.typ
	if explicit == "" {
		if e.record.event != "" {
			return Track, Message
		}
		explicit = e.scope.typ
	}
	if explicit != "" {
		typ, ok := parseType(explicit)
		if !ok {
			return 0, InvalidType
		}
		return typ, Message
	}
	if typ, ok := e.t.selectEvent(event); ok {
		return typ, Message
	}
	if e.scopeSelected {
		return Track, Message
	}
	return 0, NotSelected
}

func (e *Encoder) appendMessage(dst []byte, lr plog.LogRecord, typ Type, event string) ([]byte, Outcome) {
	user := resolve(&e.record.user, &e.scope.user, &e.resource.user)
	anonymous := resolve(&e.record.anonymous, &e.scope.anonymous, &e.resource.anonymous)
	e.groupID = resolve(&e.record.group, &e.scope.group, &e.resource.group)
	switch {
	case typ == Track && event == "":
		return dst, MissingEventName
	case typ == Group && !e.groupID.ok:
		return dst, MissingGroupID
	case typ == Alias && !e.record.previous.ok:
		return dst, MissingPreviousID
	case typ == Alias && !user.ok:
		return dst, MissingUserID
	case !user.ok && !anonymous.ok:
		return dst, MissingIdentity
	}
	mark := len(dst)
	dst = append(dst, `{"type":"`...)
	dst = append(dst, typ.String()...)
	dst = append(dst, '"')
	if typ == Track {
		dst = e.appendString(append(dst, `,"event":`...), event)
	}
	dst = e.appendNames(dst, typ)
	dst = e.appendIDMember(dst, `,"userId":`, user)
	dst = e.appendIDMember(dst, `,"anonymousId":`, anonymous)
	if typ == Group {
		dst = e.appendIDMember(dst, `,"groupId":`, e.groupID)
	}
	if typ == Alias {
		dst = e.appendIDMember(dst, `,"previousId":`, e.record.previous)
	}
	dst = e.appendMessageIDMember(dst, lr)
	if ts, ok := e.timestamp(lr); ok {
		dst = AppendTime(append(dst, `,"timestamp":`...), ts)
	}
	e.buildContext(lr, typ)
	if name, ok := payloadName(typ); ok {
		e.buildPayload(lr, typ, name)
		dst = append(append(append(dst, `,"`...), objectNames[name]...), `":`...)
		dst = e.payload.append(dst, 0)
	}
	e.warnMisplaced(typ)
	dst = e.context.append(append(dst, `,"context":`...), 0)
	if f := &e.record.objects[integrations]; f.given() {
		e.integrations.reset()
		e.mergeForms(&e.integrations, f, fromObject, fromFlat, false)
		dst = e.integrations.append(append(dst, `,"integrations":`...), 0)
	}
	dst = append(dst, '}')
	if len(dst)-mark > MaxMessageBytes {
		return dst, TooLarge
	}
	return dst, Message
}

// appendNames appends the name and category that page and screen have.
func (e *Encoder) appendNames(dst []byte, typ Type) []byte {
	if typ != Page && typ != Screen {
		return dst
	}
	name := e.record.name
	if typ == Screen {
		for _, fallback := range [...]textRole{screenName, legacyScreenName, destinationName} {
			if name == "" {
				name = e.texts[fallback]
			}
		}
	}
	if name != "" {
		dst = e.appendString(append(dst, `,"name":`...), name)
	}
	if e.record.category != "" {
		dst = e.appendString(append(dst, `,"category":`...), e.record.category)
	}
	return dst
}

// warnMisplaced counts the attributes that the vocabulary has, but not for this type of message.
func (e *Encoder) warnMisplaced(typ Type) {
	payload, ok := payloadName(typ)
	for _, name := range [...]objectName{properties, traits} {
		if (!ok || name != payload) && e.record.objects[name].given() {
			e.warnings[UnknownAttribute]++
		}
	}
	if typ != Page && typ != Screen && (e.record.name != "" || e.record.category != "") {
		e.warnings[UnknownAttribute]++
	}
	if typ != Alias && e.record.previous.ok {
		e.warnings[UnknownAttribute]++
	}
}

func (e *Encoder) appendIDMember(dst []byte, key string, i id) []byte {
	if !i.ok {
		return dst
	}
	return e.appendID(append(dst, key...), i)
}

func (e *Encoder) appendMessageIDMember(dst []byte, lr plog.LogRecord) []byte {
	dst = append(dst, `,"messageId":`...)
	if own := e.ownMessageID(); own != "" {
		return e.appendString(dst, own)
	}
	return append(e.appendDerivedID(append(dst, '"'), lr), '"')
}

// appendMessageID appends the message id as text.
func (e *Encoder) appendMessageID(dst []byte, lr plog.LogRecord) []byte {
	if own := e.ownMessageID(); own != "" {
		return append(dst, own...)
	}
	return e.appendDerivedID(dst, lr)
}

// ownMessageID is the id that the record brings along, "" when it is to be derived.
func (e *Encoder) ownMessageID() string {
	own := e.record.messageID
	if own == "" {
		own = e.texts[uid]
	}
	if utf8.RuneCountInString(own) >= maxMessageID {
		return ""
	}
	return own
}

func (e *Encoder) appendString(dst []byte, s string) []byte {
	dst, valid := appendString(dst, s)
	if !valid {
		e.warnings[InvalidUTF8]++
	}
	return dst
}
