package record

import "bytes"

// kind is the kind of a JSON value.
type kind uint8

const (
	null kind = iota
	boolFalse
	boolTrue
	integer
	fraction // a number with a fraction or an exponent
	nonFinite
	text
	array
	object
)

// node is a value of the body. The nodes of its members or elements follow it. Node 0 is never a member or an element, so
// 0 also stands for "none".
type node struct {
	keyStart, keyEnd int32 // of a member: its key, without the quotes
	start, end       int32 // the value, a string without the quotes; end is 0 as long as a container is open
	next             int32 // the node behind the value; of a container that is open, the one that it is in
	size             int32 // number of members or elements
	kind             kind
	keyEscaped       bool // the key has a backslash in it
	escaped          bool // the string has a backslash in it
	unique           bool // members of the object whose key comes again are marked
	replaced         bool // the same key comes again later, or the member has no place in the record
}

// open says that the end of an object or array was not read.
func (n *node) open() bool { return n.end == 0 }

// noParent is the parent of the outermost value.
const noParent = -1

// scanner reads JSON into nodes. It is strict but for NaN and the infinities, which some libraries write.
type scanner struct {
	in    []byte
	nodes []node
}

// value reads the value that begins at a place, with white space in front of it. It returns the place behind the value, or
// the one where it is not JSON. Nesting takes no stack, so that no body can exhaust it.
func (s *scanner) value(at int) (int, bool) {
	parent := int32(noParent)
	var n node
	for {
		at = s.space(at)
		if at == len(s.in) {
			return at, false
		}
		ok := true
		switch c := s.in[at]; c {
		case '{', '[':
			n.start, n.next, n.kind = int32(at), parent, object
			closing := byte('}')
			if c == '[' {
				n.kind, closing = array, ']'
			}
			parent = s.add(n, parent)
			at = s.space(at + 1)
			if at == len(s.in) || s.in[at] != closing {
				if n, at, ok = s.member(parent, at); !ok {
					return at, false
				}
				continue
			}
		default:
			if at, ok = s.leaf(&n, at); !ok {
				return at, false
			}
			n.next = int32(len(s.nodes)) + 1
			s.add(n, parent)
		}
		if parent, at, ok = s.close(parent, at); !ok || parent == noParent {
			return at, ok
		}
		if n, at, ok = s.member(parent, at); !ok {
			return at, false
		}
	}
}

// add appends a node and returns its place.
func (s *scanner) add(n node, parent int32) int32 {
	if parent != noParent {
		s.nodes[parent].size++
	}
	s.nodes = append(s.nodes, n)
	return int32(len(s.nodes)) - 1
}

// close reads what stands behind a value: the ends of the containers that end with it, and a comma. It returns the container
// that goes on, or noParent.
func (s *scanner) close(parent int32, at int) (int32, int, bool) {
	for parent != noParent {
		at = s.space(at)
		if at == len(s.in) {
			return parent, at, false
		}
		p := &s.nodes[parent]
		switch c := s.in[at]; {
		case c == ',':
			return parent, at + 1, true
		case c == '}' && p.kind == object, c == ']' && p.kind == array:
			at++
			parent, p.end, p.next = p.next, int32(at), int32(len(s.nodes))
		default:
			return parent, at, false
		}
	}
	return parent, at, true
}

// member begins the next node of a container: in an object with its key, up to the colon.
func (s *scanner) member(parent int32, at int) (node, int, bool) {
	if s.nodes[parent].kind == array {
		return node{}, at, true
	}
	return s.readKey(at)
}

// readKey reads the key of a member and the colon.
func (s *scanner) readKey(at int) (n node, end int, ok bool) {
	at = s.space(at)
	if at == len(s.in) || s.in[at] != '"' {
		return n, at, false
	}
	n.keyStart = int32(at) + 1
	if at, n.keyEscaped, ok = s.readText(at + 1); !ok {
		return n, at, false
	}
	n.keyEnd = int32(at)
	at = s.space(at + 1)
	if at == len(s.in) || s.in[at] != ':' {
		return n, at, false
	}
	return n, at + 1, true
}

// mostNodes is how many nodes a body can have. Room for all of them at once costs less than to make more of it again and again.
func mostNodes(body []byte) int {
	n := 1
	for _, c := range []byte(",{[") {
		n += bytes.Count(body, []byte{c})
	}
	// Such a byte in a string makes no node. Two bytes are the least that a node has, with the comma.
	return min(n, len(body)/2+1)
}

func (s *scanner) space(at int) int {
	for at < len(s.in) {
		switch s.in[at] {
		case ' ', '\t', '\n', '\r':
			at++
		default:
			return at
		}
	}
	return at
}
