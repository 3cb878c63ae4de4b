"""A connector as a command, to show the protocol: `python contract_tests/command_connector.py pull|push|…`.

`pull` writes products as JSON lines to stdout; `push` (`push_models`, `push_options`, `push_media`) reads bodies from
stdin and writes one result a line. Settings come as environment variables. It leaves the work to the reference
connector; logs belong to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import ReferenceConnector


def settings() -> ConnectorSettings:
    told = os.environ
    return ConnectorSettings(
        api_url=told["AKENEO_BASE_URL"],
        client_id=told["AKENEO_CLIENT_ID"],
        client_secret=told["AKENEO_SECRET"],
        username=told["AKENEO_USERNAME"],
        password=told["AKENEO_PASSWORD"],
        throttle_limit=int(told["CONNECTOR_THROTTLE_LIMIT"]),
        throttle_seconds=float(told["CONNECTOR_THROTTLE_SECONDS"]),
        concurrent_connections=int(told["CONNECTOR_CONCURRENT_CONNECTIONS"]),
    )


def main(action: str) -> None:
    connector = ReferenceConnector(settings())
    if action == "pull":
        since = os.environ.get("CONNECTOR_SINCE")
        for product in connector.pull(datetime.fromisoformat(since) if since else None):
            print(json.dumps(product))
    else:
        report = getattr(connector, action)([json.loads(line) for line in sys.stdin])
        for identifier in report["accepted"]:
            print(json.dumps({"identifier": identifier, "status": "accepted"}))
        for refused in report["refused"]:
            print(json.dumps({"status": "refused", **refused}))


if __name__ == "__main__":
    main(sys.argv[1])
