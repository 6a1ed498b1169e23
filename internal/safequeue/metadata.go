package safequeue

import (
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"
)

// metadataKey is the key of the metadata, in which the queue writes what it holds.
const metadataKey = "qmv0"

// These are fields of PersistentMetadata in the queue's meta.proto.
const (
	metadataItemsSize  = 1
	metadataReadIndex  = 3
	metadataWriteIndex = 4
	metadataUnderWay   = 5
)

// contents is what a queue holds.
type contents struct {
	items, requests int64
}

// count takes over the number of messages of metadata that were read or written.
func (c *client) count(ops []*storage.Operation) {
	for _, op := range ops {
		if op.Key != metadataKey || op.Type == storage.Delete {
			continue
		}
		if held, ok := readMetadata(op.Value); ok {
			c.items.Store(held.items)
		}
	}
}

// readMetadata returns what the queue holds by its metadata, and whether the queue can decode them.
func readMetadata(data []byte) (held contents, ok bool) {
	for len(data) > 0 {
		field, kind, size := protowire.ConsumeTag(data)
		if size < 0 {
			return contents{}, false
		}
		data = data[size:]
		size = protowire.ConsumeFieldValue(field, kind, data)
		if size < 0 {
			return contents{}, false
		}
		switch kind {
		case protowire.Fixed64Type:
			n, _ := protowire.ConsumeFixed64(data)
			held.add(field, int64(n))
		case protowire.BytesType:
			numbers, _ := protowire.ConsumeBytes(data)
			if field == metadataUnderWay {
				if len(numbers)%protowire.SizeFixed64() != 0 {
					return contents{}, false
				}
				held.requests += int64(len(numbers) / protowire.SizeFixed64())
			}
		default:
		}
		data = data[size:]
	}
	return held, true
}

func (h *contents) add(field protowire.Number, n int64) {
	switch field {
	case metadataItemsSize:
		h.items = n
	case metadataWriteIndex:
		h.requests += n
	case metadataReadIndex:
		h.requests -= n
	}
}
