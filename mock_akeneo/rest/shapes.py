"""Shapes: the first step of a write. A shape checks the kind of data of one property and merges it into the item.

A shape is a function `(item, name, value, pim)`; the first wrong property ends the request (422 with link). It never
changes what lies in an item, it puts something new in its place.
Source: apidocs: content/rest-api/update.md; pim: the updaters and
src/Akeneo/Tool/Component/StorageUtils/Exception/InvalidPropertyTypeException.php
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, malformed_type

Shape = Callable[[Json, str, Any, Catalog], None]


def anything(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Taken as it is; rules decide."""
    item[name] = value


def scalar(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Anything but an array or object; rules decide."""
    if isinstance(value, list | dict):
        raise malformed_type(name, "a scalar", value)
    item[name] = value


def unkept(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Anything but an array or object, and nothing comes of it."""
    scalar({}, name, value, pim)


def boolean(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if value is not None and not isinstance(value, bool):
        raise malformed_type(name, "a boolean", value)
    item[name] = value


def integer(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise malformed_type(name, "an integer", value)
    item[name] = value


def is_numeric(value: Any) -> bool:
    """PHP's `is_numeric` of a JSON value."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    return not isinstance(value, str) or bool(_NUMERIC.fullmatch(value))


_NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r\v\f]*")


def array(name: str, value: Any) -> list[Any]:
    """The members of a JSON array or object, which are one thing in PHP."""
    if isinstance(value, dict):
        return list(value.values())
    if not isinstance(value, list):
        raise malformed_type(name, "an array", value)
    return value


def scalars(name: str, value: Any, what: str = "") -> list[Any]:
    """`what` names the members in the message, by default the property itself, in quotes."""
    members = array(name, value)
    if any(isinstance(member, list | dict) for member in members):
        what = what or f'"{name}" values'
        raise Malformed(f'Property "{name}" expects an array with valid data, one of the {what} is not a scalar.')
    return members


def known(kind: str, what: str, key: str) -> Callable[[str, Any, Catalog], str]:
    """A look-up of a code that must exist; gives the code in its own letter case.

    `what`, `key`: for the message `Property "group" expects a valid <key>. The <what> does not exist, "x" given.`
    """

    def look_up(name: str, value: Any, pim: Catalog) -> str:
        text = text_of(value)
        document = pim[kind].get(text)
        if document is None:
            raise Malformed(f'Property "{name}" expects a valid {key}. The {what} does not exist, "{text}" given.')
        return document.key

    return look_up


def code_of(kind: str, what: str, key: str = "code", *, removable: bool = True) -> Shape:
    """The code of a document that must exist. `removable`: null and `""` take it away."""
    look_up = known(kind, what, key)

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        if isinstance(value, list | dict):
            raise malformed_type(name, "a scalar", value)
        item[name] = None if removable and (value is None or value == "") else look_up(name, value, pim)

    return shape


Order = Callable[[Iterable[str], Catalog], list[str]]


def _as_sent(codes: Iterable[str], pim: Catalog) -> list[str]:
    return list(codes)


def by_code(codes: Iterable[str], pim: Catalog) -> list[str]:
    return sorted(codes)


def as_created(kind: str) -> Order:
    """In the order in which the documents of this kind were made: that of their numbers in the database."""

    def order(codes: Iterable[str], pim: Catalog) -> list[str]:
        ages: dict[str, int] = pim.fact(f"order of {kind}", lambda pim: _ages(kind, pim))
        return sorted(codes, key=ages.__getitem__)

    return order


def _ages(kind: str, pim: Catalog) -> dict[str, int]:
    return {document.key: age for age, document in enumerate(pim[kind].in_order_of_creation())}


def codes_of(kind: str, what: str, key: str = "code", *, entries: str = "", order: Order = _as_sent) -> Shape:
    """A list of codes that must exist: replaced whole, duplicates collapse. `entries`: see `what` of `scalars`."""
    look_up = known(kind, what, key)

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        members = scalars(name, value, entries)
        item[name] = order(dict.fromkeys(look_up(name, member, pim) for member in members), pim)

    return shape


def by_locale(entries: str = "") -> Shape:
    """Texts by locale, merged member by member; null and `""` remove one. `entries`: see `what` of `scalars`."""

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        scalars(name, value, entries)
        texts = dict(item[name])
        members = value.items() if isinstance(value, dict) else ((str(i), member) for i, member in enumerate(value))
        for locale, member in members:
            document = pim["locale"].get(locale)
            code = locale if document is None else document.key
            if member is None or member == "":
                texts.pop(code, None)
            else:
                texts[code] = text_of(member)
        item[name] = texts

    return shape


def moment(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """A time stamp that a catalog brings with it."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Malformed(f'Property "{name}" expects an ISO 8601 date, "{value}" given.') from None
    item[name] = value
