package translate

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxParseDepth is where encoding/json gives up too.
const maxParseDepth = 10_000

// parseObject makes t the object that s holds as JSON, under the same rules as a map value: of equal keys the
// last wins, integers beyond 2^53 become strings. It is false when s is not a JSON object.
func (t *tree) parseObject(s string) bool {
	t.reset()
	before := *t.warnings
	if t.parse(s) {
		return true
	}
	*t.warnings = before
	return false
}

func (t *tree) parse(s string) bool {
	if !utf8.ValidString(s) {
		t.warnings[InvalidUTF8]++
		s = replaceInvalid(s)
	}
	p := parser{t: t, in: s}
	p.space()
	return p.take('{') && p.members(0, 1) && p.atEnd()
}

// parser is a strict JSON reader that writes into a tree.
type parser struct {
	t  *tree
	in string
	at int
}

func (p *parser) space() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) take(b byte) bool {
	if p.at < len(p.in) && p.in[p.at] == b {
		p.at++
		return true
	}
	return false
}

func (p *parser) atEnd() bool {
	p.space()
	return p.at == len(p.in)
}

// members reads what stands behind an opening brace.
func (p *parser) members(parent int32, depth int) bool {
	p.space()
	if p.take('}') {
		return true
	}
	for {
		p.space()
		key, ok := p.string()
		if !ok {
			return false
		}
		p.space()
		if !p.take(':') || !p.value(parent, key, depth) {
			return false
		}
		p.space()
		if p.take('}') {
			return true
		}
		if !p.take(',') {
			return false
		}
	}
}

// elements reads what stands behind an opening bracket.
func (p *parser) elements(parent int32, depth int) bool {
	p.space()
	if p.take(']') {
		return true
	}
	for {
		if !p.value(parent, "", depth) {
			return false
		}
		p.space()
		if p.take(']') {
			return true
		}
		if !p.take(',') {
			return false
		}
	}
}

func (p *parser) value(parent int32, key string, depth int) bool {
	p.space()
	if p.at == len(p.in) || depth > maxParseDepth {
		return false
	}
	var l leaf
	switch c := p.in[p.at]; c {
	case '{':
		p.at++
		return p.members(p.container(parent, key, object, depth), depth+1)
	case '[':
		p.at++
		return p.elements(p.container(parent, key, array, depth), depth+1)
	case '"':
		s, ok := p.string()
		if !ok {
			return false
		}
		l = leaf{kind: text, str: s}
	default:
		var ok bool
		if l, ok = p.scalar(); !ok {
			return false
		}
	}
	if l.kind == absent {
		if p.t.nodes[parent].kind != array {
			return true
		}
		l.kind = null
	}
	p.t.set(parent, key, l, fromObject, depth+1)
	return true
}

// container makes the node for an object or array. One that has no place, below an empty key, is read all the
// same, into a node that nothing links to.
func (p *parser) container(parent int32, key string, k kind, depth int) int32 {
	at := p.t.set(parent, key, leaf{kind: k}, fromObject, depth+1)
	if at == 0 {
		at = int32(len(p.t.nodes))
		p.t.nodes = append(p.t.nodes, node{leaf: leaf{kind: k}})
	}
	return at
}

// string reads a string, from its opening quote on.
func (p *parser) string() (string, bool) {
	if !p.take('"') {
		return "", false
	}
	start, escaped := p.at, false
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case c == '"':
			s := p.in[start:p.at]
			p.at++
			if !escaped {
				return s, true
			}
			err := json.Unmarshal([]byte(p.in[start-1:p.at]), &s)
			return s, err == nil
		case c == '\\':
			escaped = true
			p.at += 2
		case c < ' ':
			return "", false
		default:
			p.at++
		}
	}
	return "", false
}

// scalar reads a number, true, false or null. A number beyond what a double holds is absent.
func (p *parser) scalar() (leaf, bool) {
	start := p.at
	for p.at < len(p.in) && !strings.ContainsRune(",]} \t\n\r", rune(p.in[p.at])) {
		p.at++
	}
	switch word := p.in[start:p.at]; word {
	case "null":
		return leaf{kind: null}, true
	case "true", "false":
		return boolLeaf(word == "true"), true
	default:
		return p.number(word)
	}
}

func (p *parser) number(word string) (leaf, bool) {
	whole, ok := isNumber(word)
	switch {
	case !ok:
		return leaf{}, false
	case whole && word != "-0":
		if i, err := strconv.ParseInt(word, 10, 64); err == nil {
			return p.t.intLeaf(i), true
		}
		return leaf{kind: text, str: word}, true
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		p.t.warnings[NonFinite]++
		return leaf{kind: absent}, true
	}
	return leaf{kind: double, num: math.Float64bits(f)}, true
}

// isNumber says whether word is a JSON number, and whether it has neither fraction nor exponent.
func isNumber(word string) (whole, ok bool) {
	rest := strings.TrimPrefix(word, "-")
	digits := countDigits(rest)
	if digits == 0 || digits > 1 && rest[0] == '0' {
		return false, false
	}
	rest, whole = rest[digits:], true
	if strings.HasPrefix(rest, ".") {
		digits = countDigits(rest[1:])
		if digits == 0 {
			return false, false
		}
		rest, whole = rest[1+digits:], false
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		digits = countDigits(rest)
		return false, digits > 0 && digits == len(rest)
	}
	return whole, rest == ""
}

func countDigits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
