"""Deliveries of the Events API for a connector that receives them: right ones, repeated, late and forged ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mock_akeneo.core.json_types import Json
from mock_akeneo.webhooks.sender import signed_headers

AGENT: Final = "AkeneoPIM"
SOMEBODY_ELSES: Final = "not-the-secret"
FORGED: Final = ("forged", "altered", "unsigned")


def deliveries(products: Mapping[str, Json], secret: str, now: datetime) -> list[Json]:
    """In the order in which they come, as {"kind", "uuid", "identifier", "values", "headers", "body"}.

    `kind`: first; again (the same event a second time); newer; older (of the same product, raised before that); forged
    (signed with another secret), altered (after it was signed), unsigned. Each kind but these tells of one product.
    Empty for a catalog without three products that have an identifier and a text.
    """
    told = sorted((p for p in products.values() if p.get("identifier") and _text_of(p)), key=lambda p: p["identifier"])
    if len(told) < 3:
        return []
    one, two, three = told[:3]
    earlier, later = now - timedelta(minutes=2), now - timedelta(minutes=1)
    states = [
        ("first", 1, one, later),
        ("again", 1, one, later),
        ("newer", 3, two, later),
        ("older", 2, two, earlier),
        ("forged", 4, three, later),
        ("altered", 5, three, later),
        ("unsigned", 6, three, later),
    ]
    return [_delivery(kind, number, product, at, secret, now) for kind, number, product, at in states]


def _delivery(kind: str, number: int, product: Json, at: datetime, secret: str, now: datetime) -> Json:
    resource = _changed(product, f"told by event {number}") | {"updated": at.isoformat(timespec="seconds")}
    event = {
        "action": "product.updated",
        "event_id": str(UUID(int=number, version=4)),
        "event_datetime": at.isoformat(timespec="seconds"),
        "author": "julia",
        "author_type": "ui",
        "pim_source": "https://pim.example/",
        "data": {"resource": resource},
    }
    # As PHP writes JSON: who signs what he has parsed and written anew signs something else.
    body = json.dumps({"events": [event]}, separators=(",", ":")).replace("/", "\\/")
    key = SOMEBODY_ELSES if kind == "forged" else secret
    headers = signed_headers(body.encode(), key, int(now.timestamp()), AGENT)
    if kind == "altered":
        body = body.replace("julia", "peter")
    if kind == "unsigned":
        headers = {name: value for name, value in headers.items() if not name.startswith("X-Akeneo")}
    return {
        "kind": kind,
        "uuid": product["uuid"],
        "identifier": product["identifier"],
        "values": resource["values"],
        "headers": headers,
        "body": body,
    }


def _text_of(product: Json) -> str | None:
    """The code of an attribute whose first value is a text; not the identifier."""
    return next(
        (
            code
            for code, values in product["values"].items()
            if values and isinstance(values[0]["data"], str) and values[0]["data"] != product["identifier"]
        ),
        None,
    )


def _changed(product: Json, text: str) -> Json:
    code = _text_of(product)
    assert code is not None
    first, *others = product["values"][code]
    values = {**product["values"], code: [{**first, "data": text}, *others]}
    return {**{name: value for name, value in product.items() if name != "_links"}, "values": values}
