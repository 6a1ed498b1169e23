package exporter

import (
	"encoding/binary"
	"math"

	"github.com/klauspost/compress/s2"

	"github.com/otel-segment/segmentexporter/translate"
)

// Flags beside the type in the kind of a message on disk.
const (
	fromClient = 0x80
	wasDropped = 0x40
)

// kind is what the disk has of a message beside its bytes.
func (m *message) kind() byte {
	kind := byte(m.typ)
	if m.channel == translate.Client {
		kind |= fromClient
	}
	if m.drops > 0 {
		kind |= wasDropped
	}
	return kind
}

// setKind is false for what no message has.
func (m *message) setKind(kind byte) bool {
	m.typ = translate.Type(kind &^ (fromClient | wasDropped))
	if kind&fromClient != 0 {
		m.channel = translate.Client
	}
	return m.typ < translate.NumTypes
}

// appendBlock appends what the block of a request on disk has: what is known of every message, and then the messages.
func (r *request) appendBlock(dst []byte) []byte {
	for i, m := range r.messages {
		dst = append(dst, m.kind())
		dst = binary.AppendUvarint(dst, uint64(m.end-r.startOf(i)))
		if m.drops > 0 {
			dst = binary.AppendUvarint(dst, uint64(m.drops))
		}
	}
	return append(dst, r.bytes()...)
}

func (p *packedRequest) unpack() ([]byte, []message, error) {
	size, err := s2.DecodedLen(p.block)
	// The shortest message has a type, a length and one byte.
	if err != nil || size > maxItemBytes || size < p.count*3 {
		return nil, nil, errDiskFormat
	}
	rest, err := s2.Decode(make([]byte, size), p.block)
	if err != nil {
		return nil, nil, errDiskFormat
	}
	messages := make([]message, p.count)
	number := func(most int) (int, bool) {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n == 0 || n > uint64(most) {
			return 0, false
		}
		rest = rest[size:]
		return int(n), true
	}
	end := -len(",")
	for i := range messages {
		m := &messages[i]
		m.receipt = p.receipt
		if len(rest) == 0 || !m.setKind(rest[0]) {
			return nil, nil, errDiskFormat
		}
		dropped := rest[0]&wasDropped != 0
		rest = rest[1:]
		length, ok := number(p.bytes)
		if !ok {
			return nil, nil, errDiskFormat
		}
		end += len(",") + length
		m.end = end
		if dropped {
			drops, ok := number(math.MaxUint32)
			if !ok {
				return nil, nil, errDiskFormat
			}
			m.drops = uint32(drops)
		}
	}
	if end != p.bytes || len(rest) != p.bytes {
		return nil, nil, errDiskFormat
	}
	return rest, messages, nil
}
