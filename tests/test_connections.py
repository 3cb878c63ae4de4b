"""One connection to the server: calls sent ahead, clients that go, and what comes with an upgrade."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

import httpx
import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from tests.faults.kit import LOCALES, Pim

CATEGORIES = "/api/rest/v1/categories"
CURRENCIES = "/api/rest/v1/currencies"
CATEGORY = b'{"code":"new"}'
JAVA = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAAB"}


@pytest.fixture
def pim() -> Iterator[Pim]:
    with Server(Settings(port=0, catalog="minimal")) as server:
        yield Pim(server)


def call(pim: Pim, path: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> bytes:
    """A GET, or with a body a POST, as it stands on the line."""
    told = {"Host": "localhost", **pim.headers, **headers}
    if body:
        told |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(sock: socket.socket, number: int) -> list[int]:
    """The status of so many answers."""
    statuses: list[int] = []
    with sock.makefile("rb") as file:
        while len(statuses) < number and (line := file.readline()):
            statuses.append(int(line.split()[1]))
            head = b"".join(iter(file.readline, b"\r\n")).lower()
            file.read(int(head.partition(b"content-length: ")[2].split()[0]))
    return statuses


def connected(pim: Pim) -> socket.socket:
    return socket.create_connection(("127.0.0.1", pim.server.port), timeout=10)


def test_calls_sent_ahead_are_answered_in_their_order(pim: Pim) -> None:
    four = [call(pim, LOCALES), call(pim, CATEGORIES, CATEGORY), call(pim, f"{CATEGORIES}/new"), call(pim, "/api/no")]
    with connected(pim) as sock:
        sock.sendall(b"".join(four) + b"".join(four) * 100)
        assert answers(sock, 404) == [200, 201, 200, 404, *([200, 422, 200, 404] * 100)]


def test_the_alarm_of_an_idle_connection_does_not_end_a_slow_call_sent_ahead(pim: Pim) -> None:
    pim.server._server.config.timeout_keep_alive = 0
    pim.plant("locales.list", "delay", seconds=0.05)
    with connected(pim) as sock:
        sock.sendall(call(pim, CURRENCIES) + call(pim, LOCALES))
        assert answers(sock, 2) == [200, 200]


@pytest.mark.parametrize("slow", ["GET", "POST"])
def test_a_client_that_goes_is_noticed_though_it_has_sent_more_calls(pim: Pim, slow: str) -> None:
    first = call(pim, CATEGORIES, CATEGORY) if slow == "POST" else call(pim, CATEGORIES)
    pim.plant("categories.*", "stall")
    with connected(pim) as sock:
        sock.sendall(first + call(pim, LOCALES) * 3)
        pim.wait_until(lambda: pim.in_flight() == 1)
    pim.wait_until(lambda: pim.in_flight() == 0)
    assert [(entry["fault"], entry["client_gone"]) for entry in pim.journal] == [("stall", True)]


def test_a_call_that_offers_another_protocol_keeps_its_body(pim: Pim) -> None:
    with connected(pim) as sock:
        sock.sendall(call(pim, LOCALES, headers=JAVA))
        assert answers(sock, 1) == [200]
        sock.sendall(call(pim, CATEGORIES, CATEGORY, headers=JAVA))
        assert answers(sock, 1) == [201]


def test_an_answer_for_a_client_that_went_while_it_was_queued_is_not_written(
    pim: Pim, caplog: pytest.LogCaptureFixture
) -> None:
    pim.limit({"name": "one", "kind": "concurrency", "limit": 1, "when_exceeded": "queue"})
    pim.plan("locales.list", "stall")
    with connected(pim) as holder:
        holder.sendall(call(pim, LOCALES))
        pim.wait_until(lambda: pim.in_flight() == 1)
        with connected(pim) as gone:
            gone.sendall(call(pim, CURRENCIES) * 2)
            pim.wait_until(lambda: pim.server.call(pim.sandbox.limiter.usage)["items"][0]["callers"][0]["queued"] == 1)
        pim.wait_until(lambda: len(pim.sandbox.journal) == 1)
    pim.wait_until(lambda: len(pim.sandbox.journal) == 2)
    assert httpx.get(pim.server.base_url + LOCALES, headers=pim.headers).status_code == 200
    assert [(entry["operation"], entry["client_gone"]) for entry in pim.journal] == [
        ("currencies.list", True),
        ("locales.list", True),
        ("locales.list", False),
    ]
    assert caplog.text == ""
