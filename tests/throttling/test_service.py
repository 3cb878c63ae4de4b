"""Calls that take their time: how long they hold their slots, on which clock, and who lets them go."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.faults.kit import PRODUCTS, in_parallel, running_pim

CONTROL = "/_mock/v1"
LOCALES = "/api/rest/v1/locales"
LINES = {"content-type": "application/vnd.akeneo.collection+json"}
ONE: Json = {"name": "one", "kind": "concurrency", "limit": 1}
HARDLY = "calls take no time, so the limit on calls at once can hardly strike: add --service-time pim, 50 or 20-50"
RESTS = (
    "the clock is frozen and the preset's service time rests, so the limit on calls at once can hardly strike: "
    "name a --service-time"
)


def app_with(**settings: Any) -> App:
    return create_app(Settings(**{"catalog": "minimal", "clock": "frozen", **settings}))


@asynccontextmanager
async def connected(app: App) -> AsyncIterator[httpx.AsyncClient]:
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    token = sandbox.issue(connection, connection)["access_token"]
    transport, headers = httpx.ASGITransport(app=app), {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as api:
        yield api


def played(app: App, script: Callable[[httpx.AsyncClient, Sandbox], Awaitable[None]]) -> None:
    async def run() -> None:
        async with connected(app) as api:
            await script(api, app.sandboxes.default)

    asyncio.run(run())


async def until(holds: Callable[[], bool]) -> None:
    """Turn of the loop by turn; whatever is to come needs few of them."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come to hold")


def waiting(sandbox: Sandbox) -> int:
    """How many calls are inside."""
    return len(sandbox.limiter._inside)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def advance(api: httpx.AsyncClient, seconds: float) -> None:
    assert (await api.post(f"{CONTROL}/clock/advance", json={"seconds": seconds})).status_code == 200


def test_with_a_frozen_clock_a_call_ends_when_the_clock_has_moved_by_its_time() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        call = asyncio.create_task(api.get(LOCALES))
        await until(lambda: waiting(sandbox) == 1)
        await advance(api, 0.049)
        await settled()
        assert not call.done()
        await advance(api, 0.001)
        assert (await call).status_code == 200
        (entry,) = sandbox.journal.entries()
        assert (entry["status"], entry["service_ms"], waiting(sandbox)) == (200, 50, 0)

    played(app_with(service_time="50"), script)


def test_of_twenty_calls_at_once_those_above_the_limit_are_refused_at_once_and_take_no_time() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        calls = [asyncio.create_task(api.get(PRODUCTS)) for _ in range(20)]
        await until(lambda: sum(call.done() for call in calls) == 15)
        assert {call.result().status_code for call in calls if call.done()} == {429}
        await advance(api, 1)
        assert Counter([(await call).status_code for call in calls]) == {200: 5, 429: 15}
        refused = sandbox.journal.entries(status=429)
        assert [entry["limit"]["name"] for entry in refused] == ["concurrent-connections"] * 15
        assert {entry["service_ms"] for entry in refused} == {0}
        assert {entry["in_flight"] for entry in sandbox.journal.entries(status=200)} == {1, 2, 3, 4, 5}

    played(app_with(limits="integration-ongoing", service_time="pim"), script)


def test_who_queues_takes_its_time_when_its_turn_has_come() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        calls = [asyncio.create_task(api.get(LOCALES)) for _ in range(3)]
        for answered in (1, 2, 3):
            await until(lambda: waiting(sandbox) == 1 and len(sandbox.service._spending) == 1)
            await advance(api, 60)  # more than enough: who comes in later begins later
            await until(lambda: sum(call.done() for call in calls) == answered)  # noqa: B023
        assert [entry["queued_ms"] > 0 for entry in sandbox.journal.entries()] == [False, True, True]

    played(app_with(concurrent_connections=1, when_busy="queue", service_time="50"), script)


