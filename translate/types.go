package translate

import "fmt"

// Type is the type of a Segment message. The zero value stands for track where a type can be left out.
type Type uint8

// The six message types of Segment's tracking API, https://segment.com/docs/connections/spec/. Their numbers are part of
// the format of the queue on disk.
const (
	Track Type = iota
	Identify
	Page
	Screen
	Group
	Alias
	// NumTypes is the number of types.
	NumTypes
)

var typeNames = [NumTypes]string{"track", "identify", "page", "screen", "group", "alias"}

// String returns the name of the type as it stands in a message.
func (t Type) String() string { return typeNames[t] }

// UnmarshalText implements encoding.TextUnmarshaler; it takes the six names in lower case.
func (t *Type) UnmarshalText(text []byte) error {
	typ, ok := parseType(string(text))
	if !ok {
		return fmt.Errorf("unknown message type %q: must be identify, track, page, screen, group or alias", text)
	}
	*t = typ
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func parseType(name string) (Type, bool) {
	for t, n := range typeNames {
		if n == name {
			return Type(t), true
		}
	}
	return 0, false
}

// Outcome is what became of a record.
type Outcome uint8

// A record is a message, is no analytics event, or is dropped for one of the reasons below.
const (
	// Message is the outcome of a record whose message was appended.
	Message Outcome = iota
	// NotSelected is the outcome of a record that is no analytics event.
	NotSelected
	// InvalidType is the drop reason of a `segment.type` that is none of the six.
	InvalidType
	// UnknownSource is the drop reason of a `segment.source` that was not given to [New], or of none when every source has a
	// name.
	UnknownSource
	// MissingEventName is the drop reason of a track without an event name.
	MissingEventName
	// MissingGroupID is the drop reason of a group without a group id.
	MissingGroupID
	// MissingPreviousID is the drop reason of an alias without a previous id.
	MissingPreviousID
	// MissingUserID is the drop reason of an alias without a user id.
	MissingUserID
	// MissingIdentity is the drop reason of a message with neither a user id nor an anonymous id.
	MissingIdentity
	// TooLarge is the drop reason of a message of more than [MaxMessageBytes].
	TooLarge
	// NumOutcomes is the number of outcomes.
	NumOutcomes
)

var outcomeNames = [NumOutcomes]string{
	"message", "not_selected", "invalid_type", "unknown_source", "missing_event_name", "missing_group_id",
	"missing_previous_id", "missing_user_id", "missing_identity", "too_large",
}

// String returns the outcome as it stands in metrics and logs.
func (o Outcome) String() string { return outcomeNames[o] }

// Warning is a kind of problem in a record that is sent all the same.
type Warning uint8

// The kinds of problems that are counted.
const (
	// InvalidJSON is a string that should hold a JSON object and does not; it is ignored.
	InvalidJSON Warning = iota
	// InvalidTimestamp is a `segment.timestamp` that does not parse; it is ignored.
	InvalidTimestamp
	// InvalidUTF8 is a string with bytes that are not UTF-8; each becomes U+FFFD.
	InvalidUTF8
	// NonFinite is a NaN or an infinity; the key is left out, in an array it is null.
	NonFinite
	// UnknownAttribute is a `segment.*` attribute that means nothing for this message; it is ignored.
	UnknownAttribute
	// DroppedAttributes is a record whose SDK had already cut attributes.
	DroppedAttributes
	// ImplausibleTime is a time before 2000 or more than a day ahead; it is sent as it is.
	ImplausibleTime
	// NumWarnings is the number of kinds.
	NumWarnings
)

var warningNames = [NumWarnings]string{
	"invalid_json", "invalid_timestamp", "invalid_utf8", "non_finite", "unknown_attribute", "dropped_attributes",
	"implausible_time",
}

// String returns the kind as it stands in metrics.
func (w Warning) String() string { return warningNames[w] }

// Warnings counts the problems of one record by kind.
type Warnings [NumWarnings]uint32

// MaxMessageBytes is Segment's limit for one encoded message.
const MaxMessageBytes = 32_768

// Result is what [Encoder.Append] made of a record. It can be kept when the record is gone.
type Result struct {
	// Outcome says whether a message was appended, and why not.
	Outcome Outcome
	// Type is the type of the message. It means nothing when the outcome is [NotSelected] or [InvalidType].
	Type Type
	// Event is the event name of the record, "" when it has none. It is the one that the application knows, also where the
	// configuration gives the message another.
	Event string
	// Channel is the one that the record names, or else its scope, or else [Server].
	Channel Channel
	// Source is the place, among those given to [New], of the source that the record belongs to; -1 when it is none of them.
	Source int
	// Drops is how often the event was dropped before, by `segment.dropped.count` of a dead letter.
	Drops uint32
	// SourceName is the source that the record, its scope or its resource names, "" when they name none.
	SourceName string
	// Resemblance is set for records that are not selected.
	Resemblance Resemblance
	// MessageID is set for dropped records only, so that the sender can find the one that is missing.
	MessageID string
	// Warnings are the problems that were found on the way.
	Warnings Warnings
}
