package sandbox

import (
	"slices"
	"strings"
)

// sharedFields are the fields that a batch may have for all its messages.
var sharedFields = []string{"context", "integrations"}

// shared is what a batch has for all its messages: JSON objects by the names of their fields. It is merged into a message only
// when that is read: a small batch would become a large one in the store.
type shared map[string]string

func (s shared) bytes() (n int) {
	for _, object := range s {
		n += len(object)
	}
	return n
}

// whole is a message with what its batch has for it.
func (m *message) whole() []byte {
	if len(m.shared) == 0 || m.raw[0] != '{' {
		return m.raw
	}
	text := string(m.raw)
	for _, name := range sharedFields {
		if object := m.shared[name]; object != "" {
			text = withShared(text, name, object)
		}
	}
	return []byte(text)
}

// withShared merges an object into a field of a message. What the message has itself counts, member by member; a field that
// is no object stays as it is.
func withShared(message, name, object string) string {
	own := members(message)
	i := lastOf(own, name)
	if i < 0 {
		return addMembers(message, []member{{text: `"` + name + `":` + object}})
	}
	value := own[i].value
	if value[0] != '{' {
		return message
	}
	known := members(value)
	missing := slices.DeleteFunc(members(object), func(m member) bool { return lastOf(known, m.key) >= 0 })
	end := own[i].end
	return message[:end-len(value)] + addMembers(value, missing) + message[end:]
}

// member is one member of a JSON object.
type member struct {
	key   string
	value string
	text  string // both, as they stand there
	end   int    // in the text of the object
}

func members(object string) []member {
	r := &reader{text: object}
	r.next()
	var list []member
	for r.pos++; r.next() != '}'; {
		start := r.pos
		key := r.string()
		r.next()
		value := r.pos
		r.value()
		list = append(list, member{key, r.text[value:r.pos], r.text[start:r.pos], r.pos})
	}
	return list
}

// lastOf finds the member that counts among those of one key.
func lastOf(list []member, key string) int {
	for i, m := range slices.Backward(list) {
		if m.key == key {
			return i
		}
	}
	return -1
}

// addMembers puts members at the end of an object.
func addMembers(object string, added []member) string {
	var out strings.Builder
	begun := strings.TrimRight(object[:len(object)-1], " \t\r\n")
	out.WriteString(begun)
	for i, m := range added {
		if i > 0 || begun != "{" {
			out.WriteByte(',')
		}
		out.WriteString(m.text)
	}
	out.WriteString(object[len(begun):])
	return out.String()
}
