package translate

import (
	"bytes"
	"encoding/binary"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
)

// The functions here write OTLP by its field numbers: pdata itself never writes a key twice.

// field is a part of a message that is a string, bytes or a message.
func field(number byte, content []byte) []byte {
	return append(binary.AppendUvarint([]byte{number<<3 | 2}, uint64(len(content))), content...)
}

func fixed64(number byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{number<<3 | 1}, n)
}

func keyValue(key string, value []byte) []byte {
	return append(field(1, []byte(key)), field(2, value)...)
}

// textValue is an AnyValue that is a string.
func textValue(s string) []byte { return field(1, []byte(s)) }

// boolValue is an AnyValue that is a bool.
func boolValue(b bool) []byte {
	if b {
		return []byte{2 << 3, 1}
	}
	return []byte{2 << 3, 0}
}

// logs are a few resources, scopes and records.
func (d *dice) logs(t *testing.T) plog.Logs {
	t.Helper()
	var data []byte
	for range 1 + d.below(3) {
		data = append(data, field(1, d.resourceLogs())...)
	}
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	if err != nil {
		t.Fatal(err)
	}
	return ld
}

func (d *dice) resourceLogs() []byte {
	var resource []byte
	if d.below(2) == 1 {
		resource = field(1, keyValue("os.name", textValue("iOS")))
	}
	for range d.below(5) {
		resource = append(resource, field(1, d.originAttribute())...)
	}
	data := field(1, resource)
	for range 1 + d.below(3) {
		data = append(data, field(2, d.scopeLogs())...)
	}
	return data
}

func (d *dice) scopeLogs() []byte {
	scope := field(1, []byte(d.of([]string{"segment", "segment.shop", "segment", "http"})))
	if d.below(2) == 1 {
		for range d.below(4) {
			scope = append(scope, field(3, d.originAttribute())...)
		}
	}
	if d.rarely(4) {
		scope = append(scope, field(3, keyValue("segment.complete", boolValue(true)))...)
	}
	data := field(1, scope)
	for range 1 + d.below(4) {
		data = append(data, field(2, d.record())...)
	}
	return data
}

func (d *dice) record() []byte {
	lr := field(12, []byte(d.of([]string{"Tested", "Started", "Viewed a page", "", "\xff"})))
	switch d.below(8) {
	case 6:
		lr = append(lr, fixed64(11, 1781524800123456789)...)
	case 7:
	default:
		lr = append(lr, fixed64(1, 1781524800123456789)...)
	}
	switch d.below(4) {
	case 1:
		lr = append(lr, field(5, d.value(0))...)
	case 2:
		lr = append(append(lr, field(9, bytes.Repeat([]byte{1}, 16))...), field(10, bytes.Repeat([]byte{2}, 8))...)
	case 3:
		lr = append(lr, field(10, bytes.Repeat([]byte{2}, 8))...)
	}
	if !d.rarely(8) {
		lr = append(lr, field(6, keyValue("user.id", textValue("u")))...)
	}
	if d.rarely(100) {
		lr = append(lr, field(6, keyValue("large", textValue(string(make([]byte, MaxMessageBytes)))))...)
	}
	if d.below(2) == 1 {
		lr = append(lr, field(6, keyValue("segment.type", textValue(d.of(types))))...)
	}
	if d.rarely(4) {
		lr = append(lr, field(6, keyValue("segment.complete", boolValue(d.below(2) == 1)))...)
	}
	for range d.below(8) {
		lr = append(lr, field(6, d.recordAttribute())...)
	}
	return lr
}
