"""Slots are exact: never more calls at once than there are, and each is free before the client reads the last byte."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.rest.gateway import Gateway
from mock_akeneo.rest.operation import Operation, Respond
from mock_akeneo.rest.routes import Routes
from mock_akeneo.sandbox.call import Answer, Call
from mock_akeneo.server import Server
from tests.faults.kit import Pim, in_parallel

BIG = b"x" * 300_000


class Floor:
    """How many calls are in the operation at once, now and at most."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def stay(self, call: Call) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return Answer(200, b"{}")


def big(_: Call) -> Answer:
    return Answer(200, BIG, ((b"content-type", b"text/plain"),))


def streamed(_: Call) -> Answer:
    async def chunks() -> Any:
        for start in range(0, len(BIG), 65_536):
            yield BIG[start : start + 65_536]

    return Answer(200, stream=chunks(), length=len(BIG))


def broken(_: Call) -> Answer:
    async def chunks() -> Any:
        yield BIG[:100]
        raise OSError("the file is gone")

    return Answer(200, stream=chunks(), length=len(BIG))


class SmallApp(App):
    """An application with a few operations of the test's own."""

    def __init__(self, operations: list[Operation]) -> None:
        whole = create_app(Settings(catalog="minimal"))
        super().__init__(whole.settings, whole.sandboxes)
        self._gateway = Gateway(whole.sandboxes, Routes(operations))


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def small(floor: Floor) -> Iterator[Pim]:
    answers: dict[str, Respond] = {"big": big, "stream": streamed, "broken": broken, "stay": floor.stay}
    operations = [
        Operation(name=name, method="GET", path=f"/api/rest/v1/{name}", respond=respond)
        for name, respond in answers.items()
    ]
    with Server(Settings(port=0), app=SmallApp(operations)) as server:
        pim = Pim(server)
        with pim.api:
            yield pim


def closed_loop(pim: Pim, clients: int, calls: int, path: str) -> list[int]:
    """Each client makes its calls one after another; the status of every call."""
    told: list[int] = []

    def one() -> None:
        with httpx.Client(base_url=pim.server.base_url, headers=pim.headers, timeout=60) as client:
            told.extend([client.get(path).status_code for _ in range(calls)])

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.parametrize("path", ["/api/rest/v1/big", "/api/rest/v1/stream"])
def test_as_many_clients_as_slots_are_never_refused(small: Pim, path: str) -> None:
    small.limit({"kind": "concurrency", "limit": 5})
    assert closed_loop(small, clients=5, calls=400, path=path) == [200] * 2000
    assert small.in_flight() == 0


def test_of_many_clients_never_more_are_let_in_than_there_are_slots(small: Pim, floor: Floor) -> None:
    small.limit({"kind": "concurrency", "limit": 7})
    told = in_parallel(small, 200, "/api/rest/v1/stay")
    assert set(told) <= {200, 429}
    assert 1 <= floor.most <= 7
    assert max(entry["in_flight"] for entry in small.journal) <= 7
    assert small.in_flight() == 0


def test_who_queues_is_let_in_in_turn_and_all_are_answered(small: Pim, floor: Floor) -> None:
    small.limit({"kind": "concurrency", "limit": 7, "when_exceeded": "queue", "queue_length": 200})
    assert in_parallel(small, 200, "/api/rest/v1/stay") == [200] * 200
    assert floor.most <= 7
    assert small.in_flight() == 0


def test_a_call_whose_answer_broke_in_the_middle_is_in_the_journal(small: Pim) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        small.api.get("/api/rest/v1/broken")
    (entry,) = small.journal
    assert (entry["operation"], entry["status"], entry["response_bytes"]) == ("broken", 200, 100)


def test_no_slot_is_lost_by_who_goes_away_resets_or_fails(small: Pim) -> None:
    small.limit({"kind": "concurrency", "limit": 20, "when_exceeded": "queue", "queue_length": 500})
    small.plant("stay", "delay", seconds=60, every=2)
    small.plant("big", "reset", every=3)
    small.plant("big", "truncate", every=2)

    async def impatient() -> None:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=small.server.base_url, headers=small.headers, limits=limits) as client:

            async def one(number: int) -> None:
                path = ("stay", "big", "stream", "broken")[number % 4]
                with suppress(httpx.HTTPError):
                    await client.get(f"/api/rest/v1/{path}", timeout=0.3)

            await asyncio.gather(*(one(number) for number in range(100)))

    asyncio.run(impatient())
    small.wait_until(lambda: small.sandbox.limiter.in_flight(small.connection) == 0)
    usage = small.server.call(small.sandbox.limiter.usage)
    assert usage["items"][0]["callers"] == []
    small.server.call(small.sandbox.faults.clear)
    assert closed_loop(small, clients=5, calls=2, path="/api/rest/v1/big") == [200] * 10
