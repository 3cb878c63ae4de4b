"""The same scenario with the same seed on a frozen clock, played again and again for a sequential client.

Each round has a server of its own, on a real socket. All journals are the same, but for what is measured in
real time.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import click
import httpx

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

PRODUCTS: Final = "/api/rest/v1/products"
TOKEN: Final = "/api/oauth/v1/token"
CONTROL: Final = "/_mock/v1"
LINES: Final = {"content-type": "application/vnd.akeneo.collection+json"}
REAL_TIME: Final = ("received_ms", "answered_ms", "queued_ms")
TRIES: Final = 6

# The host stands in the journal, and the port of each round is another.
HEADERS: Final = {"host": "localhost"}

_KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "status", "status": 429, "body": "html", "retry_after": 1},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 504, "after_apply": True},
    {"kind": "reset"},
    {"kind": "reset_after_apply"},
    {"kind": "truncate"},
    {"kind": "malformed_json"},
    {"kind": "empty"},
    {"kind": "expired_token"},
    {"kind": "revoked_token", "tokens": "access"},
    {"kind": "stale_index", "seconds": 60},
    {"kind": "refuse_lines"},
)
_MOVES: Final[tuple[dict[str, Any], ...]] = (
    {"do": "advance", "seconds": 3601},
    {"do": "advance", "seconds": 30},
    {"do": "revoke_tokens"},
    {"do": "delete", "which": "served"},
    {"do": "delete", "which": "unserved"},
    {"do": "create", "products": [{"identifier": "created"}]},
)


def scenario(dice: random.Random) -> dict[str, Any]:
    """Many faults with dice of their own, and some moves."""
    groups = ("@pull", "@push", "token")
    faults = [
        {**kind, "operation": dice.choice(groups[:2]), "probability": round(dice.uniform(0.02, 0.1), 3)}
        for kind in _KINDS
    ]
    faults.append({"kind": "status", "status": 503, "operation": "token", "every": dice.randint(2, 5)})
    moves = [{"after": {"operation": dice.choice(groups[:2]), "nth": dice.randint(1, 20)}, **move} for move in _MOVES]
    return {
        "name": "replay",
        "seed": dice.randrange(1_000_000),
        "clock": "frozen",
        "limits": [{"kind": "token_bucket", "limit": 40, "seconds": 60, "burst": 60}],
        "faults": faults,
        "moves": moves,
    }


class Client:
    """Calls one after another, and never waits."""

    def __init__(self, base_url: str) -> None:
        self._api = httpx.Client(base_url=base_url, headers=HEADERS, timeout=30, trust_env=False)
        self._tokens: dict[str, Any] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()

    def work(self) -> None:
        """Pushes and pulls by turns."""
        for turn in range(4):
            for batch in range(5):
                lines = "\n".join(f'{{"identifier":"p-{turn}-{batch}-{n}"}}' for n in range(4))
                self._call("PATCH", PRODUCTS, lines.encode())
            self._pull()

    def _pull(self) -> None:
        url: str | None = f"{PRODUCTS}?limit=10&pagination_type=search_after"
        while url is not None:
            answer = self._call("GET", url)
            try:
                links = answer.json()["_links"] if answer is not None else {}
            except ValueError:
                links = {}
            url = links.get("next", {}).get("href")
            if url is not None:
                parts = urlsplit(url)
                url = f"{parts.path}?{parts.query}"

    def _call(self, method: str, url: str, content: bytes | None = None) -> httpx.Response | None:
        for _ in range(TRIES):
            token = {"authorization": f"Bearer {self._tokens.get('access_token')}"}
            with suppress(httpx.TransportError):
                answer = self._api.request(method, url, content=content, headers={**LINES, **token})
                if answer.status_code == 401:
                    self._renew()
                elif answer.status_code == 429 and answer.headers["content-type"] == "application/json":
                    self.control("POST", "/clock/advance", {"seconds": int(answer.headers["retry-after"])})
                elif answer.status_code < 400:
                    return answer
        return None

    def _renew(self) -> None:
        refresh = {"grant_type": "refresh_token", "refresh_token": self._tokens.get("refresh_token", "")}
        login = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
        for grant in (refresh, login) if self._tokens else (login,):
            answer = self._api.post(TOKEN, json=grant, auth=("1_mock_client", "mock_secret"))
            if answer.status_code == 200:
                self._tokens = answer.json()
                return

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, CONTROL + path, json=body).raise_for_status().json()


def journal_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What one round left behind."""
    with Server(Settings(port=0, catalog="minimal", clock="frozen")) as server, Client(server.base_url) as client:
        client.control("POST", "/scenarios", told)
        client.control("POST", f"/scenarios/{told['name']}/play")
        client.work()
        entries = client.control("GET", "/requests?limit=10000")["items"]
    return [{name: value for name, value in entry.items() if name not in REAL_TIME} for entry in entries]


def prove(dice: random.Random, *, rounds: int) -> None:
    """Raises `AssertionError` with the first difference."""
    told = scenario(dice)
    first = journal_of(told)
    met = Counter(entry["fault"] or ("moved" if entry["moved"] else "nothing") for entry in first)
    click.echo(f"{len(first)} calls a round: {', '.join(f'{n} × {what}' for what, n in met.most_common())}", err=True)
    for number in range(2, rounds + 1):
        again = journal_of(told)
        for one, other in zip(first, again, strict=False):
            assert one == other, f"round {number}, call {one['id']}: {_difference(one, other)}"
        assert len(again) == len(first), f"round {number}: {len(again)} calls instead of {len(first)}"
    click.echo(f"{rounds} rounds left the same journal", err=True)


def _difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    return "; ".join(f"{name} was {one[name]!r}, is {other[name]!r}" for name in one if one[name] != other[name])
