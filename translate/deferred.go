package translate

import (
	"slices"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxDirectMembers is the size up to which keys are compared with each other; a larger map is taken apart.
const maxDirectMembers = 16

// deferral is a map or an array that is the only one in its place. Most stay so until the end and are encoded as they are;
// one that another source has to be merged into, or that has a problem, is taken apart into nodes.
type deferral struct {
	v     pcommon.Value
	src   source
	depth int
}

// open takes a deferred value apart.
func (t *tree) open(at int32) {
	if t.nodes[at].kind != deferred {
		return
	}
	d := t.later[t.nodes[at].num]
	l, _ := t.leafOf(d.v, true)
	t.nodes[at].leaf = l
	// Nothing in it is deferred again, so that a problem deep down is not met again on every level.
	eager := t.eager
	t.eager = true
	t.fill(at, d.v, d.src, d.depth)
	t.eager = eager
}

// openBelow takes apart a node that gives way to another value, and all in it, because its problems count all the same.
func (t *tree) openBelow(at int32) {
	if t.nodes[at].kind == absent {
		return
	}
	t.open(at)
	for c := t.nodes[at].first; c != 0; c = t.nodes[c].next {
		t.openBelow(c)
	}
}

// append encodes the value as it is. It is false, with dst of no use, for a value that has to be taken apart: one with a problem,
// with bytes, with a member to leave out, or with too many members or levels.
func (d *deferral) append(dst []byte, verbatim bool) ([]byte, bool) {
	return appendDirect(dst, d.v, d.depth, style{keepNull: d.src.keepsNull(), verbatim: verbatim})
}

// style is how values are encoded: whether an empty one is null, and whether integers and keys are as in a verbatim tree.
type style struct{ keepNull, verbatim bool }

func appendDirect(dst []byte, v pcommon.Value, depth int, s style) ([]byte, bool) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return appendString(dst, v.Str())
	case pcommon.ValueTypeInt:
		i := v.Int()
		return strconv.AppendInt(dst, i, 10), s.verbatim || -maxSafeInteger <= i && i <= maxSafeInteger
	case pcommon.ValueTypeDouble:
		if f := v.Double(); finite(f) {
			return appendFloat(dst, f), true
		}
		return dst, false
	case pcommon.ValueTypeBool:
		return strconv.AppendBool(dst, v.Bool()), true
	case pcommon.ValueTypeEmpty:
		return append(dst, "null"...), s.keepNull
	case pcommon.ValueTypeMap:
		if depth > maxDepth {
			return dst, false
		}
		return appendDirectMap(dst, v.Map(), depth, s)
	case pcommon.ValueTypeSlice:
		if depth > maxDepth {
			return dst, false
		}
		dst = append(dst, '[')
		ok := true
		for i, element := range v.Slice().All() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if element.Type() == pcommon.ValueTypeEmpty {
				dst = append(dst, "null"...)
			} else if dst, ok = appendDirect(dst, element, depth+1, s); !ok {
				return dst, false
			}
		}
		return append(dst, ']'), true
	default:
		return dst, false
	}
}

func appendDirectMap(dst []byte, m pcommon.Map, depth int, s style) ([]byte, bool) {
	if m.Len() > maxDirectMembers {
		return dst, false
	}
	dst = append(dst, '{')
	var keys [maxDirectMembers]string
	n := 0
	ok := true
	for k, member := range m.All() {
		if k == "" && !s.verbatim || slices.Contains(keys[:n], k) {
			return dst, false
		}
		keys[n] = k
		n++
		if n > 1 {
			dst = append(dst, ',')
		}
		if dst, ok = appendString(dst, k); !ok {
			return dst, false
		}
		dst = append(dst, ':')
		if dst, ok = appendDirect(dst, member, depth+1, s); !ok {
			return dst, false
		}
	}
	return append(dst, '}'), true
}
