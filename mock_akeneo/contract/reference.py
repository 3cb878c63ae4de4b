"""A correct connector, to read and to start from: `--connector mock_akeneo.contract.reference:connector`.

It stands alone (httpx and the standard library) and does what the rules ask for: one token for all workers,
renewed by whoever first meets a 401; calls paced within the limit, every told wait kept, every trouble that passes
met with a bounded number of tries; products read by `search_after`, written in batches of 100 by as many workers as
are allowed, each line accounted for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx

TRIES = 8
LONGEST_WAIT_SECONDS = 300
LONGEST_BACKOFF_SECONDS = 30
TIMEOUT_SECONDS = 20
BATCH = 100
OPTION_WRITES, OPTION_SECONDS = 3, 1
"""Writes of options have a limit of their own, which no setting tells."""
PRODUCTS = "/api/rest/v1/products"
PRODUCT_MODELS = "/api/rest/v1/product-models"
OVERLAP = timedelta(minutes=1)
"""Lists lag behind writes; what was saved just before the last pull may have been missing there."""
PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that may be gone at the next try; all other errors are final."""


Patch = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
"""Sends documents as lines and gives the answers."""
Write = Callable[[list[dict[str, Any]]], list[tuple[str, str | None]]]
"""Gives the name of each document, and what the PIM says against it."""


