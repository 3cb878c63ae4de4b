"""Whole pages, for whoever asks for the same again while nothing has changed: test runs do, from their first to their
last test.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Final, NamedTuple

MAX_BYTES: Final = 32 * 1024 * 1024  # of all pages together
MAX_PAGES: Final = 1_000  # those included that were asked for once


class Page(NamedTuple):
    """`body`: the whole answer; `items`: the keys of its items, in order."""

    body: bytes
    items: Sequence[str]


class Pages:
    """The pages asked for last. One that was made once is only noted: a pull through all of them keeps none.

    All catalogs that come from one share them, also those of servers in threads of their own.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Page | None] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Hashable) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
        return page

    def made(self, key: Hashable, page: Page) -> None:
        """To be told of each page that `find` did not find."""
        with self._lock:
            pages = self._pages
            if key not in pages:
                pages[key] = None
            elif pages[key] is None:
                pages[key] = page
                self._bytes += len(page.body)
            pages.move_to_end(key)
            while self._bytes > MAX_BYTES or len(pages) > MAX_PAGES:
                _, oldest = pages.popitem(last=False)
                self._bytes -= len(oldest.body) if oldest is not None else 0
