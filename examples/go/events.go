package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"
)

// loggerName is what the collector's segment exporter takes for analytics by default: a record of this logger is
// a track event, unless its segment.type says otherwise.
const loggerName = "segment"

const (
	visitor  = "visitor-9f0b6c1e" // before the login
	customer = "customer-1042"    // after it
)

// emitEvents tells the story of one customer: a visit, a sign-up, an order. The names in brackets mark what the guides
// in docs show.
func emitEvents(ctx context.Context, logger log.Logger) {
	// [page]
	emit(ctx, logger, "",
		log.String("segment.type", "page"),
		log.String("segment.name", "Product"),
		log.String("segment.category", "Shop"),
		log.String("segment.anonymous_id", visitor),
		log.String("segment.properties.url", "https://shop.example.com/products/g-32"),
	)

	// [alias]
	emit(ctx, logger, "",
		log.String("segment.type", "alias"),
		log.String("segment.previous_id", visitor),
		log.String("segment.user_id", customer),
	)

	// [identify]
	emit(ctx, logger, "",
		log.String("segment.type", "identify"),
		log.String("segment.user_id", customer),
		log.String("segment.traits.name", "Ada Example"),
		log.String("segment.traits.email", "ada@example.com"),
		// Dots nest: Segment gets {"address": {"city": "London"}}.
		log.String("segment.traits.address.city", "London"),
	)

	// [group]
	emit(ctx, logger, "",
		log.String("segment.type", "group"),
		log.String("segment.user_id", customer),
		log.String("segment.group_id", "company-7"),
		log.String("segment.traits.name", "Example & Co"),
		log.Int("segment.traits.employees", 329),
	)

	// [screen]
	emit(ctx, logger, "",
		log.String("segment.type", "screen"),
		log.String("segment.name", "Checkout"),
		log.String("segment.user_id", customer),
	)

	// [order]
	emit(ctx, logger, "Order Completed",
		log.String("segment.type", "track"),
		log.String("segment.user_id", customer),
		log.Map("segment.properties",
			log.String("order_id", "50314b"),
			log.Float64("total", 27.49),
			log.String("currency", "USD"),
			log.Slice("products",
				product("G-32", "Monopoly", 14.99, 1),
				product("M-1", "Uno", 6.25, 2),
			),
		),
	)
}

// emitMore tells what came after the order.
func emitMore(ctx context.Context, logger log.Logger, tracer trace.Tracer) {
	// [track]
	// Attributes outside of segment.* become properties too, and their dots nest.
	emit(ctx, logger, "Product Reviewed",
		log.String("segment.user_id", customer),
		log.String("product.sku", "G-32"),
		log.Int("rating", 5),
	)

	// [span]
	// An event in a span carries the ids of the trace and the span: the context has them.
	ctx, span := tracer.Start(ctx, "refund")
	defer span.End()
	emit(ctx, logger, "Order Refunded",
		log.String("segment.user_id", customer),
		log.Map("segment.properties",
			log.String("order_id", "50314b"),
			log.Float64("total", 14.99),
			log.String("currency", "USD"),
		),
	)
}

// [order]

func product(sku, name string, price float64, quantity int) log.Value {
	return log.MapValue(
		log.String("sku", sku),
		log.String("name", name),
		log.Float64("price", price),
		log.Int("quantity", quantity),
	)
}

// [emit]

// emit sends one event. Only a track has an event name: it becomes the event of the Segment message.
func emit(ctx context.Context, logger log.Logger, eventName string, attributes ...log.KeyValue) {
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetEventName(eventName)
	record.AddAttributes(attributes...)
	logger.Emit(ctx, record)
}