def test_a_write_is_there_before_its_answer_and_stays_when_the_client_goes() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        call = asyncio.create_task(api.post(PRODUCTS, json={"identifier": "a"}))
        await until(lambda: waiting(sandbox) == 1)
        assert sandbox.catalog["product"].by_alias("a") is not None
        assert (await api.get(LOCALES)).status_code == 429
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call
        assert (waiting(sandbox), len(sandbox.service._spending)) == (0, 0)
        assert sandbox.catalog["product"].by_alias("a") is not None

    played(app_with(concurrent_connections=1, service_time="50"), script)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{CONTROL}/reset", {}),
        ("PUT", f"{CONTROL}/limits", {"service_time": "none"}),
        ("PUT", f"{CONTROL}/limits", "none"),
        ("POST", f"{CONTROL}/scenarios/later/play", {}),
    ],
)
def test_who_waits_for_a_clock_that_starts_anew_or_need_wait_no_longer_is_let_go(
    method: str, path: str, body: Any
) -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        await api.post(f"{CONTROL}/scenarios", json={"name": "later", "clock": "frozen@2030-01-01T00:00:00Z"})
        call = asyncio.create_task(api.get(LOCALES))
        await until(lambda: waiting(sandbox) == 1)
        assert (await api.request(method, path, json=body)).is_success
        assert (await call).status_code == 200

    played(app_with(service_time="50"), script)


def test_a_clock_that_is_made_real_lets_the_time_pass_by_itself() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        call = asyncio.create_task(api.get(LOCALES))
        await until(lambda: waiting(sandbox) == 1)
        await api.put(f"{CONTROL}/clock", json={"mode": "real"})
        assert (await call).status_code == 200

    played(app_with(service_time="1"), script)


def test_a_scaled_clock_divides_the_time_that_is_waited() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        assert (await api.get(LOCALES)).status_code == 200  # an hour
        (entry,) = sandbox.journal.entries()
        assert entry["service_ms"] == 3_600_000
        assert entry["answered_ms"] - entry["received_ms"] >= 35

    played(app_with(service_time="3600000", clock="x100000"), script)


def test_while_the_clock_is_real_so_is_the_time_and_moving_the_clock_does_not_shorten_it() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        call = asyncio.create_task(api.get(LOCALES))
        await until(lambda: waiting(sandbox) == 1)
        await advance(api, 3600)
        await settled()
        assert not call.done()
        assert (await call).status_code == 200
        (entry,) = sandbox.journal.entries()
        assert entry["answered_ms"] - entry["received_ms"] >= 29

    played(app_with(service_time="30", clock="real"), script)


def test_a_token_and_a_refusal_of_the_pim_take_their_time_and_an_answer_in_its_place_takes_none() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        await api.post(f"{CONTROL}/plans", json={"operation": "locales.list", "steps": ["503", "ok"]})
        body = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
        assert (await api.get(LOCALES)).status_code == 503
        for status, call in (
            (200, api.post("/api/oauth/v1/token", json=body, auth=("1_mock_client", "mock_secret"))),
            (401, api.get(LOCALES, headers={"Authorization": "Bearer no"})),
            (404, api.get(f"{PRODUCTS}/none")),
            (404, api.get("/api/rest/v1/nothing")),
            (200, api.patch(PRODUCTS, content=b'{"identifier":"a"}\n{"identifier":"b"}', headers=LINES)),
            (200, api.get(LOCALES)),
        ):
            task = asyncio.create_task(call)
            await until(lambda: len(sandbox.service._spending) == 1)
            await advance(api, 1)
            assert (await task).status_code == status
        none, *all_others = (entry["service_ms"] for entry in sandbox.journal.entries())
        assert none == 0
        medians = (36, 35, 61, 61, 113 + 2 * 29, 35)
        assert [0.8 * it < took < 1.3 * it for took, it in zip(all_others, medians, strict=True)] == [True] * 6

    played(app_with(service_time="pim"), script)


