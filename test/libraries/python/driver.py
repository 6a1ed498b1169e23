"""Makes calls with segment-analytics-python: a call as JSON on each line in, what was not sent on the lines out."""

import json
import sys
from datetime import datetime

from segment.analytics.client import Client

PARAMETERS = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "groupId": "group_id",
    "previousId": "previous_id",
    "messageId": "message_id",
}

TAGS = {
    "$date": lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")),
    "$repeat": lambda arguments: arguments[0] * arguments[1],
}


def untag(value):
    for tag, convert in TAGS.items():
        if tag in value:
            return convert(value[tag])
    return value


def report(name, why):
    print(json.dumps({"name": name, "why": str(why)[:200]}), flush=True)


def report_all(error, batch):
    for message in batch:
        report(message["context"]["call"], error)


def main():
    url, write_key = sys.argv[1:3]
    # The defaults would lose messages when the collector is away for a while.
    client = Client(write_key, host=url, on_error=report_all, max_queue_size=1_000_000, max_retries=20)
    for line in sys.stdin:
        call = json.loads(line, object_hook=untag)
        args = call["args"]
        args["context"] = {**args.get("context", {}), "call": call["name"]}
        try:
            getattr(client, call["method"])(**{PARAMETERS.get(name, name): value for name, value in args.items()})
        except AssertionError as error:
            report(call["name"], error)
    client.flush()
    client.shutdown()


main()
