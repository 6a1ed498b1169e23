"""Makes one kind of event many times and prints what that cost this process."""

import json
import sys
import time

FORM, SHAPE, URL, WARM_UP, EVENTS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
BURST = 2_000  # fits the default queue of the SDK, which drops what does not
USER = "customer-1042"
NAMES = {"nested": "Order Completed", "flat": "Button Clicked"}


def nested(i):
    return {
        "order_id": f"order-{i}",
        "total": 27.49,
        "currency": "USD",
        "products": [
            {
                "product_id": "622c6f5d5cf86a4c77358033",
                "sku": "G-32",
                "name": "Monopoly: 3rd Edition",
                "price": 14.99,
                "quantity": 1,
                "category": "Games",
            },
            {
                "product_id": "577c6f5d5cf86a4c7735ba03",
                "sku": "M-1",
                "name": "Uno Card Game",
                "price": 6.25,
                "quantity": 2,
                "category": "Games",
            },
        ],
    }


def flat(i):
    return {"button": "checkout", "position": i, "first": i % 2 == 0}


def library(properties, name):
    from segment.analytics.client import Client

    sizes = {"upload_size": 512} if FORM == "library-512" else {}
    client = Client("benchapps", host=URL, **sizes)

    def emit(i):
        client.track(user_id=USER, event=name, properties=properties(i))

    return emit, client.flush, client.shutdown


def sdk(properties, name):
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(URL + "/v1/logs")))
    logger = provider.get_logger("segment")

    def attributes_map(i):
        return {"segment.user_id": USER, "segment.properties": properties(i)}

    def attributes_json(i):
        return {"segment.user_id": USER, "segment.properties": json.dumps(properties(i))}

    def attributes_flattened(i):
        attributes = {"segment.properties." + key: value for key, value in properties(i).items()}
        attributes["segment.user_id"] = USER
        return attributes

    attributes = {"map": attributes_map, "json": attributes_json, "flattened": attributes_flattened}[FORM]

    def emit(i):
        logger.emit(timestamp=time.time_ns(), event_name=name, attributes=attributes(i))

    return emit, provider.force_flush, provider.shutdown


def run(first, count):
    """Emits the events in bursts, and is the time of the calls in ns."""
    open_client = library if FORM.startswith("library") else sdk
    emit, flush, shutdown = open_client(globals()[SHAPE], NAMES[SHAPE])
    calling = 0
    for start in range(first, first + count, BURST):
        before = time.perf_counter_ns()
        for i in range(start, min(start + BURST, first + count)):
            emit(i)
        calling += time.perf_counter_ns() - before
        flush()
    shutdown()
    return calling


run(0, WARM_UP)
cpu = time.process_time_ns()
calling = run(WARM_UP, EVENTS)
cpu = time.process_time_ns() - cpu
print(json.dumps({"cpu_us": cpu / 1e3 / EVENTS, "call_us": calling / 1e3 / EVENTS}))
