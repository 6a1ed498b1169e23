package translate

// maxDepth is how deep objects and arrays nest, the payload or context object itself being level 1.
const maxDepth = 64

// maxSafeInteger is the largest integer that every reader of JSON numbers keeps exact: 2^53-1.
const maxSafeInteger = 1<<53 - 1

// indexFrom is how many members make looking one up by hash faster than walking over them.
const indexFrom = 32

// keptNodes is the size up to which the memory of a tree is kept for the next record.
const keptNodes = 1 << 14

type kind uint8

const (
	absent kind = iota // not written
	null
	boolean
	integer
	double
	text
	encoded  // JSON in the arena of the tree
	deferred // an OpenTelemetry map or array that was not taken apart yet
	array
	object
)

// leaf is a value; of an object or an array only the kind, the members are nodes of their own.
type leaf struct {
	kind kind
	num  uint64 // bool, int64, the bits of a float64, or the place of encoded JSON or a deferred value
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
	size     int32 // number of members
	source   source
	implicit bool // made by the dots of a key: not written when nothing is in it
	asText   bool // nested too deep: written as a string that holds its JSON
	indexed  bool // its members are in the index
}

// tree is a JSON object under construction, into which several sources are merged. Node 0 is the root, so 0 also
// stands for "none" in links. The memory is used again for the next record.
type tree struct {
	nodes    []node
	used     int // the most nodes that a record had since the last release
	arena    []byte
	later    []deferral
	eager    bool // nothing is deferred
	verbatim bool // integers stay numbers up to int64, and the empty key is one like any other
	index    map[member]int32
	warnings *Warnings
}

type member struct {
	parent int32
	key    string
}

func (t *tree) reset() {
	t.used = max(t.used, len(t.nodes))
	if len(t.nodes) > keptNodes {
		t.nodes, t.used, t.index = nil, 0, nil
	}
	t.nodes = append(t.nodes[:0], node{leaf: leaf{kind: object}})
	t.arena = t.arena[:0]
	t.later = t.later[:0]
	clear(t.index)
}

// copyOf makes t the same as from.
func (t *tree) copyOf(from *tree) {
	t.reset()
	t.nodes = append(t.nodes[:0], from.nodes...)
	t.arena = append(t.arena, from.arena...)
	t.later = append(t.later, from.later...)
	if len(from.index) > 0 {
		for i := range t.nodes {
			t.nodes[i].indexed = false
		}
	}
}

// find returns the place of a member, which can be absent, or 0.
func (t *tree) find(parent int32, key string) int32 {
	p := &t.nodes[parent]
	if p.size < indexFrom {
		for n := p.first; n != 0; n = t.nodes[n].next {
			if t.nodes[n].key == key {
				return n
			}
		}
		return 0
	}
	if !p.indexed {
		if t.index == nil {
			t.index = make(map[member]int32, 2*indexFrom)
		}
		for n := p.first; n != 0; n = t.nodes[n].next {
			t.index[member{parent, t.nodes[n].key}] = n
		}
		p.indexed = true
	}
	return t.index[member{parent, key}]
}

// get returns the place of a member that is not absent, or 0.
func (t *tree) get(parent int32, key string) int32 {
	at := t.find(parent, key)
	if at != 0 && t.nodes[at].kind == absent {
		return 0
	}
	return at
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
	p.size++
	if p.indexed {
		t.index[member{parent, n.key}] = at
	}
	return at
}

// set writes a value under key into an object, or as the next element into an array, and returns its place. An object
// keeps the members that other sources gave it when it is set to an object again. It returns 0 when nothing is to be
// set: the key is empty, or a higher source has the place.
func (t *tree) set(parent int32, key string, l leaf, src source, depth int) int32 {
	at := int32(0)
	if t.nodes[parent].kind == object {
		if key == "" && !t.verbatim {
			return 0
		}
		key = t.validKey(key)
		at = t.find(parent, key)
	}
	asText := depth == maxDepth+1 && l.kind >= array
	if at == 0 {
		return t.add(parent, node{leaf: l, key: key, source: src, asText: asText})
	}
	t.open(at)
	n := &t.nodes[at]
	merges := n.kind == object && l.kind == object
	switch {
	case n.source > src && n.kind != absent:
		if !merges {
			return 0
		}
	case merges:
		if n.source == src && !n.implicit {
			t.forget(at, src)
		}
		n.source, n.implicit = src, false
	default:
		n.leaf, n.source, n.implicit, n.asText = l, src, false, asText
		t.orphan(at)
	}
	return at
}

// forget takes out the members that a source gave an object, because the source has the key twice and the last wins.
func (t *tree) forget(at int32, src source) {
	var first, last, size int32
	for n := t.nodes[at].first; n != 0; n = t.nodes[n].next {
		switch {
		case t.nodes[n].source == src:
			// It is taken out and not marked as absent, or each further object of the key would pass over all that went before.
			t.openBelow(n)
			if t.nodes[at].indexed {
				delete(t.index, member{at, t.nodes[n].key})
			}
			continue
		case first == 0:
			first = n
		default:
			t.nodes[last].next = n
		}
		last = n
		size++
	}
	if last != 0 {
		t.nodes[last].next = 0
	}
	p := &t.nodes[at]
	p.first, p.last, p.size = first, last, size
}

// orphan cuts the members of a node off; their nodes stay behind until the next reset.
func (t *tree) orphan(at int32) {
	for c := t.nodes[at].first; c != 0; c = t.nodes[c].next {
		t.openBelow(c)
	}
	n := &t.nodes[at]
	if n.indexed {
		for c := n.first; c != 0; c = t.nodes[c].next {
			delete(t.index, member{at, t.nodes[c].key})
		}
	}
	n.first, n.last, n.size, n.indexed = 0, 0, 0, false
}
