"""The limiter: who is let in, who waits, who is refused, and that the counts are right at every moment.

Calls that need not wait are made without an event loop: nothing of asyncio is made for them.
Clocks are frozen; only what is real by contract (the wait for a slot, a clock that runs) takes a few milliseconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling import limiter as limiter_module
from mock_akeneo.throttling.limiter import Abandoned, Limiter, Slot, Waiting
from mock_akeneo.throttling.limits import PRESETS, Limit
from mock_akeneo.throttling.policies import MANY_CALLERS
from mock_akeneo.throttling.refusals import Refused

PRODUCTS = "/api/rest/v1/products"
OPTIONS = "/api/rest/v1/attributes/size/options"


def window(limit: int = 2, seconds: float = 60, **more: Any) -> Limit:
    return Limit(**{"name": "window", "kind": "fixed_window", "limit": limit, "seconds": seconds, **more})


def slots(limit: int = 2, **more: Any) -> Limit:
    return Limit(**{"name": "slots", "kind": "concurrency", "limit": limit, **more})


def frozen(*limits: Limit) -> tuple[Limiter, Clock]:
    clock = Clock("frozen")
    return Limiter(limits, clock), clock


def let_in(limiter: Limiter, caller: str | None = "magento", method: str = "GET", path: str = PRODUCTS) -> Slot:
    slot = limiter.enter(caller, method, path)
    assert isinstance(slot, Slot)
    return slot


def queued(limiter: Limiter, caller: str | None = "magento", path: str = PRODUCTS) -> Waiting:
    waiting = limiter.enter(caller, "GET", path)
    assert isinstance(waiting, Waiting)
    return waiting


def refused(limiter: Limiter, caller: str | None = "magento", method: str = "GET", path: str = PRODUCTS) -> Json:
    """The note of the refusal."""
    with pytest.raises(Refused) as told:
        limiter.enter(caller, method, path)
    return told.value.note


def waits(name: str, seconds: float | None) -> Json:
    return {"name": name, "remaining": 0, "retry_after": seconds, "refused": True}


async def settled(*tasks: asyncio.Task[Slot]) -> list[bool]:
    """Which of the tasks are done once everything has run that can run now."""
    for _ in range(5):
        await asyncio.sleep(0)
    return [task.done() for task in tasks]


# Windows


def test_without_limits_everything_is_let_in_and_counted_in_flight() -> None:
    limiter, _ = frozen()
    first, second, other = let_in(limiter), let_in(limiter), let_in(limiter, "shopify")
    assert (first.in_flight, second.in_flight, other.in_flight) == (1, 2, 1)
    assert first.note is None
    first.leave()
    assert (limiter.in_flight("magento"), limiter.in_flight("shopify")) == (1, 1)


def test_a_window_refuses_what_is_too_much_until_it_resets() -> None:
    limiter, clock = frozen(window(2, 60))
    notes = [let_in(limiter).note for _ in range(2)]
    assert notes == [
        {"name": "window", "remaining": 1, "retry_after": None, "refused": False},
        {"name": "window", "remaining": 0, "retry_after": None, "refused": False},
    ]
    clock.advance(10.5)
    assert refused(limiter) == waits("window", 50)
    clock.advance(49)
    assert refused(limiter) == waits("window", 1)
    clock.advance(0.5)
    assert let_in(limiter).note == {"name": "window", "remaining": 1, "retry_after": None, "refused": False}


def test_connections_have_windows_of_their_own_and_a_sandbox_has_one() -> None:
    limiter, _ = frozen(window(1, name="own"), window(3, name="shared", scope="sandbox"))
    let_in(limiter, "magento")
    let_in(limiter, "shopify")
    assert refused(limiter, "magento") == waits("own", 60)
    let_in(limiter, "sap")
    assert refused(limiter, "jde") == waits("shared", 60)


def test_a_call_of_no_known_connection_is_counted_by_limits_of_the_sandbox_alone() -> None:
    limiter, _ = frozen(window(1, name="own"), window(3, name="shared", scope="sandbox"), slots(1))
    for _ in range(3):
        let_in(limiter, None)
    assert refused(limiter, None) == waits("shared", 60)
    assert limiter.in_flight(None) == 3


def test_a_refused_call_costs_nothing_in_any_limit() -> None:
    limiter, clock = frozen(window(5, name="wide"), window(1, 10, name="narrow"), slots(3))
    let_in(limiter)
    for _ in range(20):
        assert refused(limiter) == waits("narrow", 10)
    clock.advance(10)
    assert let_in(limiter).note == {"name": "narrow", "remaining": 0, "retry_after": None, "refused": False}
    assert [item["callers"][0]["used"] for item in limiter.usage()["items"]] == [2, 1, 2]


def test_full_slots_cost_nothing_in_a_window() -> None:
    limiter, _ = frozen(window(2), slots(1))
    slot = let_in(limiter)
    for _ in range(20):
        assert refused(limiter) == waits("slots", 1)
    slot.leave()
    let_in(limiter)
    assert refused(limiter) == waits("window", 60)


def test_of_several_refusals_the_longest_wait_is_told() -> None:
    limiter, _ = frozen(
        slots(1), window(1, 5, name="short"), window(1, 90, name="long"), window(1, 8, name="second", body="html")
    )
    let_in(limiter)
    assert refused(limiter) == waits("long", 90)
    absurd = window(1, 5, name="absurd", retry_after=100)
    limiter.replace([*limiter.limits, absurd])
    limiter.start_anew(limiter.limits)
    limiter.replace([window(1, 90, name="long"), absurd])
    let_in(limiter)
    assert refused(limiter) == waits("absurd", 100)


def test_routes_that_a_limit_does_not_name_are_none_of_its_concern() -> None:
    limiter, clock = frozen(*PRESETS["akeneo-saas"].rules or ())
    for _ in range(3):
        let_in(limiter, method="PATCH", path=OPTIONS).leave()
    assert refused(limiter, "shopify", "PATCH", OPTIONS) == waits("option-writes-per-second", 1)
    let_in(limiter, method="GET", path=OPTIONS).leave()
    let_in(limiter, method="PATCH", path=PRODUCTS).leave()
    clock.advance(1)
    let_in(limiter, "shopify", "PATCH", OPTIONS).leave()


def test_calls_for_a_token_count_only_where_a_limit_says_so() -> None:
    limiter, _ = frozen(window(1), slots(1))
    for _ in range(5):
        slot = limiter.enter("magento", "POST", "/api/oauth/v1/token", token_call=True)
        assert isinstance(slot, Slot)
        assert (slot.note, slot.in_flight) == (None, 0)
    assert let_in(limiter).in_flight == 1
    limiter, _ = frozen(window(1, count_tokens=True))
    limiter.enter("magento", "POST", "/api/oauth/v1/token", token_call=True)
    assert refused(limiter) == waits("window", 60)
    limiter, _ = frozen(slots(1, count_tokens=True))
    slot = limiter.enter("magento", "POST", "/api/oauth/v1/token", token_call=True)
    assert isinstance(slot, Slot)
    assert slot.in_flight == 1
    assert refused(limiter) == waits("slots", 1)


def test_calls_in_flight_are_right_when_a_token_call_outlives_the_others() -> None:
    limiter, _ = frozen(slots(5))
    token = limiter.enter("magento", "POST", "/api/oauth/v1/token", token_call=True)
    assert isinstance(token, Slot)
    slot = let_in(limiter)
    slot.leave()
    token.leave()
    assert limiter.in_flight("magento") == 0
    assert let_in(limiter).in_flight == 1


def test_a_token_bucket_lets_its_burst_in_and_then_paces() -> None:
    limiter, clock = frozen(Limit(name="bucket", kind="token_bucket", limit=2, seconds=1, burst=4))
    for _ in range(4):
        let_in(limiter)
    assert refused(limiter) == waits("bucket", 1)
    clock.advance(0.5)
    let_in(limiter)
    assert refused(limiter) == waits("bucket", 1)


# Slots


def test_slots_hold_their_number_and_a_slot_that_is_left_is_free_at_once() -> None:
    limiter, _ = frozen(slots(2))
    first, second = let_in(limiter), let_in(limiter)
    assert (first.note, second.note) == (
        {"name": "slots", "remaining": 1, "retry_after": None, "refused": False},
        {"name": "slots", "remaining": 0, "retry_after": None, "refused": False},
    )
    assert refused(limiter) == waits("slots", 1)
    let_in(limiter, "shopify")
    first.leave()
    first.leave()
    let_in(limiter)
    assert refused(limiter) == waits("slots", 1)


def test_a_queue_lets_in_first_come_first_served_and_no_newcomer_in_between() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue"))
        slot, arrivals = let_in(limiter), list[int]()

        async def call(number: int) -> None:
            held = await queued(limiter).granted()
            arrivals.append(number)
            assert held.in_flight == 1
            await asyncio.sleep(0)
            held.leave()

        tasks = [asyncio.create_task(call(number)) for number in range(5)]
        await asyncio.sleep(0)
        slot.leave()
        newcomer = queued(limiter)
        await asyncio.gather(*tasks)
        (await newcomer.granted()).leave()
        assert arrivals == [0, 1, 2, 3, 4]
        let_in(limiter)

    asyncio.run(story())


def test_a_queued_call_is_charged_on_arrival_and_keeps_the_charge() -> None:
    async def story() -> None:
        limiter, _ = frozen(window(3), slots(1, when_exceeded="queue"))
        let_in(limiter)
        queued(limiter).abandon()
        queued(limiter)
        assert refused(limiter) == waits("window", 60)

    asyncio.run(story())


def test_a_full_queue_refuses() -> None:
    limiter, _ = frozen(slots(1, when_exceeded="queue", queue_length=2))
    let_in(limiter)
    queued(limiter), queued(limiter)
    assert refused(limiter) == waits("slots", 1)
    limiter, _ = frozen(slots(1, when_exceeded="queue", queue_length=0))
    let_in(limiter)
    assert refused(limiter) == waits("slots", 1)


def test_who_waits_too_long_for_a_slot_is_refused_in_real_time() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue", queue_seconds=0.02))
        slot = let_in(limiter)
        first, second = queued(limiter), queued(limiter)
        with pytest.raises(Refused) as told:
            await first.granted()
        assert told.value.note == waits("slots", 1)
        assert 20 <= first.queued_ms < 5000
        first.abandon()
        slot.leave()
        assert isinstance(await second.granted(), Slot)

    asyncio.run(story())


def test_who_has_gone_leaves_the_queue_and_the_next_moves_up() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue", queue_length=2))
        slot, gone, stays = let_in(limiter), queued(limiter), queued(limiter)
        tasks = [asyncio.create_task(waiting.granted()) for waiting in (gone, stays)]
        await settled(*tasks)
        gone.abandon()
        gone.abandon()
        assert await settled(*tasks) == [True, False]
        with pytest.raises(Abandoned):
            tasks[0].result()
        last = queued(limiter)
        slot.leave()
        assert await settled(*tasks) == [True, True]
        tasks[1].result().leave()
        assert isinstance(await last.granted(), Slot)

    asyncio.run(story())


@pytest.mark.parametrize("how", ["abandon", "cancel"])
def test_who_goes_in_the_turn_in_which_its_slot_comes_gives_it_to_the_next(how: str) -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue"))
        slot, gone, stays = let_in(limiter), queued(limiter), queued(limiter)
        tasks = [asyncio.create_task(waiting.granted()) for waiting in (gone, stays)]
        await settled(*tasks)
        slot.leave()
        if how == "abandon":
            gone.abandon()
        else:
            tasks[0].cancel()
        assert await settled(*tasks) == [True, True]
        with pytest.raises(Abandoned if how == "abandon" else asyncio.CancelledError):
            tasks[0].result()
        tasks[1].result().leave()
        let_in(limiter)

    asyncio.run(story())


def test_a_cancelled_wait_leaves_the_queue() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue", queue_length=1))
        let_in(limiter)
        task = asyncio.create_task(queued(limiter).granted())
        await settled(task)
        task.cancel()
        await settled(task)
        queued(limiter)

    asyncio.run(story())


def test_a_slot_that_was_handed_over_is_not_lost_when_the_client_goes_later() -> None:
    """The answering side leaves by itself; until then the slot is taken."""

    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue", queue_length=1))
        first, waiting = let_in(limiter), queued(limiter)
        first.leave()
        held = await waiting.granted()
        waiting.abandon()
        queued(limiter)
        assert limiter.in_flight("magento") == 1
        held.leave()

    asyncio.run(story())


def test_a_queued_call_waits_for_its_connection_and_for_the_sandbox_and_holds_neither_back() -> None:
    async def story() -> None:
        limiter, _ = frozen(
            slots(1, name="own", when_exceeded="queue"), slots(2, name="shared", scope="sandbox", when_exceeded="queue")
        )
        magento = let_in(limiter, "magento")
        again = asyncio.create_task(queued(limiter, "magento").granted())
        shopify = let_in(limiter, "shopify")
        third = asyncio.create_task(queued(limiter, "sap").granted())
        assert await settled(again, third) == [False, False]
        shopify.leave()
        assert await settled(again, third) == [False, True]
        magento.leave()
        assert await settled(again, third) == [True, True]

    asyncio.run(story())


@given(
    own=st.integers(1, 3),
    shared=st.integers(1, 4),
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("enter"), st.sampled_from(["magento", "shopify", "sap"])),
            st.tuples(st.sampled_from(["leave", "abandon", "cancel"]), st.integers(0, 9)),
            st.tuples(st.just("replace"), st.tuples(st.integers(1, 3), st.integers(1, 4))),
        ),
        max_size=40,
    ),
)
def test_slots_and_queue_are_those_of_a_naive_list(own: int, shared: int, steps: list[tuple[str, Any]]) -> None:
    """The list: calls in order of arrival; after each step all that fit are let in, the first first."""

    def rules(own: int, shared: int) -> list[Limit]:
        return [
            slots(own, name="own", when_exceeded="queue"),
            slots(shared, name="shared", scope="sandbox", when_exceeded="queue"),
        ]

    async def story(own: int, shared: int) -> None:
        limiter, _ = frozen(*rules(own, shared))
        entries: list[tuple[int, str, asyncio.Task[Slot], Waiting | None]] = []
        inside: dict[int, str] = {}
        queue: dict[int, str] = {}
        number = 0
        for step, what in steps:
            if step == "enter":
                number += 1
                queue[number] = what
                entered = limiter.enter(what, "GET", PRODUCTS)
                if isinstance(entered, Waiting):
                    entries.append((number, what, asyncio.create_task(entered.granted()), entered))
                else:
                    entries.append((number, what, asyncio.create_task(_done(entered)), None))
            elif step == "replace":
                own, shared = what
                limiter.replace(rules(own, shared))
            elif entries:
                which, _, task, waiting = entries[what % len(entries)]
                if step == "leave" and which in inside:
                    task.result().leave()
                    del inside[which]
                elif step == "abandon" and waiting is not None and which in queue:
                    waiting.abandon()
                    del queue[which]
                elif step == "cancel" and which in queue:
                    task.cancel()
                    await settled()
                    del queue[which]
            for which, caller in list(queue.items()):
                if len(inside) < shared and list(inside.values()).count(caller) < own:
                    inside[which] = queue.pop(which)
            await settled()
            let = {which for which, _, task, _ in entries if task.done() and not _failed(task)}
            left = {which for which in let if which not in inside}
            assert let - left == set(inside)
            assert not left & set(queue)
            for caller in ("magento", "shopify", "sap"):
                assert limiter.in_flight(caller) == list(inside.values()).count(caller)
            taken: dict[str | None, int] = {**Counter(inside.values())}
            assert _taken(limiter) == {**taken, None: len(inside)}
        for _, _, task, _ in entries:
            task.cancel()

    asyncio.run(story(own, shared))


async def _done(slot: Slot) -> Slot:
    return slot


def _failed(task: asyncio.Task[Slot]) -> bool:
    return task.cancelled() or task.exception() is not None


def _taken(limiter: Limiter) -> dict[str | None, int]:
    lines = [line for item in limiter.usage()["items"] for line in item["callers"]]
    return {line["connection"]: line["used"] for line in lines if line["used"] or line["connection"] is None}


def test_two_hundred_clients_that_come_and_go_never_exceed_the_slots() -> None:
    async def story() -> None:
        limiter, _ = frozen(
            slots(5, name="own", when_exceeded="queue", queue_length=50),
            slots(12, name="shared", scope="sandbox", when_exceeded="queue", queue_length=200),
        )
        chance, outcomes = Random(1), Counter[str]()
        inside: Counter[str] = Counter()

        async def client(name: str) -> None:
            for _ in range(10):
                try:
                    entered = limiter.enter(name, "GET", PRODUCTS)
                    slot = entered if isinstance(entered, Slot) else await entered.granted()
                except Refused:
                    outcomes["refused"] += 1
                    await asyncio.sleep(0)
                    continue
                inside[name] += 1
                assert max(slot.in_flight, inside[name]) <= 5
                assert inside.total() <= 12
                try:
                    for _ in range(chance.randrange(4)):
                        await asyncio.sleep(0)
                finally:
                    inside[name] -= 1
                    slot.leave()
                outcomes["answered"] += 1

        clients = [asyncio.create_task(client(f"connection {number % 3}")) for number in range(200)]
        for gone in chance.sample(clients, 40):
            await asyncio.sleep(0)
            gone.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        assert all(client.cancelled() or client.exception() is None for client in clients)
        assert outcomes["answered"] > 500
        assert outcomes["refused"] > 0
        assert _taken(limiter) == {None: 0}
        assert [limiter.in_flight(f"connection {number}") for number in range(3)] == [0, 0, 0]

    asyncio.run(story())


# Queues before windows


def test_who_waits_for_a_window_is_let_in_when_it_resets_in_order_and_by_its_limit() -> None:
    async def story() -> None:
        limiter, clock = frozen(window(2, 10, when_exceeded="queue"))
        let_in(limiter), let_in(limiter)
        tasks = [asyncio.create_task(queued(limiter).granted()) for _ in range(5)]
        clock.advance(9)
        assert await settled(*tasks) == [False] * 5
        clock.advance(1)
        assert await settled(*tasks) == [True, True, False, False, False]
        assert tasks[1].result().note == {"name": "window", "remaining": 0, "retry_after": None, "refused": False}
        queued(limiter)
        clock.advance(10)
        assert await settled(*tasks) == [True, True, True, True, False]
        clock.advance(10)
        assert await settled(*tasks) == [True] * 5
        let_in_late = queued(limiter)
        let_in_late.abandon()

    asyncio.run(story())


def test_a_long_jump_of_the_clock_opens_each_window_at_its_own_time() -> None:
    async def story() -> None:
        limiter, clock = frozen(window(1, 10, when_exceeded="queue"))
        let_in(limiter)
        tasks = [asyncio.create_task(queued(limiter).granted()) for _ in range(3)]
        clock.advance(35)
        assert await settled(*tasks) == [True] * 3
        assert queued(limiter).queued_ms < 5000
        clock.advance(5)
        assert limiter.usage()["items"][0]["callers"] == [
            {"connection": "magento", "used": 1, "remaining": 0, "resets_in": 10, "queued": 0, "in_flight": 5}
        ]

    asyncio.run(story())


def test_who_waits_too_long_for_a_window_is_refused_by_the_sandbox_clock() -> None:
    async def story() -> None:
        limiter, clock = frozen(window(1, 100, when_exceeded="queue", queue_seconds=30))
        let_in(limiter)
        task = asyncio.create_task(queued(limiter).granted())
        clock.advance(29.5)
        assert await settled(task) == [False]
        clock.advance(10)
        assert await settled(task) == [True]
        with pytest.raises(Refused) as told:
            task.result()
        assert told.value.note == waits("window", 70)

    asyncio.run(story())


def test_after_the_window_a_call_waits_for_its_slot() -> None:
    async def story() -> None:
        limiter, clock = frozen(window(1, 10, when_exceeded="queue"), slots(1))
        slot = let_in(limiter)
        assert refused(limiter) == waits("slots", 1)
        slot.leave()
        task = asyncio.create_task(queued(limiter).granted())
        assert await settled(task) == [False]
        clock.advance(10)
        assert await settled(task) == [True]
        limiter.replace([window(1, 10, when_exceeded="queue"), slots(1, when_exceeded="queue")])
        second = asyncio.create_task(queued(limiter).granted())
        clock.advance(10)
        assert await settled(second) == [False]
        task.result().leave()
        assert await settled(second) == [True]

    asyncio.run(story())


def test_a_call_that_waits_for_one_window_is_charged_in_the_others_on_arrival() -> None:
    async def story() -> None:
        limiter, _ = frozen(window(1, 10, name="narrow", when_exceeded="queue"), window(3, 60, name="wide"))
        let_in(limiter)
        queued(limiter).abandon()
        queued(limiter)
        assert refused(limiter) == waits("wide", 60)

    asyncio.run(story())


@pytest.mark.parametrize(("mode", "scale"), [("real", 1), ("scaled", 1000)])
def test_a_window_that_opens_by_itself_wakes_who_waits(mode: str, scale: float) -> None:
    async def story() -> None:
        limiter, clock = frozen(window(1, 0.03 * scale, when_exceeded="queue", queue_seconds=10_000))
        let_in(limiter)
        waiting = queued(limiter)
        clock.set(mode, scale=scale)
        assert isinstance(await asyncio.wait_for(waiting.granted(), 60), Slot)
        assert waiting.queued_ms > 20
        assert clock.next_due() is None

    asyncio.run(story())


def test_a_clock_that_begins_to_run_wakes_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter_module, "LOOK_SECONDS", 0.005)

    async def story() -> None:
        limiter, clock = frozen(window(1, 60, when_exceeded="queue", queue_seconds=1000))
        let_in(limiter)
        task = asyncio.create_task(queued(limiter).granted())
        assert await settled(task) == [False]
        clock.set("scaled", scale=10_000)
        assert isinstance(await asyncio.wait_for(task, 60), Slot)

    asyncio.run(story())


def test_a_wait_below_the_grain_of_the_clock_ends() -> None:
    async def story() -> None:
        bucket = Limit(name="bucket", kind="token_bucket", limit=10**9, seconds=1, burst=1, when_exceeded="queue")
        limiter, clock = frozen(bucket)
        let_in(limiter)
        task = asyncio.create_task(queued(limiter).granted())
        clock.advance(0.001)
        assert await settled(task) == [True]

    asyncio.run(story())


# Changes at run time


def test_taken_slots_stay_taken_and_count_on() -> None:
    limiter, _ = frozen(slots(3))
    held = [let_in(limiter) for _ in range(3)]
    limiter.replace([slots(2, name="fewer")])
    assert refused(limiter) == waits("fewer", 1)
    held[0].leave()
    assert refused(limiter) == waits("fewer", 1)
    held[1].leave()
    let_in(limiter)
    limiter.replace([])
    let_in(limiter)
    limiter.replace([slots(1, name="shared", scope="sandbox")])
    assert refused(limiter, "shopify") == waits("shared", 1)
    assert limiter.usage()["items"][0]["callers"][0]["used"] == 3


def test_who_is_queued_keeps_its_place() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue"))
        slot = let_in(limiter)
        tasks = [asyncio.create_task(queued(limiter).granted()) for _ in range(3)]
        await settled()
        limiter.replace([slots(2, name="more", when_exceeded="reject")])
        assert await settled(*tasks) == [True, False, False]
        assert refused(limiter) == waits("more", 1)
        slot.leave()
        assert await settled(*tasks) == [True, True, False]
        limiter.replace([])
        assert await settled(*tasks) == [True, True, True]

    asyncio.run(story())


def test_who_is_queued_keeps_its_time() -> None:
    async def story() -> None:
        limiter, _ = frozen(slots(1, when_exceeded="queue", queue_seconds=0.02))
        let_in(limiter)
        task = asyncio.create_task(queued(limiter).granted())
        await settled(task)
        limiter.replace([slots(1, name="patient", when_exceeded="queue", queue_seconds=60)])
        with pytest.raises(Refused) as told:
            await asyncio.wait_for(task, 60)
        assert told.value.note == waits("slots", 1)

    asyncio.run(story())


def test_who_waits_for_a_window_keeps_its_place_too() -> None:
    async def story() -> None:
        rule = window(1, 10, when_exceeded="queue")
        limiter, clock = frozen(rule)
        let_in(limiter)
        tasks = [asyncio.create_task(queued(limiter).granted()) for _ in range(4)]
        limiter.replace([window(1, 10, name="now rejecting"), slots(5)])
        assert refused(limiter) == waits("now rejecting", 10)
        clock.advance(10)
        assert await settled(*tasks) == [True, False, False, False]
        limiter.replace([window(2, 10, name="wider", when_exceeded="queue")])
        assert await settled(*tasks) == [True, True, True, False]
        queued(limiter)
        limiter.replace([])
        assert await settled(*tasks) == [True, True, True, True]

    asyncio.run(story())


def test_a_window_goes_on_when_its_figures_stay_and_starts_anew_when_they_change() -> None:
    limiter, _ = frozen(window(1, 60))
    let_in(limiter)
    limiter.replace([window(1, 60, name="renamed", body="html")])
    assert refused(limiter) == waits("renamed", 60)
    limiter.replace([window(2, 60)])
    let_in(limiter), let_in(limiter)
    assert refused(limiter) == waits("window", 60)
    limiter.start_anew([window(2, 60)])
    let_in(limiter)


def test_two_windows_with_the_same_figures_both_count_once() -> None:
    limiter, _ = frozen(window(2, 60, name="one"), window(2, 60, name="other"))
    let_in(limiter)
    limiter.replace([window(2, 60, name="one"), window(2, 60, name="other")])
    assert let_in(limiter).note == {"name": "one", "remaining": 0, "retry_after": None, "refused": False}


def test_a_clock_that_was_set_back_opens_all_windows_and_leaves_who_waits_its_time() -> None:
    async def story() -> None:
        limiter, clock = frozen(window(1, 60, when_exceeded="queue", queue_seconds=70))
        clock.advance(1_000_000)
        let_in(limiter)
        tasks = [asyncio.create_task(queued(limiter).granted()) for _ in range(3)]
        clock.restart(Clock("frozen"))
        queued(limiter)
        assert await settled(*tasks) == [True, False, False]
        clock.advance(60)
        assert await settled(*tasks) == [True, True, False]
        clock.advance(10)
        assert await settled(*tasks) == [True, True, True]
        assert isinstance(tasks[2].exception(), Refused)

    asyncio.run(story())


# What is shown


def test_usage_shows_each_limit_and_who_has_used_it() -> None:
    async def story() -> None:
        bucket = Limit(name="bucket", kind="token_bucket", limit=2, seconds=1, burst=4, scope="sandbox")
        sliding = Limit(name="sliding", kind="sliding_window", limit=9, seconds=30)
        limiter, clock = frozen(sliding, bucket, slots(1, when_exceeded="queue"))
        let_in(limiter)
        clock.advance(0.25)
        queued(limiter)
        let_in(limiter, "shopify").leave()
        assert limiter.usage() == {
            "items": [
                {
                    "name": "sliding",
                    "kind": "sliding_window",
                    "scope": "connection",
                    "limit": 9,
                    "callers": [
                        _line("magento", used=2, remaining=7, resets_in=30, in_flight=1),
                        _line("shopify", used=1, remaining=8, resets_in=30),
                    ],
                },
                {
                    "name": "bucket",
                    "kind": "token_bucket",
                    "scope": "sandbox",
                    "limit": 2,
                    "callers": [_line(None, used=3, remaining=1, resets_in=1.25, in_flight=1)],
                },
                {
                    "name": "slots",
                    "kind": "concurrency",
                    "scope": "connection",
                    "limit": 1,
                    "callers": [_line("magento", used=1, remaining=0, resets_in=None, in_flight=1, queued=1)],
                },
            ]
        }
        clock.advance(60)
        assert [item["callers"] for item in limiter.usage()["items"][:2]] == [
            [],
            [_line(None, used=0, remaining=4, resets_in=0, in_flight=1)],
        ]

    asyncio.run(story())


def _line(
    connection: str | None, *, used: int, remaining: int, resets_in: float | None, in_flight: int = 0, queued: int = 0
) -> Json:
    return {
        "connection": connection,
        "used": used,
        "remaining": remaining,
        "resets_in": resets_in,
        "in_flight": in_flight,
        "queued": queued,
    }


def test_connections_that_have_gone_are_forgotten() -> None:
    limiter, _ = frozen(slots(2))
    stays = let_in(limiter, "stays")
    for number in range(10 * MANY_CALLERS):
        let_in(limiter, f"connection {number}").leave()
    (rule,) = limiter._slots
    assert len(rule.rooms) <= MANY_CALLERS
    assert len(limiter._known) <= MANY_CALLERS
    assert limiter._in_flight == {"stays": 1}
    let_in(limiter, "stays")
    assert refused(limiter, "stays") == waits("slots", 1)
    stays.leave()
    let_in(limiter, "stays")


def test_callers_are_not_remembered_for_ever_where_only_windows_count() -> None:
    limiter, _ = frozen(window(2))
    for number in range(3 * MANY_CALLERS):
        let_in(limiter, f"connection {number}").leave()
    assert len(limiter._known) <= MANY_CALLERS


def test_a_connection_that_was_forgotten_has_its_slots_once_whatever_it_calls() -> None:
    limiter, _ = frozen(slots(1), window(5, methods=("POST",), paths=("/somewhere/else",)))
    let_in(limiter, "magento").leave()
    for number in range(2 * MANY_CALLERS):
        let_in(limiter, f"connection {number}", "POST").leave()
    let_in(limiter, "magento", "POST")
    assert refused(limiter, "magento", "GET") == waits("slots", 1)
