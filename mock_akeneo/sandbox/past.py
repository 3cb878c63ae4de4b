"""What products and product models were lately, for a search index that a fault makes late."""

from __future__ import annotations

from collections import deque

from mock_akeneo.catalog.catalog import Catalog, Change
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.clock import Clock
from mock_akeneo.faults.faults import Faults


class Past:
    """Remembers changes for as long back as the faults at work may ask for; nothing while none does."""

    def __init__(self, catalog: Catalog, faults: Faults, clock: Clock) -> None:
        self._catalog, self._faults, self._clock = catalog, faults, clock
        self._changes: deque[tuple[float, Change]] = deque()
        catalog.listeners.append(self._note)

    def _note(self, kind: str, before: Document | None, after: Document | None) -> None:
        if not self._faults.stale_seconds:
            return
        now = self._clock.now()
        self._forget(now - self._faults.stale_seconds)
        self._changes.append((now, (kind, before, after)))

    def _forget(self, until: float) -> None:
        while self._changes and self._changes[0][0] <= until:
            self._changes.popleft()

    def clear(self) -> None:
        self._changes.clear()

    def catalog(self, seconds: float) -> Catalog:
        """The catalog as lists and searches show it whose index is so many sandbox seconds late."""
        since = self._clock.now() - seconds
        self._forget(min(since, self._clock.now() - self._faults.stale_seconds))
        late = [change for at, change in reversed(self._changes) if at > since]
        return self._catalog.before(late) if late else self._catalog
