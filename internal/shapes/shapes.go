// Package shapes makes the log records that the benchmarks measure.
package shapes

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Batch is how many records share a resource and a scope.
const Batch = 1_000

// Shape is a kind of event.
type Shape struct {
	// Name is the name of the benchmark.
	Name string
	fill func(r *rand.Rand, lr plog.LogRecord)
}

// Small is a track with a user id and three short properties, about 300 bytes as a message.
var Small = Shape{"small", func(r *rand.Rand, lr plog.LogRecord) {
	lr.SetEventName(oneOf(r, "Button Clicked", "Menu Opened", "Search Started"))
	attributes := lr.Attributes()
	attributes.PutStr("user.id", hexID(r, 24))
	attributes.PutStr("button", oneOf(r, "checkout", "add to cart", "more", "back", "help"))
	attributes.PutInt("position", r.Int64N(1_000))
	attributes.PutBool("first", r.IntN(2) == 0)
}}

// Large is an order with two products of eight fields each and six values of context, about 1.3 KB as a message. Ids are
// random, as they are in life: compression finds nothing in them.
var Large = Shape{"large", func(r *rand.Rand, lr plog.LogRecord) {
	lr.SetEventName("Order Completed")
	lr.SetTraceID(pcommon.TraceID(randomBytes(r, 16)))
	lr.SetSpanID(pcommon.SpanID(randomBytes(r, 8)))
	attributes := lr.Attributes()
	attributes.PutStr("user.id", hexID(r, 24))
	attributes.PutStr("segment.anonymous_id", uuid(r))
	attributes.PutStr("session.id", uuid(r))
	attributes.PutStr("user_agent.original", fmt.Sprintf(
		"Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36",
		oneOf(r, "Macintosh; Intel Mac OS X 10_15_7", "Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Linux; Android 10; K"),
		100+r.IntN(50), r.IntN(7_000), r.IntN(200)))
	order := attributes.PutEmptyMap("segment.properties")
	order.PutStr("order_id", hexID(r, 12))
	order.PutDouble("total", float64(r.IntN(100_000))/100)
	order.PutStr("currency", oneOf(r, "USD", "EUR", "GBP"))
	products := order.PutEmptySlice("products")
	for range 2 {
		sku := fmt.Sprintf("%s-%04d", oneOf(r, "G", "M", "T", "X"), r.IntN(10_000))
		product := products.AppendEmpty().SetEmptyMap()
		product.PutStr("product_id", hexID(r, 24))
		product.PutStr("sku", sku)
		product.PutStr("name", oneOf(r, "Monopoly", "Uno", "Scrabble", "Chess", "Go")+oneOf(r, ": 3rd Edition", " Deluxe", " Travel", ""))
		product.PutDouble("price", float64(r.IntN(10_000))/100)
		product.PutInt("quantity", 1+r.Int64N(9))
		product.PutStr("category", oneOf(r, "Games", "Toys", "Books", "Gifts"))
		product.PutStr("url", "https://www.example.com/products/"+sku)
		product.PutStr("image_url", "https://cdn.example.com/products/"+sku+"/"+hexID(r, 8)+".jpg")
	}
}}

func oneOf(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func hexID(r *rand.Rand, digits int) string { return hex.EncodeToString(randomBytes(r, digits/2)) }

func uuid(r *rand.Rand) string {
	h := hexID(r, 32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// All are the shapes that are measured.
var All = []Shape{Small, Large}

// Logs are n records, each of them different, of one resource and scope. They are the same on every call.
func (s Shape) Logs(n int) plog.Logs {
	r := rand.New(rand.NewPCG(1, 2))
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
		lr.SetTimestamp(pcommon.Timestamp(1781524800123456789 + 1_000_000*int64(i)))
		lr.SetObservedTimestamp(lr.Timestamp())
		s.fill(r, lr)
	}
	return ld
}
