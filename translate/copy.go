package translate

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendJSON appends the object that s holds as JSON, without taking it apart into nodes. It is false, with dst of no use, where
// that is not possible: s is no JSON object, has too many members or levels, an empty key, equal keys, or a value that the
// encoder writes in another way.
func appendJSON(dst []byte, s string) ([]byte, bool) {
	c := copier{parser{in: s}}
	c.space()
	if !utf8.ValidString(s) || !c.take('{') {
		return dst, false
	}
	dst, ok := c.members(dst, 1)
	return dst, ok && c.atEnd()
}

// copier is a strict JSON reader that copies what it reads, without the white space.
type copier struct {
	parser
}

// members copies what stands behind an opening brace.
func (c *copier) members(dst []byte, depth int) ([]byte, bool) {
	dst = append(dst, '{')
	c.space()
	if c.take('}') {
		return append(dst, '}'), true
	}
	var keys [maxDirectMembers]string
	for n := range maxDirectMembers {
		c.space()
		key, ok := c.string()
		if !ok || key == `""` || slices.Contains(keys[:n], key) {
			return dst, false
		}
		keys[n] = key
		c.space()
		if !c.take(':') {
			return dst, false
		}
		dst = append(append(dst, key...), ':')
		if dst, ok = c.value(dst, depth+1); !ok {
			return dst, false
		}
		c.space()
		switch {
		case c.take('}'):
			return append(dst, '}'), true
		case !c.take(','):
			return dst, false
		}
		dst = append(dst, ',')
	}
	return dst, false
}

// elements copies what stands behind an opening bracket.
func (c *copier) elements(dst []byte, depth int) ([]byte, bool) {
	dst = append(dst, '[')
	c.space()
	if c.take(']') {
		return append(dst, ']'), true
	}
	for {
		var ok bool
		if dst, ok = c.value(dst, depth+1); !ok {
			return dst, false
		}
		c.space()
		switch {
		case c.take(']'):
			return append(dst, ']'), true
		case !c.take(','):
			return dst, false
		}
		dst = append(dst, ',')
	}
}

func (c *copier) value(dst []byte, depth int) ([]byte, bool) {
	c.space()
	if c.at == len(c.in) || depth > maxDepth {
		return dst, false
	}
	switch c.in[c.at] {
	case '{':
		c.at++
		return c.members(dst, depth)
	case '[':
		c.at++
		return c.elements(dst, depth)
	case '"':
		s, ok := c.string()
		return append(dst, s...), ok
	default:
		return c.scalar(dst)
	}
}

// string reads a string with its quotes and escapes. It refuses escapes that the encoder writes in another way, so that two keys
// are equal when their texts are.
func (c *copier) string() (string, bool) {
	start := c.at
	if !c.take('"') {
		return "", false
	}
	for {
		c.at += plainPrefix(c.in[c.at:])
		if c.at == len(c.in) {
			return "", false
		}
		switch b := c.in[c.at]; {
		case b == '"':
			c.at++
			return c.in[start:c.at], true
		case b >= utf8.RuneSelf:
			c.at++
		case b == '\\' && c.at+1 < len(c.in) && strings.IndexByte(`"\bfnrt`, c.in[c.at+1]) >= 0:
			c.at += 2
		default:
			return "", false
		}
	}
}

// scalar copies a number, true, false or null. A number is written as JavaScript writes it.
func (c *copier) scalar(dst []byte) ([]byte, bool) {
	start := c.at
	for c.at < len(c.in) && strings.IndexByte(",]} \t\n\r", c.in[c.at]) < 0 {
		c.at++
	}
	word := c.in[start:c.at]
	switch word {
	case "null", "true", "false":
		return append(dst, word...), true
	}
	whole, ok := isNumber(word)
	switch {
	case !ok:
		return dst, false
	case whole && len(word) <= safeDigits && word != "-0":
		return append(dst, word...), true
	case whole && word != "-0":
		return dst, false
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return dst, false
	}
	return appendFloat(dst, f), true
}

// safeDigits is the length, sign included, up to which every integer is within maxSafeInteger.
const safeDigits = 15
