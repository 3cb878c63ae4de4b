"""The `search` parameter of the structure's lists: filters as rows, their conditions into one predicate.

Attributes, attribute groups, families and categories check conditions by Symfony's validator (400, all violations
joined by one space), locales and currencies as products do (422).
Source: pim: src/Akeneo/Pim/Structure/Bundle/Doctrine/ORM/Repository/ExternalApi/,
src/Akeneo/Category/back/Infrastructure/Validation/ExternalApiSearchFiltersValidator.php,
src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/LocaleController.php
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.clock import moment
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, json_decode, php_type
from mock_akeneo.core.problems import Problem
from mock_akeneo.search.fields import FIELDS
from mock_akeneo.search.query import conditions, parsed

Predicate = Callable[[Json], bool]

_NOT_JSON: Final = "The search query parameter must be a valid JSON."


class Filter(NamedTuple):
    """One property that can be searched by.

    `operator`: the only one. `wanted`: the complaint about another one, with `{}` for what was given.
    `slip`: the PIM prints the operator that it wanted in place of the given one.
    `faults`: the complaints about a value. `test`: of a checked value.
    """

    operator: str
    wanted: str
    faults: Callable[[Any], Iterator[str]]
    test: Callable[[Any, Catalog], Predicate]
    slip: bool = False


def by(filters: Mapping[str, Filter], *, not_json: str = _NOT_JSON) -> Callable[[str, Catalog], Predicate]:
    """From a `search` text to its predicate, which all conditions make up. Raises `Problem` 400."""

    def predicate(text: str, pim: Catalog) -> Predicate:
        tests = [
            filters[name].test(entry["value"], pim)
            for name, entries in _checked(text, filters, not_json).items()
            for entry in entries
        ]
        return lambda item: all(test(item) for test in tests)

    return predicate


def _checked(text: str, filters: Mapping[str, Filter], not_json: str) -> dict[str, list[Json]]:
    try:
        given = json_decode(text)
    except ValueError:
        given = None
    if not isinstance(given, list | dict):
        # The PIM itself fails on JSON that is neither object nor list.
        raise Problem(400, not_json)
    members = given if isinstance(given, dict) else {str(position): entry for position, entry in enumerate(given)}
    faults: list[str] = []
    for name, entries in members.items():
        if name not in filters:
            raise Problem(
                400,
                f'Available search filters are "{", ".join(filters)}" and you tried to search on unavailable filter '
                f'"{name}"',
            )
        faults.extend(_entry_faults(entries, filters[name]))
    if faults:
        raise Problem(400, " ".join(faults))
    return {name: list(entries.values() if isinstance(entries, dict) else entries) for name, entries in members.items()}


def _entry_faults(entries: Any, filter_: Filter) -> Iterator[str]:
    if not isinstance(entries, list | dict):
        yield "This value should be of type iterable."
        return
    for entry in entries.values() if isinstance(entries, dict) else entries:
        if not isinstance(entry, dict):
            yield "This value should be of type array|(Traversable&ArrayAccess)."
            continue
        if "operator" not in entry:
            yield "This field is missing."
        elif entry["operator"] != filter_.operator:
            yield filter_.wanted.format(_shown(filter_.operator if filter_.slip else entry["operator"]))
        if "value" not in entry:
            yield "This field is missing."
        else:
            yield from filter_.faults(entry["value"])
        for name in entry:
            if name not in ("operator", "value"):
                yield "This field was not expected."


def _shown(value: Any) -> str:
    """A value as Symfony's validator prints it."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "array"
    return "null" if value is None else str(value)


# Values


def _texts(noun: str, *, slip: bool = False) -> Callable[[Any], Iterator[str]]:
    """`noun`: `category codes`, for `you must send an array of category codes`.

    `slip`: the PIM prints the type that it wanted in place of the given one.
    """

    def faults(value: Any) -> Iterator[str]:
        if value is None:
            return
        if not isinstance(value, list | dict):
            given = "array" if slip else php_type(value)
            yield f"In order to search on {noun} you must send an array of {noun} as value, {given} given."
            yield "This value should be of type iterable."
            return
        for member in value.values() if isinstance(value, dict) else value:
            if member is not None and not isinstance(member, str):
                yield "This value should be of type string."

    return faults


def _boolean(message: str) -> Callable[[Any], Iterator[str]]:
    def faults(value: Any) -> Iterator[str]:
        if value is not None and not isinstance(value, bool):
            yield message.format(_shown(value))

    return faults


_ATOM: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})", re.ASCII)


def _moment(message: str) -> Callable[[Any], Iterator[str]]:
    def faults(value: Any) -> Iterator[str]:
        if isinstance(value, list | dict):
            yield "This value should be of type string."
        elif value is not None and value != "" and not _is_moment(str(value)):
            yield message

    return faults


def _is_moment(text: str) -> bool:
    if not _ATOM.fullmatch(text):
        return False
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _parent(value: Any) -> Iterator[str]:
    if value is not None and not isinstance(value, str):
        yield ("In order to search on category parent you must send a parent code category as value, string given.")


# Tests