def test_a_delay_comes_on_top() -> None:
    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        fault = {"operation": "locales.list", "kind": "delay", "seconds": 0.001}
        for more in ({}, {"after_apply": True}):
            await api.post(f"{CONTROL}/faults", json={**fault, **more, "times": 1})
            call = asyncio.create_task(api.get(LOCALES))
            while not sandbox.service._spending:
                await asyncio.sleep(0.001)
            await advance(api, 1)
            assert (await call).status_code == 200
        assert [entry["service_ms"] for entry in sandbox.journal.entries()] == [50, 50]

    played(app_with(service_time="50"), script)


def test_the_same_seed_gives_the_same_times_also_after_a_reset() -> None:
    def times(app: App) -> list[float]:
        async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
            for _ in range(5):
                call = asyncio.create_task(api.get(LOCALES))
                await until(lambda: waiting(sandbox) == 1)
                await advance(api, 1)
                await call

        played(app, script)
        sandbox = app.sandboxes.default
        told = [entry["service_ms"] for entry in sandbox.journal.entries()]
        sandbox.reset()
        return told

    app = app_with(service_time="20-50")
    first = times(app)
    assert len(set(first)) == 5
    assert times(app) == first
    assert times(app_with(service_time="20-50", seed=1)) != first


# What is in force, and what is said of it


def test_the_control_plane_shows_the_service_time_and_changes_what_it_is_told(api: httpx.Client) -> None:
    def put(body: Any) -> tuple[list[str], str, str | None]:
        answer = api.put(f"{CONTROL}/limits", json=body)
        assert answer.status_code == 200, answer.text
        told = api.get(f"{CONTROL}/limits").json()
        assert told == answer.json()
        return [limit["name"] for limit in told["limits"]], told["service_time"], told["note"]

    frozen = "the clock is frozen: a call is answered when the clock is moved by its service time, or made real"
    both = ["throttle", "concurrent-connections"]
    assert api.get(f"{CONTROL}/limits").json() == {"limits": [], "service_time": "none", "note": None}
    assert put([ONE]) == (["one"], "none", HARDLY)
    assert put({"service_time": "20-50"}) == (["one"], "20-50", frozen)
    assert put([]) == ([], "20-50", frozen)
    assert put("integration-initial") == (both, "pim", RESTS)
    assert put({"service_time": 50}) == (both, "50", frozen)
    assert put({"preset": "integration-ongoing", "service_time": "none"}) == (both, "none", HARDLY)
    assert put({"limits": [ONE], "service_time": "pim"}) == (["one"], "pim", frozen)
    api.put(f"{CONTROL}/clock", json={"mode": "real"})
    assert put({"preset": "integration-ongoing"}) == (both, "pim", None)
    assert put("none") == ([], "none", None)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (
            {"service_time": "fast"},
            '"service_time": "fast" is no service time: write none, pim, or milliseconds such as 50 or 20-50',
        ),
        (
            {"limits": [ONE], "service_time": [5]},
            '"service_time": "[5]" is no service time: write none, pim, or milliseconds such as 50 or 20-50',
        ),
        ({}, 'give "preset" or "limits", or "service_time"'),
        ({"preset": "none", "limits": [], "service_time": 5}, 'give "preset" or "limits", or "service_time"'),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(api: httpx.Client, body: Json, detail: str) -> None:
    before = api.get(f"{CONTROL}/limits").json()
    answer = api.put(f"{CONTROL}/limits", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)
    assert api.get(f"{CONTROL}/limits").json() == before


