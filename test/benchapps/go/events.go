package main

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/log"
)

const user = "customer-1042"

type emitter func(ctx context.Context, logger log.Logger, i int)

var emitters = map[string]emitter{
	"nested map": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Order Completed", log.Map("segment.properties",
			log.String("order_id", orderID(i)),
			log.Float64("total", 27.49),
			log.String("currency", "USD"),
			log.Slice("products", productValues()...),
		))
	},
	"nested json": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Order Completed", jsonProperties(order{
			OrderID: orderID(i), Total: 27.49, Currency: "USD", Products: []product{monopoly, uno},
		}))
	},
	"nested flattened": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Order Completed",
			log.String("segment.properties.order_id", orderID(i)),
			log.Float64("segment.properties.total", 27.49),
			log.String("segment.properties.currency", "USD"),
			log.Slice("segment.properties.products", productValues()...),
		)
	},
	"flat map": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Button Clicked", log.Map("segment.properties",
			log.String("button", "checkout"),
			log.Int("position", i),
			log.Bool("first", i%2 == 0),
		))
	},
	"flat json": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Button Clicked", jsonProperties(click{Button: "checkout", Position: i, First: i%2 == 0}))
	},
	"flat flattened": func(ctx context.Context, logger log.Logger, i int) {
		emit(ctx, logger, "Button Clicked",
			log.String("segment.properties.button", "checkout"),
			log.Int("segment.properties.position", i),
			log.Bool("segment.properties.first", i%2 == 0),
		)
	},
}

func emit(ctx context.Context, logger log.Logger, name string, attributes ...log.KeyValue) {
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetEventName(name)
	record.AddAttributes(log.String("segment.user_id", user))
	record.AddAttributes(attributes...)
	logger.Emit(ctx, record)
}

type click struct {
	Button   string `json:"button"`
	Position int    `json:"position"`
	First    bool   `json:"first"`
}

type order struct {
	OrderID  string    `json:"order_id"`
	Total    float64   `json:"total"`
	Currency string    `json:"currency"`
	Products []product `json:"products"`
}

type product struct {
	ProductID string  `json:"product_id"`
	SKU       string  `json:"sku"`
	Name      string  `json:"name"`
	Price     float64 `json:"price"`
	Quantity  int     `json:"quantity"`
	Category  string  `json:"category"`
}

var (
	monopoly = product{"622c6f5d5cf86a4c77358033", "G-32", "Monopoly: 3rd Edition", 14.99, 1, "Games"}
	uno      = product{"577c6f5d5cf86a4c7735ba03", "M-1", "Uno Card Game", 6.25, 2, "Games"}
)

func orderID(i int) string { return "order-" + strconv.Itoa(i) }

func productValues() []log.Value { return []log.Value{monopoly.value(), uno.value()} }

func (p product) value() log.Value {
	return log.MapValue(
		log.String("product_id", p.ProductID),
		log.String("sku", p.SKU),
		log.String("name", p.Name),
		log.Float64("price", p.Price),
		log.Int("quantity", p.Quantity),
		log.String("category", p.Category),
	)
}

func jsonProperties(properties any) log.KeyValue {
	text, err := json.Marshal(properties)
	if err != nil {
		panic(err) // the types above can always be encoded
	}
	return log.String("segment.properties", string(text))
}