def _in(member: str) -> Callable[[Any, Catalog], Predicate]:
    """In any letter case, as the database compares."""

    def test(value: Any, pim: Catalog) -> Predicate:
        members = value.values() if isinstance(value, dict) else value or ()
        wanted = frozenset(collation_key(text) for text in members if text is not None)
        return lambda item: collation_key(item[member]) in wanted

    return test


def _later(value: Any, pim: Catalog) -> Predicate:
    if not value:
        return lambda item: False
    than = moment(value)
    return lambda item: item["updated"] is not None and moment(item["updated"]) > than


def _is_main_identifier(value: Any, pim: Catalog) -> Predicate:
    return lambda item: item.get("is_main_identifier", False) is value


def families_with_products(pim: Catalog) -> frozenset[str]:
    index = pim.index("product")
    return frozenset(index.values(index.column("family", FIELDS["family"].column(pim, "product"))))


def _has_products(value: Any, pim: Catalog) -> Predicate:
    used = families_with_products(pim)
    return lambda item: (item["code"] in used) is bool(value)


def _is_root(value: Any, pim: Catalog) -> Predicate:
    return lambda item: (item["parent"] is None) is bool(value)


def _lies_under(value: Any, pim: Catalog) -> Predicate:
    """All descendants, without the category itself."""
    top = pim.data("category", value or "")
    if top is None:
        raise Problem(400, f"Parent code {value or ''} does not exist.")

    def test(item: Json) -> bool:
        above: Json | None = item
        while above is not None and above["parent"] is not None:
            if above["parent"] == top["code"]:
                return True
            above = pim.data("category", above["parent"])
        return False

    return test


# The tables


def _codes(noun: str, *, slip: bool = False) -> Filter:
    message = f'In order to search on {noun} codes you must use "IN" operator, {{}} given.'
    return Filter("IN", message, _texts(f"{noun} codes"), _in("code"), slip)


def _updated(complaint: str = "This value is not a valid datetime.", *, slip: bool = False) -> Filter:
    message = 'Searching on the "updated" property require the ">" (greater than) operator, {} given.'
    return Filter(">", message, _moment(complaint), _later, slip)


def _flag(noun: str, complaint: str, test: Callable[[Any, Catalog], Predicate]) -> Filter:
    message = f'In order to search on {noun} you must use "=" operator, {{}} given.'
    return Filter("=", message, _boolean(complaint), test)


ATTRIBUTES: Final[Mapping[str, Filter]] = {
    "code": _codes("attribute", slip=True),
    "updated": _updated(slip=True),
    "type": Filter(
        "IN",
        'In order to search on attribute types you must use "IN" operator, {} given.',
        _texts("attribute types", slip=True),
        _in("type"),
        slip=True,
    ),
    "is_main_identifier": _flag(
        "attribute is_main_identifier",
        'The "is_main_identifier" filter requires a boolean value, and the submitted value is not.',
        _is_main_identifier,
    ),
}
ATTRIBUTES_BEFORE_SEVERAL_IDENTIFIERS: Final = {n: f for n, f in ATTRIBUTES.items() if n != "is_main_identifier"}
ATTRIBUTE_GROUPS: Final[Mapping[str, Filter]] = {
    "code": _codes("attribute group", slip=True),
    "updated": _updated(slip=True),
}
FAMILIES: Final[Mapping[str, Filter]] = {
    "code": _codes("family"),
    "updated": _updated(),
    "has_products": _flag(
        "family has_product",
        'The "has_products" filter requires a boolean value, and the submitted value is not.',
        _has_products,
    ),
}
CATEGORIES: Final[Mapping[str, Filter]] = {
    "code": _codes("category"),
    "parent": Filter(
        "=", 'In order to search on category parent you must use "=" operator, {} given.', _parent, _lies_under
    ),
    "is_root": _flag(
        "category is_root", "In order to search on category is_root you must send a bool value, {} given.", _is_root
    ),
    "updated": _updated("This value is not in a valid ISO 8601 standard datetime format"),
}


# Locales and currencies


def enabled(is_enabled: Callable[[Json, Catalog], bool]) -> Callable[[str, Catalog], Predicate]:
    """The one filter of locales and currencies. Raises `Problem`: 400 for what is no JSON, else 422."""

    def predicate(text: str, pim: Catalog) -> Predicate:
        search = parsed(text, 400)
        for name, entries in search.items():
            if not isinstance(entries, list) or not entries:
                raise Problem(
                    422,
                    f'Structure of filter "{name}" should respect this structure: '
                    f'{{"{name}":[{{"operator": "my_operator", "value": "my_value"}}]}}',
                )
        wanted: bool | None = None
        for name, operator, entry, *_ in conditions(search):
            value = entry.get("value")
            if name != "enabled" or operator != "=":
                raise Problem(
                    422, f'Filter on property "{name}" is not supported or does not support operator "{operator}".'
                )
            if value is None:
                raise Problem(422, f'Value is missing for the property "{name}".')
            if not isinstance(value, bool):
                raise Problem(422, f'Filter "{name}" with operator "{operator}" expects a boolean value.')
            # Of several conditions the first counts.
            wanted = value if wanted is None else wanted
        return lambda item: wanted is None or is_enabled(item, pim) is wanted

    return predicate
