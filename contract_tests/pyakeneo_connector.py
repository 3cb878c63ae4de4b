"""The published client pyakeneo (PyPI) behind the connector's two methods, as its users would call it.

Nothing is added that the client does not do by itself: no waiting, no repeating, no renewing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pyakeneo.client import Client

from mock_akeneo.contract.connector import ConnectorSettings


class PyakeneoConnector:
    def __init__(self, settings: ConnectorSettings) -> None:
        self.client = Client(
            settings.api_url, settings.client_id, settings.client_secret, settings.username, settings.password
        )

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"limit": 100}
        if since:
            moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            asked["search"] = {"updated": [{"operator": ">", "value": moment}]}
        yield from self.client.products.fetch_list(asked)

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        statuses = self.client.products.update_create_list(products)
        return {
            "accepted": [status["identifier"] for status in statuses if status["status_code"] < 300],
            "refused": [
                {"identifier": status["identifier"], "message": status.get("message", "")}
                for status in statuses
                if status["status_code"] >= 300
            ],
        }


def connector(settings: ConnectorSettings) -> PyakeneoConnector:
    return PyakeneoConnector(settings)
