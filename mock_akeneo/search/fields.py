"""The fields that products and product models can be searched by: their columns and operators.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Field/,
src/Akeneo/Pim/Enrichment/Bundle/Resources/config/query_builders.yml
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mock_akeneo.attribute_types import Operator, Pim, Test
from mock_akeneo.attribute_types.operators import (
    a_boolean,
    a_list,
    a_list_of_texts,
    is_in,
    is_not_in,
    is_not_in_or_empty,
    searching,
    wrong_type,
)
from mock_akeneo.attribute_types.php import items, numeric, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document, fold
from mock_akeneo.catalog.index import ColumnMaker
from mock_akeneo.catalog.product_document import categories_part, created_of, family_of, updated_of
from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.problems import Problem
from mock_akeneo.search.completeness import LETTERS, Completeness, letter

PRODUCT: Final = "product"
PRODUCT_MODEL: Final = "product_model"


@dataclass(frozen=True, slots=True)
class Field:
    """`name`: of its column. `column`: (catalog, kind) -> what it holds for a document. Operators by kind.

    `few`: whether many documents share few values. The check of an operator gets the field as
    `{"code", "locale", "scope", "locales"}`.
    """

    name: str
    column: Callable[[Catalog, str], ColumnMaker]
    product: Mapping[str, Operator]
    product_model: Mapping[str, Operator]
    few: bool = True

    def operators(self, kind: str) -> Mapping[str, Operator]:
        return self.product if kind == PRODUCT else self.product_model


# Tests as bound methods, where there are some: a scan calls them without entering Python.


def is_exactly(operand: Any) -> Test:
    return lambda value: value is operand


def is_none_of(operand: frozenset[Any]) -> Test:
    return lambda value: value not in operand


def _none(_operand: object) -> Test:
    return lambda value: value is None


def _some(_operand: object) -> Test:
    return lambda value: value is not None


EMPTINESS: Final = {"EMPTY": Operator(_none), "NOT EMPTY": Operator(_some)}

# Identifiers


def _key(_pim: Catalog, kind: str) -> ColumnMaker:
    if kind == PRODUCT_MODEL:
        return lambda document: fold(document.key)
    return lambda document: None if document.alias is None else fold(document.alias)


def _uuid(_pim: Catalog, _kind: str) -> ColumnMaker:
    return lambda document: document.key


def some_identifiers(field: Json, value: object, pim: Pim) -> frozenset[str]:
    return a_list_of_texts(field, value, pim)


_IDENTIFIER: Final = {
    **searching(),
    "IN": Operator(is_in, some_identifiers),
    "NOT IN": Operator(is_not_in, some_identifiers),
    **EMPTINESS,
}

# Family, groups, parent


def _family(_pim: Catalog, _kind: str) -> ColumnMaker:
    return family_of


def some_codes_of(kind: str, noun: str) -> Callable[[Json, object, Pim], frozenset[str]]:
    """Codes that exist, in their own letter case if `kind` is looked up that way. Raises `Problem` 422."""

    def check(field: Json, value: object, pim: Any) -> frozenset[str]:
        found = set()
        for code in a_list(field, value, pim):
            if not isinstance(code, str) and numeric(code) is None:
                raise wrong_type(field["code"], "a string", code)
            document = pim[kind].get(text_of(code))
            if document is None:
                raise Problem(422, f'Object "{noun}" with code "{text_of(code)}" does not exist')
            found.add(document.key if kind == "family" else text_of(code))
        return frozenset(found)

    return check


_some_families: Final = some_codes_of("family", "family")
_FAMILY: Final = {
    "IN": Operator(is_in, _some_families),
    "NOT IN": Operator(is_not_in_or_empty, _some_families),
    **EMPTINESS,
}


def meets(operand: frozenset[str]) -> Test:
    return lambda codes: not operand.isdisjoint(codes)


def avoids(operand: frozenset[str]) -> Test:
    return operand.isdisjoint


def no_code(_operand: object) -> Test:
    return lambda codes: not codes


def any_code(_operand: object) -> Test:
    return bool


def _groups(_pim: Catalog, _kind: str) -> ColumnMaker:
    def make(document: Document) -> frozenset[str]:
        stored = document.stored
        start = stored.index(b'"groups":[', document.parts[0]) + 9
        return frozenset(loads(stored[start : stored.index(b"]", start) + 1]))

    return make


_some_groups: Final = some_codes_of("group", "groups")
_GROUPS: Final = {
    "IN": Operator(meets, _some_groups),
    "NOT IN": Operator(avoids, _some_groups),
    "EMPTY": Operator(no_code),
    "NOT EMPTY": Operator(any_code),
}


def _ancestors(pim: Catalog, _kind: str) -> ColumnMaker:
    """Their codes, nearest first."""
    return lambda document: tuple(fold(model.key) for model in pim.ancestors(document, indexed=True))


def has_ancestor(operand: frozenset[str]) -> Test:
    return lambda codes: not operand.isdisjoint(codes)


def has_parent(operand: frozenset[str]) -> Test:
    return lambda codes: codes[:1] != () and codes[0] in operand


def _code(name: str, value: object) -> str:
    if not isinstance(value, str) and numeric(value) is None:
        raise wrong_type(name, "a string", value)
    return fold(text_of(value))


def an_ancestor(field: Json, value: object, pim: Pim) -> frozenset[str]:
    """One code; several are let pass."""
    codes = items(value) if isinstance(value, list | dict) else [value]
    return frozenset(_code("ancestor.code", one) for one in codes)


def some_parents(field: Json, value: object, pim: Pim) -> frozenset[str]:
    return frozenset(_code(field["code"], one) for one in a_list(field, value, pim))


_PARENT: Final = {
    "IN": Operator(has_parent, some_parents),
    "EMPTY": Operator(no_code),
    "NOT EMPTY": Operator(any_code),
}

# Enabled


def _enabled(_pim: Catalog, _kind: str) -> ColumnMaker:
    return lambda document: document.stored.startswith(b'"enabled":true', document.parts[0])


def _is_not(operand: bool) -> Test:
    return is_exactly(not operand)


# Categories


def _categories(pim: Catalog, _kind: str) -> ColumnMaker:
    """Own ones and those of the ancestors; equal sets are one object."""
    known: dict[bytes, frozenset[str]] = {}

    def own(document: Document) -> frozenset[str]:
        start, end = categories_part(document)
        inside = document.stored[start:end]
        codes = known.get(inside)
        if codes is None:
            codes = known[inside] = frozenset(loads(b"[%b]" % inside))
        return codes

    def make(document: Document) -> frozenset[str]:
        codes = own(document)
        if document.parent is not None:
            for model in pim.ancestors(document, indexed=True):
                above = own(model)
                codes = codes | above if above and codes else above or codes
        return codes

    return make


def some_categories(field: Json, value: object, pim: Any) -> frozenset[str]:
    codes = set()
    for code in a_list(field, value, pim):
        if not isinstance(code, str) and numeric(code) is None:
            raise wrong_type(field["code"], "a string", code)
        if pim["category"].get(text_of(code)) is None:
            raise Problem(422, f'Object "category" with code "{text_of(code)}" does not exist')
        codes.add(text_of(code))
    return frozenset(codes)


def with_descendants(field: Json, value: object, pim: Any) -> frozenset[str]:
    children: Mapping[str, list[str]] = pim.fact("children of categories", _children_of_categories)
    found: set[str] = set()

    def add(code: str) -> None:
        found.add(code)
        for child in children.get(code, ()):
            add(child)

    for code in some_categories(field, value, pim):
        add(pim["category"].get(code).key)
    return frozenset(found)


def _children_of_categories(pim: Catalog) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for document in pim["category"].in_order_of_creation():
        if document.data["parent"] is not None:
            children.setdefault(document.data["parent"], []).append(document.key)
    return children


def meets_or_empty(operand: frozenset[str]) -> Test:
    return lambda codes: not codes or not operand.isdisjoint(codes)


_CATEGORIES: Final = {
    "IN": Operator(meets, some_categories),
    "NOT IN": Operator(avoids, some_categories),
    "IN CHILDREN": Operator(meets, with_descendants),
    "NOT IN CHILDREN": Operator(avoids, with_descendants),
    "UNCLASSIFIED": Operator(no_code),
    "IN OR UNCLASSIFIED": Operator(meets_or_empty, some_categories),
    "NOT EMPTY": Operator(any_code),
}

# Dates: columns and operands are texts `2016-06-25T17:56:12+00:00`, which sort as what they say.

_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})", re.ASCII)


def _created(_pim: Catalog, _kind: str) -> ColumnMaker:
    return created_of


def _updated(pim: Catalog, _kind: str) -> ColumnMaker:
    """The latest of its own and its ancestors'."""

    def make(document: Document) -> str:
        own = updated_of(document)
        if document.parent is None:
            return own
        return max(own, *(updated_of(model) for model in pim.ancestors(document, indexed=True)), own)

    return make


