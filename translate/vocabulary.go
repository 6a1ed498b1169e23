package translate

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// level is where an attribute stands.
type level uint8

const (
	onRecord level = iota
	onScope
	onResource
)

// objectName is an object that attributes can give in several forms.
type objectName uint8

const (
	properties objectName = iota
	traits
	context
	integrations
	extra
	numObjects
)

var objectNames = [numObjects]string{"properties", "traits", "context", "integrations", "extra"}

// forms is an object as attributes give it: one map or JSON string, and flattened attributes below the name.
type forms struct {
	whole    pcommon.Value
	hasWhole bool
	flat     []attribute
}

func (f *forms) given() bool { return f.hasWhole || len(f.flat) > 0 }

type attribute struct {
	key   string
	value pcommon.Value
	// trackAndPageOnly is set on the names of screens, see screenNames.
	trackAndPageOnly bool
}

// vocabulary is what the `segment.*` attributes of one level say; texts are "" when absent.
type vocabulary struct {
	fields
	objects [numObjects]forms
}

type fields struct {
	source                     string
	complete, client           answer
	typ, event, name, category string
	messageID, timestamp       string
	user, anonymous, group     identity
	previous                   id
	// isLetter says that the record was dropped before, and drops how often.
	isLetter bool
	drops    uint32
}

// vocabularyPrefix begins the name of every attribute of the vocabulary.
const vocabularyPrefix = "segment."

func (x *vocabulary) reset() {
	x.fields = fields{}
	for i := range x.objects {
		if f := &x.objects[i]; f.given() {
			*f = forms{flat: f.flat[:0]}
		}
	}
}

// take reads the attribute `segment.<name>`. It is false when that means nothing on this level.
func (x *vocabulary) take(name string, v pcommon.Value, at level) bool {
	switch name {
	case "user_id":
		x.user.explicit = newID(v)
	case "anonymous_id":
		x.anonymous.explicit = newID(v)
	case "group_id":
		x.group.explicit = newID(v)
	case "source":
		x.source = strings.TrimSpace(textOf(v))
	case "channel":
		known := x.takeChannel(v)
		return known && at != onResource
	case "complete":
		x.complete = answerOf(v)
		return at != onResource
	case "type":
		x.typ = strings.ToLower(strings.TrimSpace(textOf(v)))
		return at != onResource
	default:
		if dropped, is := strings.CutPrefix(name, droppedName); is && at == onRecord {
			x.takeDropped(dropped, v)
			return true
		}
		return x.takeObject(name, v, at) || at == onRecord && x.takeRecordOnly(name, v)
	}
	return true
}

func (x *vocabulary) takeRecordOnly(name string, v pcommon.Value) bool {
	switch name {
	case "event":
		x.event = textOf(v)
	case "name":
		x.name = textOf(v)
	case "category":
		x.category = textOf(v)
	case "previous_id":
		x.previous = newID(v)
	case "message_id":
		x.messageID = textOf(v)
	case "timestamp":
		x.timestamp = textOf(v)
	default:
		return false
	}
	return true
}

func (x *vocabulary) takeObject(name string, v pcommon.Value, at level) bool {
	name, key, isFlat := strings.Cut(name, ".")
	for o, known := range objectNames {
		if name != known || at != onRecord && objectName(o) != context {
			continue
		}
		f := &x.objects[o]
		if isFlat {
			f.flat = append(f.flat, attribute{key: key, value: v})
		} else {
			f.whole, f.hasWhole = v, true
		}
		return true
	}
	return false
}

// isRouting is true for attributes that a processor may set on all records, whether they are events or not.
func isRouting(name string) bool {
	return name == "source" || name == "channel" || name == "complete"
}

// textOf is the string that v holds, "" when it is of another kind or blank.
func textOf(v pcommon.Value) string {
	if v.Type() != pcommon.ValueTypeStr || blank(v.Str()) {
		return ""
	}
	return v.Str()
}
