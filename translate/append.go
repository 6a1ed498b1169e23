package translate

import (
	"cmp"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/plog"
)

// maxMessageID is a length in characters. Segment wants shorter message ids, so one of this length or more is not sent.
const maxMessageID = 100

// appendMessage appends a whole message, or part of one when the record is dropped.
func (e *Encoder) appendMessage(dst []byte, lr plog.LogRecord, typ Type, event string) ([]byte, Outcome) {
	if e.source.number == noSource {
		return dst, UnknownSource
	}
	user := e.resolve(&e.record.user, &e.scope.user, &e.resource.user)
	anonymous := e.resolve(&e.record.anonymous, &e.scope.anonymous, &e.resource.anonymous)
	e.groupID = e.resolve(&e.record.group, &e.scope.group, &e.resource.group)
	switch {
	case typ == Track && event == "":
		return dst, MissingEventName
	case typ == Group && !e.groupID.ok:
		return dst, MissingGroupID
	case typ == Alias && !e.record.previous.ok:
		return dst, MissingPreviousID
	case typ == Alias && !user.ok:
		return dst, MissingUserID
	case !user.ok && !anonymous.ok:
		return dst, MissingIdentity
	}
	mark := len(dst)
	dst = append(dst, `{"type":"`...)
	dst = append(dst, typ.String()...)
	dst = append(dst, '"')
	if typ == Track {
		dst = e.appendString(append(dst, `,"event":`...), event)
	}
	dst = e.appendNames(dst, typ)
	dst = e.appendIDMember(dst, `,"userId":`, user)
	dst = e.appendIDMember(dst, `,"anonymousId":`, anonymous)
	if typ == Group {
		dst = e.appendIDMember(dst, `,"groupId":`, e.groupID)
	}
	if typ == Alias {
		dst = e.appendIDMember(dst, `,"previousId":`, e.record.previous)
	}
	dst = e.appendMessageIDMember(dst, lr)
	dst = AppendTime(append(dst, timestampMember...), e.timestamp(lr))
	if e.complete {
		dst = e.appendAsGiven(dst, typ)
	} else {
		dst = e.appendDerived(dst, lr, typ)
	}
	e.warnMisplaced(typ)
	dst = e.appendObject(dst, integrations, &e.integrations, false)
	dst = e.appendExtra(dst, typ)
	dst = append(dst, '}')
	if len(dst)-mark > MaxMessageBytes {
		return dst, TooLarge
	}
	return dst, Message
}

// appendDerived appends the payload and the context of a record that is not complete, each merged from all its sources.
func (e *Encoder) appendDerived(dst []byte, lr plog.LogRecord, typ Type) []byte {
	if typ == Page {
		// The context comes first, because the properties of a page get the members of `context.page` too.
		e.buildContext(e.shared(), lr, typ)
	}
	if name, ok := payloadName(typ); ok {
		dst = append(append(append(dst, `,"`...), objectNames[name]...), `":`...)
		dst = e.appendPayload(dst, lr, typ, name)
	}
	return e.appendContext(append(dst, `,"context":`...), lr, typ)
}

// appendNames appends the name and category that page and screen have.
func (e *Encoder) appendNames(dst []byte, typ Type) []byte {
	if typ != Page && typ != Screen {
		return dst
	}
	name := e.record.name
	if typ == Screen {
		for _, fallback := range [...]textRole{screenName, legacyScreenName, destinationName} {
			if name == "" {
				name = e.texts[fallback]
			}
		}
	}
	if name != "" {
		dst = e.appendString(append(dst, `,"name":`...), name)
	}
	if e.record.category != "" {
		dst = e.appendString(append(dst, `,"category":`...), e.record.category)
	}
	return dst
}

// warnMisplaced counts the attributes that the vocabulary has, but not for this type of message.
func (e *Encoder) warnMisplaced(typ Type) {
	payload, ok := payloadName(typ)
	for _, name := range [...]objectName{properties, traits} {
		if (!ok || name != payload) && e.record.objects[name].given() {
			e.warnings[UnknownAttribute]++
		}
	}
	if typ != Page && typ != Screen && (e.record.name != "" || e.record.category != "") {
		e.warnings[UnknownAttribute]++
	}
	if typ != Alias && e.record.previous.ok {
		e.warnings[UnknownAttribute]++
	}
}

func (e *Encoder) appendIDMember(dst []byte, key string, i id) []byte {
	if !i.ok {
		return dst
	}
	return e.appendID(append(dst, key...), i)
}

func (e *Encoder) appendMessageIDMember(dst []byte, lr plog.LogRecord) []byte {
	dst = append(dst, `,"messageId":`...)
	if own := e.ownMessageID(); own != "" {
		return e.appendString(dst, own)
	}
	return append(e.appendNewID(append(dst, '"'), lr), '"')
}

// appendMessageID appends the message id as text.
func (e *Encoder) appendMessageID(dst []byte, lr plog.LogRecord) []byte {
	if own := e.ownMessageID(); own != "" {
		return append(dst, own...)
	}
	return e.appendNewID(dst, lr)
}

// appendNewID appends the id of a record that brings none along, or one that is too long.
func (e *Encoder) appendNewID(dst []byte, lr plog.LogRecord) []byte {
	if e.stamp.hasID {
		return append(dst, e.stamp.id[:]...)
	}
	return e.appendDerivedID(dst, lr)
}

// ownMessageID is the id that the record brings along, "" when there is none or it is too long.
func (e *Encoder) ownMessageID() string {
	own := e.broughtID()
	if utf8.RuneCountInString(own) >= maxMessageID {
		return ""
	}
	return own
}

func (e *Encoder) broughtID() string { return cmp.Or(e.record.messageID, e.texts[uid]) }

func (e *Encoder) appendString(dst []byte, s string) []byte {
	dst, valid := appendString(dst, s)
	if !valid {
		e.warnings[InvalidUTF8]++
	}
	return dst
}
