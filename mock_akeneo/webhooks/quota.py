"""How many requests may be sent in an hour, over all subscriptions.

Source: pim: src/Akeneo/Connectivity/Connection/back/Infrastructure/Webhook/Service/GetDelayUntilNextRequest.php
"""

from __future__ import annotations

from collections import deque
from typing import Final

from mock_akeneo.core.clock import Clock

REQUESTS_PER_HOUR: Final = 4_000
_HOUR: Final = 3_600.0
_MINUTE: Final = 60.0


class Quota:
    """Counts by the minute of the sandbox clock, over a sliding hour."""

    def __init__(self, clock: Clock, limit: int = REQUESTS_PER_HOUR) -> None:
        self.limit = limit
        self._clock = clock
        self._minutes: deque[tuple[float, int]] = deque()

    def wait(self) -> float:
        """Sandbox seconds until a request may be sent; 0 now."""
        now = self._clock.now()
        while self._minutes and self._minutes[0][0] + _HOUR <= now:
            self._minutes.popleft()
        if sum(count for _, count in self._minutes) < self.limit:
            return 0.0
        return self._minutes[0][0] + _HOUR - now

    def count(self) -> None:
        """One request was sent, well or not."""
        minute = self._clock.now() // _MINUTE * _MINUTE
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1] = minute, self._minutes[-1][1] + 1
        else:
            self._minutes.append((minute, 1))

    def clear(self) -> None:
        self._minutes.clear()
