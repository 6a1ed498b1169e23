package translate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Resemblance is what a record that is not selected has in common with events. It was perhaps meant to be one.
type Resemblance uint8

// Of several, the first one counts.
const (
	// NoResemblance: it is like any other log record.
	NoResemblance Resemblance = iota
	// HasVocabulary: it has `segment.*` attributes, but neither a type nor an event.
	HasVocabulary
	// HasSimilarScope: the name of its scope begins like one that is selected, in another case or with another separator.
	HasSimilarScope
	// HasEventName: it has an event name.
	HasEventName
)

func (e *Encoder) resemblance(event string) Resemblance {
	switch {
	case e.vocabulary:
		return HasVocabulary
	case e.scope.similar:
		return HasSimilarScope
	case event != "":
		return HasEventName
	default:
		return NoResemblance
	}
}

// resemblesScope says whether the name of a scope begins like one that is selected. A lower-case letter behind it makes it
// another word: `segmentation` is not like `segment`, but `SegmentCheckout` is.
func (t *Translator) resemblesScope(scope pcommon.InstrumentationScope) bool {
	name := scope.Name()
	for _, selected := range t.cfg.Scopes {
		if len(name) < len(selected) || !strings.EqualFold(name[:len(selected)], selected) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(name[len(selected):]); !unicode.IsLower(next) {
			return true
		}
	}
	return false
}
