"""Lists of products and product models: parameters, pages by number and by cursor, links, bytes.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/, .../ExternalApi/ProductController.php
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, php_dumps
from mock_akeneo.core.problems import Malformed, Problem
from mock_akeneo.rest import pages
from mock_akeneo.search.query import inactive, is_active
from mock_akeneo.search.scan import Found

MAX_OFFSET_ITEMS: Final = 10_000
# In this order in every link, when given (the switches only when true).
_ECHOED: Final[tuple[str, ...]] = ("search", "scope", "search_scope", "locales", "attributes")


@dataclass(frozen=True, slots=True)
class Paging:
    """`with_count` as it was written: with `search_after` it is repeated in links whatever it says."""

    type: str
    limit: int
    page: int
    with_count: str
    after: str | None

    @property
    def counts(self) -> bool:
        return self.type == "page" and self.with_count == "true"

    @property
    def start(self) -> int:
        return (self.page - 1) * self.limit


def paging(query: Mapping[str, str]) -> Paging:
    """Checked in the PIM's order: type, limit, page, with_count. With `search_after` the last two are not."""
    type_ = pages.checked_type(query, ("page", "search_after"))
    limit = pages.checked_limit(query)
    if type_ == "search_after":
        return Paging(type_, limit, 1, query.get("with_count", "false"), query.get("search_after"))
    number = pages.checked_page(query)
    return Paging(type_, limit, number, "true" if pages.checked_count(query) else "false", None)


def check_depth(asked: Paging) -> None:
    """The last of all checks: it comes from the search engine."""
    if asked.type == "page" and asked.page * asked.limit > MAX_OFFSET_ITEMS:
        raise Malformed(
            "You have reached the maximum number of pages you can retrieve with the "
            '"page" pagination type. Please use the search after pagination type instead',
            "http://api.akeneo.com/documentation/pagination.html#the-search-after-method",
            suffix=False,
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """What `scope`, `locales` and `attributes` leave of the values. None: not given."""

    channel: str | None
    locales: tuple[str, ...] | None
    attributes: tuple[str, ...] | None

    def __bool__(self) -> bool:
        return (self.channel, self.locales, self.attributes) != (None, None, None)


def selection(query: Mapping[str, str], pim: Catalog) -> Selection:
    """Attributes, then scope, then locales: the first that are not there are told. Raises `Problem` 422.

    The PIM checks without blanks around the codes, but takes them as they are after that.
    """
    attributes, channel, locales = _listed(query, "attributes"), query.get("scope"), _listed(query, "locales")
    _check_attributes(attributes or (), pim)
    found = None
    if channel is not None and (found := pim.channel(channel)) is None:
        raise Problem(422, f'Scope "{channel}" does not exist.')
    _check_locales(locales or (), found, pim)
    return Selection(None if found is None else found["code"], locales, attributes)


def _listed(query: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    text = query.get(name)
    return None if text is None else tuple(text.split(","))


def _check_attributes(codes: Sequence[str], pim: Catalog) -> None:
    unknown = [code.strip() for code in codes if pim.attribute(code.strip()) is None]
    if len(unknown) > 1:
        raise Problem(422, f'Attributes "{", ".join(unknown)}" do not exist.')
    if unknown:
        raise Problem(422, f'Attribute "{unknown[0]}" does not exist.')


def _check_locales(codes: Sequence[str], channel: Json | None, pim: Catalog) -> None:
    stripped = [code.strip() for code in codes]
    unknown = [code for code in stripped if not is_active(code, pim)]
    if unknown:
        raise Problem(422, inactive(unknown))
    missing = [] if channel is None else [code for code in stripped if code not in channel["locales"]]
    if channel is not None and missing:
        which = f'Locales "{", ".join(missing)}" are' if len(missing) > 1 else f'Locale "{missing[0]}" is'
        raise Problem(422, f'{which} not activated for the scope "{channel["code"]}".')


# Links


def link_maker(
    url: str, query: Mapping[str, str], search: Json | None, asked: Paging, switches: Sequence[str]
) -> Callable[..., str]:
    """Makes `{"href": …}` of a page number or a cursor, with the other parameters in the PIM's order."""
    echoed = dict(query)
    if search:
        echoed["search"] = php_json(search)
    else:
        echoed.pop("search", None)
    rest = [(name, echoed[name]) for name in _ECHOED if name in echoed]
    rest += [(name, "true") for name in switches if echoed.get(name) == "true"]

    def link(page: int | None = None, after: str | None = None) -> str:
        pairs = [] if page is None else [("page", str(page))]
        pairs += [
            ("with_count", asked.with_count),
            ("pagination_type", asked.type),
            ("limit", str(asked.limit)),
            *rest,
        ]
        if after is not None:
            pairs.append(("search_after", after))
        return f'{{"href":"{url}?{pages.query_text(pairs)}"}}'

    return link


def php_json(value: Any) -> str:
    """JSON as PHP writes it again: ASCII only, slashes escaped, and an object that might be a list is one."""
    return php_dumps(_as_php_array(value))


def _as_php_array(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_as_php_array, value))
    if not isinstance(value, dict):
        return value
    if all(name == str(position) for position, name in enumerate(value)):
        return list(map(_as_php_array, value.values()))
    return dict(zip(value, map(_as_php_array, value.values()), strict=True))


# Bytes


def body(asked: Paging, found: Found, keys: Sequence[str], link: Callable[..., str], items: Iterable[bytes]) -> bytes:
    """The whole answer, joined from ready-made bytes. `keys`: what tells the items apart; `items`: with commas."""
    head = f'{{"_links":{{{_named_links(asked, keys, link)}}}'
    if asked.type == "page":
        head += f',"current_page":{asked.page}'
    if found.total is not None:
        head += f',"items_count":{found.total}'
    return b"".join((f'{head},"_embedded":{{"items":['.encode(), *items, b"]}}"))


def _named_links(asked: Paging, keys: Sequence[str], link: Callable[..., str]) -> str:
    return ",".join(f'"{name}":{href}' for name, href in _links(asked, keys, link))


def _links(asked: Paging, keys: Sequence[str], link: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """A full page has a next one, be it empty."""
    full = len(keys) == asked.limit
    if asked.type == "page":
        yield "self", link(asked.page)
        yield "first", link(1)
        if asked.page > 1:
            yield "previous", link(asked.page - 1)
        if full:
            yield "next", link(asked.page + 1)
    else:
        yield "self", link(after=asked.after)
        yield "first", link()
        if full:
            yield "next", link(after=keys[-1])
