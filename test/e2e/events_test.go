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

	"github.com/otel-segment/segmentexporter/test/harness"
)

func TestSDK(t *testing.T) {
	t.Parallel()
	for name, newExporter := range map[string]func(*harness.Collector, *testing.T) sdklog.Exporter{
		"grpc": (*harness.Collector).GRPCExporter,
		"http": (*harness.Collector).HTTPExporter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := harness.StartCollector(t)
			s := harness.NewSDK(t, newExporter(c, t))
			span := trace.NewSpanContext(trace.SpanContextConfig{
				TraceID:    trace.TraceID{0x4b, 0xf9, 0x2f, 15: 0x36},
				SpanID:     trace.SpanID{0x00, 0xf0, 7: 0xb7},
				TraceFlags: trace.FlagsSampled,
			})
			ctx := t.Context()
			user := log.String("segment.user_id", "u-1")

			s.Emit(ctx, "", log.String("segment.type", "identify"), user, log.String("segment.traits.plan", "pro"))
			s.Emit(trace.ContextWithSpanContext(ctx, span), "Order Completed", user, order())
			s.Emit(ctx, "", log.String("segment.type", "page"), user, log.String("segment.name", "Home"))
			s.Emit(ctx, "", log.String("segment.type", "screen"), user, log.String("segment.name", "Home"))
			s.Emit(ctx, "", log.String("segment.type", "group"), user, log.String("segment.group_id", "g-1"))
			s.Emit(ctx, "", log.String("segment.type", "alias"), user, log.String("segment.previous_id", "a-1"))
			s.Finish(t)

			list := c.Sandbox.WaitFor(t, 6)
			harness.AssertNoViolations(t, list)
			var types []string
			for _, r := range list {
				types = append(types, r.Message.Type)
				assert.Regexp(t, derivedID, r.Message.MessageID)
			}
			assert.Equal(t, []string{"identify", "track", "page", "screen", "group", "alias"}, types)

			track := list[1]
			assert.Equal(t, "Order Completed", track.Message.Event)
			assert.Equal(t, span.TraceID().String(), track.Message.Context.TraceID)
			assert.Equal(t, span.SpanID().String(), track.Message.Context.SpanID)
			assert.Equal(t, harness.ServiceName, track.Message.Context.App.Name)
			assert.Equal(t, harness.ServiceVersion, track.Message.Context.App.Version)
			var order struct {
				Properties json.RawMessage `json:"properties"`
			}
			require.NoError(t, json.Unmarshal(track.Raw, &order))
			assert.JSONEq(t, `{
				"order_id": "50314b",
				"products": [{"sku": "G-32", "price": 14.99, "quantity": 1}, {"sku": "M-1"}]
			}`, string(order.Properties))
			assert.Empty(t, list[0].Message.Context.TraceID, "a record outside of a span")
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
	c := harness.StartCollector(t)
	s := harness.NewSDK(t, c.GRPCExporter(t))
	user := log.String("segment.user_id", "u-1")

	const events, logsPerEvent = 10, 3
	for range events {
		s.Emit(t.Context(), "Clicked", user)
		s.EmitAs(t.Context(), "net/http", "", log.String("http.route", "/cart"))
		// .NET, Rust and the exception conventions put event names on ordinary logs.
		s.EmitAs(t.Context(), "Microsoft.AspNetCore", "RequestFinished", user)
		s.EmitAs(t.Context(), "segmentation", "exception", user)
	}
	s.Finish(t)

	harness.AssertNoViolations(t, c.Sandbox.WaitFor(t, events))
	c.RequireMetric(t, "not_selected_records", "", events*logsPerEvent)
	c.RequireMetric(t, "messages", `type="track"`, events)
	assert.Zero(t, c.Metric(t, "dropped_records", ""))
	assert.Zero(t, c.Metric(t, "warnings", ""))
}

func TestBadEventsDoNotFailTheirNeighbors(t *testing.T) {
	t.Parallel()
	c := harness.StartCollector(t)
	s := harness.NewSDK(t, c.HTTPExporter(t))
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
		s.Emit(t.Context(), "Good", user, log.Int("segment.properties.counter", i))
		s.Emit(t.Context(), event.eventName, event.attributes...)
	}
	s.Emit(t.Context(), "Good", user, log.Int("segment.properties.counter", len(bad)))
	s.Finish(t)

	list := c.Sandbox.WaitFor(t, len(bad)+1)
	harness.AssertNoViolations(t, list)
	for i, r := range list {
		assert.Equal(t, "Good", r.Message.Event)
		assert.Equal(t, i, r.Message.Properties.Counter, "the order is kept")
	}
	for _, event := range bad {
		c.RequireMetric(t, "dropped_records", `reason="`+event.reason+`"`, 1)
	}
	c.RequireMetric(t, "dropped_records", "", len(bad))
	c.RequireMetric(t, "messages", "", len(list))
}
