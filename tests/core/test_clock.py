from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from mock_akeneo.core.clock import Clock, iso, moment

TWO_WEEKS = 14 * 24 * 3600


def test_advancing_does_what_falls_due_in_order_of_time_and_at_its_own_time() -> None:
    clock, done = Clock("frozen"), []
    start = clock.now()
    for seconds in (TWO_WEEKS, 60, 3600, 60):
        clock.at(start + seconds, lambda: done.append(clock.now() - start))
    clock.advance(TWO_WEEKS)
    assert done == [60, 60, 3600, TWO_WEEKS]


def test_what_is_not_due_yet_waits_for_the_next_advance() -> None:
    clock, done = Clock("frozen"), []
    clock.at(clock.now() + 10, lambda: done.append("due"))
    clock.advance(9.9)
    assert done == []
    clock.advance(0.1)
    assert done == ["due"]


def test_what_falls_due_may_schedule_more_that_falls_due_on_the_way() -> None:
    clock, done = Clock("frozen"), []

    def retry() -> None:
        done.append(clock.now())
        if len(done) < 3:
            clock.at(clock.now() + 5, retry)

    start = clock.now()
    clock.at(start + 5, retry)
    clock.advance(60)
    assert done == [start + 5, start + 10, start + 15]
    assert clock.now() == start + 60


def test_what_falls_due_may_advance_the_clock_and_it_never_goes_back() -> None:
    clock = Clock("frozen")
    start = clock.now()
    clock.at(start + 1, lambda: clock.advance(3600))
    assert clock.advance(10) == start + 3601


@pytest.mark.parametrize("clock", [Clock("real"), Clock("scaled", scale=60)], ids=["real", "x60"])
def test_a_clock_that_runs_does_what_falls_due_by_itself(clock: Clock) -> None:
    async def wait() -> None:
        due = asyncio.Event()
        clock.at(clock.now() + clock.scale / 50, due.set)
        await asyncio.wait_for(due.wait(), timeout=10)

    asyncio.run(wait())


def test_the_timer_is_set_anew_for_what_falls_due_earlier_and_after_each() -> None:
    async def wait() -> list[str]:
        clock, done, last = Clock("scaled", scale=1000), list[str](), asyncio.Event()

        def note(name: str) -> Callable[[], None]:
            return lambda: done.append(name)

        start = clock.now()
        clock.at(start + 30, last.set)
        clock.at(start + 20, note("second"))
        clock.at(start + 10, note("first"))
        await asyncio.wait_for(last.wait(), timeout=10)
        return done

    assert asyncio.run(wait()) == ["first", "second"]


def test_a_clock_that_is_set_running_looks_at_what_was_scheduled_before() -> None:
    async def wait() -> None:
        clock, due = Clock("frozen"), asyncio.Event()
        clock.at(clock.now() + 60, due.set)
        clock.set("scaled", scale=6000)
        await asyncio.wait_for(due.wait(), timeout=10)

    asyncio.run(wait())


def test_a_failure_of_one_thing_does_not_stop_the_next() -> None:
    async def wait() -> list[str]:
        clock, due, told = Clock("scaled", scale=1000), asyncio.Event(), []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))

        def fail() -> None:
            raise RuntimeError("the receiver is gone")

        clock.at(clock.now() + 1, fail)
        clock.at(clock.now() + 2, due.set)
        await asyncio.wait_for(due.wait(), timeout=10)
        return told

    assert asyncio.run(wait()) == ["the receiver is gone"]


def test_a_restart_forgets_what_was_due() -> None:
    clock, done = Clock("frozen"), []
    clock.at(clock.now() + 1, lambda: done.append("due"))
    clock.restart(Clock("frozen"))
    clock.advance(10)
    assert done == []
    assert clock.next_due() is None


def test_the_clock_only_moves_forwards() -> None:
    clock = Clock.parse("frozen@2026-05-01T12:00:00Z")
    with pytest.raises(ValueError, match="only moves forwards: give seconds >= 0"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="it is 2026-05-01T12:00:00\\+00:00, later than 2026-04-01T00:00:00\\+00:00"):
        clock.set("frozen", at=moment("2026-04-01"))
    assert iso(clock.now()) == "2026-05-01T12:00:00+00:00"


@pytest.mark.parametrize("text", ["slow", "x0", "x-3", "xnan", "frozen@noon", ""])
def test_an_unknown_clock_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write "):
        Clock.parse(text)
