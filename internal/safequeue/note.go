package safequeue

import (
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"
)

// noteKey is where the queue notes what it holds.
const noteKey = "qmv0"

// These are fields of the note, PersistentMetadata in the queue's meta.proto.
const (
	noteItemsSize = 1
	noteUnderWay  = 5
)

// count takes the number of messages from a note that is on the disk.
func (c *client) count(ops []*storage.Operation) {
	for _, op := range ops {
		if op.Key != noteKey || op.Type == storage.Delete {
			continue
		}
		if items, ok := readNote(op.Value); ok {
			c.items.Store(items)
		}
	}
}

// readNote returns how many messages the queue holds by its note, and whether the queue can decode the note.
func readNote(note []byte) (items int64, ok bool) {
	for len(note) > 0 {
		field, kind, size := protowire.ConsumeTag(note)
		if size < 0 {
			return 0, false
		}
		note = note[size:]
		size = protowire.ConsumeFieldValue(field, kind, note)
		if size < 0 {
			return 0, false
		}
		switch {
		case field == noteItemsSize && kind == protowire.Fixed64Type:
			n, _ := protowire.ConsumeFixed64(note)
			items = int64(n)
		case field == noteUnderWay && kind == protowire.BytesType:
			if numbers, _ := protowire.ConsumeBytes(note); len(numbers)%protowire.SizeFixed64() != 0 {
				return 0, false
			}
		}
		note = note[size:]
	}
	return items, true
}
