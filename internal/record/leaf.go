package record

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// leaf reads a value other than an object or an array.
func (s *scanner) leaf(n *node, at int) (int, bool) {
	n.start = int32(at)
	ok := true
	switch s.in[at] {
	case '"':
		n.kind, n.start = text, int32(at)+1
		if at, n.escaped, ok = s.readText(at + 1); ok {
			n.end = int32(at)
			at++
		}
		return at, ok
	case 't':
		n.kind = boolTrue
		at, ok = s.word(at, "true")
	case 'f':
		n.kind = boolFalse
		at, ok = s.word(at, "false")
	case 'n':
		n.kind = null
		at, ok = s.word(at, "null")
	case 'N':
		n.kind = nonFinite
		at, ok = s.word(at, "NaN")
	case 'I':
		n.kind = nonFinite
		at, ok = s.word(at, "Infinity")
	default:
		n.kind, at, ok = s.number(at)
	}
	n.end = int32(at)
	return at, ok
}

func (s *scanner) word(at int, word string) (int, bool) {
	if !bytes.HasPrefix(s.in[at:], []byte(word)) {
		return at, false
	}
	return at + len(word), true
}

// number reads a number, or -Infinity.
func (s *scanner) number(at int) (kind, int, bool) {
	if s.in[at] == '-' {
		at++
		if at < len(s.in) && s.in[at] == 'I' {
			at, ok := s.word(at, "Infinity")
			return nonFinite, at, ok
		}
	}
	digits := s.digits(at)
	if digits == at || s.in[at] == '0' && digits > at+1 {
		return integer, at, false
	}
	k := integer
	at = digits
	if at < len(s.in) && s.in[at] == '.' {
		k = fraction
		if digits = s.digits(at + 1); digits == at+1 {
			return k, at, false
		}
		at = digits
	}
	if at < len(s.in) && (s.in[at] == 'e' || s.in[at] == 'E') {
		k = fraction
		at++
		if at < len(s.in) && (s.in[at] == '+' || s.in[at] == '-') {
			at++
		}
		if digits = s.digits(at); digits == at {
			return k, at, false
		}
		at = digits
	}
	return k, at, true
}

// digits is the place behind the digits at a place.
func (s *scanner) digits(at int) int {
	for at < len(s.in) && '0' <= s.in[at] && s.in[at] <= '9' {
		at++
	}
	return at
}

// readText reads a string from behind its opening quote to its closing one.
func (s *scanner) readText(at int) (end int, escaped, ok bool) {
	for {
		at = s.plain(at)
		if at == len(s.in) {
			return at, escaped, false
		}
		switch s.in[at] {
		case '"':
			return at, escaped, true
		case '\\':
			n := escapeLength(s.in[at:])
			if n == 0 {
				return at, escaped, false
			}
			escaped = true
			at += n
		default:
			return at, escaped, false
		}
	}
}

// plain is the next place with a quote, a backslash or a control character. It looks at eight bytes at a time.
func (s *scanner) plain(at int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	in := s.in
	for ; at+8 <= len(in); at += 8 {
		x := binary.LittleEndian.Uint64(in[at:])
		quote, backslash := x^(ones*'"'), x^(ones*'\\')
		// A high bit is set for each ASCII byte below the space, each quote and each backslash, and for none if there is
		// no such byte.
		if ((x-ones*' ')&^x|(quote-ones)&^quote|(backslash-ones)&^backslash)&highs != 0 {
			break
		}
	}
	for at < len(in) && in[at] >= ' ' && in[at] != '"' && in[at] != '\\' {
		at++
	}
	return at
}

// escapeLength is how many bytes the escape at the beginning of in has, 0 when it is none.
func escapeLength(in []byte) int {
	if len(in) < 2 {
		return 0
	}
	if in[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, in[1]) < 0 {
			return 0
		}
		return 2
	}
	if len(in) < 6 {
		return 0
	}
	for _, c := range in[2:6] {
		if !isHex(c) {
			return 0
		}
	}
	return 6
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
