"""Sends analytics events to an OpenTelemetry Collector with the segment exporter."""

import json
import time

from opentelemetry import trace
from opentelemetry._logs import Logger
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util.types import AnyValue

# The collector takes the records of this logger for analytics by default: a record is a track event, unless its
# segment.type says otherwise.
LOGGER_NAME = "segment"

VISITOR = "visitor-9f0b6c1e"  # before the login
CUSTOMER = "customer-1042"  # after it


def main() -> None:
    resource = Resource.create({"service.name": "example-shop", "service.version": "1.0.0"})
    # A program that has instrumentation has this already. Spans need not be exported to put their ids on events.
    trace.set_tracer_provider(TracerProvider(resource=resource))

    # [provider]
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    try:
        emit_events(provider.get_logger(LOGGER_NAME))
    finally:
        # Sends what the batch processor still holds.
        provider.shutdown()


def emit_events(logger: Logger) -> None:
    """Tells the story of one customer: a visit, a sign-up, an order and what came after it.

    The names in brackets mark what the guides in docs show.
    """
    # [page]
    emit(
        logger,
        {
            "segment.type": "page",
            "segment.name": "Product",
            "segment.category": "Shop",
            "segment.anonymous_id": VISITOR,
            "segment.properties": {"url": "https://shop.example.com/products/g-32"},
        },
    )

    # [alias]
    emit(
        logger,
        {
            "segment.type": "alias",
            "segment.previous_id": VISITOR,
            "segment.user_id": CUSTOMER,
        },
    )

    # [identify]
    emit(
        logger,
        {
            "segment.type": "identify",
            "segment.user_id": CUSTOMER,
            "segment.traits": {
                "name": "Ada Example",
                "email": "ada@example.com",
                "address": {"city": "London"},
            },
        },
    )

    # [group]
    emit(
        logger,
        {
            "segment.type": "group",
            "segment.user_id": CUSTOMER,
            "segment.group_id": "company-7",
            "segment.traits": {"name": "Example & Co", "employees": 329},
        },
    )

    # [screen]
    emit(
        logger,
        {
            "segment.type": "screen",
            "segment.name": "Checkout",
            "segment.user_id": CUSTOMER,
        },
    )

    # [order]
    order = {
        "order_id": "50314b",
        "total": 27.49,
        "currency": "USD",
        "products": [
            {"sku": "G-32", "name": "Monopoly", "price": 14.99, "quantity": 1},
            {"sku": "M-1", "name": "Uno", "price": 6.25, "quantity": 2},
        ],
    }
    # A nested payload may be a map too. As JSON it takes this process a third of the time.
    emit(
        logger,
        {"segment.user_id": CUSTOMER, "segment.properties": json.dumps(order)},
        event_name="Order Completed",
    )

    # [track]
    # Attributes outside of segment.* become properties too, and their dots nest.
    emit(
        logger,
        {
            "segment.user_id": CUSTOMER,
            "product.sku": "G-32",
            "rating": 5,
        },
        event_name="Product Reviewed",
    )

    # [span]
    # An event in a span carries the ids of the trace and the span.
    with trace.get_tracer(__name__).start_as_current_span("refund"):
        emit(
            logger,
            {
                "segment.user_id": CUSTOMER,
                "segment.properties": {"order_id": "50314b", "total": 14.99, "currency": "USD"},
            },
            event_name="Order Refunded",
        )


# [emit]
def emit(logger: Logger, attributes: dict[str, AnyValue], event_name: str | None = None) -> None:
    """Sends one event. Only a track has an event name: it becomes the event of the Segment message."""
    logger.emit(timestamp=time.time_ns(), event_name=event_name, attributes=attributes)


if __name__ == "__main__":
    main()
