package record

import (
	"strings"
	"unicode/utf8"
)

// source is a copy of a part of the body, which the strings of its record point into: the caller can use the body again,
// and a record keeps no other messages alive.
type source struct {
	text  string
	start int32 // of the text in the body
	valid bool  // the text is UTF-8
}

// newSource makes the source of a node and what is in it.
func (p *parser) newSource(at int32) source {
	n := &p.nodes[at]
	s := string(p.in[n.start:n.end])
	return source{text: s, start: n.start, valid: utf8.ValidString(s)}
}

// decode is the string between two places of the body. It is false when something in it is no character.
func (s *source) decode(from, to int32, escaped bool) (string, bool) {
	raw := s.text[from-s.start : to-s.start]
	if !escaped && (s.valid || utf8.ValidString(raw)) {
		return raw, true
	}
	return unescape(raw)
}

// key is the key of a member.
func (p *parser) key(at int32) string {
	n := &p.nodes[at]
	s, _ := p.source.decode(n.keyStart, n.keyEnd, n.keyEscaped)
	return s
}

// str is the string that a node holds, "" when it holds none.
func (p *parser) str(at int32) string {
	n := &p.nodes[at]
	if at == 0 || n.kind != text {
		return ""
	}
	s, valid := p.source.decode(n.start, n.end, n.escaped)
	if !valid {
		p.warn(InvalidUTF8)
	}
	return s
}

// raw is the text of a node as it stands in the body.
func (p *parser) raw(at int32) string {
	n := &p.nodes[at]
	s := p.source.text[n.start-p.source.start : n.end-p.source.start]
	if p.source.valid || utf8.ValidString(s) {
		return s
	}
	p.warn(InvalidUTF8)
	var b strings.Builder
	writeValid(&b, s)
	return b.String()
}

func (p *parser) warn(w Warning) { p.result.Warnings[w]++ }
