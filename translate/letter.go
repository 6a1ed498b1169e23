package translate

import (
	"encoding/binary"
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// DroppedPrefix begins the names of the attributes that a dead letter has beside those of its record. They say why the event
// was dropped, and are no part of it: a letter that is sent again gives the message that the record would have given, with the
// same id.
const DroppedPrefix = vocabularyPrefix + droppedName

const droppedName = "dropped."

// DroppedCount is the attribute that says how often the event was dropped, an integer.
const DroppedCount = DroppedPrefix + droppedCountName

const droppedCountName = "count"

// takeDropped reads the attribute `segment.dropped.<name>`.
func (x *vocabulary) takeDropped(name string, v pcommon.Value) {
	x.isLetter = true
	if name == droppedCountName && v.Type() == pcommon.ValueTypeInt {
		x.drops = uint32(min(max(v.Int(), 0), math.MaxUint32))
	}
}

// hashRecordAttributes hashes the attributes without those of a dead letter, so that the letter has the id of its record.
func (e *Encoder) hashRecordAttributes(b []byte, m pcommon.Map) []byte {
	if !e.record.isLetter {
		return hashMap(b, m)
	}
	head := len(b)
	b = hashHead(b, pcommon.ValueTypeMap, 0)
	kept := 0
	for k, v := range m.All() {
		if !strings.HasPrefix(k, DroppedPrefix) {
			b = hashValue(hashString(b, k), v)
			kept++
		}
	}
	binary.LittleEndian.PutUint64(b[head:], uint64(kept)<<8|uint64(pcommon.ValueTypeMap))
	return b
}
