package record

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape is the string that stands for s in JSON, whose escapes are known to be good. Each byte that is not UTF-8 and each
// lone surrogate becomes U+FFFD, and the result then is false.
func unescape(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	valid := true
	for s != "" {
		n := strings.IndexByte(s, '\\')
		if n < 0 {
			n = len(s)
		}
		valid = writeValid(&b, s[:n]) && valid
		if s = s[n:]; s == "" {
			break
		}
		if s[1] != 'u' {
			b.WriteByte(unescapeByte(s[1]))
			s = s[2:]
			continue
		}
		r := hexRune(s)
		s = s[6:]
		if utf16.IsSurrogate(r) {
			pair := utf8.RuneError
			if strings.HasPrefix(s, `\u`) {
				pair = utf16.DecodeRune(r, hexRune(s))
			}
			if pair == utf8.RuneError {
				valid = false
			} else {
				s = s[6:]
			}
			r = pair
		}
		b.WriteRune(r)
	}
	return b.String(), valid
}

// writeValid writes s with U+FFFD in the place of each byte that is not UTF-8. It is false when there is one.
func writeValid(b *strings.Builder, s string) bool {
	if utf8.ValidString(s) {
		b.WriteString(s)
		return true
	}
	for _, r := range s {
		b.WriteRune(r)
	}
	return false
}

func unescapeByte(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return c
	}
}

// hexRune is the number of an escape that begins with \u.
func hexRune(s string) rune {
	var r rune
	for _, c := range []byte(s[2:6]) {
		digit := c - '0'
		if c > '9' {
			digit = c&^0x20 - 'A' + 10
		}
		r = r<<4 | rune(digit)
	}
	return r
}
