package record

import "fmt"

// maxCopied is how many bytes the integrations of a batch can have in all its records together. It is far above what
// libraries send, and bounds the memory that a small body can ask for.
const maxCopied = 16 << 20

// common are the integrations of a batch, which every record gets a copy of.
type common struct {
	node   int32 // 0 when there are none
	source source
	places map[string]int // the place of each in overridden
	// overridden has the node of the last message that has the same integration itself.
	overridden []int32
}

// readCommon reads the integrations of a batch, for a number of elements.
func (p *parser) readCommon(at int32, elements int) error {
	if !p.isObject(at) || p.nodes[at].size == 0 {
		return nil
	}
	c := &p.batch.common
	c.node, c.source = at, p.newSource(at)
	if len(c.source.text) > maxCopied/max(elements, 1) {
		return &TooLargeError{Problem: fmt.Sprintf("%d bytes of integrations for %d messages", len(c.source.text), elements)}
	}
	p.source = c.source
	p.dropDuplicates(at)
	c.places = make(map[string]int, p.nodes[at].size)
	for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
		if !p.nodes[i].replaced {
			c.places[p.key(i)] = len(c.places)
		}
	}
	c.overridden = make([]int32, len(c.places))
	return nil
}

// appendIntegrations appends the integrations of the batch and of the message, which win.
func (p *parser) appendIntegrations(m *message) {
	at := m.at[integrations]
	c := &p.batch.common
	if c.node == 0 {
		p.appendObject("segment.integrations", at)
		return
	}
	target := p.appendMap("segment.integrations")
	b := &p.builders[1]
	if p.isObject(at) {
		b.EnsureCapacity(len(c.places) + int(p.nodes[at].size))
		for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
			if place, ok := c.places[p.key(i)]; ok {
				c.overridden[place] = at
			}
		}
		p.appendMembers(at, 1)
	}
	own := p.source
	p.source = c.source
	place := 0
	for i := c.node + 1; i < p.nodes[c.node].next; i = p.nodes[i].next {
		if p.nodes[i].replaced {
			continue
		}
		if c.overridden[place] == 0 || c.overridden[place] != at {
			p.appendMember(b, i, 1)
		}
		place++
	}
	p.source = own
	b.UnsafeIntoMap(target)
}
