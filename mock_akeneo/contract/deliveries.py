"""Deliveries of the Events API for a connector that receives them: right ones, repeated, late and forged ones."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json
from mock_akeneo.webhooks.sender import signed_headers

AGENT: Final = "AkeneoPIM"
SOMEBODY_ELSES: Final = "not-the-secret"
FORGED: Final = ("forged", "altered", "unsigned")
PORTS: Final = {"http": 80, "https": 443}
OPENS_WITHIN_SECONDS: Final = 30.0
"""An endpoint that takes no connection for so long is not there."""
TRY_SECONDS: Final = 0.05
ANSWER_SECONDS: Final = 10.0
"""Much longer than a PIM waits: how late an answer comes is told, not cut off."""


class Sending:
    """Posts deliveries to an endpoint, one after the other, as soon as it takes connections; in a thread.

    `answers`: {"status", "seconds"} of each so far; `status` is None where no answer came. `trouble`: why there are
    none at all.
    """

    def __init__(self, url: str, deliveries: Sequence[Json]) -> None:
        """Raises `ValueError` for what is no URL."""
        split = urlsplit(url)
        if split.scheme not in PORTS or not split.hostname or not url.isprintable() or " " in url:
            raise ValueError(f'"{url}" is no URL of http or https')
        self._address = split.hostname, split.port or PORTS[split.scheme]
        self._secure = split.scheme == "https"
        self.url, self.trouble = url, ""
        self.answers: list[Json] = []
        self._deliveries = deliveries
        self._over = Event()
        self._thread = Thread(target=self._send, name="deliveries", daemon=True)
        self._thread.start()

    def is_under_way(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join()

    def end(self) -> None:
        """Sends no more."""
        self._over.set()
        self.wait()

    def report(self, *, shows: bool) -> Json:
        """As `Run` has it."""
        return {"answers": list(self.answers), "shows": shows}

    def _send(self) -> None:
        until = monotonic() + OPENS_WITHIN_SECONDS
        while not self._is_open():
            if monotonic() > until or self._over.wait(TRY_SECONDS):
                self.trouble = f"nothing took connections at {self.url}"
                return
        # Without TLS no authority is needed, and to read all of them costs time.
        with httpx.Client(trust_env=False, timeout=ANSWER_SECONDS, verify=self._secure) as client:
            for delivery in self._deliveries:
                if self._over.is_set():
                    return
                began = monotonic()
                try:
                    answer = client.post(self.url, content=delivery["body"], headers=delivery["headers"])
                    status: int | None = answer.status_code
                except httpx.HTTPError:
                    status = None
                self.answers.append({"status": status, "seconds": monotonic() - began})

    def _is_open(self) -> bool:
        try:
            with socket.create_connection(self._address, timeout=ANSWER_SECONDS):
                return True
        except OSError:
            return False


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
