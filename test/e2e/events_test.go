package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/trace"
)

func TestSDK(t *testing.T) {
	t.Parallel()
	for name, newExporter := range map[string]func(*testing.T, *collector) sdklog.Exporter{
		"grpc": grpcExporter,
		"http": httpExporter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCollector(t)
			s := newSDK(t, newExporter(t, c))
			span := trace.NewSpanContext(trace.SpanContextConfig{
				TraceID:    trace.TraceID{0x4b, 0xf9, 0x2f, 15: 0x36},
				SpanID:     trace.SpanID{0x00, 0xf0, 7: 0xb7},
				TraceFlags: trace.FlagsSampled,
			})
			ctx := t.Context()
			user := log.String("segment.user_id", "u-1")

			s.emit(ctx, "", log.String("segment.type", "identify"), user, log.String("segment.traits.plan", "pro"))
			s.emit(trace.ContextWithSpanContext(ctx, span), "Order Completed", user, order())
			s.emit(ctx, "", log.String("segment.type", "page"), user, log.String("segment.name", "Home"))
			s.emit(ctx, "", log.String("segment.type", "screen"), user, log.String("segment.name", "Home"))
			s.emit(ctx, "", log.String("segment.type", "group"), user, log.String("segment.group_id", "g-1"))
			s.emit(ctx, "", log.String("segment.type", "alias"), user, log.String("segment.previous_id", "a-1"))
			s.finish(t)

			list := c.sandbox.waitFor(t, 6)
			assertNoViolations(t, list)
			var types []string
			for _, r := range list {
				types = append(types, r.message.Type)
				assert.Regexp(t, derivedID, r.message.MessageID)
			}
			assert.Equal(t, []string{"identify", "track", "page", "screen", "group", "alias"}, types)

			track := list[1]
			assert.Equal(t, "Order Completed", track.message.Event)
			assert.Equal(t, span.TraceID().String(), track.message.Context.TraceID)
			assert.Equal(t, span.SpanID().String(), track.message.Context.SpanID)
			assert.Equal(t, "e2e", track.message.Context.App.Name)
			assert.Equal(t, "1.2.3", track.message.Context.App.Version)
			var order struct {
				Properties json.RawMessage `json:"properties"`
			}
			require.NoError(t, json.Unmarshal(track.Raw, &order))
			assert.JSONEq(t, `{
				"order_id": "50314b",
				"products": [{"sku": "G-32", "price": 14.99, "quantity": 1}, {"sku": "M-1"}]
			}`, string(order.Properties))
			assert.Empty(t, list[0].message.Context.TraceID, "a record outside of a span")
		})
	}
}

func order() log.KeyValue {
	return log.Map("segment.properties",
		log.String("order_id", "50314b"),
		log.Slice("products",
			log.MapValue(log.String("sku", "G-32"), log.Float64("price", 14.99), log.Int("quantity", 1)),
			log.MapValue(log.String("sku", "M-1")),
		),
	)
}

func TestOrdinaryLogsAreSkipped(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	s := newSDK(t, grpcExporter(t, c))
	user := log.String("segment.user_id", "u-1")

	const events, logsPerEvent = 10, 3
	for range events {
		s.emit(t.Context(), "Clicked", user)
		s.emitAs(t.Context(), "net/http", "", log.String("http.route", "/cart"))
		// .NET, Rust and the exception conventions put event names on ordinary logs.
		s.emitAs(t.Context(), "Microsoft.AspNetCore", "RequestFinished", user)
		s.emitAs(t.Context(), "segmentation", "exception", user)
	}
	s.finish(t)

	assertNoViolations(t, c.sandbox.waitFor(t, events))
	c.requireMetric(t, "not_selected_records", "", events*logsPerEvent)
	c.requireMetric(t, "messages", `type="track"`, events)
	assert.Zero(t, c.metric(t, "dropped_records", ""))
	assert.Zero(t, c.metric(t, "warnings", ""))
}

func TestBadEventsDoNotFailTheirNeighbors(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	s := newSDK(t, httpExporter(t, c))
	user := log.String("segment.user_id", "u-1")
	kind := func(name string) log.KeyValue { return log.String("segment.type", name) }

	bad := []struct {
		reason     string
		eventName  string
		attributes []log.KeyValue
	}{
		{"missing_identity", "Clicked", nil},
		{"too_large", "Clicked", []log.KeyValue{user, log.String("segment.properties.text", strings.Repeat("x", 33_000))}},
		{"missing_previous_id", "", []log.KeyValue{kind("alias"), user}},
		{"missing_user_id", "", []log.KeyValue{kind("alias"), log.String("segment.previous_id", "a-1")}},
		{"missing_event_name", "", []log.KeyValue{kind("track"), user}},
		{"missing_group_id", "", []log.KeyValue{kind("group"), user}},
		{"invalid_type", "Clicked", []log.KeyValue{kind("purchase"), user}},
	}
	for i, event := range bad {
		s.emit(t.Context(), "Good", user, log.Int("segment.properties.counter", i))
		s.emit(t.Context(), event.eventName, event.attributes...)
	}
	s.emit(t.Context(), "Good", user, log.Int("segment.properties.counter", len(bad)))
	s.finish(t)

	list := c.sandbox.waitFor(t, len(bad)+1)
	assertNoViolations(t, list)
	for i, r := range list {
		assert.Equal(t, "Good", r.message.Event)
		assert.Equal(t, i, r.message.Properties.Counter, "the order is kept")
	}
	for _, event := range bad {
		c.requireMetric(t, "dropped_records", `reason="`+event.reason+`"`, 1)
	}
	c.requireMetric(t, "dropped_records", "", len(bad))
	c.requireMetric(t, "messages", "", len(list))
}
