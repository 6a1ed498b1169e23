package translate

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-segment/segmentexporter/internal/shapes"
)

// BenchmarkAppend is translation and encoding, in time and allocations per message.
func BenchmarkAppend(b *testing.B) {
	for _, shape := range shapes.All {
		b.Run(shape.Name, func(b *testing.B) {
			ld := shape.Logs(shapes.Batch)
			tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
			dst := appendAll(tr, nil, ld)
			b.SetBytes(int64(len(dst) / shapes.Batch))
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				// One batch in as many iterations as it has messages, so that the columns are per message.
				if n%shapes.Batch == 0 {
					dst = appendAll(tr, dst[:0], ld)
				}
			}
			b.ReportMetric(float64(len(dst))/shapes.Batch, "B/message")
		})
	}
}

// BenchmarkNested has the same nested payload as a map and as a JSON string.
func BenchmarkNested(b *testing.B) {
	payload := map[string]any{
		"order_id": "50314b8e9bcf", "total": 27.5, "currency": "USD", "coupon": nil, "first": true,
		"products": []any{
			map[string]any{"product_id": "507f1f77bcf86cd799439011", "name": "Monopoly: 3rd Edition", "price": 19, "quantity": 1},
			map[string]any{"product_id": "505bd76785ebb509fc183733", "name": "Uno Card Game", "price": 3.25, "quantity": 2},
		},
	}
	text, err := json.Marshal(payload)
	require.NoError(b, err)
	spaced := strings.NewReplacer(`":`, `": `, `,"`, `, "`).Replace(string(text))
	for name, value := range map[string]any{"map": payload, "string": string(text), "string with spaces": spaced} {
		b.Run(name, func(b *testing.B) {
			ld := event(b, map[string]any{"segment.properties": value})
			tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				dst = appendAll(tr, dst[:0], ld)
			}
		})
	}
}

// BenchmarkComplete has whole messages, as a browser sends them to a gateway.
func BenchmarkComplete(b *testing.B) {
	ld := completeLogs(b, shapes.Batch)
	tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
	dst := appendAll(tr, nil, ld)
	b.SetBytes(int64(len(dst) / shapes.Batch))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%shapes.Batch == 0 {
			dst = appendAll(tr, dst[:0], ld)
		}
	}
}

func completeLogs(tb testing.TB, records int) plog.Logs {
	tb.Helper()
	ld := event(tb, map[string]any{
		"segment.type": "track", "segment.user_id": "customer-1042", "segment.anonymous_id": "23adfd82-aa0f-45a7-a756-24f2a7a4c895",
		"segment.message_id": "ajs-next-1760000000000-23adfd82-aa0f-45a7-a756-24f2a7a4c895", "segment.integrations": map[string]any{},
		"segment.properties": map[string]any{"order_id": 9007199254740993, "total": 27.5, "coupon": nil, "products": []any{
			map[string]any{"product_id": "507f1f77bcf86cd799439011", "price": 19, "quantity": 1},
		}},
		"segment.context": map[string]any{
			"library": map[string]any{"name": "analytics.js", "version": "npm:next-1.84.3"}, "locale": "de-DE", "timezone": "Europe/Berlin",
			"page": map[string]any{
				"path": "/checkout", "referrer": "", "search": "?step=2", "title": "Checkout", "url": "https://shop.example/checkout?step=2",
			},
			"userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
		},
		"segment.extra": map[string]any{"_metadata": map[string]any{"bundled": []any{"Segment.io"}, "unbundled": []any{}, "bundledIds": []any{}}},
	})
	recordOf(ld).Attributes().Remove("user.id")
	scope := ld.ResourceLogs().At(0).ScopeLogs().At(0)
	scope.Scope().Attributes().PutBool("segment.complete", true)
	scope.Scope().Attributes().PutStr("segment.channel", "client")
	for range records - 1 {
		recordOf(ld).CopyTo(scope.LogRecords().AppendEmpty())
	}
	return ld
}

// BenchmarkTimeless has records without any time, which get the time now and a random id.
func BenchmarkTimeless(b *testing.B) {
	ld := shapes.Small.Logs(shapes.Batch)
	takeTimes(ld)
	tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
	dst := appendAll(tr, nil, ld)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%shapes.Batch == 0 {
			dst = appendAll(tr, dst[:0], ld)
		}
	}
}

func takeTimes(ld plog.Logs) {
	for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		lr.SetTimestamp(0)
		lr.SetObservedTimestamp(0)
	}
}

// BenchmarkRecords shows that the cost grows with the number of records, and no faster.
func BenchmarkRecords(b *testing.B) {
	for _, records := range []int{1, 10, 100, 1_000, 10_000} {
		b.Run(strconv.Itoa(records), func(b *testing.B) {
			ld := shapes.Small.Logs(records)
			tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
			var dst []byte
			for b.Loop() {
				dst = appendAll(tr, dst[:0], ld)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/message")
		})
	}
}

// BenchmarkAttributes shows that the cost grows with the number of attributes, and no faster, whether their names nest or not.
func BenchmarkAttributes(b *testing.B) {
	for _, prefix := range []string{"attribute", "group.attribute"} {
		for _, attributes := range []int{1, 10, 100, 1_000} {
			b.Run(fmt.Sprintf("%s/%d", prefix, attributes), func(b *testing.B) {
				ld := event(b, nil)
				for i := range attributes {
					recordOf(ld).Attributes().PutInt(prefix+strconv.Itoa(i), int64(i))
				}
				tr := New(NewDefaultConfig(), Source{WriteKey: "write-key"})
				var dst []byte
				for b.Loop() {
					dst = appendAll(tr, dst[:0], ld)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(attributes), "ns/attribute")
			})
		}
	}
}

func appendAll(tr *Translator, dst []byte, ld plog.Logs) []byte {
	enc := tr.Encoder()
	defer enc.Release()
	for _, rl := range ld.ResourceLogs().All() {
		enc.SetResource(rl.Resource(), rl.SchemaUrl())
		for _, sl := range rl.ScopeLogs().All() {
			enc.SetScope(sl.Scope(), sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				dst, _ = enc.Append(dst, lr)
			}
		}
	}
	return dst
}
