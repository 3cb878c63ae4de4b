"""The service time of one sandbox, and the calls that spend it now. It runs on one event loop.

While the clock is real the time is real, and moving the clock does not shorten it. Otherwise it passes on the
sandbox clock: a scaled one divides it, and with a frozen one a call ends when the clock is moved so far.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.limits import Limit
from mock_akeneo.throttling.service_times import ServiceTime

Over = asyncio.Future[None]


class Service:
    """`on`: whether calls take time at all; while it is false nobody need ask for more."""

    __slots__ = ("_clock", "_dice", "_seed", "_spending", "on", "time")

    def __init__(self, time: ServiceTime, clock: Clock, seed: int) -> None:
        self._clock, self._seed = clock, seed
        self._dice = Chance()
        self._spending: set[Over] = set()
        self.set(time)

    def set(self, time: ServiceTime, seed: int | None = None) -> None:
        """From now on; the dice start anew. With `none` whoever still spends its time is let go."""
        self.time, self.on = time, not time.is_none
        self._dice.sow(f"service time/{self._seed if seed is None else seed}")
        if not self.on:
            self.let_go()

    def begin(
        self, operation: str | None, status: int, items: int = 0, lines: Sequence[Json] = ()
    ) -> tuple[float, Over] | None:
        """The milliseconds of a call that was carried out, drawn, and when they are over; `None`: it takes none."""
        if self.time.rests and self._clock.mode == "frozen":
            return None
        milliseconds = self.time.milliseconds(self._dice, operation, status, items, lines)
        loop = asyncio.get_running_loop()
        over: Over = loop.create_future()
        self._spending.add(over)
        over.add_done_callback(self._spending.discard)
        if self._clock.mode == "real":
            timer = loop.call_later(milliseconds / 1000, _end, over)
            over.add_done_callback(lambda _: timer.cancel())
        else:
            self._clock.at(self._clock.now() + milliseconds / 1000, lambda: _end(over))
        return milliseconds, over

    def let_go(self) -> None:
        """Whoever spends its time is done: the clock that it waits for starts anew, or calls take no time."""
        for over in list(self._spending):
            _end(over)


def _end(over: Over) -> None:
    if not over.done():
        over.set_result(None)


_HARDLY: Final = "the limit on calls at once can hardly strike"


def note(rules: Sequence[Limit], time: ServiceTime, mode: str) -> str | None:
    """What a user should know of limits and service time together, in one sentence. `mode`: of the clock."""
    at_once = any(rule.kind == "concurrency" for rule in rules)
    if time.is_none:
        return f"calls take no time, so {_HARDLY}: add --service-time pim, 50 or 20-50" if at_once else None
    if mode != "frozen":
        return None
    if not time.rests:
        return "the clock is frozen: a call is answered when the clock is moved by its service time, or made real"
    if at_once:
        return f"the clock is frozen and the preset's service time rests, so {_HARDLY}: name a --service-time"
    return None
