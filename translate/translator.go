package translate

import (
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Translator holds the configuration in the form that translation needs. It is safe for concurrent use.
type Translator struct {
	cfg      Config
	keySum   [32]byte
	library  []byte
	events   []eventRule
	include  names
	exclude  names
	roles    map[string]role
	encoders sync.Pool
}

type eventRule struct {
	match glob
	typ   Type
}

// role is what a record or resource attribute outside of the vocabulary is used for. Numbers are one more than the place
// in their list; 0 is none.
type role struct {
	user, anonymous, group uint16
	text                   textRole
	derived                uint8
	source                 uint8
	payload                payloadRule
}

// textRole is an attribute that is a fallback for a text of the vocabulary.
type textRole uint8

const (
	noText textRole = iota
	otelEventName
	legacyEventName
	legacyEventDomain
	uid
	screenName
	legacyScreenName
	destinationName
	numTexts
)

var textRoles = [numTexts]string{
	otelEventName: "otel.event.name", legacyEventName: "event.name", legacyEventDomain: "event.domain", uid: recordUID,
	screenName: "app.screen.name", legacyScreenName: "screen.name", destinationName: "app.navigation.destination.name",
}

// payloadRule says whether an attribute is part of the payload.
type payloadRule uint8

const (
	inPayload payloadRule = iota
	never
	onTrackAndPage
)

// New makes a translator. The write key becomes part of the derived message ids, in a form that cannot be reversed.
func New(cfg Config, writeKey string) *Translator {
	t := &Translator{
		cfg:     cfg,
		keySum:  keySum(writeKey),
		library: libraryJSON(),
		include: newNames(cfg.Attributes.Include),
		exclude: newNames(cfg.Attributes.Exclude),
	}
	for _, event := range cfg.Events {
		t.events = append(t.events, eventRule{newGlob(event.Match), event.Type})
	}
	t.roles = t.newRoles()
	t.encoders.New = func() any { return newEncoder(t) }
	return t
}

// Encoder returns an encoder for use by one goroutine; give it back with [Encoder.Release].
func (t *Translator) Encoder() *Encoder { return t.encoders.Get().(*Encoder) }

func (t *Translator) newRoles() map[string]role {
	roles := map[string]role{}
	update := func(key string, change func(*role)) {
		r := roles[key]
		change(&r)
		roles[key] = r
	}
	for i, key := range slices.Backward(t.cfg.UserID) {
		update(key, func(r *role) { r.user = uint16(i + 1) })
	}
	for i, key := range slices.Backward(t.cfg.AnonymousID) {
		update(key, func(r *role) { r.anonymous = uint16(i + 1) })
	}
	for i, key := range slices.Backward(t.cfg.GroupID) {
		update(key, func(r *role) { r.group = uint16(i + 1) })
	}
	for i, key := range textRoles {
		if key != "" {
			update(key, func(r *role) { r.text = textRole(i) })
		}
	}
	for i, derived := range derivedTraits {
		if !t.exclude.cover(derived.attribute) {
			update(derived.attribute, func(r *role) { r.derived = uint8(i + 1) })
		}
	}
	for key, number := range sourceNumbers {
		update(key, func(r *role) { r.source = number + 1 })
	}
	for key := range roles {
		update(key, func(r *role) {
			r.payload = t.payloadRule(key)
			if r.user != 0 || r.anonymous != 0 || r.group != 0 {
				r.payload = never
			}
		})
	}
	return roles
}

func (t *Translator) payloadRule(key string) payloadRule {
	switch {
	case !t.cfg.Attributes.Send, t.exclude.cover(key):
		return never
	case t.include.cover(key):
		return inPayload
	case telemetryNames.cover(key):
		return never
	case screenNames.cover(key):
		return onTrackAndPage
	default:
		return inPayload
	}
}

// selectEvent is the type that the configuration gives to an event name.
func (t *Translator) selectEvent(name string) (Type, bool) {
	if name == "" {
		return 0, false
	}
	for _, event := range t.events {
		if event.match.match(name) {
			return event.typ, true
		}
	}
	return 0, false
}

// selectsScope says whether the records of a scope are events by its name.
func (t *Translator) selectsScope(scope pcommon.InstrumentationScope) bool {
	for _, name := range t.cfg.Scopes {
		if rest, ok := strings.CutPrefix(scope.Name(), name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}
