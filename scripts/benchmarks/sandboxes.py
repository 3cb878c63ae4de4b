"""A thousand sandboxes of the demo catalog in one server: quick to make, small, gone when deleted; quick to go back.

Each is used as a test would use its own: a token, a list with a filter, a few writes.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import click
import httpx

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from scripts.benchmarks import akeneo, processes

CREATED_MS: Final = 10.0
BACK_MS: Final = 2.0
MEGABYTES: Final = 1_000
# What deleted sandboxes took serves the next ones: as many again take at most this share.
GROWN: Final = 1.05
_CONTROL: Final = "/_mock/v1"
_WRITES: Final = 3


def prove(dice: random.Random, *, number: int) -> None:
    """Raises `AssertionError` with what took too long or too much."""
    _going_back()
    server = akeneo.serve("--catalog", "demo", name="sandboxes-server", core=None)
    try:
        with httpx.Client(base_url=server.base_url, timeout=60) as http:
            empty = processes.resident_bytes(server.pid)
            first = _made_and_deleted(http, server.pid, number, dice)
            second = _made_and_deleted(http, server.pid, number, dice)
    finally:
        server.kill()
    made = 1000 * statistics.median(first.seconds)
    late = 1000 * statistics.median(first.seconds[-number // 10 :])
    click.echo(
        f"{number} sandboxes: made in {made:.2f} ms (the last {late:.2f} ms), "
        f"{(first.full - empty) / number / 1e3:.0f} KB each, {first.full / 1e6:.0f} MB in all; "
        f"{second.full / 1e6:.0f} MB with as many again after their deletion",
        err=True,
    )
    assert made < CREATED_MS, f"a sandbox is made in {made:.2f} ms, not below {CREATED_MS} ms"
    assert first.full < MEGABYTES * 1e6, f"{number} sandboxes take {first.full / 1e6:.0f} MB"
    assert second.full < GROWN * first.full, f"deleted sandboxes are held: {second.full / 1e6:.0f} MB"


class _Round(NamedTuple):
    """`seconds`: to make each; `full`: the memory of the server with all of them, in bytes."""

    seconds: list[float]
    full: int


def _made_and_deleted(http: httpx.Client, pid: int, number: int, dice: random.Random) -> _Round:
    names = [f"one-{one}" for one in range(number)]
    seconds = [_one(http, name) for name in names]
    full = processes.resident_bytes(pid)
    dice.shuffle(names)
    for name in names:
        assert http.delete(f"{_CONTROL}/sandboxes/{name}").status_code == 204
    return _Round(seconds, full)


def _one(http: httpx.Client, name: str) -> float:
    """Makes one and uses it; the seconds that making it took."""
    began = time.perf_counter()
    answer = http.post(f"{_CONTROL}/sandboxes", json={"name": name})
    took = time.perf_counter() - began
    assert answer.status_code == 201, answer.text
    with _logged_in(http, answer.json()) as headers:
        for path in ("/products?limit=100&with_count=true", "/product-models", "/families?limit=100"):
            assert http.get(akeneo.API + path, headers=headers).status_code == 200
        _write(http, headers, _WRITES)
    return took


@contextmanager
def _logged_in(http: httpx.Client, made: dict[str, Any]) -> Iterator[dict[str, str]]:
    members = {"grant_type": "password", "username": made["username"], "password": made["password"]}
    answer = http.post(akeneo.TOKEN, auth=(made["client_id"], made["secret"]), json=members)
    assert answer.status_code == 200, answer.text
    yield {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _write(http: httpx.Client, headers: dict[str, str], number: int) -> None:
    for one in range(number):
        answer = http.patch(f"{akeneo.API}/products/new-{one}", json={"enabled": one % 2 == 0}, headers=headers)
        assert answer.status_code in (201, 204), answer.text


def _going_back() -> None:
    """A restore and a reset after a hundred writes, in processor time of the server's own thread."""
    with Server(Settings(port=0, catalog="demo")) as server, httpx.Client(base_url=server.base_url, timeout=60) as http:
        sandbox, settings = server.sandbox, server.settings
        snapshot = server.call(sandbox.snapshot)
        ways: dict[str, Callable[[], None]] = {
            "restored": lambda: sandbox.restore(snapshot),
            "reset": lambda: sandbox.reset(("tokens",)),
        }
        took: dict[str, list[float]] = {way: [] for way in ways}

        def timed(back: Callable[[], None]) -> float:
            began = time.thread_time()
            back()
            return 1000 * (time.thread_time() - began)

        told = {name: getattr(settings, name) for name in ("client_id", "secret", "username", "password")}
        with _logged_in(http, told) as headers:
            assert http.get(f"{akeneo.API}/products", headers=headers).status_code == 200
            for _ in range(10):
                for way, back in ways.items():
                    _write(http, headers, 100)
                    took[way].append(server.call(timed, back))
    medians = {way: statistics.median(each) for way, each in took.items()}
    click.echo("100 writes: " + ", ".join(f"{way} in {ms:.2f} ms" for way, ms in medians.items()), err=True)
    for way, ms in medians.items():
        assert ms < BACK_MS, f"100 writes are {way} in {ms:.2f} ms, not below {BACK_MS} ms"
