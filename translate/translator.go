package translate

import (
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Translator holds the configuration in the form that translation needs. It is safe for concurrent use.
type Translator struct {
	cfg      Config
	keySums  [][32]byte // of the sources, by their number
	library  []byte
	events   []eventRule
	include  names
	exclude  names
	roles    map[string]role
	encoders sync.Pool

	// sourcesByName are the places of the sources by name.
	sourcesByName map[string]int
}

type eventRule struct {
	match glob
	typ   Type
	name  string // "" when the event keeps its own
}

// New makes a translator for the records of some sources. Of equal names the first counts. Records of any other source are
// dropped, and so are those that name none when none of the sources has the name "".
func New(cfg Config, sources ...Source) *Translator {
	t := &Translator{
		cfg:     cfg,
		library: libraryJSON(),
		include: newNames(cfg.Attributes.Include),
		exclude: newNames(cfg.Attributes.Exclude),
	}
	for _, event := range cfg.Events {
		t.events = append(t.events, eventRule{newGlob(event.Match), event.Type, event.Name})
	}
	t.addSources(sources)
	t.roles = t.newRoles()
	t.encoders.New = func() any { return newEncoder(t) }
	return t
}

// Encoder returns an encoder for use by one goroutine; give it back with [Encoder.Release].
func (t *Translator) Encoder() *Encoder { return t.encoders.Get().(*Encoder) }

// selectEvent is the rule that the configuration has for an event name, nil when there is none.
func (t *Translator) selectEvent(name string) *eventRule {
	if name == "" {
		return nil
	}
	for i := range t.events {
		if t.events[i].match.match(name) {
			return &t.events[i]
		}
	}
	return nil
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
