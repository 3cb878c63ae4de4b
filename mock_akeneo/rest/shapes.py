"""Shapes: the first step of a write. A shape checks the kind of data of one property and merges it into the item.

A shape is a function `(item, name, value, pim)`; the first wrong property ends the request (422 with link).
Source: apidocs: content/rest-api/update.md; pim: the updaters and
src/Akeneo/Tool/Component/StorageUtils/Exception/InvalidPropertyTypeException.php
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, malformed_type

Shape = Callable[[Json, str, Any, Catalog], None]


def anything(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Taken as it is; rules decide."""
    item[name] = value


def scalar(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if isinstance(value, list | dict):
        raise malformed_type(name, "a scalar", value)
    item[name] = value


def boolean(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if not isinstance(value, bool):
        raise malformed_type(name, "a boolean", value)
    item[name] = value


def integer(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise malformed_type(name, "an integer", value)
    item[name] = value


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
        document = pim[kind].get(value) if isinstance(value, str) else None
        if document is None:
            given = value if isinstance(value, str | int | float) and not isinstance(value, bool) else php_text(value)
            raise Malformed(f'Property "{name}" expects a valid {key}. The {what} does not exist, "{given}" given.')
        return document.key

    return look_up


def php_text(value: Any) -> str:
    """A scalar as PHP prints it: true is 1, false and null are nothing."""
    if value is True:
        return "1"
    return "" if value is None or value is False else str(value)


def code_of(kind: str, what: str, key: str = "code") -> Shape:
    """The code of a document that must exist; null and `""` take it away."""
    look_up = known(kind, what, key)

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        if isinstance(value, list | dict):
            raise malformed_type(name, "a scalar", value)
        item[name] = None if value is None or value == "" else look_up(name, value, pim)

    return shape


def codes_of(kind: str, what: str, key: str = "code", order: Callable[[list[str]], list[str]] = list) -> Shape:
    """A list of codes that must exist: replaced whole, duplicates collapse."""
    look_up = known(kind, what, key)

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        members = scalars(name, value)
        item[name] = order(list(dict.fromkeys(look_up(name, member, pim) for member in members)))

    return shape


def by_locale(what: str = "") -> Shape:
    """Texts by locale, merged member by member; null and `""` remove one. `what` as in `scalars`."""

    def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
        scalars(name, value, what)
        texts = dict(item[name])
        entries = value.items() if isinstance(value, dict) else ((str(i), text) for i, text in enumerate(value))
        for locale, text in entries:
            document = pim["locale"].get(locale)
            code = locale if document is None else document.key
            if text is None or text == "":
                texts.pop(code, None)
                if document is None:
                    # An unknown locale is a broken rule even without a text.
                    texts[code] = ""
            else:
                texts[code] = php_text(text)
        item[name] = texts

    return shape


def refused(item: Json, name: str, value: Any, pim: Catalog) -> None:
    raise Malformed(f'Property "{name}" does not exist.')


def given_type(value: Any) -> str:
    return php_type(value)