def _moment(value: object) -> str | None:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    if month > 12 or day > 31 or hour > 24 or minute > 59 or second > 59:
        return None
    try:
        # As in PHP, the 31st of a short month is the first of the next.
        start = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
        return (start + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)).isoformat()
    except (ValueError, OverflowError):
        return None


def a_moment(field: Json, value: object, pim: Pim) -> str:
    moment = _moment(text_of(value))
    if moment is None:
        # The PIM has turned the text into `false` before it complains.
        raise Problem(
            422, f'Property "{field["code"]}" expects a string with the format "Y-m-d H:i:s" as data, "" given.'
        )
    return moment


def two_moments(field: Json, value: object, pim: Pim) -> tuple[str, str]:
    if not isinstance(value, list | dict):
        # It has turned the text into a date or `false` by then.
        given = "boolean" if _moment(text_of(value)) is None else "object"
        raise Problem(422, f'Property "{field["code"]}" expects an array as data, "{given}" given.')
    moments = items(value)
    if len(moments) != 2:
        because = 'should contain 2 strings with the format "yyyy-mm-dd H:i:s"'
        raise Problem(422, f'Property "{field["code"]}" expects an array with valid data, {because}.')
    return a_moment(field, moments[0], pim), a_moment(field, moments[1], pim)


