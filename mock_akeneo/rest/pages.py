"""Pages of a list: parameters, links, bytes.

Source: pim: src/Akeneo/Tool/Component/Api/Pagination/{OffsetHalPaginator,ParameterValidator}.php
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

from mock_akeneo.core.problems import Problem

MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 10
# Symfony's router leaves these plain in a query besides letters and digits.
_PLAIN_IN_QUERY: Final = "/?@:!;,*~-._"
# And these in a path.
_PLAIN_IN_PATH: Final = "/@:;,=+!*|~-._"
_INTEGER: Final = re.compile(r"[1-9][0-9]{0,17}")


class Page(NamedTuple):
    """`number` from 1 on, `limit` 1 to 100 items."""

    number: int
    limit: int
    with_count: bool


def path_segment(code: str) -> str:
    """A code as it stands in links and in `Location`: slashes stay plain."""
    return quote(code, safe=_PLAIN_IN_PATH)


@lru_cache(maxsize=1 << 16)
def path_bytes(code: str) -> bytes:
    """The same for lists, which show the same items again and again."""
    return path_segment(code).encode()


def query_text(pairs: Sequence[tuple[str, str]]) -> str:
    """The query of a link, encoded as Symfony does."""
    return "&".join(f"{_in_query(name)}={_in_query(value)}" for name, value in pairs)


@lru_cache(maxsize=1 << 12)
def _in_query(text: str) -> str:
    return quote(text, safe=_PLAIN_IN_QUERY)


def checked_limit(query: Mapping[str, str], default: int = DEFAULT_LIMIT) -> int:
    text = query.get("limit")
    if text is None:
        return default
    if not _INTEGER.fullmatch(text):
        raise Problem(422, f'"{text}" is not a valid limit number.')
    if int(text) > MAX_LIMIT:
        raise Problem(422, f"You cannot request more than {MAX_LIMIT} items.")
    return int(text)


def checked_page(query: Mapping[str, str]) -> int:
    text = query.get("page", "1")
    if not _INTEGER.fullmatch(text):
        raise Problem(422, f'"{text}" is not a valid page number.')
    return int(text)


def checked_count(query: Mapping[str, str]) -> bool:
    text = query.get("with_count", "false")
    if text not in ("true", "false"):
        raise Problem(
            422,
            f'Parameter "with_count" has to be a boolean. Only "true" or "false" allowed, "{text}" given.',
        )
    return text == "true"


def checked_type(query: Mapping[str, str], supported: Sequence[str]) -> str:
    """`page` or `search_after`."""
    text = query.get("pagination_type", "page")
    if text not in ("page", "search_after"):
        raise Problem(422, "Pagination type does not exist.")
    if text not in supported:
        raise Problem(422, "Pagination type is not supported.")
    return text


def truth(text: str | None) -> bool:
    """A switch such as `with_position`, as PHP reads one."""
    return text is not None and text.strip().lower() in ("1", "true", "on", "yes")


def offset_page(query: Mapping[str, str]) -> Page:
    """The parameters of a list with offset pages; the first that is wrong is told. Raises `Problem` 422."""
    checked_type(query, ("page",))
    limit = checked_limit(query)
    number = checked_page(query)
    return Page(number, limit, checked_count(query))


def offset_links(url: str, page: Page, extra: Sequence[tuple[str, str]], *, full: bool) -> bytes:
    """The `_links` member of one page: self and first always, previous from page 2 on, next when the page is full.

    `url`: absolute, without query. `extra`: the other parameters, in the order of the request.
    """

    def link(number: int) -> str:
        pairs = [
            ("page", str(number)),
            ("limit", str(page.limit)),
            ("with_count", str(page.with_count).lower()),
        ]
        return f'{{"href":"{url}?{query_text([*pairs, *extra])}"}}'

    links = [f'"self":{link(page.number)}', f'"first":{link(1)}']
    if page.number > 1:
        links.append(f'"previous":{link(page.number - 1)}')
    if full:
        links.append(f'"next":{link(page.number + 1)}')
    return ('{"_links":{' + ",".join(links) + "}").encode()


def offset_body(links: bytes, page: Page, count: int | None, items: bytes) -> bytes:
    """The whole answer of a list with offset pages. `items`: joined by commas."""
    counted = b"" if count is None else b',"items_count":%d' % count
    return b'%b,"current_page":%d%b,"_embedded":{"items":[%b]}}' % (links, page.number, counted, items)


def other_parameters(query: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a structure list keeps in its links: every parameter that is not one of paging, known or not."""
    return [(name, value) for name, value in query.items() if name not in ("page", "limit", "with_count")]
