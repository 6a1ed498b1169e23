package exporter

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/zeebo/xxh3"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	pdatarequest "go.opentelemetry.io/collector/pdata/xpdata/request"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-segment/segmentexporter/internal/safequeue"
)

// A request on disk is
//
//	0xFF, version           no OTLP begins so
//	checksum                xxh3 of all that follows, 8 bytes, little endian
//	context                 its length, and a context as the Collector encodes it; often empty
//	flags                   1 says that the next field is there
//	acceptance              when the exporter took the messages, in milliseconds since 1970
//	messages                their number and their size in a body, and an S2 block
//
// where numbers are varints, and the block holds a header for every message and then the messages, with a comma between each
// two. A header is the kind and the length, and what the kind says that follows. The kind is the type ([translate.Type]), and
// these flags: fromClient if that is the channel; wasDropped if the number of times follows that the message was dropped
// before; isGivenUp if it waits for the next pipeline, and what follows is why ([blockReader.givenUp]).
const (
	diskMark     = 0xFF
	diskVersion  = 1
	diskHeadSize = 2 + 8
	hasAccepted  = 1
)

// packedRequest is a request as it is on disk.
type packedRequest struct {
	whole []byte
	block []byte
	count int
	bytes int // of the messages in a body
	// accepted is when the exporter took the messages; zero when it is not known.
	accepted time.Time
	receipt  *receipt // of all messages
	// reportDamage is told when the request cannot be unpacked.
	reportDamage func(error)
}

// packBuffer is memory that pack uses again, for the content of a block and for the block.
type packBuffer struct {
	plain, block []byte
}

var packBuffers = sync.Pool{New: func() any { return &packBuffer{} }}

// pack is the request in the form that it has on disk.
func (r *request) pack(ctx context.Context, accepted time.Time) (*packedRequest, error) {
	encodedContext, err := encodeContext(ctx)
	if err != nil {
		return nil, err
	}
	buffer := packBuffers.Get().(*packBuffer)
	plain := r.appendBlock(buffer.plain[:0])
	if limit := s2.MaxEncodedLen(len(plain)); cap(buffer.block) < limit {
		buffer.block = make([]byte, limit)
	}
	block := s2.Encode(buffer.block[:cap(buffer.block)], plain)

	whole := make([]byte, diskHeadSize, diskHeadSize+len(encodedContext)+len(block)+5*binary.MaxVarintLen64)
	whole[0], whole[1] = diskMark, diskVersion
	whole = binary.AppendUvarint(whole, uint64(len(encodedContext)))
	whole = append(whole, encodedContext...)
	whole = append(whole, hasAccepted)
	whole = binary.AppendUvarint(whole, uint64(accepted.UnixMilli()))
	whole = binary.AppendUvarint(whole, uint64(len(r.messages)))
	whole = binary.AppendUvarint(whole, uint64(len(r.bytes())))
	whole = append(whole, block...)
	seal(whole)

	if cap(plain) <= 4*MaxBodyBytes {
		buffer.plain = plain
		packBuffers.Put(buffer)
	}
	return &packedRequest{whole: whole, count: len(r.messages), bytes: len(r.bytes())}, nil
}

func seal(item []byte) { binary.LittleEndian.PutUint64(item[2:], xxh3.Hash(item[diskHeadSize:])) }

// encodeContext encodes the context as the Collector does for its own queue on disk. Without client metadata and without a span
// it is empty, because an upload needs nothing else of it.
func encodeContext(ctx context.Context) ([]byte, error) {
	hasMetadata := false
	for range client.FromContext(ctx).Metadata.Keys() {
		hasMetadata = true
		break
	}
	if !hasMetadata && !trace.SpanContextFromContext(ctx).IsValid() {
		return nil, nil
	}
	return pdatarequest.MarshalLogs(ctx, plog.NewLogs())
}

// CheckItem returns an error for an item of the queue on disk that is none of this version of the exporter, or damaged. It
// checks the checksum and the fields in front of the block, and does not unpack the block.
func CheckItem(item []byte) error {
	switch {
	case len(item) < diskHeadSize || item[0] != diskMark:
		return errors.New("it was not written by this exporter, or is damaged")
	case item[1] != diskVersion:
		return fmt.Errorf("it has version %d of the format, and this exporter knows version %d", item[1], diskVersion)
	case binary.LittleEndian.Uint64(item[2:]) != xxh3.Hash(item[diskHeadSize:]):
		return errors.New("it is damaged: the checksum is wrong")
	}
	_, _, err := parseItem(item)
	return err
}

var errDiskFormat = errors.New("it is damaged")

// parseItem reads all but the block.
func parseItem(item []byte) (p *packedRequest, encodedContext []byte, err error) {
	if len(item) < diskHeadSize {
		return nil, nil, errDiskFormat
	}
	rest := item[diskHeadSize:]
	number := func(most int64) int64 {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(most) {
			err = errDiskFormat
			return 0
		}
		rest = rest[size:]
		return int64(n)
	}
	length := int(number(maxItemBytes))
	if length >= len(rest) {
		return nil, nil, errDiskFormat
	}
	encodedContext, flags := rest[:length], rest[length]
	rest = rest[length+1:]
	p = &packedRequest{whole: item}
	if flags&hasAccepted != 0 {
		p.accepted = time.UnixMilli(number(math.MaxInt64))
	}
	p.count, p.bytes = int(number(maxItemBytes)), int(number(maxItemBytes))
	p.block = rest
	if err == nil && (flags&^hasAccepted != 0 || p.count == 0) {
		err = errDiskFormat
	}
	if err != nil {
		return nil, nil, err
	}
	return p, encodedContext, nil
}

// maxItemBytes bounds the sizes that are read from disk. It is more than any call to a receiver can have, so a larger one is
// damage.
const maxItemBytes = 1 << 30

// unpack gets the messages of a request that comes from disk. After an error the queue keeps the request.
func (r *request) unpack() error {
	if r.packed == nil {
		return nil
	}
	data, messages, err := r.packed.unpack()
	if err != nil {
		err = safequeue.Keep(fmt.Errorf("a request in sending_queue::storage cannot be used and stays there: %w", err))
		r.packed.reportDamage(err)
		return err
	}
	accepted := r.packed.accepted
	if accepted.IsZero() {
		accepted = time.Now()
	}
	account := r.packed.receipt
	account.backlog.add(account, len(messages), accepted)
	r.data, r.messages, r.packed = data, messages, nil
	return nil
}

// encoding is how the queue on disk keeps requests.
type encoding struct {
	e *Exporter
}

// Marshal returns the item as the door has packed it, or as it was read from disk.
func (encoding) Marshal(_ context.Context, req xexporterhelper.Request) ([]byte, error) {
	return req.(*request).packed.whole, nil
}

// Unmarshal leaves the block packed, because the queue holds its lock meanwhile. Items have passed [CheckItem] before.
func (enc encoding) Unmarshal(item []byte) (context.Context, xexporterhelper.Request, error) {
	p, encodedContext, err := parseItem(item)
	if err != nil {
		return context.Background(), nil, err
	}
	ctx := context.Background()
	if len(encodedContext) > 0 {
		// A context that another version of the Collector has written may not be readable. The messages are uploaded without
		// it.
		if decoded, _, err := pdatarequest.UnmarshalLogs(encodedContext); err == nil {
			ctx = decoded
		}
	}
	p.receipt = &receipt{metrics: enc.e.metrics, backlog: &enc.e.backlog, left: p.count}
	p.reportDamage = enc.e.reportDamage
	return ctx, &request{envelope: enc.e.envelope, packed: p}, nil
}
