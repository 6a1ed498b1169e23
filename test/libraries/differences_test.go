package libraries

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	randomID = regexp.MustCompile(`^((node|ajs)-next-\d+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

	everywhere = []string{""}
	inBrowsers = []string{"browser"}
)

// difference is an intended difference. It must be there in some message of each of its libraries: otherwise the test fails.
type difference struct {
	fields    []string // paths; they include what is below them
	libraries []string // beginnings of their names
	differs   string
	why       string
	is        func(m mismatch) bool
}

// differences are all that there are. The predicates are as narrow as possible, so that they hide no other difference.
var differences = []difference{
	{
		fields:    []string{"messageId"},
		libraries: everywhere,
		differs:   "a random id in each run",
		why:       "the same call is made twice",
		is:        func(m mismatch) bool { return isRandomID(m.straight) && isRandomID(m.through) },
	},
	{
		fields:    []string{"timestamp"},
		libraries: everywhere,
		differs:   "the moment of the call",
		why:       "the same call is made twice",
		is:        func(m mismatch) bool { return isNow(m.straight) && isNow(m.through) },
	},
}

func (d difference) appliesTo(l library) bool {
	return slices.ContainsFunc(d.libraries, func(name string) bool { return strings.HasPrefix(l.name, name) })
}

func (d difference) includes(path string) bool {
	return slices.ContainsFunc(d.fields, func(field string) bool { return path == field || strings.HasPrefix(path, field+".") })
}

func onlyStraight(m mismatch) bool { return m.through == any(absent{}) }

// isRandomID is true for a UUID, to which the libraries in JavaScript add a prefix.
func isRandomID(id any) bool { return randomID.MatchString(text(id)) }

func isNow(value any) bool {
	instant, err := time.Parse(time.RFC3339, text(value))
	return err == nil && time.Since(instant).Abs() < waitTimeout
}

// delayed is true for the same instant, later by the time that the upload took.
func delayed(m mismatch) bool {
	s, err := time.Parse(time.RFC3339, text(m.straight))
	g, errToo := time.Parse(time.RFC3339, text(m.through))
	late := g.Sub(s.Truncate(time.Millisecond))
	return err == nil && errToo == nil && late >= 0 && late < mostDelay && strings.HasSuffix(text(m.through), "Z")
}

const mostDelay = 5 * time.Second

// beyondInt64 is true for the digits of an integer that neither an int64 nor a double holds.
func beyondInt64(m mismatch) bool {
	number, ok := new(big.Int).SetString(digits(m.straight), 10)
	return ok && !number.IsInt64() && text(m.through) == number.String()
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func digits(value any) string {
	n, _ := value.(json.Number)
	return n.String()
}
