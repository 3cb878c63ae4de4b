"""Lists of products: parameters, pages by number and by cursor, links.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/ListProductsQueryHandler.php
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed
from mock_akeneo.rest import pages
from mock_akeneo.sandbox.call import Answer, Call, json_answer
from mock_akeneo.search.scan import Filter, scan

MAX_OFFSET_ITEMS: Final = 10_000
_PLAIN: Final = re.compile(r"[A-Za-z0-9._\-]*")
# In this order in every link, when given (the `with_*` only when true).
_ECHOED: Final = ("search", "scope", "search_scope", "locales", "attributes")
_SWITCHES: Final = ("with_attribute_options", "with_quality_scores", "with_completenesses")


@dataclass(frozen=True, slots=True)
class Paging:
    type: str
    limit: int
    page: int
    with_count: bool
    after: str | None


def paging(query: Mapping[str, str]) -> Paging:
    """Checked in the PIM's order: type, limit, page, with_count. With `search_after` the last two are not."""
    type_ = pages.checked_type(query, ("page", "search_after"))
    limit = pages.checked_limit(query)
    if type_ == "search_after":
        return Paging(type_, limit, 1, query.get("with_count") == "true", query.get("search_after"))
    return Paging(type_, limit, pages.checked_page(query), pages.checked_count(query), None)


def check_depth(asked: Paging) -> None:
    """The last of all checks: it comes from the search engine."""
    if asked.type == "page" and asked.page * asked.limit > MAX_OFFSET_ITEMS:
        raise Malformed(
            "You have reached the maximum number of pages you can retrieve with the "
            '"page" pagination type. Please use the search after pagination type instead',
            "http://api.akeneo.com/documentation/pagination.html#the-search-after-method",
            suffix=False,
        )


async def found(
    index: Index, order_name: str, filters: Sequence[Filter], asked: Paging
) -> tuple[list[Document], int | None]:
    """The documents of the page, and how many there are in all if that was asked."""
    order = index.orders[order_name]
    documents = index.documents
    if asked.type == "search_after":
        start = order.behind(asked.after) if asked.after else 0
        rows = order.rows[start : start + asked.limit] if not filters else order.rows[start:]
        if filters:
            rows = await scan(index, rows, filters, asked.limit)
        return [d for row in rows if (d := documents[row]) is not None], None
    start = (asked.page - 1) * asked.limit
    if not filters:
        rows, count = order.rows[start : start + asked.limit], len(order.rows)
    else:
        every = await scan(index, order.rows[:], filters, None if asked.with_count else start + asked.limit)
        rows, count = every[start : start + asked.limit], len(every)
    return [d for row in rows if (d := documents[row]) is not None], count if asked.with_count else None


def link_maker(url: str, query: Mapping[str, str], search: Json | None, asked: Paging) -> Callable[..., str]:
    """Makes `{"href": …}` of a page number or a cursor, with the other parameters in the PIM's order."""
    echoed = dict(query)
    if search:
        # PHP's encoder: no blanks, slashes and non-ASCII escaped.
        echoed["search"] = php_json(search)
    else:
        echoed.pop("search", None)
    rest = [(name, echoed[name]) for name in _ECHOED if name in echoed]
    rest += [(name, "true") for name in _SWITCHES if echoed.get(name) == "true"]

    def link(page: int | None = None, after: str | None = None) -> str:
        pairs = [] if page is None else [("page", str(page))]
        pairs += [
            ("with_count", str(asked.with_count).lower()),
            ("pagination_type", asked.type),
            ("limit", str(asked.limit)),
            *rest,
        ]
        if after is not None:
            pairs.append(("search_after", after))
        return f'{{"href":"{url}?{pages.query_text(pairs)}"}}'

    return link


def php_json(value: Any) -> str:
    """JSON as PHP's `json_encode` writes it by default: ASCII only, slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def answered(
    call: Call,
    path: str,
    asked: Paging,
    search: Json | None,
    documents: Sequence[Document],
    count: int | None,
    key_of: Callable[[Document], str],
    tail_of: Callable[[Document], tuple[bytes, ...]],
) -> Answer:
    """The whole answer of a list, joined from ready-made bytes."""
    url = call.base.decode("latin-1") + path
    keys = [key_of(document) for document in documents]
    call.entry.items = keys
    link = link_maker(url, call.query, search, asked)
    full = len(documents) == asked.limit
    if asked.type == "page":
        named = [("self", link(asked.page)), ("first", link(1))]
        if asked.page > 1:
            named.append(("previous", link(asked.page - 1)))
        if full:
            named.append(("next", link(asked.page + 1)))
    else:
        named = [("self", link(after=asked.after)), ("first", link())]
        if full:
            named.append(("next", link(after=keys[-1])))
    links = ",".join(f'"{name}":{href}' for name, href in named)
    middle = "" if asked.type != "page" else f',"current_page":{asked.page}'
    if count is not None:
        middle += f',"items_count":{count}'
    pieces = [f'{{"_links":{{{links}}}{middle},"_embedded":{{"items":['.encode()]
    head = f'{{"_links":{{"self":{{"href":"{url}/'.encode()
    for key, document in zip(keys, documents, strict=True):
        plain = key if _PLAIN.fullmatch(key) else pages.path_segment(key)
        pieces += (head, plain.encode(), b'"}},', *tail_of(document), b",")
    if documents:
        pieces.pop()
    pieces.append(b"]}}")
    return json_answer(b"".join(pieces))
