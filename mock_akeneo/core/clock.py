"""The sandbox clock: the only place, with `chance`, that knows the time.

What the PIM computes runs on it (token life, windows, `Retry-After`, `Date`, timestamps, index lag). What a
socket feels (delay, drip, stall, waiting for a slot) is real time: `monotonic()`. The service time of calls is real
while the clock is, and passes on it otherwise.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from mock_akeneo.core.keys import shown

FROZEN_AT: Final = datetime(2026, 1, 1, tzinfo=UTC).timestamp()

# Where the clock of a sandbox may be: the end is a day of the year 9999 in every zone, and no date goes further.
BEGIN: Final = 0.0
END: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
MAX_SCALE: Final = 1_000_000.0

# Timers of a loop fire early by less than this.
_LEAST_SECONDS: Final = 0.001
# A loop is not asked to wait longer at once.
_DAY: Final = 86_400.0

monotonic = time.monotonic


class Clock:
    """Seconds since 1970 as the sandbox counts them.

    `mode`: `real` (monotonic time plus an offset), `frozen`, or `scaled` by `scale`. `advance` works in every
    mode, forwards only, and carries out what falls due in order of time. Where time passes by itself, what falls
    due is done by a timer of the event loop on which it was scheduled.
    `zone`: the time zone that the PIM's machine is set to.
    """

    __slots__ = ("_base", "_due", "_mark", "_order", "_timer", "mode", "scale", "zone")

    def __init__(self, mode: str = "real", *, at: float | None = None, scale: float = 1.0, zone: tzinfo = UTC) -> None:
        self._due: list[tuple[float, int, Callable[[], Any]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None
        self.mode, self.scale, self.zone = mode, scale, zone
        self._mark = monotonic()
        self._base = at if at is not None else (FROZEN_AT if mode == "frozen" else time.time())

    @classmethod
    def parse(cls, text: str, time_zone: str = "UTC") -> Clock:
        """`real`, `frozen`, `frozen@2026-01-01T00:00:00Z` or `x60`. Raises `ValueError` with what to write."""
        zone = zone_of(time_zone)
        if text == "real":
            return cls("real", zone=zone)
        if text == "frozen":
            return cls("frozen", zone=zone)
        if text.startswith("frozen@"):
            return cls("frozen", at=_within(moment(text.removeprefix("frozen@"))), zone=zone)
        if text.startswith("x"):
            try:
                scale = float(text[1:])
            except ValueError:
                scale = math.nan
            if scale > 0:
                return cls("scaled", scale=_bearable(scale), zone=zone)
        raise ValueError(f'unknown clock "{text}": write real, frozen, frozen@2026-01-01T00:00:00Z or x60')

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, with fraction."""
        if self.mode == "frozen":
            return self._base
        passed = monotonic() - self._mark
        now = self._base + (passed * self.scale if self.mode == "scaled" else passed)
        return now if now < END else END

    def iso(self) -> str:
        """Now, as the PIM writes moments: `2016-06-14T13:12:50+00:00`, in its time zone."""
        return iso(self.now(), self.zone)

    @property
    def offset(self) -> float:
        """Seconds by which the sandbox is ahead of the machine's clock."""
        return self.now() - time.time()

    def set(self, mode: str, *, at: float | None = None, scale: float = 1.0) -> None:
        """Changes the mode; the time goes on from `at`, or from now. Never backwards: raises `ValueError`."""
        now = self.now()
        if at is not None and _within(at) < now:
            raise ValueError(f"the clock only moves forwards: it is {iso(now)}, later than {iso(at)}")
        _bearable(scale)
        self._base, self._mark, self.mode, self.scale = now, monotonic(), mode, scale
        self._go_to(now if at is None else at)

    def restart(self, start: Clock) -> None:
        """Becomes as `start` is, backwards too, and forgets what was due: for a reset of the sandbox."""
        self.mode, self.scale, self._base, self._mark = start.mode, start.scale, start._base, start._mark
        self._due.clear()
        self._set_timer()

    def advance(self, seconds: float) -> float:
        """Moves forwards by `seconds` and does what falls due on the way, each at its own time. Gives the new now."""
        if not 0 <= seconds < math.inf:
            raise ValueError("the clock only moves forwards: give seconds >= 0")
        self._go_to(_within(self.now() + seconds))
        return self._base

    def _go_to(self, target: float) -> None:
        mode = self.mode
        self.mode = "frozen"
        try:
            while self._due and self._due[0][0] <= target:
                at, _, act = heappop(self._due)
                self._base = max(self._base, at)
                act()
        finally:
            # What was done may have moved the clock further.
            self._base = max(self._base, target)
            self._mark, self.mode = monotonic(), mode
            self._set_timer()

    def at(self, when: float, act: Callable[[], Any]) -> None:
        """Does `act` once when the sandbox reaches `when`."""
        heappush(self._due, (when, next(self._order), act))
        if self._due[0][0] == when:
            self._set_timer()

    def run_due(self) -> None:
        """Does what has fallen due by itself, in the modes in which time passes."""
        try:
            while self._due and self._due[0][0] <= self.now():
                heappop(self._due)[2]()
        finally:
            self._set_timer()

    def _set_timer(self) -> None:
        """Has the running loop look again when the next thing falls due. Without a loop nothing happens by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._due or self.mode == "frozen":
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        passing = (self._due[0][0] - self.now()) / (self.scale if self.mode == "scaled" else 1.0)
        self._timer = loop.call_later(min(max(_LEAST_SECONDS, passing), _DAY), self.run_due)

    def next_due(self) -> float | None:
        """When the next thing falls due, in sandbox time."""
        return self._due[0][0] if self._due else None


def iso(seconds: float, zone: tzinfo = UTC) -> str:
    """PHP's date format `c`: `2016-06-14T13:12:50+00:00`. Beyond the year 9999 it is the end of that."""
    return _iso(math.floor(seconds), zone)


def zone_of(name: str) -> tzinfo:
    """The time zone of that name, such as `Europe/Paris`. Raises `ValueError`."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(f'there is no time zone "{name}": write a name such as Europe/Paris') from None


# Many things happen in one second.
@lru_cache(maxsize=16)
def _iso(second: int, zone: tzinfo) -> str:
    return _at(second, zone).isoformat()


def _at(second: int, zone: tzinfo) -> datetime:
    try:
        return datetime.fromtimestamp(second, zone)
    except (ValueError, OverflowError, OSError):  # which of them depends on the platform
        return (datetime.max if second > 0 else datetime.min).replace(microsecond=0, tzinfo=zone)


def _within(at: float) -> float:
    """Raises `ValueError` for a moment at which the clock of a sandbox cannot be."""
    if BEGIN <= at <= END:
        return at
    raise ValueError(f"the clock goes from {iso(BEGIN)} to {iso(END)}, no further")


def _bearable(scale: float) -> float:
    if scale <= MAX_SCALE:
        return scale
    raise ValueError(f"the clock runs {MAX_SCALE:.0f} times as fast as time at most")


def moment(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 text; without a zone it is UTC. Raises `ValueError`."""
    try:
        parsed = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise ValueError(f"{shown(text)} is no ISO 8601 moment: write 2026-01-01T00:00:00Z") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(seconds: float) -> str:
    """`Sun, 06 Nov 1994 08:49:37 GMT`, whatever the machine's locale."""
    at = _at(math.floor(seconds), UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} GMT"
