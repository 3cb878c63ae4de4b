"""Whole pages, for whoever asks for the same again while nothing has changed: test runs do, from their first to their
last test.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

MAX_BYTES: Final = 32 * 1024 * 1024  # of all pages together
MAX_PAGES: Final = 1_000  # those included that were asked for once


class Page(NamedTuple):
    """`body`: the whole answer; `items`: the keys of its items, in order."""

    body: bytes
    items: Sequence[str]


class Pages:
    """The pages asked for last. One that was made once is only noted: a pull through all of them keeps none."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Page | None] = OrderedDict()
        self._bytes = 0

    def find(self, key: Hashable) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def made(self, key: Hashable, page: Page) -> None:
        """To be told of each page that `find` did not find."""
        pages = self._pages
        if key in pages:
            pages.move_to_end(key)
            pages[key] = page
            self._bytes += len(page.body)
        else:
            pages[key] = None
        while self._bytes > MAX_BYTES or len(pages) > MAX_PAGES:
            _, oldest = pages.popitem(last=False)
            self._bytes -= len(oldest.body) if oldest is not None else 0
