"""Hand-written evidence: journal entries and runs with only what a test is about."""

from __future__ import annotations

from typing import Any

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.core.json_types import Json

TOLD = ConnectorSettings(
    api_url="http://127.0.0.1:1", client_id="1_x", client_secret="secret", username="user", password="password"
)


def call(id_: int, operation: str = "products_uuid.list", status: int | None = 200, **more: Any) -> Json:
    """A journal entry: an accepted call of `operation`, a tenth of a second behind the one before."""
    entry = {
        "id": id_,
        "at": "2026-01-01T00:00:00+00:00",
        "received_ms": id_ * 100.0,
        "answered_ms": id_ * 100.0 + 10,
        "connection": "mock_connection",
        "token_id": None if operation == "token" else "access-1",
        "method": "POST" if operation == "token" else "PATCH" if "update" in operation else "GET",
        "path": "/api/oauth/v1/token" if operation == "token" else "/api/rest/v1/products-uuid",
        "query": "",
        "operation": operation,
        "nth": id_,
        "request_headers": {"authorization": "Basic ***" if operation == "token" else "Bearer ***"},
        "body_sha256": None,
        "body": None,
        "leaks": [],
        "status": status,
        "items": None,
        "lines": None,
        "limit": None,
        "in_flight": 1,
        "fault": None,
        "moved": [],
        "client_gone": False,
    }
    assert set(more) <= set(entry), more
    return entry | more


def refused(id_: int, *, retry_after: float = 2, limit: str = "throttle", **more: Any) -> Json:
    note = {"name": limit, "remaining": 0, "retry_after": retry_after, "refused": True}
    return call(id_, status=429, limit=note, in_flight=0, **more)


def product(number: int, **more: Any) -> Json:
    """A product as `/products` shows it, of a text for each channel."""
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012}",
        "identifier": f"p{number}",
        "enabled": True,
        "family": None,
        "categories": [],
        "parent": None,
        "values": {"name": [{"locale": None, "scope": "shop", "data": f"name {number}"}]},
    } | more


def catalog(*products: Json) -> dict[str, Json]:
    return {product["uuid"]: product for product in products}


SHOP = catalog(*(product(number) for number in range(1, 4)))


def pull(*calls: Json, **more: Any) -> Run:
    """A pull that handed over the whole shop, unless told otherwise."""
    return Run(action="pull", **{"ending": "finished", "calls": calls, "items": tuple(SHOP.values()), **more})


def push(*calls: Json, **more: Any) -> Run:
    return Run(action="push", **{"ending": "finished", "calls": calls, **more})


def evidence(*runs: Run, **more: Any) -> Evidence:
    return Evidence(**{"scenario": "by hand", "told": TOLD, "runs": runs, "before": SHOP, "after": SHOP, **more})
