package translate

import (
	"errors"
	"fmt"
	"strings"
)

// Config says which records are messages and what goes into them.
type Config struct {
	// Scopes are the instrumentation scopes (logger names) whose records are track events; a name covers
	// itself and every name below it (`segment` covers `segment.checkout`). Default: [segment].
	Scopes []string `mapstructure:"scopes"`

	// Events select records by event name; the first entry that matches wins. Default: none.
	Events []EventConfig `mapstructure:"events"`

	// UserID are the record attributes tried in order for `userId` after `segment.user_id`.
	// Default: [user.id, enduser.id].
	UserID []string `mapstructure:"user_id"`

	// AnonymousID are the attributes of the record, then of the resource, tried in order for `anonymousId`
	// after `segment.anonymous_id`. Default: [enduser.pseudo.id].
	AnonymousID []string `mapstructure:"anonymous_id"`

	// GroupID are the attributes of the record, then of the resource, tried in order for `groupId`
	// after `segment.group_id`. Default: none.
	GroupID []string `mapstructure:"group_id"`

	// Attributes says which plain record attributes become properties or traits.
	Attributes AttributesConfig `mapstructure:"attributes"`

	// Context switches parts of the message context on and off.
	Context ContextConfig `mapstructure:"context"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// EventConfig selects the records whose event name matches, and says what becomes of them.
type EventConfig struct {
	// Match is a glob over the whole event name: `*` stands for any run of characters.
	Match string `mapstructure:"match"`

	// Type is the type of the message. Default: track.
	Type Type `mapstructure:"type"`

	// Name is the event of the track in Segment, in place of the event name. Other types have no event. Default: the event
	// name of the record.
	Name string `mapstructure:"name"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// AttributesConfig says which plain record attributes become properties or traits. A name covers itself and all
// below it: `http.route` covers `http.route.x`, not `http.routes`.
type AttributesConfig struct {
	// Send is whether plain attributes are sent at all. Default: true.
	Send bool `mapstructure:"send"`

	// Include lets names through that the built-in list of telemetry namespaces would stop. Default: none.
	Include []string `mapstructure:"include"`

	// Exclude stops names, and wins over Include. Default: none.
	Exclude []string `mapstructure:"exclude"`

	// Keys is what becomes of the dots in attribute names. Default: nest.
	Keys KeyStyle `mapstructure:"keys"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ContextConfig switches parts of the message context on and off.
type ContextConfig struct {
	// IP sends the client address of the record as `context.ip`. Default: false.
	IP bool `mapstructure:"ip"`

	// Location sends the geo attributes as `context.location`. Default: false.
	Location bool `mapstructure:"location"`

	// Trace sends the trace and span id as `context.traceId` and `context.spanId`. Default: true.
	Trace bool `mapstructure:"trace"`

	// URLQuery keeps the query in `context.page.url` and `context.page.search`. Default: true.
	URLQuery bool `mapstructure:"url_query"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// KeyStyle is what becomes of the dots in the names of plain attributes.
type KeyStyle string

const (
	// KeysNest makes `cart.total` the member `total` of the object `cart`.
	KeysNest KeyStyle = "nest"
	// KeysKeep leaves `cart.total` as it is.
	KeysKeep KeyStyle = "keep"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *KeyStyle) UnmarshalText(text []byte) error {
	switch style := KeyStyle(text); style {
	case KeysNest, KeysKeep:
		*k = style
		return nil
	default:
		return fmt.Errorf("unknown key style %q: must be nest or keep", text)
	}
}

// NewDefaultConfig returns the defaults named at each field.
func NewDefaultConfig() Config {
	return Config{
		Scopes:      []string{"segment"},
		UserID:      []string{"user.id", "enduser.id"},
		AnonymousID: []string{"enduser.pseudo.id"},
		Attributes:  AttributesConfig{Send: true, Keys: KeysNest},
		Context:     ContextConfig{Trace: true, URLQuery: true},
	}
}

// Validate reports blank names, which would select nothing, and `segment.*` attributes as fallbacks.
func (c *Config) Validate() error {
	return errors.Join(
		noBlank("scopes", c.Scopes),
		fallbacks("user_id", c.UserID),
		fallbacks("anonymous_id", c.AnonymousID),
		fallbacks("group_id", c.GroupID),
	)
}

// Validate reports an empty glob, and a name that would be blank or that the message has no place for.
func (c *EventConfig) Validate() error {
	var problems []error
	if strings.TrimSpace(c.Match) == "" {
		problems = append(problems, errors.New("match: must be an event name or a glob such as shop.*"))
	}
	switch {
	case c.Name == "":
	case strings.TrimSpace(c.Name) == "":
		problems = append(problems, errors.New("name: must not be blank; without it the event keeps its name"))
	case c.Type != Track:
		problems = append(problems, fmt.Errorf("name: only a track has an event name, and type is %s", c.Type))
	}
	return errors.Join(problems...)
}

// Validate reports empty names, which would cover nothing.
func (c *AttributesConfig) Validate() error {
	return errors.Join(noBlank("include", c.Include), noBlank("exclude", c.Exclude))
}

// fallbacks reports names that are blank or part of the vocabulary, after which fallbacks are tried.
func fallbacks(key string, names []string) error {
	for _, name := range names {
		if strings.HasPrefix(name, vocabularyPrefix) {
			return fmt.Errorf("%s: %s cannot be an entry, segment.* attributes have a meaning of their own", key, name)
		}
	}
	return noBlank(key, names)
}

func noBlank(key string, names []string) error {
	for i, name := range names {
		if strings.TrimSpace(name) == "" {
			return fmt.Errorf("%s: entry %d is empty", key, i+1)
		}
	}
	return nil
}