def days_ago(field: Json, value: object, pim: Pim) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(field["code"], "an integer", value)
    try:
        return iso(pim.clock.now() - value * 86_400)
    except (ValueError, OverflowError, OSError):
        # Further away than any calendar goes: everything, or nothing, is later.
        return "0" if value > 0 else "9999"


def last_job(field: Json, value: object, pim: Pim) -> str:
    """No job has ever run here."""
    if not isinstance(value, str):
        raise wrong_type(field["code"], "a string", value)
    because = f'The job instance does not exist, "{value}" given.'
    raise Problem(422, f'Property "job_instance" expects a valid code. {because}')


def later(operand: str) -> Test:
    return operand.__lt__


def earlier(operand: str) -> Test:
    return operand.__gt__


def at(operand: str) -> Test:
    return operand.__eq__


def not_at(operand: str) -> Test:
    return operand.__ne__


def from_to(operand: tuple[str, str]) -> Test:
    first, last = operand
    return lambda moment: first <= moment <= last


def not_from_to(operand: tuple[str, str]) -> Test:
    first, last = operand
    return lambda moment: not first <= moment <= last


_DATES: Final = {
    "=": Operator(at, a_moment),
    "!=": Operator(not_at, a_moment),
    "<": Operator(earlier, a_moment),
    ">": Operator(later, a_moment),
    "BETWEEN": Operator(from_to, two_moments),
    "NOT BETWEEN": Operator(not_from_to, two_moments),
    "SINCE LAST N DAYS": Operator(later, days_ago),
    "SINCE LAST JOB": Operator(later, last_job),
    **EMPTINESS,
}

# Completeness and quality


def completeness_of(pim: Catalog) -> Completeness:
    found: Completeness = pim.fact("completeness", Completeness)
    return found


