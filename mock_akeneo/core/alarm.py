"""Waits that may last too long, and what then is done."""

from __future__ import annotations

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable


class Alarm:
    """Calls `ring` when a wait has lasted too long. Many waits begin and end meanwhile: one timer serves them all.

    `since`: when the wait began, by the loop's clock; None: nothing is waited for.
    """

    __slots__ = ("_loop", "_ring", "_rings_at", "_seconds", "_timer", "since")

    def __init__(self, loop: AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._loop, self._ring = loop, ring
        self._timer: TimerHandle | None = None
        self._seconds = self._rings_at = 0.0
        self.since: float | None = None

    def wait(self, seconds: float) -> None:
        """Begins a wait in the place of the one before."""
        now = self.since = self._loop.time()
        self._seconds = seconds
        if self._timer is None or self._rings_at > now + seconds:
            self._set(seconds)

    def _set(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = self._loop.time() + seconds
        self._timer = self._loop.call_later(seconds, self.look)

    def look(self) -> None:
        """What the timer does: the wait may have begun after it was set."""
        self._timer = None
        if self.since is None:
            return
        left = self.since + self._seconds - self._loop.time()
        if left > 0:
            self._set(left)
        else:
            self._ring()

    def cancel(self) -> None:
        self.since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
