package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// messageQuery says which messages a client asks for, and in which form.
type messageQuery struct {
	since          uint64
	limit          int // 0: all
	typ            string
	source         string
	text           []byte // in lower case
	onlyViolations bool
	summary        bool
}

func readMessageQuery(values url.Values) (q messageQuery, refused *refusal) {
	p := parameters{values: values}
	q = messageQuery{
		since:          p.sequenceNumber("since"),
		limit:          p.count("limit"),
		typ:            values.Get("type"),
		source:         values.Get("source"),
		text:           bytes.ToLower([]byte(values.Get("q"))),
		onlyViolations: p.flag("violations"),
		summary:        p.is("view", "summary"),
	}
	return q, p.refused
}

func (q *messageQuery) matches(r *record) bool {
	return (q.typ == "" || q.typ == r.typ) &&
		(q.source == "" || q.source == r.label()) &&
		(!q.onlyViolations || len(r.violations) > 0) &&
		(len(q.text) == 0 || bytes.Contains(bytes.ToLower(withoutEscapes(r.whole())), q.text))
}

// withoutEscapes is a message as one reads it: many libraries write other letters than those of ASCII as escapes.
func withoutEscapes(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	var message any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&message) != nil {
		return raw
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(message) != nil {
		return raw
	}
	// The raw text too, for those who look for an escape as it was sent.
	return append(out.Bytes(), raw...)
}

// filter returns the records that match, or the newest of them up to the limit. It overwrites the slice that it is given.
func (q *messageQuery) filter(records []record) []record {
	matching := records[:0]
	for i := range records {
		if q.matches(&records[i]) {
			matching = append(matching, records[i])
		}
	}
	if q.limit > 0 && len(matching) > q.limit {
		matching = matching[len(matching)-q.limit:]
	}
	return matching
}

// parameters keeps what is wrong with the first parameter that cannot be understood.
type parameters struct {
	values  url.Values
	refused *refusal
}

func (p *parameters) sequenceNumber(name string) uint64 {
	text := p.values.Get(name)
	if text == "" {
		return 0
	}
	seq, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		p.refuse(name, "must be a sequence number")
	}
	return seq
}

func (p *parameters) count(name string) int {
	text := p.values.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.refuse(name, "must be a number of 1 or more")
	}
	return n
}

func (p *parameters) flag(name string) bool {
	text := p.values.Get(name)
	if text != "" && text != "true" && text != "false" {
		p.refuse(name, "must be true or false")
	}
	return text == "true"
}

func (p *parameters) is(name, value string) bool {
	text := p.values.Get(name)
	if text != "" && text != value {
		p.refuse(name, "must be "+value)
	}
	return text == value
}

func (p *parameters) refuse(name, message string) {
	if p.refused == nil {
		p.refused = &refusal{http.StatusBadRequest, "invalid_" + name, name + ": " + message}
	}
}
