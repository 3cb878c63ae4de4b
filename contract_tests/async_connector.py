"""A second correct connector, of another style than the reference: asynchronous, paced by a fixed beat, ahead of time.

It reads the classic list, takes turns by a semaphore, spreads its calls evenly over the throttle window, and renews
its token five minutes before it ends as well as on a 401.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from mock_akeneo.contract.connector import ConnectorSettings

T = TypeVar("T")

PRODUCTS = "/api/rest/v1/products"
PRODUCT_MODELS = "/api/rest/v1/product-models"
TRIES = 6
PATIENCE_SECONDS = 120
AHEAD_SECONDS = 300
LINES = 60
OPTION_BEAT_SECONDS = 0.4
"""Three writes of options a second are let in."""


class PimError(Exception):
    """A call that is in vain, by now or for good."""


class TooLarge(PimError):
    """A batch is more than the PIM, or a gateway before it, takes at once."""


class Pim:
    """One PIM, for as long as an action takes."""

    def __init__(self, settings: ConnectorSettings) -> None:
        self.settings = settings
        self.http = httpx.AsyncClient(timeout=15)
        self.slots = asyncio.Semaphore(settings.concurrent_connections)
        self.renewing = asyncio.Lock()
        self.beat = asyncio.Lock()
        # Where many calls are allowed in a window the beat is too quick to be felt.
        self.interval = settings.throttle_seconds / settings.throttle_limit
        self.next_call_at = 0.0
        self.tokens: dict[str, Any] = {}
        self.ends_at = 0.0

    async def call(self, method: str, url: str, read: Callable[[str], T], **more: Any) -> T:
        """What `read` makes of the answer. Raises `PimError`."""
        token = await self.token(stale="")
        answer = await self.try_hard(method, url, read, token, more)
        if answer.status_code == 401:
            answer = await self.try_hard(method, url, read, await self.token(stale=token), more)
        if answer.status_code not in (200, 201):
            kind = TooLarge if answer.status_code == 413 else PimError
            raise kind(f"{method} {httpx.URL(url).path}: {answer.status_code} {answer.text[:100]}")
        return read(answer.text)

    async def try_hard(
        self, method: str, url: str, read: Callable[[str], T], token: str, more: dict[str, Any]
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **more.get("headers", {})}
        wait, why = 0.3, ""
        for _ in range(TRIES):
            told: float | None = None
            try:
                answer = await self.send(method, url, headers, more)
                if answer.status_code == 200:
                    read(answer.text)
                if answer.status_code < 500 and answer.status_code not in (408, 429):
                    return answer
                why, told = str(answer.status_code), seconds_told(answer.headers.get("retry-after"))
            except (httpx.TransportError, ValueError, KeyError) as error:
                why = type(error).__name__
            if told is not None and told > PATIENCE_SECONDS:
                break
            await asyncio.sleep(wait * random.uniform(0.7, 1.3) if told is None else told)
            wait *= 2
        raise PimError(f"{method} {httpx.URL(url).path}: given up, {why}")

    async def send(self, method: str, url: str, headers: dict[str, str], more: dict[str, Any]) -> httpx.Response:
        async with self.slots:
            async with self.beat:
                await asyncio.sleep(max(0.0, self.next_call_at - time.monotonic()))
                answer_to = self.http.request(method, url, content=more.get("content"), headers=headers)
                if self.interval < 0.5:
                    self.next_call_at = time.monotonic() + self.interval
                else:
                    # A slow beat: the PIM may count the call as late as it answers it.
                    try:
                        return await answer_to
                    finally:
                        self.next_call_at = time.monotonic() + self.interval + 0.01
            return await answer_to

    async def token(self, *, stale: str) -> str:
        async with self.renewing:
            held = self.tokens.get("access_token", "")
            if not held or held == stale or time.monotonic() > self.ends_at - AHEAD_SECONDS:
                await self.renew()
            return str(self.tokens["access_token"])

    async def renew(self) -> None:
        password = {"grant_type": "password", "username": self.settings.username, "password": self.settings.password}
        grants = [password]
        if self.tokens:
            grants = [{"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}, password]
        for grant in grants:
            answer = await self.ask_for_token(grant)
            if answer.status_code == 200:
                self.tokens = answer.json()
                self.ends_at = time.monotonic() + self.tokens["expires_in"]
                return
        raise PimError(f"no token: {answer.status_code}")

    async def ask_for_token(self, grant: dict[str, str]) -> httpx.Response:
        pair = f"{self.settings.client_id}:{self.settings.client_secret}".encode()
        return await self.http.post(
            f"{self.settings.api_url}/api/oauth/v1/token",
            json=grant,
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )


def seconds_told(header: str | None) -> float | None:
    if not header:
        return None
    if header.isdecimal():
        return int(header)
    with contextlib.suppress(ValueError):
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    return None


def page_of(text: str) -> tuple[list[dict[str, Any]], str | None]:
    page = json.loads(text)
    following = page["_links"].get("next")
    return page["_embedded"]["items"], following and following["href"]


def lines_of(text: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines()]
    return lines if lines and lines[0]["line"] else []


def some_lines_of(text: str) -> list[dict[str, Any]]:
    """Raises `ValueError` for an answer without a line: it is none."""
    lines = lines_of(text)
    if not lines:
        raise ValueError("no line was answered")
    return lines


def files_of(product: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(attribute, value) for attribute, told in product["values"].items() for value in told if "file" in value]


def report_of(results: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "accepted": [result["identifier"] for result in results if not result["message"]],
        "refused": [result for result in results if result["message"]],
    }


class AsyncConnector:
    def __init__(self, settings: ConnectorSettings) -> None:
        self.settings = settings
        self.inbox: list[bytes] = []

    def pull(self, since: datetime | None = None) -> list[dict[str, Any]]:
        async def all_of(pim: Pim) -> list[dict[str, Any]]:
            return [product async for product in self.products(pim, since)]

        return self.within(all_of)

    async def products(self, pim: Pim, since: datetime | None) -> AsyncIterator[dict[str, Any]]:
        query = {"pagination_type": "search_after", "limit": "100"}
        if since:
            moment = f"{since.astimezone(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
            query["search"] = json.dumps({"updated": [{"operator": ">", "value": moment}]})
        url: str | None = f"{self.settings.api_url}{PRODUCTS}?{httpx.QueryParams(query)}"
        while url:
            items, following = await pim.call("GET", url, page_of)
            for item in items:
                yield item
            # Only what the link asks for is taken: host and scheme are ours.
            url = following and str(httpx.URL(self.settings.api_url).join(httpx.URL(following).raw_path.decode()))

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        file = Path(self.settings.state_folder, "as-pushed.json") if self.settings.state_folder else None
        known = json.loads(file.read_text()) if file and file.exists() else {}
        results = [{"identifier": p["identifier"], "message": ""} for p in products if known.get(p["identifier"]) == p]
        changed = [p for p in products if known.get(p["identifier"]) != p]

        async def all_of(pim: Pim) -> list[dict[str, str]]:
            # Two rounds: what others name is there before they come.
            first = [p for p in changed if not p.get("associations")]
            return await self.write_all(pim, first, PRODUCTS) + await self.write_all(
                pim, [p for p in changed if p.get("associations")], PRODUCTS
            )

        results += self.within(all_of)
        if file:
            refused = {result["identifier"] for result in results if result["message"]}
            file.write_text(json.dumps({p["identifier"]: p for p in products if p["identifier"] not in refused}))
        return report_of(results)

    def push_models(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        """Level by level: how many of those that were given stand above an entity."""
        above = {entity["code"]: entity.get("parent") for entity in entities if "code" in entity}

        def level(entity: dict[str, Any]) -> int:
            parent, depth = entity.get("parent"), 0
            while parent in above:
                parent, depth = above[parent], depth + 1
            return depth

        async def all_of(pim: Pim) -> list[dict[str, str]]:
            results = []
            for depth in sorted({level(entity) for entity in entities}):
                there = [entity for entity in entities if level(entity) == depth]
                results += await self.write_all(pim, [entity for entity in there if "code" in entity], PRODUCT_MODELS)
                results += await self.write_all(pim, [entity for entity in there if "code" not in entity], PRODUCTS)
            return results

        return report_of(self.within(all_of))

    def push_options(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        async def all_of(pim: Pim) -> list[dict[str, str]]:
            results = []
            for option in (entity for entity in entities if "attribute" in entity):
                url = f"/api/rest/v1/attributes/{option['attribute']}/options"
                results += await self.write_all(pim, [option], url)
                await asyncio.sleep(OPTION_BEAT_SECONDS)
            return results + await self.write_all(pim, [e for e in entities if "identifier" in e], PRODUCTS)

        return report_of(self.within(all_of))

    def push_media(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        async def all_of(pim: Pim) -> list[dict[str, str]]:
            results = await self.write_all(pim, [{**product, "values": {}} for product in products], PRODUCTS)
            await asyncio.gather(
                *(self.upload(pim, product["identifier"], *one) for product in products for one in files_of(product))
            )
            return results

        return report_of(self.within(all_of))

    async def upload(self, pim: Pim, identifier: str, attribute: str, value: dict[str, Any]) -> None:
        place = {"attribute": attribute, "locale": value["locale"], "scope": value["scope"]}
        file = Path(value["file"])
        form = httpx.Request(
            "POST",
            f"{self.settings.api_url}/api/rest/v1/media-files",
            data={"product": json.dumps({"identifier": identifier, **place})},
            files={"file": (file.name, file.read_bytes(), "image/png")},
        )
        headers = {"Content-Type": form.headers["Content-Type"]}
        await pim.call("POST", str(form.url), str, content=form.read(), headers=headers)

    async def write_all(self, pim: Pim, products: list[dict[str, Any]], path: str) -> list[dict[str, str]]:
        parts = [products[at : at + LINES] for at in range(0, len(products), LINES)]
        results = await asyncio.gather(*(self.write(pim, part, path) for part in parts), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [one for result in results for one in result]  # type: ignore[union-attr]

    async def write(self, pim: Pim, part: list[dict[str, Any]], path: str) -> list[dict[str, str]]:
        body = "\n".join(map(json.dumps, part))
        headers = {"Content-Type": "application/vnd.akeneo.collection+json"}
        url = f"{self.settings.api_url}{path}"
        try:
            lines = await pim.call("PATCH", url, some_lines_of, content=body, headers=headers)
        except TooLarge:
            if len(part) == 1:
                raise
            size = max(1, len(part) // 4)
            parts = [part[at : at + size] for at in range(0, len(part), size)]
            return [one for smaller in parts for one in await self.write(pim, smaller, path)]
        if len(lines) < len(part):
            raise PimError(f"{len(part) - len(lines)} lines got no answer")
        return [
            {
                "identifier": product.get("identifier") or product["code"],
                "message": "" if line["status_code"] < 300 else f"{line['status_code']} {line.get('message', '')}",
            }
            for product, line in zip(part, sorted(lines, key=lambda line: int(line["line"])), strict=True)
        ]

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        fields = httpx.Headers(headers)
        signed = fields.get("X-Akeneo-Request-Timestamp", "").encode() + b"." + body
        right = hmac.new(self.settings.webhook_secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, fields.get("X-Akeneo-Request-Signature", "")):
            return 403
        self.inbox.append(body)
        return 202

    def received(self) -> list[dict[str, Any]]:
        """The newest that was told of each product."""
        events = [event for body in self.inbox for event in json.loads(body)["events"]]
        events.sort(key=lambda event: str(event["event_datetime"]))
        return list({event["data"]["resource"]["uuid"]: event["data"]["resource"] for event in events}.values())

    def within(self, act: Callable[[Pim], Coroutine[Any, Any, T]]) -> T:
        async def run() -> T:
            pim = Pim(self.settings)
            async with pim.http:
                return await act(pim)

        return asyncio.run(run())


def connector(settings: ConnectorSettings) -> AsyncConnector:
    return AsyncConnector(settings)
