"""Reads the catalog of a judged sandbox in one beside it, which shares its bytes: nothing of it shows in the journal,
opens a window, or takes part in a move.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from mock_akeneo.core.http_client import Client
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.server import Server
from mock_akeneo.throttling.limits import PRESETS

PAGING: Final = frozenset({"pagination_type", "page", "limit", "search_after", "with_count", "access_token"})
"""Query parameters that cut a list into pages and do not change what it holds."""

PRODUCTS: Final = "/api/rest/v1/products"
PRODUCTS_UUID: Final = "/api/rest/v1/products-uuid"
PRODUCT_MODELS: Final = "/api/rest/v1/product-models"
SEARCH_AFTER: Final = {"pagination_type": "search_after"}
READ_SECONDS: Final = 60


class Reader:
    """Its products are not to be changed: all readings share what is alike in them.

    `alike`: products by uuid that were read elsewhere, as far as they may occur here as well.
    """

    def __init__(self, server: Server, alike: Mapping[str, Json]) -> None:
        self._server, self._alike = server, alike
        self._readings = 0
        self._revision = -1
        self._products: Mapping[str, Json] = {}

    def products(self) -> Mapping[str, Json]:
        """Every product by uuid, with `identifier` where it has one."""
        revision = self._server.call(lambda: self._server.sandbox.catalog.revision)
        if revision != self._revision:
            with self._client() as client:
                found = {
                    **_by_uuid(_items(client, PRODUCTS_UUID, SEARCH_AFTER)),
                    **_by_uuid(_items(client, PRODUCTS, SEARCH_AFTER)),
                }
            self._products = {uuid: self.shared(uuid, product) for uuid, product in found.items()}
            self._revision = revision
        return self._products

    def shared(self, uuid: str, product: Json) -> Json:
        """`product` of those members that this product had before, where they are the same to the byte.

        The 10,000 products of a scenario are read, asked for and handed over, and need not be held three times.
        """
        known = self._products.get(uuid) or self._alike.get(uuid)
        return {name: _either(value, known.get(name)) for name, value in product.items()} if known else product

    def handed_over(self, items: Iterable[Any]) -> tuple[Any, ...]:
        """Whatever a connector handed over, as `shared` where it tells the uuid of a product."""
        return tuple(
            self.shared(item["uuid"].lower(), item)
            if isinstance(item, dict) and isinstance(item.get("uuid"), str)
            else item
            for item in items
        )

    def product_models(self) -> dict[str, Json]:
        with self._client() as client:
            return {model["code"]: model for model in _items(client, PRODUCT_MODELS, SEARCH_AFTER)}

    def asked(self, calls: Sequence[Json]) -> dict[str, tuple[Json, ...]]:
        """The products that these calls describe, as their lists would hold them now: uuid to its states."""
        found: dict[str, tuple[Json, ...]] = {}
        with self._client() as client:
            for path, params in lists_of(calls):
                for item in _items(client, path, params | SEARCH_AFTER):
                    uuid = item["uuid"]
                    found[uuid] = (*found.get(uuid, ()), self.shared(uuid, item))
        return found

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """A client for a sandbox of its own with what the judged one holds now."""
        self._readings += 1
        name, sandboxes = f"reading-{self._readings}", self._server.sandboxes

        def beside() -> str:
            sandbox = sandboxes.create(name, self._server.sandbox.catalog)
            sandbox.limit(PRESETS["none"])
            connection = sandbox.connections.create("reader")
            sandbox.add_connection(connection)
            token: str = sandbox.issue(connection, connection)["access_token"]
            return token

        token = self._server.call(beside)
        try:
            with Client(
                base_url=self._server.base_url,
                headers={"Authorization": f"Bearer {token}"},
                timeout=READ_SECONDS,
                verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # none is needed; one with all authorities costs time
                trust_env=False,
            ) as client:
                yield client
        finally:
            self._server.call(sandboxes.delete, name)


def _either(value: Any, known: Any) -> Any:
    return known if known is not None and dumps(value) == dumps(known) else value


def lists_of(calls: Sequence[Json]) -> list[tuple[str, dict[str, str]]]:
    """The lists of products that were asked for: path and what of the query decides what they hold.

    A call for a single item is a probe (for a count, or of the connection) where others asked for more.
    """
    asked: dict[tuple[str, frozenset[tuple[str, str]]], bool] = {}
    for call in calls:
        if call["operation"] in ("products.list", "products_uuid.list") and call["status"] == 200:
            query = dict(parse_qsl(call["query"], keep_blank_values=True))
            deciding = frozenset((name, value) for name, value in query.items() if name not in PAGING)
            key = call["path"], deciding
            asked[key] = asked.get(key, True) and query.get("limit") == "1"
    real = [key for key, probe in asked.items() if not probe] or list(asked)
    return [(path, dict(deciding)) for path, deciding in real]


def _by_uuid(items: Iterator[Json]) -> dict[str, Json]:
    return {item["uuid"]: item for item in items}


def _items(client: httpx.Client, path: str, params: Mapping[str, str]) -> Iterator[Json]:
    """All items of a list, page by page."""
    answer = client.get(path, params={**params, "limit": "100"})
    while True:
        page: Json = loads(answer.raise_for_status().content)
        yield from page["_embedded"]["items"]
        if "next" not in page["_links"]:
            return
        answer = client.get(page["_links"]["next"]["href"])