class Settings(Protocol):
    """What this connector uses of `ConnectorSettings`."""

    @property
    def api_url(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def throttle_limit(self) -> int: ...
    @property
    def throttle_seconds(self) -> float: ...
    @property
    def concurrent_connections(self) -> int: ...
    @property
    def state_folder(self) -> str: ...
    @property
    def webhook_secret(self) -> str: ...


class AkeneoError(Exception):
    """The PIM refused a call for good, or a trouble did not pass in time."""


class TooLarge(AkeneoError):
    """The PIM, or a gateway before it, takes no body of this size."""


class Pace:
    """Holds calls back, so that no more than `limit` of them fall into any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._over: deque[float] = deque()
        self._under_way = 0
        self._changed = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A call counts from its beginning until `seconds` after its end: the PIM counted it somewhere between."""
        with self._changed:
            while (wait := self.wait()) is not None:
                self._changed.wait(wait)
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._over.append(time.monotonic())
                self._changed.notify_all()

    def wait(self) -> float | None:
        """The seconds until there may be room; None when there is."""
        now = time.monotonic()
        while self._over and self._over[0] + self.seconds < now:
            self._over.popleft()
        if len(self._over) + self._under_way < self.limit:
            return None
        return max(0.001, self._over[0] + self.seconds - now + 0.001) if self._over else self.seconds


class Client:
    """Calls to one PIM, with a token that is shared, and with patience."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = httpx.Client(base_url=settings.api_url, timeout=TIMEOUT_SECONDS)
        self.pace = Pace(settings.throttle_limit, settings.throttle_seconds)
        self.option_writes = Pace(OPTION_WRITES, OPTION_SECONDS)
        self._token: dict[str, Any] = {}
        self._renewing = threading.Lock()

    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        return self.authorized(self.http.build_request("GET", url, params=params)).json()

    def patch_lines(self, url: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One answer for each line that the PIM got to; a cut answer has fewer."""
        body = "\n".join(json.dumps(document) for document in documents)
        headers = {"Content-Type": "application/vnd.akeneo.collection+json"}
        request = self.http.build_request("PATCH", url, content=body, headers=headers)
        return [json.loads(line) for line in self.authorized(request).text.split("\n") if line]

    def patch_options(self, attribute: str, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with self.option_writes.turn():
            return self.patch_lines(f"/api/rest/v1/attributes/{attribute}/options", options)

    def upload(self, file: Path, target: dict[str, Any]) -> None:
        """Makes a file the value that `target` names: `identifier`, `attribute`, `locale` and `scope`."""
        product, content = {"product": json.dumps(target)}, {"file": (file.name, file.read_bytes())}
        self.authorized(self.http.build_request("POST", "/api/rest/v1/media-files", data=product, files=content))

    def authorized(self, request: httpx.Request) -> httpx.Response:
        """The answer, with a token that was renewed once if the PIM did not take it."""
        token = self._token.get("access_token") or self.renewed(None)
        answer = self.answered(request, token)
        if answer.status_code == 401:
            answer = self.answered(request, self.renewed(token))
        return _accepted(answer)

    def answered(self, request: httpx.Request, token: str) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {token}"
        return self.patiently(request)

    def renewed(self, stale: str | None) -> str:
        """A token that is not `stale`. Of all workers that meet an expired one only the first asks for another."""
        with self._renewing:
            if self._token.get("access_token") == stale:
                self._token = self.refreshed() or self.logged_in()
            token: str = self._token["access_token"]
            return token

    def refreshed(self) -> dict[str, Any] | None:
        """A new pair for the refresh token; None when there is none, or when it is dead as well."""
        if not self._token:
            return None
        grant = {"grant_type": "refresh_token", "refresh_token": self._token["refresh_token"]}
        answer = self.patiently(self.token_request(grant))
        return answer.json() if answer.status_code == 200 else None

    def logged_in(self) -> dict[str, Any]:
        settings = self.settings
        grant = {"grant_type": "password", "username": settings.username, "password": settings.password}
        token: dict[str, Any] = _accepted(self.patiently(self.token_request(grant))).json()
        return token

    def token_request(self, grant: dict[str, str]) -> httpx.Request:
        request = self.http.build_request("POST", "/api/oauth/v1/token", json=grant)
        basic = httpx.BasicAuth(self.settings.client_id, self.settings.client_secret)
        return next(basic.auth_flow(request))

    def patiently(self, request: httpx.Request) -> httpx.Response:
        """The first answer that will not change by waiting. Raises `AkeneoError` when patience is at its end."""
        trouble = ""
        for attempt in range(TRIES):
            told: float | None = None
            try:
                with self.pace.turn():
                    answer = self.http.send(request)
                if answer.status_code not in PASSING and not unreadable(answer):
                    return answer
                trouble = f"{answer.status_code} {answer.text[:200]}"
                told = retry_after(answer.headers.get("Retry-After"))
            except httpx.TransportError as error:
                trouble = repr(error)
                if "CERTIFICATE_VERIFY_FAILED" in trouble:
                    break  # somebody else answers there, now and later
            if told is not None and told > LONGEST_WAIT_SECONDS:
                break
            if attempt + 1 < TRIES:
                time.sleep(self.pause(attempt, told))
        raise AkeneoError(f"{request.method} {request.url.path}: gave up after {trouble}")

    def pause(self, attempt: int, told: float | None) -> float:
        """Seconds until the next try: as long as the PIM says, else more each time."""
        return backoff(attempt) if told is None else told


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    request = answer.request
    kind = TooLarge if answer.status_code == 413 else AkeneoError
    raise kind(f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:200]}")


def unreadable(answer: httpx.Response) -> bool:
    """Whether a 200 is not the JSON that was asked for: a gateway's page, half a body, or nothing at all."""
    if answer.status_code != 200:
        return False
    lines = answer.headers.get("Content-Type", "").startswith("application/vnd.akeneo.collection+json")
    try:
        documents = [json.loads(text) for text in (answer.text.split("\n") if lines else [answer.text]) if text]
    except ValueError:
        return True
    return not documents


def retry_after(header: str | None) -> float | None:
    """The seconds that a `Retry-After` tells, as a number or as a date; None when it tells nothing."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def backoff(attempt: int) -> float:
    """Doubling, with jitter, so that many workers do not come back at the same moment."""
    longest: float = min(LONGEST_BACKOFF_SECONDS, 0.5 * 2**attempt)
    return random.uniform(longest / 2, longest)


class ReferenceConnector:
    """`batch`: products in one call; `workers`: how many make calls at once."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        self.settings = settings
        self.client = client or Client(settings)
        self.batch, self.workers = BATCH, settings.concurrent_connections
        self.events: list[dict[str, Any]] = []

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Every product, or every one that was updated after `since`. Raises `AkeneoError`."""
        params = {"pagination_type": "search_after", "limit": "100"}
        if since:
            moment = (since.astimezone(UTC) - OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
            params["search"] = json.dumps({"updated": [{"operator": ">", "value": moment}]})
        page = self.client.get("/api/rest/v1/products-uuid", params)
        while True:
            for item in page["_embedded"]["items"]:
                yield {key: value for key, value in item.items() if key != "_links"}
            if "next" not in page["_links"]:
                return
            # The link may name another host (a proxy's); our token goes to the configured one alone.
            page = self.client.get(httpx.URL(page["_links"]["next"]["href"]).raw_path.decode())

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        """Writes what has changed, in batches, and tells of each what became of it. Raises `AkeneoError`."""
        pushed = Pushed(self.settings.state_folder)
        results: dict[str, str | None] = {p["identifier"]: None for p in products if pushed.holds(p)}
        for wave in waves([product for product in products if product["identifier"] not in results]):
            results |= self.in_batches(wave, self.push_batch)
        pushed.keep(product for product in products if results.get(product["identifier"], "") is None)
        return report(results)

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        return self.written(partial(self.client.patch_lines, PRODUCTS), list(batch))

    def push_models(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        """Product models and variants, whatever others need first. Raises `AkeneoError`."""
        variants = [entity for entity in entities if "identifier" in entity]
        models = [entity for entity in entities if "identifier" not in entity]
        codes = {model["code"] for model in models}
        roots = [model for model in models if model.get("parent") not in codes]
        below = [model for model in models if model.get("parent") in codes]
        results: dict[str, str | None] = {}
        write = partial(self.written, partial(self.client.patch_lines, PRODUCT_MODELS))
        for level in (roots, below):
            results |= self.in_batches(level, write)
        return report(results | self.in_batches(variants, self.push_batch))

    def push_options(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        """New options, attribute by attribute, then the products that use them. Raises `AkeneoError`."""
        by_attribute: dict[str, list[dict[str, Any]]] = {}
        for option in (entity for entity in entities if "attribute" in entity):
            by_attribute.setdefault(option["attribute"], []).append(option)
        results: dict[str, str | None] = {}
        for attribute, options in by_attribute.items():
            for start in range(0, len(options), self.batch):
                batch = options[start : start + self.batch]
                results.update(self.written(partial(self.client.patch_options, attribute), batch))
        products = [entity for entity in entities if "attribute" not in entity]
        return report(results | self.in_batches(products, self.push_batch))

    def push_media(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        """The products without their files, then the files, as the values that they are. Raises `AkeneoError`."""
        results = self.in_batches([without_files(product) for product in products], self.push_batch)
        for product in products:
            for attribute, values in product["values"].items():
                for value in values:
                    if "file" in value and results[product["identifier"]] is None:
                        place = {"locale": value["locale"], "scope": value["scope"]}
                        target = {"identifier": product["identifier"], "attribute": attribute, **place}
                        self.client.upload(Path(value["file"]), target)
        return report(results)

    def in_batches(self, documents: list[dict[str, Any]], write: Write) -> dict[str, str | None]:
        """What became of each: None when it is stored, else what the PIM says against it."""
        batches = [documents[start : start + self.batch] for start in range(0, len(documents), self.batch)]
        with ThreadPoolExecutor(self.workers) as workers:
            return {name: message for results in workers.map(write, batches) for name, message in results}

    def written(self, patch: Patch, documents: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
        """Each by its name, with None when it is stored, else with what the PIM says against it."""
        results: list[tuple[str, str | None]] = []
        waiting = documents
        for _ in range(TRIES):
            try:
                lines = patch(waiting)
            except TooLarge as error:
                if len(waiting) == 1:
                    return [*results, (name(waiting[0]), str(error))]
                half = len(waiting) // 2
                return [*results, *self.written(patch, waiting[:half]), *self.written(patch, waiting[half:])]
            answers = {answer["line"]: answer for answer in lines}
            for number, document in enumerate(waiting, 1):
                if number in answers:
                    results.append((name(document), refusal(answers[number])))
            # A cut answer says nothing of the lines behind the cut: they are sent again.
            waiting = [document for number, document in enumerate(waiting, 1) if number not in answers]
            if not waiting:
                return results
        raise AkeneoError(f"no answer for {len(waiting)} of them, {name(waiting[0])} first")

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Answers one delivery of events, at once; the work comes afterwards."""
        if not self.signed({name.lower(): value for name, value in headers.items()}, body):
            return 401
        self.events += json.loads(body)["events"]
        return 200

    def signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it was signed with our secret: timestamp and body, as they came."""
        text = headers.get("x-akeneo-request-timestamp", "").encode() + b"." + body
        signature = hmac.new(self.settings.webhook_secret.encode(), text, "sha256").hexdigest()
        return hmac.compare_digest(signature.encode(), headers.get("x-akeneo-request-signature", "").encode())

    def received(self) -> Iterator[dict[str, Any]]:
        """The products that the events tell of: each event once, and none that is older than what was told."""
        known: set[str] = set()
        told: dict[str, datetime] = {}
        for event in self.events:
            product, at = event["data"]["resource"], datetime.fromisoformat(event["event_datetime"])
            if event["event_id"] not in known and at >= told.get(product["uuid"], at):
                known.add(event["event_id"])
                told[product["uuid"]] = at
                yield product


class Pushed:
    """What each product was when the PIM last took it, as digests in a file. Without a folder nothing is remembered."""

    def __init__(self, folder: str) -> None:
        self._file = Path(folder, "pushed.json") if folder else None
        self._digests = json.loads(self._file.read_text()) if self._file and self._file.exists() else {}

    def holds(self, product: dict[str, Any]) -> bool:
        return bool(self._digests.get(product["identifier"]) == digest(product))

    def keep(self, products: Iterable[dict[str, Any]]) -> None:
        self._digests |= {product["identifier"]: digest(product) for product in products}
        if self._file:
            self._file.write_text(json.dumps(self._digests))


def digest(product: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(product, sort_keys=True).encode()).hexdigest()


def waves(products: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """First those that name no other of them in their associations, then those whose others are written by then."""
    waiting = {product["identifier"]: product for product in products}
    while waiting:
        # Where they name each other in a circle no order helps.
        free = [p for i, p in waiting.items() if not named(p) & (waiting.keys() - {i})] or list(waiting.values())
        yield free
        for product in free:
            del waiting[product["identifier"]]


def named(product: dict[str, Any]) -> set[str]:
    return {name for linked in product.get("associations", {}).values() for name in linked.get("products", ())}


def name(document: dict[str, Any]) -> str:
    """The identifier of a product, the code of anything else."""
    called: str = document["identifier"] if "identifier" in document else document["code"]
    return called


def without_files(product: dict[str, Any]) -> dict[str, Any]:
    values = {code: [value for value in told if "file" not in value] for code, told in product["values"].items()}
    return {**product, "values": {code: told for code, told in values.items() if told}}


def report(results: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "accepted": [identifier for identifier, message in results.items() if message is None],
        "refused": [{"identifier": i, "message": message} for i, message in results.items() if message is not None],
    }


def refusal(line: dict[str, Any]) -> str | None:
    """What the PIM says against a line, with the errors of each property; None when it took it."""
    if line["status_code"] < 300:
        return None
    errors = "; ".join(f"{e.get('attribute') or e['property']}: {e['message']}" for e in line.get("errors", ()))
    return f"{line['status_code']} {line.get('message', '')} {errors}".strip()


def connector(settings: Settings) -> ReferenceConnector:
    return ReferenceConnector(settings)