def _completeness(pim: Catalog, kind: str) -> ColumnMaker:
    """A percentage for each channel and locale; None without family. Of a model: those of all its variants."""
    if kind == PRODUCT:
        return lambda document: completeness_of(pim).of(document, indexed=True)

    def of_variants(document: Document) -> tuple[tuple[int, ...], ...]:
        completeness = completeness_of(pim)
        variants = [below for kind, below in pim.variant_tree.descendants(document.key) if kind == PRODUCT]
        return tuple(of for variant in variants if (of := completeness.of(variant)) is not None)

    return of_variants


class Percentages:
    """An operand: a number, and where in the column to look. None stands for a locale that the channel lacks."""

    __slots__ = ("number", "places")

    def __init__(self, number: float, places: list[int | None]) -> None:
        self.number, self.places = number, places


def _places(field: Json, pim: Any, locales: list[Any]) -> list[int | None]:
    places = {place: position for position, place in enumerate(completeness_of(pim).places)}
    return [places.get((field["scope"], text_of(locale))) for locale in locales]


def a_percentage(field: Json, value: object, pim: Any) -> Percentages:
    """Of one locale, else of all the channel's."""
    number = _percentage(field, value)
    locale = field["locale"]
    if locale is not None:
        return Percentages(number, _places(field, pim, [locale]))
    channel = pim.channel(field["scope"])
    if channel is None:
        raise Problem(422, f'Channel with "{field["scope"]}" code does not exist')
    return Percentages(number, _places(field, pim, channel["locales"]))


def _percentage(field: Json, value: object) -> float:
    number = numeric(value)
    if number is None:
        raise wrong_type("completeness", "a numeric", value)
    if field["scope"] is None:
        raise Problem(422, 'Property "completeness" expects a valid scope.')
    return float(number)


def a_percentage_of_locales(field: Json, value: object, pim: Any) -> Percentages:
    number = _percentage(field, value)
    if field["locales"] is None:
        raise Problem(422, 'Property "completeness" expects an array with the key "locales".')
    return Percentages(number, _places(field, pim, items(field["locales"])))


def a_percentage_of_some_locales(field: Json, value: object, pim: Any) -> Percentages:
    return (a_percentage if field["locales"] is None else a_percentage_of_locales)(field, value, pim)


def in_one_locale(compare: Callable[[Any, Any], bool]) -> Callable[[Percentages], Test]:
    def test(operand: Percentages) -> Test:
        number, places = operand.number, [place for place in operand.places if place is not None]
        # No locale at all is no condition.
        anyway = not operand.places
        return lambda of: of is not None and (anyway or any(compare(of[place], number) for place in places))

    return test


def in_all_locales(compare: Callable[[Any, Any], bool]) -> Callable[[Percentages], Test]:
    def test(operand: Percentages) -> Test:
        number, places = operand.number, operand.places
        return lambda of: of is not None and all(place is not None and compare(of[place], number) for place in places)

    return test


def not_everywhere(operand: Percentages) -> Test:
    number, places = operand.number, operand.places
    if None in places:
        return lambda of: False
    return lambda of: of is not None and not all(of[place] == number for place in places)


_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "<": ("LOWER THAN", lambda one, other: bool(one < other)),
    "<=": ("LOWER OR EQUALS THAN", lambda one, other: bool(one <= other)),
    ">": ("GREATER THAN", lambda one, other: bool(one > other)),
    ">=": ("GREATER OR EQUALS THAN", lambda one, other: bool(one >= other)),
}


def _completeness_operators() -> Iterator[tuple[str, Operator]]:
    equal = Operator(in_one_locale(lambda one, other: bool(one == other)), a_percentage)
    yield "=", equal
    yield "EQUALS ON AT LEAST ONE LOCALE", equal
    differs = Operator(not_everywhere, a_percentage)
    yield "!=", differs
    yield "NOT EQUALS ON AT LEAST ONE LOCALE", differs
    for sign, (words, compare) in _COMPARISONS.items():
        yield sign, Operator(in_one_locale(compare), a_percentage)
        # Only this one may be given locales.
        check = a_percentage_of_some_locales if sign == ">=" else a_percentage
        yield f"{words} ON AT LEAST ONE LOCALE", Operator(in_one_locale(compare), check)
        yield f"{words} ON ALL LOCALES", Operator(in_all_locales(compare), a_percentage_of_locales)
    yield "EMPTY", Operator(_none)


