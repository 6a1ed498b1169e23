package translate

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"github.com/zeebo/xxh3"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// derivedIDPrefix begins every message id that is made from the record.
const derivedIDPrefix = "otel-"

// appendDerivedID appends the id that the record always gets, however it is batched or retried: a hash over the write
// key, the resource, the scope and every field of the record. Each part is written with its type and length, so
// that two records that differ never give the same bytes.
func (e *Encoder) appendDerivedID(dst []byte, lr plog.LogRecord) []byte {
	b := e.hashed[:0]
	key := e.keySum()
	b = append(b, key[:]...)
	b = append(b, e.resourceSum()...)
	b = append(b, e.scopeSum()...)
	b = binary.LittleEndian.AppendUint64(b, uint64(lr.Timestamp()))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.stamp.observed))
	b = binary.LittleEndian.AppendUint32(b, uint32(lr.SeverityNumber()))
	b = binary.LittleEndian.AppendUint32(b, uint32(lr.Flags()))
	b = binary.LittleEndian.AppendUint32(b, lr.DroppedAttributesCount())
	trace, span := lr.TraceID(), lr.SpanID()
	b = append(b, trace[:]...)
	b = append(b, span[:]...)
	b = hashString(b, lr.SeverityText())
	b = hashString(b, lr.EventName())
	b = hashValue(b, lr.Body())
	b = e.hashRecordAttributes(b, lr.Attributes())
	e.hashed = b
	sum := xxh3.Hash128(b).Bytes()
	return hex.AppendEncode(append(dst, derivedIDPrefix...), sum[:])
}

// resourceSum and scopeSum are worked out once for all records of a resource and a scope.
func (e *Encoder) resourceSum() []byte {
	r := &e.resource
	if !r.summed {
		b := r.hashed[:0]
		b = binary.LittleEndian.AppendUint32(b, r.raw.DroppedAttributesCount())
		b = hashString(b, r.schemaURL)
		b = hashMap(b, r.raw.Attributes())
		r.hashed, r.sum, r.summed = b, xxh3.Hash128(b).Bytes(), true
	}
	return r.sum[:]
}

func (e *Encoder) scopeSum() []byte {
	s := &e.scope
	if !s.summed {
		b := s.hashed[:0]
		b = binary.LittleEndian.AppendUint32(b, s.raw.DroppedAttributesCount())
		b = hashString(b, s.schemaURL)
		b = hashString(b, s.raw.Name())
		b = hashString(b, s.raw.Version())
		b = hashMap(b, s.raw.Attributes())
		s.hashed, s.sum, s.summed = b, xxh3.Hash128(b).Bytes(), true
	}
	return s.sum[:]
}

// hashHead writes the kind (the lowest byte) and the length of a value as one integer.
func hashHead(b []byte, kind pcommon.ValueType, length int) []byte {
	return binary.LittleEndian.AppendUint64(b, uint64(length)<<8|uint64(kind))
}

func hashString(b []byte, s string) []byte {
	return append(hashHead(b, pcommon.ValueTypeStr, len(s)), s...)
}

func hashMap(b []byte, m pcommon.Map) []byte {
	b = hashHead(b, pcommon.ValueTypeMap, m.Len())
	for k, v := range m.All() {
		b = hashValue(hashString(b, k), v)
	}
	return b
}

func hashValue(b []byte, v pcommon.Value) []byte {
	switch kind := v.Type(); kind {
	case pcommon.ValueTypeStr:
		return hashString(b, v.Str())
	case pcommon.ValueTypeInt:
		return binary.LittleEndian.AppendUint64(hashHead(b, kind, 0), uint64(v.Int()))
	case pcommon.ValueTypeDouble:
		bits := math.Float64bits(v.Double())
		if math.IsNaN(v.Double()) {
			// A NaN that went through OTLP/JSON loses its payload bits.
			bits = math.Float64bits(math.NaN())
		}
		return binary.LittleEndian.AppendUint64(hashHead(b, kind, 0), bits)
	case pcommon.ValueTypeBool:
		if v.Bool() {
			return hashHead(b, kind, 1)
		}
		return hashHead(b, kind, 0)
	case pcommon.ValueTypeBytes:
		bytes := v.Bytes().AsRaw()
		return append(hashHead(b, kind, len(bytes)), bytes...)
	case pcommon.ValueTypeMap:
		return hashMap(b, v.Map())
	case pcommon.ValueTypeSlice:
		b = hashHead(b, kind, v.Slice().Len())
		for _, element := range v.Slice().All() {
			b = hashValue(b, element)
		}
		return b
	default:
		return hashHead(b, kind, 0)
	}
}
