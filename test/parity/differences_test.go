package parity

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otel-segment/segmentexporter/internal/jsondiff"
)

// refusal is the path of a difference when only one of the two has delivered. The value of the other is why it has not.
const refusal = "refusal"

// both is the side of a difference from each of the libraries.
const both = "both"

var randomID = regexp.MustCompile(`^(node-next-\d+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// difference is an intended difference. Each of its fields must differ like that in some call: otherwise the test fails.
type difference struct {
	fields  []string // paths; they include what is below them
	side    string
	differs string // in Markdown, like why
	why     string
	is      func(m jsondiff.Difference) bool // the library has Left, the exporter Right
}

// differences is the table of docs/parity.md. The predicates are as narrow as possible, so that they hide no other difference.
var differences = []difference{
	{
		fields:  []string{"context.library"},
		side:    both,
		differs: "each library names itself, and the exporter itself",
		why:     "it says what has made the message",
		is:      anything,
	},
	{
		fields:  []string{"_metadata"},
		side:    "node",
		differs: "the runtime and its version; the exporter does not send it",
		why:     "it describes the library's process",
		is:      onlyInLibrary,
	},
	{
		fields:  []string{"integrations"},
		side:    both,
		differs: "`{}` when the call names none; the exporter leaves it out",
		why:     "both mean all of them",
		is:      libraryAlone(map[string]any{}),
	},
	{
		fields:  []string{"userId", "anonymousId", "category", "name"},
		side:    "python",
		differs: "`null` when the call has none; the exporter leaves it out",
		why:     "both mean none",
		is:      libraryAlone(nil),
	},
	{
		fields:  []string{"category", "name"},
		side:    both,
		differs: "an empty one is sent; the exporter leaves it out",
		why:     "an empty name is none",
		is:      libraryAlone(""),
	},
	{
		fields:  []string{"messageId"},
		side:    both,
		differs: "a random id when the call has none; the exporter derives it from the record",
		why:     "an event that is sent again on its way keeps its id, and Segment removes the second one",
		is:      func(m jsondiff.Difference) bool { return isRandomID(m.Left) && isDerivedID(m.Right) },
	},
	{
		fields:  []string{"messageId"},
		side:    both,
		differs: "an id of 100 characters or more is sent; the exporter derives another one",
		why:     "Segment takes only shorter ones",
		is:      func(m jsondiff.Difference) bool { return len(text(m.Left)) >= 100 && isDerivedID(m.Right) },
	},
	{
		fields:  []string{"timestamp"},
		side:    both,
		differs: "the moment of the call when it has no time, on either side",
		why:     "the same call is made at two moments",
		is:      bothNow,
	},
	{
		fields:  []string{"groupId", "previousId"},
		side:    both,
		differs: "a number stays one; the exporter makes it text",
		why:     "Segment's ids are text",
		is:      func(m jsondiff.Difference) bool { return text(m.Right) != "" && m.Right == digits(m.Left) },
	},
	{
		fields:  []string{"properties.name", "properties.url", "properties.path", "properties.search", "properties.title"},
		side:    both,
		differs: "on a page, the exporter also has the name and the fields of `context.page` among the properties",
		why:     "Segment's library for browsers does so too, and destinations look for them there",
		is:      onlyInExporter,
	},
	{
		fields:  []string{"properties.category"},
		side:    "python",
		differs: "on a page, the exporter also has the category among the properties",
		why:     "Segment's libraries for browsers and Node do so too",
		is:      onlyInExporter,
	},
	{
		fields:  []string{"properties.category"},
		side:    "node",
		differs: "on a page, an empty category is among the properties; the exporter leaves it out",
		why:     "an empty category is none",
		is:      libraryAlone(""),
	},
	{
		fields:  []string{"properties", "traits"},
		side:    both,
		differs: "a date is written in the library's way; in a record it is the application's text. The instant is the same",
		why:     "OpenTelemetry has no dates",
		is:      func(m jsondiff.Difference) bool { return sameTime(text(m.Left), text(m.Right)) },
	},
	{
		fields:  []string{"properties.max", "properties.min"},
		side:    both,
		differs: "an integer beyond 2^53 is a number, in Node already another one; the exporter makes it text",
		why:     "JSON readers would round the number",
		is:      beyondDouble,
	},
	{
		fields:  []string{"properties.ratio"},
		side:    "node",
		differs: "`null` for NaN; the exporter leaves the key out, and has `null` in lists only",
		why:     "a destination would store a value that was never there",
		is:      libraryAlone(nil),
	},
	{
		fields:  []string{refusal},
		side:    "python",
		differs: "with a NaN the upload is no JSON, and all of it is refused; the exporter delivers",
		why:     "one bad number must not take its neighbors along",
		is:      libraryRefuses("invalid_json"),
	},
	{
		fields:  []string{"properties.raw"},
		side:    both,
		differs: "bytes become text in Python and an object in Node; the exporter has base64",
		why:     "JSON has no bytes, and not all of them are text",
		is:      func(m jsondiff.Difference) bool { return m.Right == "aGVsbG8=" },
	},
	{
		fields:  []string{`properties.""`},
		side:    both,
		differs: "an empty key is sent; the exporter leaves it out",
		why:     "destinations have no name for it",
		is:      onlyInLibrary,
	},
	{
		fields:  []string{"context.direct"},
		side:    both,
		differs: "is sent; the exporter removes it",
		why:     "Segment would take the Collector's address for the user's",
		is:      onlyInLibrary,
	},
	{
		fields:  []string{refusal},
		side:    "python",
		differs: "the user id `0` is refused; the exporter sends it as text",
		why:     "`0` is false in Python, but an id all the same",
		is:      libraryRefuses("user_id or anonymous_id must have"),
	},
	{
		fields:  []string{refusal},
		side:    "python",
		differs: "a time that is text is refused; the exporter reads it",
		why:     "attributes have no dates",
		is:      libraryRefuses("timestamp must have"),
	},
	{
		fields:  []string{refusal},
		side:    "python",
		differs: "characters beyond ASCII count as six bytes or more of the 32 KB; for the exporter, as their UTF-8",
		why:     "that is how the exporter sends them",
		is:      libraryRefuses("Message exceeds"),
	},
	{
		fields:  []string{refusal},
		side:    "node",
		differs: "a user or anonymous id that is a number is refused; the exporter makes it text",
		why:     "Segment's library for Python does so too",
		is:      libraryRefuses("is not a string"),
	},
	{
		fields: []string{refusal},
		side:   "node",
		differs: "a group without a group id or a user, an alias without one of its ids, and a call with an empty id are sent; " +
			"the exporter drops them",
		why: "Segment answers 200 and throws them away; a drop is counted",
		is:  exporterDrops("missing_identity", "missing_group_id", "missing_previous_id", "missing_user_id"),
	},
	{
		fields:  []string{refusal},
		side:    both,
		differs: "a track with an empty event name is sent; the exporter drops it",
		why:     "Segment throws it away too",
		is:      exporterDrops("missing_event_name"),
	},
}

func (d difference) appliesTo(side string) bool { return d.side == side || d.side == both }

// fieldOf returns the field of the difference that a mismatch is in, "" for none.
func (d difference) fieldOf(m jsondiff.Difference) string {
	for _, field := range d.fields {
		if (m.Path == field || strings.HasPrefix(m.Path, field+".")) && d.is(m) {
			return field
		}
	}
	return ""
}

func anything(jsondiff.Difference) bool { return true }

func onlyInLibrary(m jsondiff.Difference) bool { return m.Right == any(jsondiff.Absent{}) }

func onlyInExporter(m jsondiff.Difference) bool { return m.Left == any(jsondiff.Absent{}) }

// libraryAlone is true when the library sends a value where the exporter sends nothing.
func libraryAlone(value any) func(jsondiff.Difference) bool {
	return func(m jsondiff.Difference) bool { return onlyInLibrary(m) && len(jsondiff.Diff(value, m.Left)) == 0 }
}

// libraryRefuses is true when the exporter delivers a call that the library refuses with such an error.
func libraryRefuses(why string) func(jsondiff.Difference) bool {
	return func(m jsondiff.Difference) bool { return strings.Contains(text(m.Left), why) && m.Right == "" }
}

// exporterDrops is true when the library sends a call that the exporter drops with one of the reasons.
func exporterDrops(reasons ...string) func(jsondiff.Difference) bool {
	return func(m jsondiff.Difference) bool { return m.Left == "" && slices.Contains(reasons, text(m.Right)) }
}

func isDerivedID(id any) bool { return strings.HasPrefix(text(id), "otel-") }

// isRandomID is true for a UUID, to which the library for Node adds a prefix.
func isRandomID(id any) bool { return randomID.MatchString(text(id)) }

// sameTime compares instants in RFC 3339, to the millisecond.
func sameTime(a, b string) bool {
	x, err := time.Parse(time.RFC3339, a)
	y, errToo := time.Parse(time.RFC3339, b)
	return err == nil && errToo == nil && x.Truncate(time.Millisecond).Equal(y.Truncate(time.Millisecond))
}

func bothNow(m jsondiff.Difference) bool {
	for _, value := range []any{m.Left, m.Right} {
		instant, err := time.Parse(time.RFC3339, text(value))
		if err != nil || time.Since(instant).Abs() > waitTimeout {
			return false
		}
	}
	return true
}

// beyondDouble is true when the exporter's digits have the same nearest double as the library's number.
func beyondDouble(m jsondiff.Difference) bool {
	exact, err := strconv.ParseFloat(text(m.Right), 64)
	nearest, errToo := strconv.ParseFloat(digits(m.Left), 64)
	return err == nil && errToo == nil && exact == nearest
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func digits(value any) string {
	n, _ := value.(json.Number)
	return n.String()
}
