// Package shapes makes the log records that the benchmarks measure.
package shapes

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Batch is how many records share a resource and a scope.
const Batch = 1_000

// Shape is a kind of event.
type Shape struct {
	// Name is the name of the benchmark.
	Name string
	fill func(i int, lr plog.LogRecord)
}

// Small is a track with a user id and three short properties, about 300 bytes as a message.
var Small = Shape{"small", func(i int, lr plog.LogRecord) {
	lr.SetEventName("Button Clicked")
	attributes := lr.Attributes()
	attributes.PutStr("user.id", fmt.Sprintf("user-%d", i%997))
	attributes.PutStr("button", "checkout")
	attributes.PutInt("position", int64(i%7))
	attributes.PutBool("first", i%2 == 0)
}}

// Large is an order with two products of eight fields each and six values of context, about 1.3 KB as a message.
var Large = Shape{"large", func(i int, lr plog.LogRecord) {
	lr.SetEventName("Order Completed")
	lr.SetTraceID(pcommon.TraceID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, byte(i >> 16), byte(i >> 8), byte(i), 1})
	lr.SetSpanID(pcommon.SpanID{1, 2, 3, 4, 5, byte(i >> 8), byte(i), 1})
	attributes := lr.Attributes()
	attributes.PutStr("user.id", fmt.Sprintf("user-%d", i%997))
	attributes.PutStr("segment.anonymous_id", fmt.Sprintf("507f191e-810c-1972-9de8-%012d", i))
	attributes.PutStr("session.id", fmt.Sprintf("0190163d-8694-739b-aea5-%012d", i))
	attributes.PutStr("user_agent.original",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36")
	order := attributes.PutEmptyMap("segment.properties")
	order.PutStr("order_id", fmt.Sprintf("order-%08d", i))
	order.PutDouble("total", float64(i%10_000)/100)
	order.PutStr("currency", "USD")
	products := order.PutEmptySlice("products")
	for p := range 2 {
		product := products.AppendEmpty().SetEmptyMap()
		product.PutStr("product_id", fmt.Sprintf("507f1f77bcf86cd7%08d", i+p))
		product.PutStr("sku", fmt.Sprintf("G-%d", i%100))
		product.PutStr("name", "Monopoly: 3rd Edition")
		product.PutDouble("price", 19+float64(i%100)/100)
		product.PutInt("quantity", int64(1+p))
		product.PutStr("category", "Games")
		product.PutStr("url", "https://www.example.com/product/path")
		product.PutStr("image_url", "https://www.example.com/product/path.jpg")
	}
}}

// All are the shapes that are measured.
var All = []Shape{Small, Large}

// Logs are n records, each of them different, of one resource and scope.
func (s Shape) Logs(n int) plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	resource := rl.Resource().Attributes()
	resource.PutStr("service.name", "checkout-api")
	resource.PutStr("service.version", "2.4.1")
	resource.PutStr("telemetry.sdk.language", "go")
	resource.PutStr("host.name", "ip-10-0-3-7")
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName("segment")
	sl.LogRecords().EnsureCapacity(n)
	for i := range n {
		lr := sl.LogRecords().AppendEmpty()
		lr.SetTimestamp(pcommon.Timestamp(1781524800123456789 + 1_000_000*i))
		lr.SetObservedTimestamp(lr.Timestamp())
		s.fill(i, lr)
	}
	return ld
}
