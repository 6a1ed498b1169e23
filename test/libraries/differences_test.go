package libraries

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/otel-segment/segmentexporter/internal/jsondiff"
)

var randomID = regexp.MustCompile(`^((node|ajs)-next-\d+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// On a busy machine.
const (
	longestRun    = 5 * time.Minute // of a library, twice
	longestUpload = 10 * time.Second
)

// The beginnings of the names of libraries.
var (
	all      = []string{""}
	pythons  = []string{"python"}
	browsers = []string{"browser"}
	exact    = []string{"python", "java", "go"}      // those whose languages have integers beyond int64
	halves   = []string{"python", "node", "browser"} // those whose languages have half a character
)

// difference is an intended difference. It must be there in some message of each of its libraries: otherwise the test fails.
type difference struct {
	fields    []string // paths; they include what is below them
	libraries []string
	differs   string
	why       string
	is        func(m jsondiff.Difference) bool // Left was sent straight, Right went through the gateway
}

// differences are all that there are. The predicates are as narrow as possible, so that they hide no other difference.
var differences = []difference{
	{
		fields:    []string{"messageId"},
		libraries: all,
		differs:   "a random id in each run",
		why:       "the same call is made twice",
		is:        func(m jsondiff.Difference) bool { return isRandomID(m.Left) && isRandomID(m.Right) },
	},
	{
		fields:    []string{"context.instanceId"},
		libraries: []string{"java"},
		differs:   "a random id in each run",
		why:       "it is that of the process",
		is:        func(m jsondiff.Difference) bool { return isRandomID(m.Left) && isRandomID(m.Right) },
	},
	{
		fields:    []string{"timestamp"},
		libraries: all,
		differs:   "the moment of the call, when it has no time",
		why:       "the same call is made twice",
		is:        func(m jsondiff.Difference) bool { return isNow(m.Left) && isNow(m.Right) },
	},
	{
		fields:    []string{"timestamp"},
		libraries: all,
		differs:   "the same time in UTC with milliseconds, later by the way from the library to the receiver",
		why:       "Segment corrects the clock of the sender like that; a time in the future is not touched",
		is:        delayed,
	},
	{
		fields:    []string{"userId", "anonymousId", "category"},
		libraries: pythons,
		differs:   "`null` when the call has none; the gateway leaves it out",
		why:       "both mean none",
		is:        func(m jsondiff.Difference) bool { return m.Left == nil && onlyStraight(m) },
	},
	{
		fields:    []string{"name"},
		libraries: []string{"python", "node", "browser"},
		differs:   "an empty name is sent; the gateway leaves it out",
		why:       "Segment refuses it",
		is:        func(m jsondiff.Difference) bool { return m.Left == "" && onlyStraight(m) },
	},
	{
		fields:    []string{"groupId"},
		libraries: pythons,
		differs:   "a number stays one; the gateway makes it text",
		why:       "Segment refuses numbers",
		is:        func(m jsondiff.Difference) bool { return digits(m.Left) != "" && text(m.Right) == digits(m.Left) },
	},
	{
		fields:    []string{"properties"},
		libraries: exact,
		differs:   "an integer beyond int64 is a number; the gateway makes it text",
		why:       "neither an int64 nor a double holds its digits",
		is:        beyondInt64,
	},
	{
		fields:    []string{"properties.text"},
		libraries: halves,
		differs:   "half of a character is sent; the gateway has U+FFFD in its place",
		why:       "it has no UTF-8",
		is: func(m jsondiff.Difference) bool {
			return text(m.Right) == strings.ReplaceAll(text(m.Left), half, "\uFFFD")
		},
	},
	{
		fields:    []string{"context.ip"},
		libraries: browsers,
		differs:   "not there; the gateway sends 0.0.0.0",
		why:       "Segment would take the Collector's address for the user's",
		is:        func(m jsondiff.Difference) bool { return m.Left == any(jsondiff.Absent{}) && m.Right == "0.0.0.0" },
	},
	{
		fields:    []string{"writeKey"},
		libraries: browsers,
		differs:   "in each message; the gateway has it in the request only",
		why:       "the request says of which source its messages are",
		is:        onlyStraight,
	},
	{
		fields:    []string{"sentAt"},
		libraries: []string{"browser 1.84.3, standard"},
		differs:   "in each message; the gateway has it in the request only",
		why:       "all messages of a request are sent at the same time",
		is:        onlyStraight,
	},
}

func (d difference) appliesTo(l library) bool {
	return slices.ContainsFunc(d.libraries, func(name string) bool { return strings.HasPrefix(l.name, name) })
}

func (d difference) includes(path string) bool {
	return slices.ContainsFunc(d.fields, func(field string) bool { return path == field || strings.HasPrefix(path, field+".") })
}

func onlyStraight(m jsondiff.Difference) bool { return m.Right == any(jsondiff.Absent{}) }

// isRandomID is true for a UUID, to which the libraries in JavaScript add a prefix.
func isRandomID(id any) bool { return randomID.MatchString(text(id)) }

func isNow(value any) bool {
	instant, err := time.Parse(time.RFC3339, text(value))
	return err == nil && time.Since(instant).Abs() < longestRun
}

// delayed is true for the same instant, later by the time that the upload took, unless it is in the future.
func delayed(m jsondiff.Difference) bool {
	s, err := time.Parse(time.RFC3339, text(m.Left))
	g, errToo := time.Parse(time.RFC3339, text(m.Right))
	most := longestUpload
	if s.After(time.Now()) {
		most = 0
	}
	late := g.Sub(s.Truncate(time.Millisecond))
	return err == nil && errToo == nil && late >= 0 && late <= most && strings.HasSuffix(text(m.Right), "Z")
}

// beyondInt64 is true for the digits of an integer that neither an int64 nor a double holds.
func beyondInt64(m jsondiff.Difference) bool {
	number, ok := new(big.Int).SetString(digits(m.Left), 10)
	return ok && !number.IsInt64() && text(m.Right) == number.String()
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func digits(value any) string {
	n, _ := value.(json.Number)
	return n.String()
}
