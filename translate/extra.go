package translate

// appendExtra appends the members that `segment.extra` gives the message itself. They come last, so that a search such as that of
// [MessageTime] finds the message's own members before them.
func (e *Encoder) appendExtra(dst []byte, typ Type) []byte {
	f := &e.record.objects[extra]
	if !f.given() {
		return dst
	}
	t := &e.extra
	t.reset()
	e.mergeForms(t, f, fromObject, fromFlat, true)
	for at := t.nodes[0].first; at != 0; at = t.nodes[at].next {
		if t.nodes[at].kind != absent && e.reserves(t.nodes[at].key, typ) {
			t.openBelow(at)
			t.nodes[at].leaf = leaf{kind: absent}
			e.warnings[UnknownAttribute]++
		}
	}
	mark := len(dst)
	dst = t.append(dst, 0)
	if len(dst) == mark+len("{}") {
		return dst[:mark]
	}
	dst[mark] = ','
	return dst[:len(dst)-1]
}

// reserves says whether `segment.extra` cannot give a member of the message. In a complete message, which is sent as it came in,
// these are only the members that the encoder writes for its type and those of the upload. In any other message they are also the
// members that have an attribute of their own, whatever the type, and those that Segment sets itself.
func (e *Encoder) reserves(member string, typ Type) bool {
	payload, hasPayload := payloadName(typ)
	switch member {
	case "type", "userId", "anonymousId", "messageId", "timestamp", "context", "integrations",
		"sentAt", "writeKey", "receivedAt", "originalTimestamp", "projectId":
		return true
	case "event":
		return typ == Track || !e.complete
	case "name", "category":
		return typ == Page || typ == Screen || !e.complete
	case "groupId":
		return typ == Group || !e.complete
	case "previousId":
		return typ == Alias || !e.complete
	case "properties", "traits":
		return hasPayload && objectNames[payload] == member || !e.complete
	case "channel", "version":
		return !e.complete
	default:
		return false
	}
}
