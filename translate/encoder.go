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
	// vocabulary says that the record has a `segment.*` attribute, other than those of isRouting.
	vocabulary bool
	// complete says that the record is a whole message, see setComplete.
	complete bool
	texts    [numTexts]string
	plain    []attribute
	derived  [len(derivedTraits)]id
	sources  sourceValues
	source   chosenSource
	groupID  id
	stamp    stamp
	// lastPlausible is the latest time that an event can have.
	lastPlausible time.Time
	roles         map[string]role
	// previousRoles has the names of the record before: those of the next are often the same, in the same order.
	previousRoles []namedRole

	// What becomes of it.
	context, payload, integrations, extra tree
	parsed                                tree
	hashed                                []byte
	warnings                              Warnings

	// noShortcuts does everything the long way, with the same result; a test compares the two.
	noShortcuts bool
}

// origin is what resources and scopes have in common.
type origin struct {
	vocabulary
	schemaURL string
	contexts  [2]sharedContext // of ordinary records, then of complete ones
	hashed    []byte
	sum       [16]byte
	summed    bool
	// warnings count with the first record that is an event.
	warnings Warnings
}

func (o *origin) reset(schemaURL string) {
	o.vocabulary.reset()
	o.schemaURL, o.summed, o.warnings = schemaURL, false, Warnings{}
	for i := range o.contexts {
		o.contexts[i].built = false
	}
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
	similar  bool // its name is like one that is selected, see resemblesScope
}

func newEncoder(t *Translator) *Encoder {
	e := &Encoder{t: t, roles: maps.Clone(t.roles), stamp: newStamp(), source: t.sourceOf("")}
	for _, tr := range e.trees() {
		tr.warnings = &e.warnings
	}
	for _, o := range [...]*origin{&e.resource.origin, &e.scope.origin} {
		o.sharedContext(true).tree.verbatim = true
	}
	return e
}

func (e *Encoder) trees() [9]*tree {
	resource, scope := &e.resource.contexts, &e.scope.contexts
	return [...]*tree{
		&e.context, &e.payload, &e.parsed, &e.integrations, &e.extra,
		&resource[0].tree, &resource[1].tree, &scope[0].tree, &scope[1].tree,
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
	if s.source == "" {
		s.source = e.resource.source
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

// Append appends the message that the record stands for, without a separator. When the outcome is not [Message], dst is returned
// as it was. A record without any time gets the time now, and a random id unless it has one of its own. Each call makes another
// message of it, so it is to be translated once.
func (e *Encoder) Append(dst []byte, lr plog.LogRecord) ([]byte, Result) {
	e.warnings = Warnings{}
	e.read(lr)
	e.chooseSource()
	event := e.eventName(lr)
	typ, name, outcome := e.selectType(event)
	result := Result{
		Outcome: outcome, Type: typ, Event: event, Channel: e.channel(),
		Source: e.source.number, SourceName: e.source.name, Drops: e.record.drops,
	}
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
		dst, result.Outcome = e.appendMessage(dst, lr, typ, name)
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