def test_a_reset_brings_the_service_time_back_unless_limits_are_kept() -> None:
    app = app_with(service_time="50")
    sandbox = app.sandboxes.default

    async def script(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        for keep, after in ((["limits"], "none"), ([], "50")):
            await api.put(f"{CONTROL}/limits", json="none")
            await api.post(f"{CONTROL}/reset", json={"keep": keep})
            assert (await api.get(f"{CONTROL}/limits")).json()["service_time"] == after

    played(app, script)
    assert sandbox.service.on


def test_a_preset_lets_who_freezes_the_clock_count_calls_without_moving_it(api: httpx.Client) -> None:
    api.put(f"{CONTROL}/limits", json={"preset": "integration-initial"})
    assert [api.get(LOCALES).status_code for _ in range(6)] == [200] * 5 + [429]
    api.post(f"{CONTROL}/clock/advance", json={"seconds": 60})
    assert api.get(LOCALES).status_code == 200


def plays(api: httpx.Client, **scenario: Any) -> None:
    api.post(f"{CONTROL}/scenarios", json={"name": "mine", **scenario}).raise_for_status()
    api.post(f"{CONTROL}/scenarios/mine/play").raise_for_status()


def test_what_a_scenario_brings_rests_too_unless_it_freezes_the_clock_itself(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    plays(api, service_time="20-50")
    assert sandbox.service.time.text == "20-50"
    assert api.get(LOCALES).status_code == 200
    plays(api, service_time="20-50", clock="frozen")
    assert not sandbox.service.time.rests
    plays(api, limits="none")
    assert not sandbox.service.on


def test_a_move_changes_the_service_time_and_what_a_scenario_does_not_name_stays(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    move = {"after": {"operation": "locales.list"}, "do": "set_limits", "limits": [ONE], "service_time": 7}
    plays(api, moves=[move])
    assert not sandbox.service.on
    assert api.get(LOCALES).status_code == 200
    assert (sandbox.service.time.text, [rule.name for rule in sandbox.limiter.limits]) == ("7", ["one"])
    plays(api, limits=[])
    assert sandbox.service.time.text == "7"


# Over real sockets, on a real clock


def test_of_twenty_clients_at_once_some_are_refused_for_the_calls_at_once() -> None:
    with running_pim(limits="integration-ongoing") as pim:
        told = in_parallel(pim, 20, PRODUCTS)
        refused = [entry["limit"]["name"] for entry in pim.journal if entry["status"] == 429]
        most = max(entry["in_flight"] for entry in pim.journal)
    assert set(told) == {200, 429}
    assert refused == ["concurrent-connections"] * told.count(429)
    assert most == 5


def test_of_twenty_clients_at_once_all_are_answered_in_turn_where_calls_queue() -> None:
    with running_pim(limits="integration-ongoing", when_busy="queue") as pim:
        assert in_parallel(pim, 20, LOCALES) == [200] * 20
        assert any(entry["queued_ms"] for entry in pim.journal)
        assert max(entry["in_flight"] for entry in pim.journal) <= 5


def test_one_connection_and_sixty_calls_twenty_at_once() -> None:
    with running_pim(concurrent_connections=1, service_time="50") as pim:
        told = [status for _ in range(3) for status in in_parallel(pim, 20, LOCALES)]
        refused = [entry["limit"]["name"] for entry in pim.journal if entry["status"] == 429]
        most = max(entry["in_flight"] for entry in pim.journal if entry["status"] == 200)
    assert len(told) == 60
    assert set(told) == {200, 429}
    assert refused == ["concurrent-connections"] * told.count(429)
    assert most == 1


def test_who_goes_while_its_time_passes_frees_its_slot() -> None:
    with running_pim(concurrent_connections=1, service_time="3600000") as pim:
        sock = pim.call_and_go()
        pim.wait_until(lambda: pim.in_flight() == 1)
        assert pim.api.get(LOCALES).status_code == 429
        sock.close()
        pim.wait_until(lambda: pim.in_flight() == 0)
        gone = pim.journal[-1]
    assert (gone["client_gone"], gone["status"], gone["service_ms"]) == (True, None, 3_600_000)


def test_the_server_stops_though_calls_wait_for_a_clock_that_stands_still() -> None:
    with running_pim(clock="frozen", service_time="50") as pim:
        sock = pim.call_and_go()
        pim.wait_until(lambda: pim.in_flight() == 1)
    assert sock.recv(1) == b""
    sock.close()
