package exporter

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/klauspost/compress/s2"

	"github.com/otel-segment/segmentexporter/translate"
)

// Flags in the kind of a message on disk. The other bits are the type.
const (
	fromClient = 0x80
	wasDropped = 0x40
	isGivenUp  = 0x20
)

// kind is the first byte of what the disk has of a message: the type and the flags.
func (m *message) kind() byte {
	kind := byte(m.typ)
	if m.channel == translate.Client {
		kind |= fromClient
	}
	if m.drops > 0 {
		kind |= wasDropped
	}
	if m.givenUp != nil {
		kind |= isGivenUp
	}
	return kind
}

// setKind takes the type and the channel from a kind. It is false for a type that does not exist.
func (m *message) setKind(kind byte) bool {
	m.typ = translate.Type(kind &^ (fromClient | wasDropped | isGivenUp))
	if kind&fromClient != 0 {
		m.channel = translate.Client
	}
	return m.typ < translate.NumTypes
}

// appendBlock appends the content of the block of a request on disk: a header for each message, and then the messages.
func (r *request) appendBlock(dst []byte) []byte {
	for i, m := range r.messages {
		dst = append(dst, m.kind())
		dst = binary.AppendUvarint(dst, uint64(m.end-r.startOf(i)))
		if m.drops > 0 {
			dst = binary.AppendUvarint(dst, uint64(m.drops))
		}
		if m.givenUp != nil {
			dst = m.givenUp.append(dst)
		}
	}
	return append(dst, r.bytes()...)
}

func (p *packedRequest) unpack() ([]byte, []message, error) {
	size, err := s2.DecodedLen(p.block)
	// A message takes at least three bytes: its kind, its length and one byte of data.
	if err != nil || size > maxItemBytes || size < p.count*3 {
		return nil, nil, errDiskFormat
	}
	rest, err := s2.Decode(make([]byte, size), p.block)
	if err != nil {
		return nil, nil, errDiskFormat
	}
	messages := make([]message, p.count)
	in := blockReader{rest: rest}
	end := -len(",")
	for i := range messages {
		m := &messages[i]
		m.receipt = p.receipt
		kind := in.byte()
		if !m.setKind(kind) {
			return nil, nil, errDiskFormat
		}
		end += len(",") + int(in.number(1, uint64(p.bytes)))
		m.end = end
		if kind&wasDropped != 0 {
			m.drops = uint32(in.number(1, math.MaxUint32))
		}
		if kind&isGivenUp != 0 {
			m.givenUp = in.givenUp()
		}
		if in.failed {
			return nil, nil, errDiskFormat
		}
	}
	if end != p.bytes || len(in.rest) != p.bytes {
		return nil, nil, errDiskFormat
	}
	return in.rest, messages, nil
}

// blockReader reads the headers of messages. After a failure it returns only zeros, so that one check behind each header is
// enough.
type blockReader struct {
	rest   []byte
	failed bool
}

func (r *blockReader) byte() byte { return r.bytes(1)[0] }

// bytes takes the next n bytes. After a failure it returns at most one, because n may be as damaged as the rest.
func (r *blockReader) bytes(n int) []byte {
	if r.failed || n > len(r.rest) {
		r.failed = true
		return make([]byte, min(n, 1))
	}
	data := r.rest[:n]
	r.rest = r.rest[n:]
	return data
}

// number takes the next varint. One outside of the bounds is a failure.
func (r *blockReader) number(least, most uint64) uint64 {
	n, size := binary.Uvarint(r.rest)
	if r.failed || size <= 0 || n < least || n > most {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// givenUp takes what the header has of a message that waits for the next pipeline: its fate, the HTTP status, the time in
// milliseconds since 1970, and the answer, with its length in front.
func (r *blockReader) givenUp() *givenUp {
	f := fate(r.number(uint64(refused), uint64(undelivered)))
	status := r.number(0, maxStatus)
	at := r.number(0, math.MaxInt64)
	answer := r.bytes(int(r.number(0, maxResponseBytes)))
	return &givenUp{f, cause{dropReasons[f], int(status), string(answer), time.UnixMilli(int64(at))}}
}

// maxStatus is more than any HTTP status.
const maxStatus = 999

func (g *givenUp) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(g.fate))
	dst = binary.AppendUvarint(dst, uint64(g.cause.status))
	dst = binary.AppendUvarint(dst, uint64(g.cause.at.UnixMilli()))
	dst = binary.AppendUvarint(dst, uint64(len(g.cause.answer)))
	return append(dst, g.cause.answer...)
}
