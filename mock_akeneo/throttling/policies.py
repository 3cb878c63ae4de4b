"""How often: the window policies, one entry of `POLICIES` each. Pure: the time is handed in, nothing waits.

A policy is asked first and charged afterwards, so that several limits can all be asked before any is charged.
A caller is a connection's code, or `None` for the whole sandbox. Sums are kept such that whole seconds stay
exact: a caller who waits what it was told is let in.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

Caller = str | None

MANY_CALLERS: Final = 256  # from here on, callers who have their whole allowance are forgotten


class Window(Protocol):
    """What all policies offer. `now`: seconds of the sandbox clock, never running backwards."""

    def ask(self, caller: Caller, now: float) -> float:
        """Seconds until one more call of the caller fits; 0: it fits now. Counts nothing."""

    def charge(self, caller: Caller, now: float) -> int:
        """Counts one call, which `ask` has let in; how many more fit now."""

    def remaining(self, caller: Caller, now: float) -> int:
        """How many calls fit now."""

    def resets(self, caller: Caller, now: float) -> float:
        """Seconds until the caller has its whole allowance again, if it stays quiet."""

    def callers(self) -> Iterable[Caller]:
        """Who was counted and is not forgotten yet."""


@dataclass(slots=True, eq=False)
class FixedWindow:
    """At most `limit` calls in each window of `seconds`, which opens with a caller's first counted call."""

    limit: int
    seconds: float
    _windows: dict[Caller, tuple[float, int]] = field(default_factory=dict)  # when it closes, calls spent

    def ask(self, caller: Caller, now: float) -> float:
        closes, spent = self._windows.get(caller, _CLOSED)
        return closes - now if spent >= self.limit and now < closes else 0.0

    def charge(self, caller: Caller, now: float) -> int:
        closes, spent = self._windows.get(caller, _CLOSED)
        if now >= closes:
            _forget_the_whole(self, self._windows, now)
            closes, spent = now + self.seconds, 0
        self._windows[caller] = (closes, spent + 1)
        return self.limit - spent - 1

    def remaining(self, caller: Caller, now: float) -> int:
        closes, spent = self._windows.get(caller, _CLOSED)
        return self.limit - spent if now < closes else self.limit

    def resets(self, caller: Caller, now: float) -> float:
        return max(0.0, self._windows.get(caller, _CLOSED)[0] - now)

    def callers(self) -> Iterable[Caller]:
        return tuple(self._windows)


_CLOSED: Final = (-math.inf, 0)


@dataclass(slots=True, eq=False)
class SlidingWindow:
    """At most `limit` calls in any `seconds` on end: a call gives its place back `seconds` after it came."""

    limit: int
    seconds: float
    _ends: dict[Caller, deque[float]] = field(default_factory=dict)  # when each counted call stops counting

    def ask(self, caller: Caller, now: float) -> float:
        ends = self._ends.get(caller)
        return max(0.0, ends[0] - now) if ends and len(ends) >= self.limit else 0.0

    def charge(self, caller: Caller, now: float) -> int:
        ends = self._ends.get(caller)
        if ends is None:
            _forget_the_whole(self, self._ends, now)
            ends = self._ends[caller] = deque()
        while ends and ends[0] <= now:
            ends.popleft()
        ends.append(now + self.seconds)
        return self.limit - len(ends)

    def remaining(self, caller: Caller, now: float) -> int:
        return self.limit - sum(end > now for end in self._ends.get(caller, ()))

    def resets(self, caller: Caller, now: float) -> float:
        ends = self._ends.get(caller)
        return max(0.0, ends[-1] - now) if ends else 0.0

    def callers(self) -> Iterable[Caller]:
        return tuple(self._ends)


@dataclass(slots=True, eq=False)
class TokenBucket:
    """`limit` tokens flow in every `seconds`, evenly; a call takes one; `burst` are kept at most (or `limit`).

    A bucket is kept in token-seconds (a token is worth `seconds`, each second brings `limit`): no division.
    """

    limit: int
    seconds: float
    burst: int = 0
    _full: float = field(init=False)
    _buckets: dict[Caller, tuple[float, float]] = field(default_factory=dict)  # what it held, when

    def __post_init__(self) -> None:
        self._full = (self.burst or self.limit) * self.seconds

    def ask(self, caller: Caller, now: float) -> float:
        bucket = self._buckets.get(caller)
        if bucket is None:
            return 0.0
        held = bucket[0] + (now - bucket[1]) * self.limit
        return 0.0 if held >= self.seconds * _NEARLY else (self.seconds - held) / self.limit

    def charge(self, caller: Caller, now: float) -> int:
        if caller not in self._buckets:
            _forget_the_whole(self, self._buckets, now)
        left = self._held(caller, now) - self.seconds
        self._buckets[caller] = (left, now)
        return self._tokens(left)

    def remaining(self, caller: Caller, now: float) -> int:
        return self._tokens(self._held(caller, now))

    def resets(self, caller: Caller, now: float) -> float:
        return (self._full - self._held(caller, now)) / self.limit

    def callers(self) -> Iterable[Caller]:
        return tuple(self._buckets)

    def _held(self, caller: Caller, now: float) -> float:
        held, at = self._buckets.get(caller, (self._full, now))
        return min(self._full, held + (now - at) * self.limit)

    def _tokens(self, held: float) -> int:
        return max(0, math.floor(held / self.seconds / _NEARLY))


_NEARLY: Final = 1 - 1e-9  # tenths of a second don't add up exactly; a token short of a billionth is a token

POLICIES: Final[dict[str, Callable[..., Window]]] = {
    "fixed_window": FixedWindow,
    "sliding_window": SlidingWindow,
    "token_bucket": TokenBucket,
}


def _forget_the_whole(window: Window, kept: dict[Caller, Any], now: float) -> None:
    """Drops callers who have their whole allowance, once there are many: a forgotten caller has it too."""
    if len(kept) >= MANY_CALLERS:
        for caller in window.callers():
            if not window.resets(caller, now):
                del kept[caller]
