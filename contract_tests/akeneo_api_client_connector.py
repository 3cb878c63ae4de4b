"""The published client akeneo-api-client (PyPI) behind the connector's two methods, as its users would call it.

Nothing is added that the client does not do by itself: no waiting, no repeating, no renewing. It knows products by
uuid alone and sends a collection as it is given, so the adapter looks for the uuids and cuts by 100.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import uuid4

from akeneo_api_client.client_builder import ClientBuilder

from mock_akeneo.contract.connector import ConnectorSettings

BATCH = 100
IDENTIFIER_ATTRIBUTE = "sku"  # of the catalogs that come with the mock


class AkeneoApiClientConnector:
    def __init__(self, settings: ConnectorSettings) -> None:
        self.products = (
            ClientBuilder(settings.api_url)
            .build_authenticated_by_password(
                settings.username, settings.password, settings.client_id, settings.client_secret
            )
            .product_uuid_api
        )

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        asked = {}
        if since:
            moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            asked["search"] = json.dumps({"updated": [{"operator": ">", "value": moment}]})
        yield from chain.from_iterable(self.products.all(BATCH, asked))

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        report: dict[str, Any] = {"accepted": [], "refused": []}
        for start in range(0, len(products), BATCH):
            batch = products[start : start + BATCH]
            uuids = self.uuids_of([product["identifier"] for product in batch])
            lines = [by_uuid(product, uuids.get(product["identifier"]) or str(uuid4())) for product in batch]
            for product, status in zip(batch, self.products.upsert_list(lines), strict=True):
                if status["status_code"] < 300:
                    report["accepted"].append(product["identifier"])
                else:
                    message = status.get("message", "")
                    report["refused"].append({"identifier": product["identifier"], "message": message})
        return report

    def uuids_of(self, identifiers: list[str]) -> dict[str, str]:
        search = json.dumps({"identifier": [{"operator": "IN", "value": identifiers}]})
        found = chain.from_iterable(self.products.all(BATCH, {"search": search}))
        return {product["values"][IDENTIFIER_ATTRIBUTE][0]["data"]: product["uuid"] for product in found}


def by_uuid(product: dict[str, Any], uuid: str) -> dict[str, Any]:
    """The product as it is sent by uuid: the identifier is a value."""
    told = {name: value for name, value in product.items() if name != "identifier"}
    identifier = [{"locale": None, "scope": None, "data": product["identifier"]}]
    return {"uuid": uuid, **told, "values": {**told.get("values", {}), IDENTIFIER_ATTRIBUTE: identifier}}


def connector(settings: ConnectorSettings) -> AkeneoApiClientConnector:
    return AkeneoApiClientConnector(settings)
