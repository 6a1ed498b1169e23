package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
)

// The limit of the store counts little but the raw messages, so what is noted about one of them must stay small.
const (
	maxDuplicates = 10
	maxFieldBytes = 200
)

// reader walks over a JSON text that is known to be valid, which is why it knows no errors. It is here because it finds
// the keys that an object has twice, which encoding/json hides, at a fraction of the cost of json.Decoder.Token.
type reader struct {
	text string
	pos  int

	// About the message that is being read.
	path       []step
	duplicates []violation
	keys       []writeKey
}

// step is an object key, or an array index that is not negative.
type step struct {
	key   string
	index int
}

// writeKey is where a message has its write key.
type writeKey struct {
	start, end int
	shortened  string
}

// scalar stands for a number, a boolean or an array: nobody asks for more.
type scalar struct{}

// next goes to the beginning of the next key or value, or to the end of the object or array.
func (r *reader) next() byte {
	for {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.pos++
		default:
			return c
		}
	}
}

// value reads a string, an object as a map, null as nil, or a scalar.
func (r *reader) value() any {
	switch r.next() {
	case '{':
		return r.object()
	case '[':
		r.array()
	case '"':
		return r.string()
	case 'n':
		r.pos += len("null")
		return nil
	default:
		r.pos += strings.IndexAny(r.text[r.pos:], ",]} \t\r\n")
	}
	return scalar{}
}

func (r *reader) object() map[string]any {
	fields := map[string]any{}
	for r.pos++; r.next() != '}'; {
		key := r.string()
		r.path = append(r.path, step{key, -1})
		if _, twice := fields[key]; twice {
			r.duplicate()
		}
		r.next()
		start := r.pos
		value := r.value()
		if text, ok := value.(string); ok && len(r.path) == 1 && key == "writeKey" {
			r.keys = append(r.keys, writeKey{start, r.pos, shortened(text)})
		}
		fields[key] = value
		r.path = r.path[:len(r.path)-1]
	}
	r.pos++
	return fields
}

func (r *reader) array() {
	r.path = append(r.path, step{})
	for r.pos++; r.next() != ']'; {
		r.value()
		r.path[len(r.path)-1].index++
	}
	r.pos++
	r.path = r.path[:len(r.path)-1]
}

func (r *reader) string() string {
	start, escaped := r.pos, false
	for r.pos++; r.text[r.pos] != '"'; r.pos++ {
		if r.text[r.pos] == '\\' {
			escaped = true
			r.pos++
		}
	}
	r.pos++
	if !escaped {
		return r.text[start+1 : r.pos-1]
	}
	var text string
	_ = json.Unmarshal([]byte(r.text[start:r.pos]), &text)
	return text
}

// message reads a value as a message. raw is a copy, so that the store does not hold on to the whole body; the write key, which a
// message that is sent alone carries, is shortened in it. size is in bytes, as received.
func (r *reader) message() (value any, raw []byte, size int) {
	r.path, r.duplicates, r.keys = r.path[:0], nil, nil
	r.next()
	start := r.pos
	value = r.value()
	size = r.pos - start
	raw = make([]byte, 0, size)
	for _, key := range r.keys {
		short, _ := json.Marshal(key.shortened)
		raw = append(append(raw, r.text[start:key.start]...), short...)
		start = key.end
	}
	return value, append(raw, r.text[start:r.pos]...), size
}

func (r *reader) duplicate() {
	if len(r.duplicates) == maxDuplicates {
		return
	}
	var field strings.Builder
	for i, s := range r.path {
		if s.index >= 0 {
			field.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		}
		if i > 0 {
			field.WriteByte('.')
		}
		field.WriteString(s.key)
	}
	name := cutText(field.String(), maxFieldBytes)
	r.duplicates = append(r.duplicates, violation{name, "is there twice in the same object"})
}
