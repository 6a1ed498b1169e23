"""One call of each type with Segment's library for Python. Only the host is set: the receiver instead of Segment."""

import os

from segment.analytics.client import Client

HOST = os.environ.get("SEGMENT_HOST", "http://localhost:9080")


def main():
    errors = []
    analytics = Client("demo-write-key", host=HOST, on_error=lambda error, _: errors.append(error))
    analytics.page(anonymous_id="visitor-1", category="Docs", name="Home", properties={"path": "/"})
    analytics.alias(previous_id="visitor-1", user_id="user-42")
    analytics.identify(user_id="user-42", traits={"name": "Ada", "email": "ada@example.com"})
    analytics.group(user_id="user-42", group_id="acme", traits={"name": "Acme"})
    analytics.screen(user_id="user-42", name="Cart")
    analytics.track(
        user_id="user-42",
        event="Order Completed",
        properties={"order_id": "1001", "total": 59.9, "products": [{"sku": "A-1", "quantity": 2}]},
    )
    analytics.shutdown()
    if errors:
        raise SystemExit(f"not sent: {errors[0]}")


if __name__ == "__main__":
    main()
