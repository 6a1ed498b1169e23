package translate

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// put writes an OpenTelemetry value. A map is merged into an object that is already there.
func (t *tree) put(parent int32, key string, v pcommon.Value, src source, depth int) {
	if l, ok := t.leafOf(v, src.keepsNull() || t.nodes[parent].kind == array); ok {
		t.place(parent, key, l, v, src, depth)
	} else if t.nodes[parent].kind == array {
		t.place(parent, key, leaf{kind: null}, v, src, depth)
	}
}

// place writes the leaf of a value, and what is in the value.
func (t *tree) place(parent int32, key string, l leaf, v pcommon.Value, src source, depth int) {
	at := t.set(parent, key, l, src, depth+1)
	if at == 0 {
		return
	}
	if l.kind != object && l.kind != array {
		return
	}
	if n := &t.nodes[at]; n.first == 0 && !t.eager && depth < maxDepth {
		n.kind, n.num = deferred, uint64(len(t.later))
		t.later = append(t.later, deferral{v, src, depth + 1})
		return
	}
	t.fill(at, v, src, depth+1)
}

// fill puts the members of a map or the elements of an array into a node of that kind.
func (t *tree) fill(at int32, v pcommon.Value, src source, depth int) {
	if v.Type() == pcommon.ValueTypeMap {
		for k, member := range v.Map().All() {
			t.put(at, k, member, src, depth)
		}
		return
	}
	for _, element := range v.Slice().All() {
		t.put(at, "", element, src, depth)
	}
}

// leafOf converts a value. It is false for what is left out of an object: a number that JSON does not have, and an
// empty value unless those are kept as null.
func (t *tree) leafOf(v pcommon.Value, keepNull bool) (leaf, bool) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return leaf{kind: text, str: v.Str()}, true
	case pcommon.ValueTypeInt:
		return t.intLeaf(v.Int()), true
	case pcommon.ValueTypeDouble:
		if !finite(v.Double()) {
			t.warnings[NonFinite]++
			return leaf{}, false
		}
		return leaf{kind: double, num: math.Float64bits(v.Double())}, true
	case pcommon.ValueTypeBool:
		return boolLeaf(v.Bool()), true
	case pcommon.ValueTypeBytes:
		return leaf{kind: text, str: base64.StdEncoding.EncodeToString(v.Bytes().AsRaw())}, true
	case pcommon.ValueTypeMap:
		return leaf{kind: object}, true
	case pcommon.ValueTypeSlice:
		return leaf{kind: array}, true
	default:
		return leaf{kind: null}, keepNull
	}
}

// encodedFrom is the leaf of what was appended to the arena from start on.
func (t *tree) encodedFrom(start int) leaf {
	return leaf{kind: encoded, num: uint64(start)<<32 | uint64(len(t.arena))}
}

func (t *tree) json(l leaf) []byte {
	return t.arena[l.num>>32 : l.num&math.MaxUint32]
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

func boolLeaf(b bool) leaf {
	if b {
		return leaf{kind: boolean, num: 1}
	}
	return leaf{kind: boolean}
}

func (t *tree) intLeaf(i int64) leaf {
	if t.verbatim {
		return leaf{kind: integer, num: uint64(i)}
	}
	return intLeaf(i)
}

func intLeaf(i int64) leaf {
	if i > maxSafeInteger || i < -maxSafeInteger {
		return leaf{kind: text, str: strconv.FormatInt(i, 10)}
	}
	return leaf{kind: integer, num: uint64(i)}
}

// putPath is put for a key whose dots nest. Where a part of the key has a value from the same source already, the
// rest of the key is joined with underscores beside it; a value of an earlier source gives way.
func (t *tree) putPath(parent int32, path string, v pcommon.Value, src source) {
	l, ok := t.leafOf(v, src.keepsNull())
	if !ok {
		return
	}
	depth := 1
	for literal := hasEmptySegment(path); !literal && depth < maxDepth; depth++ {
		key, rest, nested := strings.Cut(path, ".")
		if !nested {
			break
		}
		key = t.validKey(key)
		at := t.find(parent, key)
		t.open(at)
		switch {
		case at == 0:
			at = t.add(parent, node{leaf: leaf{kind: object}, key: key, source: src, implicit: true})
		case t.nodes[at].kind == object:
		case t.nodes[at].kind == absent || t.nodes[at].source < src:
			n := &t.nodes[at]
			n.leaf, n.source, n.implicit = leaf{kind: object}, src, true
			t.orphan(at)
		case t.nodes[at].source == src:
			t.place(parent, strings.ReplaceAll(path, ".", "_"), l, v, src, depth)
			return
		default:
			return
		}
		parent, path = at, rest
	}
	t.place(parent, path, l, v, src, depth)
}

func hasEmptySegment(path string) bool {
	dot := strings.IndexByte(path, '.')
	return dot == 0 || path == "" || dot > 0 && (path[len(path)-1] == '.' || strings.Contains(path[dot:], ".."))
}

// merge copies the members of an object or array of another tree.
func (t *tree) merge(parent int32, from *tree, container int32, src source, depth int) {
	for n := from.nodes[container].first; n != 0; n = from.nodes[n].next {
		from.open(n)
		member := &from.nodes[n]
		if member.kind == absent {
			continue
		}
		l := member.leaf
		if l.kind == encoded {
			start := len(t.arena)
			t.arena = append(t.arena, from.json(l)...)
			l = t.encodedFrom(start)
		}
		at := t.set(parent, member.key, l, src, depth+1)
		if at != 0 && member.first != 0 {
			t.merge(at, from, n, src, depth+1)
		}
	}
}

func (t *tree) validKey(key string) string {
	if utf8.ValidString(key) {
		return key
	}
	t.warnings[InvalidUTF8]++
	return replaceInvalid(key)
}
