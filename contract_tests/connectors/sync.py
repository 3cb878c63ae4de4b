"""A connector as a command, of the standard library alone: `python sync.py pull|push|push_models|receive`.

The protocol is told in docs/connectors.md. Logs belong to stderr.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import random
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TRIES = 8
BATCH = 100
TIMEOUT_SECONDS = 30
LONGEST_WAIT_SECONDS = 300
PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that may be gone at the next try; all other errors are final."""

Headers = dict[str, str]
told = os.environ
token: dict[str, Any] = {}
inbox: list[dict[str, Any]] = []


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the PIM and to nobody else."""

    def redirect_request(self, *_: Any) -> None:
        return None


http = urllib.request.build_opener(NoRedirect)


def retry_after(header: str | None) -> float | None:
    """The seconds that a `Retry-After` tells, as a number or as a date; None when it tells nothing."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None


def patiently(method: str, url: str, headers: Headers, body: bytes | None) -> tuple[int, bytes]:
    """Status and body of the first answer that will not change by waiting."""
    trouble = ""
    for attempt in range(TRIES):
        wait: float | None = None
        try:
            request = urllib.request.Request(url, body, headers, method=method)
            try:
                answer = http.open(request, timeout=TIMEOUT_SECONDS)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                status, content = answer.status, answer.read()
            if status not in PASSING and (status >= 400 or "json" in answer.headers.get("Content-Type", "")):
                return status, content
            trouble = f"{status} {content[:200]!r}"
            wait = retry_after(answer.headers.get("Retry-After"))
        except (OSError, HTTPException) as error:
            trouble = repr(error)
        if wait is not None and wait > LONGEST_WAIT_SECONDS:
            break
        if attempt + 1 < TRIES:
            time.sleep(min(30, 0.3 * 2**attempt) * random.uniform(0.75, 1.25) if wait is None else wait)
    raise RuntimeError(f"{method} {url.partition('?')[0]}: gave up after {trouble}")


def granted(grant: dict[str, str]) -> dict[str, Any] | None:
    basic = base64.b64encode(f"{told['AKENEO_CLIENT_ID']}:{told['AKENEO_SECRET']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    url = f"{told['AKENEO_BASE_URL']}/api/oauth/v1/token"
    status, content = patiently("POST", url, headers, json.dumps(grant).encode())
    return json.loads(content) if status == 200 else None


def log_in() -> None:
    """A new token: for the refresh token, else for the password."""
    fresh = granted({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}) if token else None
    fresh = fresh or granted(
        {"grant_type": "password", "username": told["AKENEO_USERNAME"], "password": told["AKENEO_PASSWORD"]}
    )
    if fresh is None:
        raise RuntimeError("the PIM gives no token for these credentials")
    token.update(fresh)


def call(method: str, url: str, body: bytes | None = None) -> bytes:
    """The body of an accepted call, with a token that was renewed once if the PIM did not take it."""
    if not token:
        log_in()
    status, content = 401, b""
    for attempt in range(2):
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        if body is not None:
            headers["Content-Type"] = "application/vnd.akeneo.collection+json"
        status, content = patiently(method, url, headers, body)
        if status != 401 or attempt:
            break
        log_in()
    if status >= 400:
        raise RuntimeError(f"{method} {url.partition('?')[0]}: {status} {content[:200]!r}")
    return content


def pull() -> Iterator[dict[str, Any]]:
    asked = {"pagination_type": "search_after", "limit": "100"}
    if "CONNECTOR_SINCE" in told:
        # One second earlier than told: the PIM's moments have whole seconds, and ">" is strict.
        since = datetime.fromisoformat(told["CONNECTOR_SINCE"]).astimezone(UTC) - timedelta(seconds=1)
        value = since.strftime("%Y-%m-%d %H:%M:%S")
        asked["search"] = json.dumps({"updated": [{"operator": ">", "value": value}]})
    url = f"{told['AKENEO_BASE_URL']}/api/rest/v1/products-uuid?{urllib.parse.urlencode(asked)}"
    while url:
        page = json.loads(call("GET", url))
        yield from page["_embedded"]["items"]
        url = page["_links"].get("next", {}).get("href", "")
        if url and not url.startswith(f"{told['AKENEO_BASE_URL']}/"):
            raise RuntimeError("next leads elsewhere")


def push(products: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    yield from written("products", products)


def push_models(entities: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Root models, then the models below them, then the variants: each needs the one before."""
    models = [entity for entity in entities if "code" in entity]
    yield from written("product-models", [model for model in models if "parent" not in model])
    yield from written("product-models", [model for model in models if "parent" in model])
    yield from written("products", [entity for entity in entities if "identifier" in entity])


def written(resource: str, entities: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    for begin in range(0, len(entities), BATCH):
        batch = entities[begin : begin + BATCH]
        body = "\n".join(map(json.dumps, batch)).encode()
        answered = call("PATCH", f"{told['AKENEO_BASE_URL']}/api/rest/v1/{resource}", body)
        lines = {line["line"]: line for line in map(json.loads, answered.splitlines())}
        for number, entity in enumerate(batch, 1):
            line, name = lines[number], entity.get("identifier") or entity["code"]
            if line["status_code"] < 300:
                yield {"identifier": name, "status": "accepted"}
            else:
                why = [line.get("message", ""), *(error["message"] for error in line.get("errors", ()))]
                yield {"identifier": name, "status": "refused", "message": " ".join(why)}


class Endpoint(BaseHTTPRequestHandler):
    """Answers a delivery at once; the work comes afterwards."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = self.headers.get("X-Akeneo-Request-Timestamp", "").encode() + b"." + body
        right = hmac.new(told["CONNECTOR_WEBHOOK_SECRET"].encode(), signed, "sha256").hexdigest()
        ours = hmac.compare_digest(right, self.headers.get("X-Akeneo-Request-Signature", ""))
        if ours:
            inbox.extend(json.loads(body)["events"])
        self.send_response(200 if ours else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()


def receive() -> Iterator[dict[str, Any]]:
    """The products that events tell of: each event once, and none that is older than what was told."""
    address = urllib.parse.urlsplit(told["CONNECTOR_WEBHOOK_URL"])
    server = ThreadingHTTPServer((str(address.hostname), int(address.port or 80)), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # its end says that all have come
    known: set[str] = set()
    newest: dict[str, datetime] = {}
    for event in inbox:
        product, at = event["data"]["resource"], datetime.fromisoformat(event["event_datetime"])
        if event["event_id"] not in known and at >= newest.get(product["uuid"], at):
            known.add(event["event_id"])
            newest[product["uuid"]] = at
            yield product


def main(action: str) -> None:
    if action == "pull":
        results: Iterator[dict[str, Any]] = pull()
    elif action == "receive":
        results = receive()
    else:
        given = [json.loads(line) for line in sys.stdin if line.strip()]
        results = {"push": push, "push_models": push_models}[action](given)
    for result in results:
        print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
