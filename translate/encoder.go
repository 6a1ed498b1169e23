package translate

import (
	"maps"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Encoder translates the records of one resource and scope after the other. It is not safe for concurrent use. Its
// memory is used again for every record, so that translation allocates nothing in the steady state.
type Encoder struct {
	t        *Translator
	resource resourceState
	scope    scopeState

	// What the record says.
	record vocabulary
	// vocabulary says that the record has attributes of it.
	vocabulary bool
	texts      [numTexts]string
	plain      []attribute
	derived    [len(derivedTraits)]id
	sources    sourceValues
	source     chosenSource
	groupID    id
	stamp      stamp
	// lastPlausible is the latest time that an event can have.
	lastPlausible time.Time
	roles         map[string]role
	// previousRoles has the names of the record before: those of the next are often the same, in the same order.
	previousRoles []namedRole

	// What becomes of it.
	context, payload, integrations tree
	parsed                         tree
	hashed                         []byte
	warnings                       Warnings

	// noShortcuts makes everything the long way, with the same result; a test compares the two.
	noShortcuts bool
}

// origin is what resources and scopes have in common.
type origin struct {
	vocabulary
	schemaURL string
	context   sharedContext
	hashed    []byte
	sum       [16]byte
	summed    bool
	// warnings count with the first record that is an event.
	warnings Warnings
}

func (o *origin) reset(schemaURL string) {
	o.vocabulary.reset()
	o.schemaURL, o.context.built, o.summed, o.warnings = schemaURL, false, false, Warnings{}
}

type resourceState struct {
	origin
	raw             pcommon.Resource
	sources         sourceValues
	device, browser bool // of an end user
}

type scopeState struct {
	origin
	raw      pcommon.InstrumentationScope
	selected bool // by its name
	similar  bool // but not selected
}

func newEncoder(t *Translator) *Encoder {
	e := &Encoder{t: t, roles: maps.Clone(t.roles), stamp: newStamp(), source: t.sourceOf("")}
	for _, tr := range e.trees() {
		tr.warnings = &e.warnings
	}
	return e
}

func (e *Encoder) trees() [6]*tree {
	return [...]*tree{
		&e.resource.context.tree, &e.scope.context.tree, &e.context, &e.payload, &e.parsed, &e.integrations,
	}
}

// SetResource says which resource the next scopes and records belong to.
func (e *Encoder) SetResource(resource pcommon.Resource, schemaURL string) {
	s := &e.resource
	s.reset(schemaURL)
	s.raw, s.sources.present, s.device, s.browser = resource, 0, false, false
	e.lastPlausible = time.Now().Add(maxAhead)
	for k, v := range resource.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok {
			if !s.take(name, v, onResource) {
				s.warnings[UnknownAttribute]++
			}
			continue
		}
		device, browser := kindOfDevice(k, v)
		s.device, s.browser = s.device || device, s.browser || browser
		r := e.t.roles[k]
		s.offer(r, v, onResource)
		if r.source != 0 {
			s.sources.set(r.source-1, v)
		}
	}
}

// SetScope says which scope the next records belong to. It comes after [Encoder.SetResource].
func (e *Encoder) SetScope(scope pcommon.InstrumentationScope, schemaURL string) {
	s := &e.scope
	s.reset(schemaURL)
	s.raw, s.selected, s.similar = scope, e.t.selectsScope(scope), e.t.resemblesScope(scope)
	for k, v := range scope.Attributes().All() {
		if name, ok := strings.CutPrefix(k, vocabularyPrefix); ok && !s.take(name, v, onScope) {
			s.warnings[UnknownAttribute]++
		}
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
// dst is returned as it was. A record without any time gets the time now and, unless it has an id of its own, a random one:
// it is to be translated once.
func (e *Encoder) Append(dst []byte, lr plog.LogRecord) ([]byte, Result) {
	e.warnings = Warnings{}
	e.read(lr)
	e.chooseSource()
	event := e.eventName(lr)
	typ, outcome := e.selectType(event)
	result := Result{Outcome: outcome, Type: typ, Event: event, Source: e.source.number, SourceName: e.source.name}
	if outcome == NotSelected {
		result.Resemblance = e.resemblance(event)
		return dst, result
	}
	e.stamp.set(lr, e.broughtID() != "")
	if lr.DroppedAttributesCount() > 0 {
		e.warnings[DroppedAttributes]++
	}
	mark := len(dst)
	if outcome == Message {
		dst, result.Outcome = e.appendMessage(dst, lr, typ, event)
	}
	if result.Outcome != Message {
		dst = e.appendMessageID(dst[:mark], lr)
		result.MessageID = string(dst[mark:])
		dst = dst[:mark]
	}
	e.takeWarnings(&e.resource.warnings)
	e.takeWarnings(&e.scope.warnings)
	result.Warnings = e.warnings
	return dst, result
}

func (e *Encoder) takeWarnings(from *Warnings) {
	for w, n := range from {
		e.warnings[w] += n
	}
	*from = Warnings{}
}

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
			e.vocabulary = true
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
	if e.scope.selected {
		return Track, Message
	}
	return 0, NotSelected
}
