package record

import "hash/maphash"

// maxCompared is how many members are compared with each other; more go through an index, so that the time stays linear.
const maxCompared = 16

// dropDuplicates marks the members of an object whose key comes again: the last wins, as in every reader of JSON that Segment
// and its destinations use.
func (p *parser) dropDuplicates(at int32) {
	n := &p.nodes[at]
	if n.unique {
		return
	}
	n.unique = true
	if n.size > maxCompared {
		p.dropDuplicatesByIndex(at)
		return
	}
	var seen uint64
	for i := at + 1; i < n.next; i = p.nodes[i].next {
		key := p.key(i)
		// Most keys differ from all before by their length or their ends.
		bit := uint64(1)
		if key != "" {
			bit <<= (len(key) + 3*int(key[0]) + 7*int(key[len(key)-1])) & 63
		}
		if seen&bit != 0 {
			for j := at + 1; j < i; j = p.nodes[j].next {
				if !p.nodes[j].replaced && p.key(j) == key {
					p.replace(j)
				}
			}
		}
		seen |= bit
	}
}

func (p *parser) dropDuplicatesByIndex(at int32) {
	n := &p.nodes[at]
	size := 2 * maxCompared
	for size < 2*int(n.size) {
		size *= 2
	}
	if len(p.index) < size {
		p.index = make([]int32, size)
	}
	index := p.index[:size]
	clear(index)
	for i := at + 1; i < n.next; i = p.nodes[i].next {
		key := p.key(i)
		slot := int(maphash.String(p.seed, key)) & (size - 1)
		for index[slot] != 0 && p.key(index[slot]) != key {
			slot = (slot + 1) & (size - 1)
		}
		if index[slot] != 0 {
			p.replace(index[slot])
		}
		index[slot] = i
	}
}

func (p *parser) replace(at int32) {
	p.nodes[at].replaced = true
	p.warn(DuplicateKey)
}
