//! Sends analytics events to an OpenTelemetry Collector with the segment exporter.

use std::error::Error;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider};
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_otlp::LogExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing_subscriber::filter::LevelFilter;

/// The collector takes the records of this logger for analytics by default: a record is a track event, unless its
/// `segment.type` says otherwise.
const LOGGER_NAME: &str = "segment";

/// The customer before the login.
const VISITOR: &str = "visitor-9f0b6c1e";
/// The customer after it.
const CUSTOMER: &str = "customer-1042";

fn main() -> Result<(), Box<dyn Error>> {
    // The SDK reports events that it could not send as logs of its own: they need somewhere to go.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();

    let resource = Resource::builder()
        .with_service_name("example-shop")
        .with_attribute(KeyValue::new("service.version", "1.0.0"))
        .build();

    // A program that has instrumentation has this already. Spans need not be exported to put their ids on events.
    let tracers = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .build();

    let loggers = SdkLoggerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(LogExporter::builder().with_http().build()?)
        .build();

    emit_events(&loggers.logger(LOGGER_NAME), &tracers.tracer("shop"));

    // Sends what the batch processor still holds.
    loggers.shutdown()?;
    Ok(())
}

/// Tells the story of one customer: a visit, a sign-up, an order and what came after it. The names in brackets
/// mark what the guides in docs show.
fn emit_events(logger: &SdkLogger, tracer: &SdkTracer) {
    // [page]
    emit(
        logger,
        None,
        [
            ("segment.type", "page".into()),
            ("segment.name", "Product".into()),
            ("segment.category", "Shop".into()),
            ("segment.anonymous_id", VISITOR.into()),
            (
                "segment.properties",
                map([("url", "https://shop.example.com/products/g-32".into())]),
            ),
        ],
    );

    // [alias]
    emit(
        logger,
        None,
        [
            ("segment.type", "alias".into()),
            ("segment.previous_id", VISITOR.into()),
            ("segment.user_id", CUSTOMER.into()),
        ],
    );

    // [identify]
    emit(
        logger,
        None,
        [
            ("segment.type", "identify".into()),
            ("segment.user_id", CUSTOMER.into()),
            (
                "segment.traits",
                map([
                    ("name", "Ada Example".into()),
                    ("email", "ada@example.com".into()),
                    ("address", map([("city", "London".into())])),
                ]),
            ),
        ],
    );

    // [group]
    emit(
        logger,
        None,
        [
            ("segment.type", "group".into()),
            ("segment.user_id", CUSTOMER.into()),
            ("segment.group_id", "company-7".into()),
            (
                "segment.traits",
                map([("name", "Example & Co".into()), ("employees", 329.into())]),
            ),
        ],
    );

    // [screen]
    emit(
        logger,
        None,
        [
            ("segment.type", "screen".into()),
            ("segment.name", "Checkout".into()),
            ("segment.user_id", CUSTOMER.into()),
        ],
    );

    // [order]
    emit(
        logger,
        Some("Order Completed"),
        [
            ("segment.user_id", CUSTOMER.into()),
            (
                "segment.properties",
                map([
                    ("order_id", "50314b".into()),
                    ("total", 27.49.into()),
                    ("currency", "USD".into()),
                    (
                        "products",
                        AnyValue::from_iter([
                            product("G-32", "Monopoly", 14.99, 1),
                            product("M-1", "Uno", 6.25, 2),
                        ]),
                    ),
                ]),
            ),
        ],
    );

    // [track]
    // Attributes outside of segment.* become properties too, and their dots nest.
    emit(
        logger,
        Some("Product Reviewed"),
        [
            ("segment.user_id", CUSTOMER.into()),
            ("product.sku", "G-32".into()),
            ("rating", 5.into()),
        ],
    );

    // [span]
    // An event in a span carries the ids of the trace and the span.
    tracer.in_span("refund", |_| {
        emit(
            logger,
            Some("Order Refunded"),
            [
                ("segment.user_id", CUSTOMER.into()),
                (
                    "segment.properties",
                    map([
                        ("order_id", "50314b".into()),
                        ("total", 14.99.into()),
                        ("currency", "USD".into()),
                    ]),
                ),
            ],
        );
    });
}

// [order]
fn product(sku: &'static str, name: &'static str, price: f64, quantity: i64) -> AnyValue {
    map([
        ("sku", sku.into()),
        ("name", name.into()),
        ("price", price.into()),
        ("quantity", quantity.into()),
    ])
}

// [emit]
fn map<const N: usize>(members: [(&'static str, AnyValue); N]) -> AnyValue {
    AnyValue::from_iter(members)
}

// [emit]
/// Sends one event. Only a track has an event name: it becomes the event of the Segment message.
fn emit<const N: usize>(
    logger: &SdkLogger,
    event_name: Option<&'static str>,
    attributes: [(&'static str, AnyValue); N],
) {
    let mut record = logger.create_log_record();
    record.set_timestamp(SystemTime::now());
    if let Some(name) = event_name {
        record.set_event_name(name);
    }
    record.add_attributes(attributes);
    logger.emit(record);
}
