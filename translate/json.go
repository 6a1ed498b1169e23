package translate

import (
	"math"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. `<`, `>` and `&` are not escaped; each byte that is not UTF-8 becomes
// U+FFFD, and the result then is false.
func appendString(dst []byte, s string) ([]byte, bool) {
	valid := true
	dst = append(dst, '"')
	for {
		n := plainPrefix(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"'), valid
		}
		s = s[n:]
		if s[0] < utf8.RuneSelf {
			dst = appendEscaped(dst, s[0])
			s = s[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			valid = false
			dst = append(dst, "\uFFFD"...)
		} else {
			dst = append(dst, s[:size]...)
		}
		s = s[size:]
	}
}

// plainPrefix is the number of bytes at the beginning of s that are ASCII and need no escape in a JSON string. It looks at eight
// at a time, because most strings are plain to the end.
func plainPrefix(s string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, backslash := x^(ones*'"'), x^(ones*'\\')
		// A high bit is set for each byte that is no ASCII, below the space, a quote or a backslash, and for none if there
		// is no such byte.
		if (x|(x-ones*' ')|(quote-ones)|(backslash-ones))&highs != 0 {
			break
		}
	}
	for i < len(s) && plain(s[i]) {
		i++
	}
	return i
}

func plain(b byte) bool { return b >= ' ' && b < utf8.RuneSelf && b != '"' && b != '\\' }

// AppendString appends s as a JSON string. `<`, `>` and `&` are not escaped; each byte that is not UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst, _ = appendString(dst, s)
	return dst
}

func appendEscaped(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xf])
	}
}

// replaceInvalid puts U+FFFD in the place of each byte that is not UTF-8.
func replaceInvalid(s string) string {
	return string([]rune(s))
}

// appendFloat appends a finite number the way JavaScript writes it: 25, 0.1, 1e+21.
func appendFloat(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	// Two numbers of up to 15 digits are never the same double, so one of two decimals is written from its hundredths. Most
	// numbers are prices or whole.
	if hundredths := math.Round(abs * 100); hundredths < 1e15 && hundredths/100 == abs {
		return appendHundredths(dst, f < 0, uint64(hundredths))
	}
	if abs < 1e-6 || abs >= 1e21 {
		dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
		// JavaScript writes e-7 where Go writes e-07.
		if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
			dst[n-2] = dst[n-1]
			dst = dst[:n-1]
		}
		return dst
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

func appendHundredths(dst []byte, negative bool, n uint64) []byte {
	if negative {
		dst = append(dst, '-')
	}
	dst = strconv.AppendUint(dst, n/100, 10)
	if rest := byte(n % 100); rest != 0 {
		dst = append(dst, '.', '0'+rest/10)
		if rest%10 != 0 {
			dst = append(dst, '0'+rest%10)
		}
	}
	return dst
}

// append appends the JSON of a node.
func (t *tree) append(dst []byte, at int32) []byte {
	n := &t.nodes[at]
	switch n.kind {
	case deferred:
		if out, ok := t.later[n.num].append(dst, t.verbatim); ok {
			return out
		}
		t.open(at)
		return t.append(dst, at)
	case object, array:
		if n.asText {
			json := t.appendContainer(nil, n)
			return t.appendString(dst, string(json))
		}
		return t.appendContainer(dst, n)
	default:
		return t.appendLeaf(dst, &n.leaf)
	}
}

// appendLeaf appends a value that has no members.
func (t *tree) appendLeaf(dst []byte, l *leaf) []byte {
	switch l.kind {
	case boolean:
		return strconv.AppendBool(dst, l.num != 0)
	case integer:
		return strconv.AppendInt(dst, int64(l.num), 10)
	case double:
		return appendFloat(dst, math.Float64frombits(l.num))
	case text:
		return t.appendString(dst, l.str)
	case encoded:
		return append(dst, t.json(*l)...)
	default:
		return append(dst, "null"...)
	}
}

func (t *tree) appendContainer(dst []byte, n *node) []byte {
	opening, closing := byte('{'), byte('}')
	if n.kind == array {
		opening, closing = '[', ']'
	}
	dst = append(dst, opening)
	empty := len(dst)
	for c := n.first; c != 0; c = t.nodes[c].next {
		child := &t.nodes[c]
		if child.kind == absent {
			continue
		}
		mark := len(dst)
		if mark > empty {
			dst = append(dst, ',')
		}
		if n.kind == object {
			dst, _ = appendString(dst, child.key)
			dst = append(dst, ':')
		}
		value := len(dst)
		dst = t.append(dst, c)
		if child.implicit && len(dst) == value+len("{}") {
			dst = dst[:mark]
		}
	}
	return append(dst, closing)
}

func (t *tree) appendString(dst []byte, s string) []byte {
	dst, valid := appendString(dst, s)
	if !valid {
		t.warnings[InvalidUTF8]++
	}
	return dst
}
