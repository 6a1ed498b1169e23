package record

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
)

// setValue makes v the value of a node. The level is that of an object or array.
func (p *parser) setValue(v pcommon.Value, at int32, level int) {
	n := &p.nodes[at]
	switch n.kind {
	case boolFalse, boolTrue:
		v.SetBool(n.kind == boolTrue)
	case integer:
		p.setInteger(v, at)
	case fraction:
		if f, err := strconv.ParseFloat(p.raw(at), 64); err == nil {
			v.SetDouble(f)
			return
		}
		p.warn(BigNumber)
		v.SetStr(p.raw(at))
	case text:
		v.SetStr(p.str(at))
	case array, object:
		switch {
		case level > maxLevels:
			v.SetStr(p.raw(at))
		case n.kind == object:
			p.fill(v.SetEmptyMap(), at, level)
		default:
			elements := v.SetEmptySlice()
			elements.EnsureCapacity(int(n.size))
			for i := at + 1; i < n.next; i = p.nodes[i].next {
				p.setValue(elements.AppendEmpty(), i, level+1)
			}
		}
	case nonFinite:
		p.warn(NonFinite)
	case null:
	}
}

// maxInt64Length is how many bytes an int64 has at most, and maxDoubleLength an integer that a double holds.
const (
	maxInt64Length  = len("-9223372036854775808")
	maxDoubleLength = 310
)

func (p *parser) setInteger(v pcommon.Value, at int32) {
	s := p.raw(at)
	if len(s) <= maxInt64Length {
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			v.SetInt(i)
			return
		}
	}
	if len(s) <= maxDoubleLength {
		if f, err := strconv.ParseFloat(s, 64); err == nil && isTextOf(s, f) {
			v.SetDouble(f)
			return
		}
	}
	p.warn(BigNumber)
	v.SetStr(s)
}

// isTextOf says whether an integer is a double, in full or as JavaScript and the exporter write it: with the fewest digits.
func isTextOf(s string, f float64) bool {
	return strconv.FormatFloat(f, 'f', 0, 64) == s || strconv.FormatFloat(f, 'f', -1, 64) == s
}

// fill makes m the object of a node, or an empty one if the node is none.
func (p *parser) fill(m pcommon.Map, at int32, level int) {
	b := &p.builders[level]
	b.EnsureCapacity(int(p.nodes[at].size))
	p.appendMembers(at, level)
	b.UnsafeIntoMap(m)
}

// appendMembers appends the members of an object to the map of a level.
func (p *parser) appendMembers(at int32, level int) {
	p.dropDuplicates(at)
	for i := at + 1; i < p.nodes[at].next; i = p.nodes[i].next {
		if !p.nodes[i].replaced {
			p.appendMember(&p.builders[level], i, level)
		}
	}
}

// appendMember appends a member to a map of a level.
func (p *parser) appendMember(b *xpdata.MapBuilder, at int32, level int) {
	n := &p.nodes[at]
	key, valid := p.source.decode(n.keyStart, n.keyEnd, n.keyEscaped)
	if !valid {
		p.warn(InvalidUTF8)
	}
	p.setValue(b.AppendEmpty(key), at, level+1)
}
