"""Makes calls with segment-analytics-python: a call as JSON on each line in, what became of it on each line out."""

import base64
import json
import sys
from datetime import datetime
from decimal import Decimal

from segment.analytics.client import Client

PARAMETERS = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "groupId": "group_id",
    "previousId": "previous_id",
    "messageId": "message_id",
}

TAGS = {
    "$date": datetime.fromisoformat,
    "$decimal": Decimal,
    "$nan": lambda _: float("nan"),
    "$bytes": base64.b64decode,
    "$repeat": lambda arguments: arguments[0] * arguments[1],
}


def untag(value):
    for tag, convert in TAGS.items():
        if tag in value:
            return convert(value[tag])
    return value


def main():
    failures = []
    client = Client(
        "parity",
        host=sys.argv[1],
        on_error=lambda error, batch: failures.append(str(error)),
        max_retries=0,
        upload_size=1,  # each call is uploaded at once
    )
    for line in sys.stdin:
        call = json.loads(line, object_hook=untag)
        failures.clear()
        try:
            method = getattr(client, call["method"])
            method(**{PARAMETERS.get(name, name): value for name, value in call["args"].items()})
            client.flush()
        except (AssertionError, RuntimeError) as error:  # for a call that is not valid, or too large
            failures.append(str(error))
        # Some errors repeat the message, all 33 KB of it.
        print(json.dumps({"refused": "; ".join(failures)[:200]}), flush=True)
    client.shutdown()


main()
