"""The fields that products can be searched by, and attributes: conditions into filters over columns.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Field/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, loads, php_type
from mock_akeneo.core.problems import Problem
from mock_akeneo.search.query import Condition, conditions
from mock_akeneo.search.scan import Filter

Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """`make`: what a column holds for one document. `operators`: by name, from a condition to a test."""

    make: Callable[[Document], Any]
    operators: Mapping[str, Callable[[Condition, Catalog], Test]]


def head(document: Document) -> Json:
    """The members before `values`, without parsing the values."""
    stored, start = document.stored, document.parts[0]
    data: Json = loads(b"{" + stored[start : stored.index(b',"values":', start)] + b"}")
    return data


def updated_of(document: Document) -> str:
    """`2016-06-25T17:56:12+00:00`, which sorts as text."""
    end = document.parts[1]
    return document.stored[end - 26 : end - 1].decode()


def _texts(condition: Condition) -> frozenset[str]:
    name, value = condition.name, condition.value
    if not isinstance(value, list):
        raise Problem(422, f'Property "{name}" expects an array as data, "{php_type(value)}" given.')
    if not all(isinstance(one, str) for one in value):
        raise Problem(422, f'Property "{name}" expects an array of strings as data.')
    return frozenset(one.lower() for one in value)


def _text_in(condition: Condition, pim: Catalog) -> Test:
    wanted = _texts(condition)
    return lambda value: value in wanted


def _text_not_in(condition: Condition, pim: Catalog) -> Test:
    wanted = _texts(condition)
    return lambda value: value is not None and value not in wanted


def _family_codes(condition: Condition, pim: Catalog) -> frozenset[str]:
    value = condition.value
    if not isinstance(value, list):
        raise Problem(422, f'Property "family" expects an array as data, "{php_type(value)}" given.')
    found = set()
    for code in value:
        if not isinstance(code, str):
            raise Problem(422, f'Property "family" expects a string as data, "{php_type(code)}" given.')
        family = pim.family(code)
        if family is None:
            raise Problem(422, f'Object "family" with code "{code}" does not exist')
        found.add(family["code"])
    return frozenset(found)


def _family_in(condition: Condition, pim: Catalog) -> Test:
    wanted = _family_codes(condition, pim)
    return lambda family: family in wanted


def _family_not_in(condition: Condition, pim: Catalog) -> Test:
    wanted = _family_codes(condition, pim)
    return lambda family: family not in wanted


def _enabled(condition: Condition, pim: Catalog) -> bool:
    if not isinstance(condition.value, bool):
        raise Problem(422, f'Property "enabled" expects a boolean as data, "{php_type(condition.value)}" given.')
    return condition.value


def _enabled_is(condition: Condition, pim: Catalog) -> Test:
    wanted = _enabled(condition, pim)
    return lambda enabled: enabled is wanted


def _enabled_is_not(condition: Condition, pim: Catalog) -> Test:
    wanted = not _enabled(condition, pim)
    return lambda enabled: enabled is wanted


_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


def _date(condition: Condition) -> str:
    value = condition.value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Problem(
            422,
            f'Property "{condition.name}" expects a string with the format "Y-m-d H:i:s" as data, "" given.',
        )
    return value.replace(" ", "T") + "+00:00"


def _later(condition: Condition, pim: Catalog) -> Test:
    than = _date(condition)
    return lambda moment: moment > than


def _earlier(condition: Condition, pim: Catalog) -> Test:
    than = _date(condition)
    return lambda moment: moment < than


def _category_codes(condition: Condition) -> frozenset[str]:
    if not isinstance(condition.value, list):
        raise Problem(422, f'Property "categories" expects an array as data, "{php_type(condition.value)}" given.')
    return frozenset(code for code in condition.value if isinstance(code, str))


def _categories_in(condition: Condition, pim: Catalog) -> Test:
    wanted = _category_codes(condition)
    return lambda codes: not wanted.isdisjoint(codes)


FIELDS: Final[Mapping[str, Field]] = {
    "uuid": Field(lambda d: d.key, {"IN": _text_in, "NOT IN": _text_not_in}),
    "identifier": Field(
        lambda d: None if d.alias is None else d.alias.lower(), {"IN": _text_in, "NOT IN": _text_not_in}
    ),
    "family": Field(lambda d: head(d)["family"], {"IN": _family_in, "NOT IN": _family_not_in}),
    "enabled": Field(lambda d: head(d)["enabled"], {"=": _enabled_is, "!=": _enabled_is_not}),
    "updated": Field(updated_of, {">": _later, "<": _earlier}),
    "categories": Field(lambda d: frozenset(head(d)["categories"]), {"IN": _categories_in}),
}


def product_filters(search: Json, pim: Catalog, unknown_status: int) -> list[Filter]:
    """The filters of a search, in the order in which they were given. Raises `Problem`."""
    filters = []
    for condition in conditions(search):
        field = FIELDS.get(condition.name)
        if field is None:
            raise Problem(
                unknown_status,
                f'"{condition.name}" does not exist or you do not have permission to access it.',
            )
        operator = field.operators.get(condition.operator)
        if operator is None:
            raise Problem(
                422,
                f'Filter on property "{condition.name}" is not supported or does not support operator '
                f'"{condition.operator}"',
            )
        filters.append(Filter(condition.name, field.make, operator(condition, pim)))
    return filters
