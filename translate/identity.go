package translate

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// id is an attribute that can be an id: a string that is not blank, an integer, a finite double or bytes.
type id struct {
	v  pcommon.Value
	ok bool
}

// identity is one kind of id as one level (record, scope, resource) has it.
type identity struct {
	explicit id // segment.user_id and the like
	fallback id // the first of the configured attributes
	rank     uint16
}

func newID(v pcommon.Value) id {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return id{v, !blank(v.Str())}
	case pcommon.ValueTypeInt:
		return id{v, true}
	case pcommon.ValueTypeDouble:
		return id{v, finite(v.Double())}
	case pcommon.ValueTypeBytes:
		return id{v, v.Bytes().Len() > 0}
	default:
		return id{}
	}
}

// offer takes a fallback attribute, unless there is one from further up the list. Of an attribute that is there twice the last
// wins. The values that Segment advises to block, because they stand for nobody, count as absent.
func (i *identity) offer(v pcommon.Value, rank uint16) {
	if i.fallback.ok && i.rank < rank {
		return
	}
	if candidate := newID(v); candidate.ok && !candidate.nobody() {
		i.fallback, i.rank = candidate, rank
	}
}

func (i id) nobody() bool {
	switch i.v.Type() {
	case pcommon.ValueTypeInt:
		return i.v.Int() == 0 || i.v.Int() == -1
	case pcommon.ValueTypeDouble:
		return i.v.Double() == 0 || i.v.Double() == -1
	case pcommon.ValueTypeStr:
		switch s := i.v.Str(); s {
		case "-1", "null", "anonymous":
			return true
		default:
			// The first character settles it for most ids.
			return (s[0] == '0' || s[0] == '-') && strings.Trim(s, "0-") == ""
		}
	default:
		return false
	}
}

// appendText appends the id as it is, without quotes.
func (i id) appendText(dst []byte) []byte {
	switch i.v.Type() {
	case pcommon.ValueTypeInt:
		return strconv.AppendInt(dst, i.v.Int(), 10)
	case pcommon.ValueTypeDouble:
		return strconv.AppendFloat(dst, i.v.Double(), 'f', -1, 64)
	case pcommon.ValueTypeBytes:
		return base64.StdEncoding.AppendEncode(dst, i.v.Bytes().AsRaw())
	default:
		return append(dst, i.v.Str()...)
	}
}

// appendID appends an id as a JSON string.
func (e *Encoder) appendID(dst []byte, i id) []byte {
	if i.v.Type() == pcommon.ValueTypeStr {
		return e.appendString(dst, i.v.Str())
	}
	dst = append(dst, '"')
	dst = i.appendText(dst)
	return append(dst, '"')
}

// resolve picks an id: an explicit one of the record, the scope or the resource, then a fallback of the record, then
// of the resource. A complete record has no fallbacks.
func (e *Encoder) resolve(record, scope, resource *identity) id {
	for _, explicit := range [...]*id{&record.explicit, &scope.explicit, &resource.explicit} {
		if explicit.ok {
			return *explicit
		}
	}
	switch {
	case e.complete:
		return id{}
	case record.fallback.ok:
		return record.fallback
	default:
		return resource.fallback
	}
}

// blank says whether s is empty or only white space. Such a text begins with a control character, a space or beyond ASCII, so the
// first byte settles it for most.
func blank(s string) bool {
	return s == "" || (s[0] <= ' ' || s[0] >= utf8.RuneSelf) && strings.TrimSpace(s) == ""
}
