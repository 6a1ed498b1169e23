package translate

import (
	"slices"
	"strings"
)

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

// What is remembered of attribute names is bounded. Programs have few, so that they are nearly always found; senders
// could make up more.
const (
	maxRoles         = 1_000
	maxRoleBytes     = 100
	maxPreviousRoles = 32
)

type namedRole struct {
	name string
	role role
}

// roleAt is the role of the record attribute that stands at a place, those of the vocabulary not counted.
func (e *Encoder) roleAt(place int, key string) role {
	if place < len(e.previousRoles) && e.previousRoles[place].name == key {
		return e.previousRoles[place].role
	}
	r := e.roleOf(key)
	switch {
	case len(key) > maxRoleBytes:
	case place < len(e.previousRoles):
		e.previousRoles[place] = namedRole{key, r}
	case place == len(e.previousRoles) && place < maxPreviousRoles:
		e.previousRoles = append(e.previousRoles, namedRole{key, r})
	}
	return r
}

func (e *Encoder) roleOf(key string) role {
	r, ok := e.roles[key]
	if !ok {
		r = role{payload: e.t.payloadRule(key)}
		if len(e.roles) < maxRoles && len(key) <= maxRoleBytes {
			e.roles[strings.Clone(key)] = r
		}
	}
	return r
}
