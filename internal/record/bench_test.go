package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// benchMessages is how many messages are in a batch, about as many as libraries send.
const benchMessages = 100

// smallMessage is a track as a library for servers sends it, about 300 bytes.
func smallMessage(r *rand.Rand) string {
	return fmt.Sprintf(`{"type":"track","event":"Button Clicked","userId":"%016x","messageId":"%s",`+
		`"timestamp":"2026-11-28T02:20:17.%03dZ","properties":{"button":"checkout","position":%d,"first":%t},`+
		`"context":{"library":{"name":"analytics-node","version":"3.1.0"}},"integrations":{}}`,
		r.Uint64(), randomUUID(r), r.IntN(1000), r.IntN(1000), r.IntN(2) == 0)
}

// largeMessage is an order as the library for browsers sends it, about 1.7 KB.
func largeMessage(r *rand.Rand) string {
	product := func() string {
		return fmt.Sprintf(`{"product_id":"%016x","sku":"G-%04d","name":"Monopoly: 3rd Edition","price":%d.%02d,"quantity":%d,`+
			`"category":"Games","url":"https://www.example.com/products/G-1","image_url":"https://cdn.example.com/%08x.jpg"}`,
			r.Uint64(), r.IntN(10_000), r.IntN(100), r.IntN(100), 1+r.IntN(9), r.Uint32())
	}
	return fmt.Sprintf(`{"timestamp":"2026-11-28T02:23:29.%03dZ","integrations":{"Segment.io":true},"type":"track",`+
		`"event":"Order Completed","userId":"%016x","properties":{"order_id":"%08x","total":%d.%02d,"currency":"USD",`+
		`"coupon":"100\u20ac \"off\"","products":[%s,%s,%s]},"context":{"page":{"path":"/page.html","referrer":"","search":"?utm_source=news",`+
		`"title":"Café Shop","url":"https://www.example.com/page.html?utm_source=news"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64) `+
		`AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36","userAgentData":{"brands":[{"brand":"Not:A-Brand",`+
		`"version":"8"},{"brand":"Chromium","version":"156"}],"mobile":false,"platform":"Linux"},"locale":"en-US","library":`+
		`{"name":"analytics.js","version":"next-1.84.3"},"campaign":{"source":"news","name":"x"},"timezone":"UTC"},`+
		`"messageId":"ajs-next-1795832609975-%s","anonymousId":"%s","_metadata":{"bundled":["Segment.io"],"unbundled":[],"bundledIds":[]}}`,
		r.IntN(1000), r.Uint64(), r.Uint32(), r.IntN(1000), r.IntN(100), product(), product(), product(), randomUUID(r), randomUUID(r))
}

func randomUUID(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
}

func benchBody(message func(*rand.Rand) string) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := bytes.NewBufferString(`{"batch":[`)
	for i := range benchMessages {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(message(r))
	}
	b.WriteString(`],"sentAt":"2026-11-28T02:23:30.138Z","writeKey":"key"}`)
	return b.Bytes()
}

var benchShapes = []struct {
	name    string
	message func(*rand.Rand) string
}{{"small", smallMessage}, {"large", largeMessage}}

// BenchmarkBatch makes records of bodies, here and with encoding/json.
func BenchmarkBatch(b *testing.B) {
	o := Options{Received: time.Date(2026, 11, 28, 2, 24, 0, 0, time.UTC), CorrectClock: true, Address: "0.0.0.0"}
	for _, shape := range benchShapes {
		body := benchBody(shape.message)
		b.Run(shape.name, func(b *testing.B) {
			start(b, body)
			for b.Loop() {
				if _, err := Batch(body, o); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
		b.Run(shape.name+"/encoding-json", func(b *testing.B) {
			start(b, body)
			for b.Loop() {
				if err := standardBatch(body, o); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
	}
}

func start(b *testing.B, body []byte) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
}

func report(b *testing.B) {
	b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "messages/s")
}

// standardBatch makes the same records, but for what needs more than the values.
func standardBatch(body []byte, o Options) error {
	var batch struct {
		Batch []map[string]any
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		return err
	}
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, m := range batch.Batch {
		lr := records.AppendEmpty()
		t, err := time.Parse(time.RFC3339, m["timestamp"].(string))
		if err != nil {
			return err
		}
		lr.SetTimestamp(pcommon.NewTimestampFromTime(t))
		lr.SetObservedTimestamp(pcommon.NewTimestampFromTime(o.Received))
		lr.SetEventName(m["event"].(string))
		raw := map[string]any{}
		extra := map[string]any{}
		for k, v := range m {
			switch k {
			case "timestamp", "event":
			case "type", "properties", "context", "integrations":
				raw["segment."+k] = v
			case "userId":
				raw["segment.user_id"] = v
			case "anonymousId":
				raw["segment.anonymous_id"] = v
			case "messageId":
				raw["segment.message_id"] = v
			default:
				extra[k] = v
			}
		}
		if len(extra) > 0 {
			raw["segment.extra"] = extra
		}
		if err := lr.Attributes().FromRaw(raw); err != nil {
			return err
		}
	}
	return nil
}

func TestBenchmarksMakeRecords(t *testing.T) {
	t.Parallel()
	for _, shape := range benchShapes {
		body := benchBody(shape.message)
		r, err := Batch(body, Options{})
		require.NoError(t, err)
		require.Equal(t, benchMessages, r.Logs.LogRecordCount())
		require.NoError(t, standardBatch(body, Options{}))
		t.Logf("%s: %d bytes", shape.name, len(body)/benchMessages)
	}
}
