"""The published client akeneo-cli (PyPI) behind the connector's two methods, as its users would call it.

Nothing is added that the client does not do by itself: no waiting, no repeating, no renewing. It sends a collection as
it is given and hands the lines of the answer over as text, so the adapter cuts by 100 and reads the lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from akeneo_cli.client import AkeneoClient

from mock_akeneo.contract.connector import ConnectorSettings

BATCH = 100


class AkeneoCliConnector:
    def __init__(self, settings: ConnectorSettings) -> None:
        client = AkeneoClient(settings.api_url, settings.client_id, settings.client_secret)
        self.session = client.login(settings.username, settings.password)

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """By `get_next_page`: `all=True` cannot go on by `search_after`."""
        asked: dict[str, Any] = {"pagination_type": "search_after", "limit": BATCH}
        if since:
            moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            asked["search"] = json.dumps({"updated": [{"operator": ">", "value": moment}]})
        page = self.session.get("products", filters=asked)
        while page:
            yield from page["json"]["_embedded"]["items"]
            page = self.session.get_next_page(page)

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        report: dict[str, Any] = {"accepted": [], "refused": []}
        for start in range(0, len(products), BATCH):
            answer = self.session.bulk("products", data=products[start : start + BATCH])
            for status in map(json.loads, answer["body"].split("\n")):
                if status["status_code"] < 300:
                    report["accepted"].append(status["identifier"])
                else:
                    message = status.get("message", "")
                    report["refused"].append({"identifier": status["identifier"], "message": message})
        return report


def connector(settings: ConnectorSettings) -> AkeneoCliConnector:
    return AkeneoCliConnector(settings)
