package translate

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxDepth is how deep objects and arrays nest, the payload or context object itself being level 1.
const maxDepth = 64

// maxSafeInteger is the largest integer that every reader of JSON numbers keeps exact: 2^53-1.
const maxSafeInteger = 1<<53 - 1

// indexFrom is the size of a tree from which looking members up by hash beats walking over siblings.
const indexFrom = 64

type kind uint8

const (
	absent kind = iota // not written
	null
	boolean
	integer
	double
	text
	encoded // JSON in the arena of the tree
	array
	object
)

// leaf is a value; of an object or an array only the kind, the members are nodes of their own.
type leaf struct {
	kind kind
	num  uint64 // bool, int64, the bits of a float64, or the place of encoded JSON
	str  string // text
}

// source ranks where a value comes from: a later source wins over an earlier one.
type source uint8

const (
	fromRow source = iota // rows of the context table
	fromBody
	fromPlain
	fromDerived
	fromResourceObject // segment.* from here on: an empty value is null
	fromResourceFlat
	fromScopeObject
	fromScopeFlat
	fromObject
	fromFlat
)

func (s source) keepsNull() bool { return s >= fromResourceObject }

type node struct {
	leaf
	key      string
	first    int32
	last     int32
	next     int32
	source   source
	implicit bool // made by the dots of a key: not written when nothing is in it
	asText   bool // nested too deep: written as a string that holds its JSON
}

// tree is a JSON object under construction, into which several sources are merged. Node 0 is the root, so 0 also
// stands for "none" in links. The memory is used again for the next record.
type tree struct {
	nodes    []node
	arena    []byte
	index    map[member]int32
	indexed  bool
	warnings *Warnings
}

type member struct {
	parent int32
	key    string
}

func (t *tree) reset() {
	t.nodes = append(t.nodes[:0], node{leaf: leaf{kind: object}})
	t.arena = t.arena[:0]
	t.indexed = false
}

// copyOf makes t the same as from.
func (t *tree) copyOf(from *tree) {
	t.nodes = append(t.nodes[:0], from.nodes...)
	t.arena = append(t.arena[:0], from.arena...)
	t.indexed = false
}

func (t *tree) find(parent int32, key string) int32 {
	if len(t.nodes) < indexFrom {
		for n := t.nodes[parent].first; n != 0; n = t.nodes[n].next {
			if t.nodes[n].key == key {
				return n
			}
		}
		return 0
	}
	if !t.indexed {
		t.buildIndex()
	}
	return t.index[member{parent, key}]
}

func (t *tree) buildIndex() {
	if t.index == nil {
		t.index = make(map[member]int32, 2*indexFrom)
	}
	clear(t.index)
	for parent := range t.nodes {
		if t.nodes[parent].kind != object {
			continue
		}
		for n := t.nodes[parent].first; n != 0; n = t.nodes[n].next {
			t.index[member{int32(parent), t.nodes[n].key}] = n
		}
	}
	t.indexed = true
}

func (t *tree) add(parent int32, n node) int32 {
	at := int32(len(t.nodes))
	t.nodes = append(t.nodes, n)
	p := &t.nodes[parent]
	if p.first == 0 {
		p.first = at
	} else {
		t.nodes[p.last].next = at
	}
	p.last = at
	if t.indexed && p.kind == object {
		t.index[member{parent, n.key}] = at
	}
	return at
}

// set writes a value under key into an object, or as the next element into an array, and returns its place: an
// object keeps its members when it is set to an object again. It returns 0 when nothing is to be set: the key
// is empty, or a higher source has the place.
func (t *tree) set(parent int32, key string, l leaf, src source, depth int) int32 {
	at := int32(0)
	if t.nodes[parent].kind == object {
		if key == "" {
			return 0
		}
		key = t.validKey(key)
		at = t.find(parent, key)
	}
	asText := depth == maxDepth+1 && l.kind >= array
	if at == 0 {
		return t.add(parent, node{leaf: l, key: key, source: src, asText: asText})
	}
	n := &t.nodes[at]
	if n.source > src {
		if n.kind == object && l.kind == object {
			return at
		}
		return 0
	}
	if n.kind == object && l.kind == object {
		n.source, n.implicit = src, false
		return at
	}
	n.leaf, n.source, n.implicit, n.asText = l, src, false, asText
	t.orphan(at)
	return at
}

// orphan cuts the members of a node off; their nodes stay behind until the next reset.
func (t *tree) orphan(at int32) {
	if t.indexed {
		for n := t.nodes[at].first; n != 0; n = t.nodes[n].next {
			delete(t.index, member{at, t.nodes[n].key})
		}
	}
	t.nodes[at].first, t.nodes[at].last = 0, 0
}

// put writes an OpenTelemetry value. Maps are merged into an object that is already there.
func (t *tree) put(parent int32, key string, v pcommon.Value, src source, depth int) {
	l, ok := t.leafOf(v, src.keepsNull())
	if !ok {
		if t.nodes[parent].kind != array {
			return
		}
		l = leaf{kind: null}
	}
	at := t.set(parent, key, l, src, depth+1)
	if at == 0 {
		return
	}
	switch l.kind {
	case object:
		for k, member := range v.Map().All() {
			t.put(at, k, member, src, depth+1)
		}
	case array:
		for _, element := range v.Slice().All() {
			t.put(at, "", element, src, depth+1)
		}
	}
}

// leafOf converts a value. It is false for what is left out of an object: a number that JSON does not have, and an
// empty value unless those are kept as null.
func (t *tree) leafOf(v pcommon.Value, keepNull bool) (leaf, bool) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return leaf{kind: text, str: v.Str()}, true
	case pcommon.ValueTypeInt:
		return intLeaf(v.Int()), true
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

func intLeaf(i int64) leaf {
	if i > maxSafeInteger || i < -maxSafeInteger {
		return leaf{kind: text, str: strconv.FormatInt(i, 10)}
	}
	return leaf{kind: integer, num: uint64(i)}
}

// putPath is put for a key whose dots nest. Where a part of the key has a value from the same source already, the
// rest of the key is joined with underscores beside it; a value of an earlier source gives way.
func (t *tree) putPath(parent int32, path string, v pcommon.Value, src source) {
	depth := 1
	for literal := hasEmptySegment(path); !literal && depth < maxDepth; depth++ {
		dot := strings.IndexByte(path, '.')
		if dot < 0 {
			break
		}
		key := t.validKey(path[:dot])
		at := t.find(parent, key)
		switch {
		case at == 0:
			at = t.add(parent, node{leaf: leaf{kind: object}, key: key, source: src, implicit: true})
		case t.nodes[at].kind == object:
		case t.nodes[at].source == src:
			t.put(parent, strings.ReplaceAll(path, ".", "_"), v, src, depth)
			return
		case t.nodes[at].source > src:
			return
		default:
			n := &t.nodes[at]
			n.leaf, n.source, n.implicit = leaf{kind: object}, src, true
			t.orphan(at)
		}
		parent, path = at, path[dot+1:]
	}
	t.put(parent, path, v, src, depth)
}

func hasEmptySegment(path string) bool {
	return path == "" || path[0] == '.' || path[len(path)-1] == '.' || strings.Contains(path, "..")
}

// merge copies the members of an object or array of another tree.
func (t *tree) merge(parent int32, from *tree, container int32, src source, depth int) {
	for n := from.nodes[container].first; n != 0; n = from.nodes[n].next {
		member := &from.nodes[n]
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
