package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// batchFields are the fields of a batch that are read.
var batchFields = append([]string{"batch", "sentAt", "writeKey"}, sharedFields...)

// maxBatchMessages is how many messages Segment takes in one batch.
const maxBatchMessages = 2500

// message is one message of an upload.
type message struct {
	raw        []byte // as received, but with the write key shortened
	shared     shared // what the batch has for it
	size       int    // as received
	typ        string // one of messageTypes or unknownType
	name       string // its event, name, group id or previous id, cut to maxFieldBytes
	user       string // its user id or anonymous id, cut likewise
	hasID      bool
	id         uint64 // hash of the message id
	content    uint64 // hash of the raw message
	violations []violation
}

// Hashes stand for ids and contents, so that many can be remembered.
var hashSeed = maphash.MakeSeed()

// parse reads the messages and the write key of a body.
func (u *upload) parse(body []byte) (writeKey string, err error) {
	if !utf8.Valid(body) {
		return "", errors.New("the body is not UTF-8")
	}
	if !json.Valid(body) {
		return "", json.Unmarshal(body, &json.RawMessage{}) // says why
	}
	r := &reader{text: string(body)}
	if r.next() != '{' {
		return "", errors.New("the body is not a JSON object")
	}
	if u.typ != "" || u.pixel {
		return u.parseMessage(r, u.uploadPath), nil
	}
	return u.parseBatch(r)
}

func (u *upload) parseBatch(r *reader) (string, error) {
	fields, common := map[string]any{}, map[string]string{}
	for r.pos++; r.next() != '}'; {
		key := r.string()
		if _, twice := fields[key]; twice && slices.Contains(batchFields, key) {
			u.violations = append(u.violations, violation{strings.Clone(key), "is there twice"})
		}
		if key != "batch" {
			r.next()
			start := r.pos
			fields[key] = r.value()
			if slices.Contains(sharedFields, key) {
				common[key] = r.text[start:r.pos]
			}
			continue
		}
		fields[key] = nil
		if r.next() != '[' {
			return "", errors.New("batch: is not an array")
		}
		u.messages = nil // the last of two batches counts
		for r.pos++; r.next() != ']'; {
			u.parseMessage(r, uploadPath{})
		}
		r.pos++
	}
	if _, ok := fields["batch"]; !ok {
		return "", errors.New("batch: is missing")
	}
	u.checkBatch(fields["sentAt"])
	u.share(fields, common)
	writeKey, _ := fields["writeKey"].(string)
	return writeKey, nil
}

// parseMessage adds the next JSON value as a message. The path is that of a single message, and empty for one of a batch.
func (u *upload) parseMessage(r *reader, path uploadPath) (writeKey string) {
	value, raw, size := r.message()
	m := message{raw: raw, size: size, content: maphash.Bytes(hashSeed, raw)}
	fields, ok := value.(map[string]any)
	if ok {
		m.typ, m.violations = check(fields, path)
		m.violations = append(m.violations, r.duplicates...)
		m.name = firstText(fields, "event", "name", "groupId", "previousId")
		m.user = firstText(fields, "userId", "anonymousId")
	} else {
		m.typ, m.violations = unknownType, []violation{{"batch", "holds a message that is not an object"}}
	}
	if id, _ := fields["messageId"].(string); id != "" {
		m.hasID, m.id = true, maphash.String(hashSeed, id)
	}
	u.messages = append(u.messages, m)
	writeKey, _ = fields["writeKey"].(string)
	return writeKey
}

// share gives the messages the fields that the batch has for all of them. texts are these fields as they were sent.
func (u *upload) share(fields map[string]any, texts map[string]string) {
	all := shared{}
	for _, name := range sharedFields {
		switch value := fields[name].(type) {
		case nil:
		case map[string]any:
			if len(value) > 0 {
				all[name] = strings.Clone(texts[name])
			}
		default:
			u.violations = append(u.violations, violation{name, "of the batch is not an object"})
		}
	}
	if len(all) == 0 {
		return
	}
	for i := range u.messages {
		u.messages[i].shared = all
	}
}

// checkBatch finds what is wrong with the batch as a whole.
func (u *upload) checkBatch(sentAt any) {
	report := func(field, message string) {
		u.violations = append(u.violations, violation{field, message})
	}
	switch n := len(u.messages); {
	case n == 0:
		report("batch", "is empty")
	case n > maxBatchMessages:
		report("batch", fmt.Sprintf("holds more than %d messages", maxBatchMessages))
	}
	if sentAt == nil {
		report("sentAt", "is missing")
	} else if !isDateTime(sentAt) {
		report("sentAt", notDateTime)
	}
}

// firstText returns the first of the fields that holds a text. It is a copy, so that the store does not hold on to the
// whole body.
func firstText(fields map[string]any, names ...string) string {
	for _, name := range names {
		if text, _ := fields[name].(string); text != "" {
			return ownText(text)
		}
	}
	return ""
}

// ownText is a copy of a text, or of its beginning when it is too long, for the store to hold.
func ownText(text string) string { return strings.Clone(cutText(text, maxFieldBytes)) }

// cutText keeps the beginning of a text that is too long.
func cutText(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
