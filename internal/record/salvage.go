package record

import "bytes"

// salvager takes the complete messages out of the body of a batch that is not JSON: commas or NULs too many, several batches
// behind each other, objects that were cut off. Its time is linear in the body: what was read once is read a second time at
// most.
type salvager struct {
	*parser
	// leftovers says that an object was cut off and that the rest of it may follow, whose parts are no messages.
	leftovers bool
	malformed int
}

// salvage makes the records of what is complete. When there is no message it returns the problem that the body has.
func (p *parser) salvage(problem error) error {
	p.nodes = p.nodes[:0]
	s := salvager{parser: p}
	for at := s.next(0); at >= 0 && s.found() <= MaxElements; at = s.next(at) {
		if p.in[at] == ']' {
			at = s.envelopeEnd(at)
		} else {
			at = s.object(at)
		}
	}
	if len(p.elements) == 0 {
		return problem
	}
	if err := p.begin(s.found()); err != nil {
		return err
	}
	for _, at := range p.elements {
		p.element(at)
	}
	for _, n := range p.result.Messages {
		p.result.Salvaged += n
	}
	if p.result.Salvaged == 0 {
		return problem
	}
	for range s.malformed {
		p.result.Elements++
		p.refuse(Malformed, Detail{})
	}
	return nil
}

// take takes an element, or those of a batch that stands in the place of one because the batch around it has no end.
func (s *salvager) take(at int32) {
	batch := s.openEnvelope(at)
	if batch == 0 {
		s.elements = append(s.elements, at)
		return
	}
	for i := batch + 1; i < s.nodes[batch].next; i = s.nodes[i].next {
		s.elements = append(s.elements, i)
	}
}

func (s *salvager) found() int { return len(s.elements) + s.malformed }

// next is the place where the next object begins or an array ends, -1 when there is none.
func (s *salvager) next(at int) int {
	n := bytes.IndexAny(s.in[at:], "{]")
	if n < 0 {
		return n
	}
	return at + n
}

// object takes what is in an object, and returns where to go on.
func (s *salvager) object(at int) int {
	root := int32(len(s.nodes))
	end, ok := s.value(at)
	switch batch := s.openEnvelope(root); {
	case batch != 0:
		s.leftovers = false
		for i := batch + 1; i < s.behind(batch); i = s.behind(i) {
			if s.nodes[i].open() {
				s.cutOff(i)
			} else {
				s.take(i)
			}
		}
	case !ok && s.isMember(at):
		s.search(root)
	case !ok:
		s.cutOff(root)
	case s.leftovers && !s.looksLikeMessage(root):
		s.search(root)
	default:
		s.leftovers = false
		s.elements = append(s.elements, root)
	}
	if ok {
		return end
	}
	return s.resume(at, end)
}

// behind is the node behind another one and all in it. It is for the nodes that were read last only.
func (s *salvager) behind(at int32) int32 {
	if n := &s.nodes[at]; !n.open() {
		return n.next
	}
	return int32(len(s.nodes))
}

// openEnvelope returns the node of the elements if a node is a batch, with or without its end, else 0.
func (s *salvager) openEnvelope(at int32) (batch int32) {
	if s.nodes[at].kind != object {
		return 0
	}
	for i := at + 1; i < s.behind(at); i = s.behind(i) {
		if s.nodes[i].kind == array && s.envelopeMember(i, &batch) == &batch {
			batch = i
		}
	}
	if batch != 0 {
		s.keepEnvelope(at+1, s.behind(at))
	}
	return batch
}

// keepEnvelope keeps the members of a batch that no batch before had. They are the nodes from..to-1.
func (s *salvager) keepEnvelope(from, to int32) {
	var batch int32
	for i := from; i < to; i = s.behind(i) {
		if place := s.envelopeMember(i, &batch); place != nil && *place == 0 && !s.nodes[i].open() {
			*place = i
		}
	}
}

// envelopeEnd reads what stands behind the elements of a batch: the other members and the closing brace. It returns where to
// go on.
func (s *salvager) envelopeEnd(start int) int {
	from := int32(len(s.nodes))
	at := s.space(start + 1)
	for at < len(s.in) && s.in[at] == ',' {
		n, end, ok := s.readKey(at + 1)
		if ok {
			value := len(s.nodes)
			if end, ok = s.value(end); len(s.nodes) > value {
				v := &s.nodes[value]
				v.keyStart, v.keyEnd, v.keyEscaped = n.keyStart, n.keyEnd, n.keyEscaped
			}
		}
		if !ok {
			s.search(from)
			return s.resume(start, end)
		}
		at = s.space(end)
	}
	if at < len(s.in) && s.in[at] == '}' && s.isEnvelope(from) {
		s.keepEnvelope(from, int32(len(s.nodes)))
		s.leftovers = false
	} else {
		s.search(from)
	}
	return at
}

// isEnvelope says whether the last nodes, from one on, are the members of a batch and not those of a message that was cut off
// in front of an array.
func (s *salvager) isEnvelope(from int32) bool {
	var batch int32
	for i := from; int(i) < len(s.nodes); i = s.behind(i) {
		if place := s.envelopeMember(i, &batch); place == &s.batch.sentAt || place == &s.batch.writeKey {
			return true
		}
	}
	return false
}

// cutOff counts an object whose end was not read, and takes the messages that stand in the place of its rest.
func (s *salvager) cutOff(at int32) {
	s.malformed++
	s.leftovers = true
	s.search(at)
}

// search takes the messages among the last nodes, from one on.
func (s *salvager) search(from int32) {
	for i := from; int(i) < len(s.nodes); {
		if s.looksLikeMessage(i) {
			s.elements = append(s.elements, i)
			i = s.nodes[i].next
		} else {
			i++
		}
	}
}

// looksLikeMessage says whether a node is a message and not some object inside of one.
func (s *salvager) looksLikeMessage(at int32) bool {
	n := &s.nodes[at]
	if n.kind != object || n.open() {
		return false
	}
	typed, identified := false, false
	for i := at + 1; i < n.next; i = s.nodes[i].next {
		m := &s.nodes[i]
		switch string(s.in[m.keyStart:m.keyEnd]) {
		case "type":
			_, ok := parseType(string(s.in[m.start:m.end]))
			typed = ok && m.kind == text
		case "messageId", "userId", "anonymousId":
			identified = identified || m.kind == text || m.kind == integer
		}
	}
	return typed && identified
}

// isMember says whether the value at a place has a colon in front of it.
func (s *salvager) isMember(at int) bool {
	return bytes.HasSuffix(bytes.TrimRight(s.in[:at], " \t\r\n"), []byte{':'})
}

// resume is where to go on behind an object that ends too early. If it ended in a string, then the string ended with
// the first quote of the next message, whose brace stands in front of it.
func (s *salvager) resume(start, end int) int {
	if brace := end - len(`{"`); brace > start && string(s.in[brace:end]) == `{"` {
		return brace
	}
	return end
}
