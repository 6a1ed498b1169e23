package safequeue

import (
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"
)

// metadataKey is where the queue keeps its metadata: what it holds.
const metadataKey = "qmv0"

// These are fields of PersistentMetadata in the queue's meta.proto.
const (
	metadataItemsSize = 1
	metadataUnderWay  = 5
)

// count takes the number of messages from metadata that is on the disk.
func (c *client) count(ops []*storage.Operation) {
	for _, op := range ops {
		if op.Key != metadataKey || op.Type == storage.Delete {
			continue
		}
		if items, ok := readMetadata(op.Value); ok {
			c.items.Store(items)
		}
	}
}

// readMetadata returns how many messages the queue holds by its metadata, and whether the queue can decode that.
func readMetadata(data []byte) (items int64, ok bool) {
	for len(data) > 0 {
		field, kind, size := protowire.ConsumeTag(data)
		if size < 0 {
			return 0, false
		}
		data = data[size:]
		size = protowire.ConsumeFieldValue(field, kind, data)
		if size < 0 {
			return 0, false
		}
		switch {
		case field == metadataItemsSize && kind == protowire.Fixed64Type:
			n, _ := protowire.ConsumeFixed64(data)
			items = int64(n)
		case field == metadataUnderWay && kind == protowire.BytesType:
			if numbers, _ := protowire.ConsumeBytes(data); len(numbers)%protowire.SizeFixed64() != 0 {
				return 0, false
			}
		}
		data = data[size:]
	}
	return items, true
}