def a_channel_with_locales(field: Json, value: object, pim: Any) -> list[int | None]:
    locales = items(field["locales"]) if field["locales"] else []
    if not field["locale"] and not locales:
        raise Problem(422, 'Property "completeness" expects a valid locale.')
    if not field["scope"]:
        raise Problem(422, 'Property "completeness" expects a valid channel.')
    return _places(field, pim, [field["locale"]] if field["locale"] else locales)


def _of_variants(
    several: Callable[[Iterator[bool]], bool], variants: Callable[[Iterator[bool]], bool], complete: bool
) -> Callable[[list[int | None]], Test]:
    """`several`: in one or in all given locales; `variants`: one or all variants."""

    def test(places: list[int | None]) -> Test:
        return lambda of: (
            bool(of)
            and several(
                place is not None and variants((one[place] == 100) is complete for one in of) for place in places
            )
        )

    return test


_COMPLETENESS_OF_MODELS: Final = {
    "AT LEAST COMPLETE": Operator(_of_variants(any, any, True), a_channel_with_locales),
    "ALL COMPLETE": Operator(_of_variants(all, all, True), a_channel_with_locales),
    "AT LEAST INCOMPLETE": Operator(_of_variants(any, any, False), a_channel_with_locales),
    "ALL INCOMPLETE": Operator(_of_variants(all, all, False), a_channel_with_locales),
}


def some_letters(field: Json, value: object, pim: Any) -> tuple[frozenset[str], int | None]:
    """`A` to `E`, or 1 to 5."""
    wanted = a_list(field, value, pim)
    if not field["scope"]:
        raise Problem(422, 'Property "quality_score" expects a channel.')
    if not field["locale"]:
        raise Problem(422, 'Property "quality_score" expects a locale.')
    letters = set()
    for one in wanted:
        text = LETTERS[one - 1] if isinstance(one, int) and 1 <= one <= len(LETTERS) else text_of(one)
        if len(text) != 1 or text not in LETTERS:
            raise Problem(422, 'Property "quality_score" expects values among "A", "B", "C", "D", "E".')
        letters.add(text)
    return frozenset(letters), _places(field, pim, [field["locale"]])[0]


def has_letter(operand: tuple[frozenset[str], int | None]) -> Test:
    letters, place = operand
    return lambda of: of is not None and place is not None and letter(of[place]) in letters


# The table


def _field(
    name: str,
    column: Callable[[Catalog, str], ColumnMaker],
    operators: Mapping[str, Operator],
    product_model: Mapping[str, Operator] | None = None,
    *,
    few: bool = True,
) -> Field:
    """`product_model`: its operators there, if they are not the same."""
    return Field(name, column, operators, operators if product_model is None else product_model, few)


_UUID: Final = {"IN": Operator(is_in, a_list_of_texts), "NOT IN": Operator(is_none_of, a_list_of_texts)}
_ENABLED: Final = {"=": Operator(is_exactly, a_boolean), "!=": Operator(_is_not, a_boolean)}

FIELDS: Final[Mapping[str, Field]] = {
    "uuid": _field("uuid", _uuid, _UUID, {}, few=False),
    "identifier": _field("identifier", _key, _IDENTIFIER, few=False),
    "family": _field("family", _family, _FAMILY),
    "categories": _field("categories", _categories, _CATEGORIES),
    "enabled": _field("enabled", _enabled, _ENABLED, {}),
    "groups": _field("groups", _groups, _GROUPS, {}),
    "parent": _field("parent", _ancestors, {**_PARENT, "=": Operator(has_ancestor, an_ancestor)}, _PARENT),
    "created": _field("created", _created, _DATES, few=False),
    "updated": _field("updated", _updated, _DATES, few=False),
    "completeness": _field("completeness", _completeness, dict(_completeness_operators()), _COMPLETENESS_OF_MODELS),
    "quality_score": _field("completeness", _completeness, {"IN": Operator(has_letter, some_letters)}, {}),
}
