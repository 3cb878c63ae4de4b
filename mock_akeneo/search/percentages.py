"""Filters on completeness and quality scores: percentages of each channel and locale, and conditions on some of them.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Field/{,Product/}CompletenessFilter.php
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mock_akeneo.attribute_types import Operator, Test
from mock_akeneo.attribute_types.operators import a_list, is_empty, wrong_type
from mock_akeneo.attribute_types.php import items, numeric, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Problem
from mock_akeneo.search.completeness import LETTERS, Completeness, letter


def completeness_of(pim: Catalog) -> Completeness:
    found: Completeness = pim.fact("completeness", Completeness)
    return found


def percentages(pim: Catalog, kind: str) -> ColumnMaker:
    """A percentage for each channel and locale; None without family. Of a model: those of all its variants."""
    if kind == "product":
        return lambda document: completeness_of(pim).of(document, indexed=True)

    def of_variants(document: Document) -> tuple[tuple[int, ...], ...]:
        completeness = completeness_of(pim)
        variants = [below for kind, below in pim.variant_tree.descendants(document.key) if kind == "product"]
        return tuple(of for variant in variants if (of := completeness.of(variant)) is not None)

    return of_variants


class _Verdicts(dict[Any, bool]):
    def __init__(self, passes: Callable[[Any], bool]) -> None:
        super().__init__()
        self._passes = passes

    def __missing__(self, of: Any) -> bool:
        verdict = self[of] = self._passes(of)
        return verdict


def of_each(passes: Callable[[Any], bool]) -> Test:
    """Asked once of the same percentages, for many products have the same."""
    verdicts = _Verdicts(passes)
    return lambda values, rows: [row for row in rows if verdicts[values[row]]]


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
        return of_each(lambda of: of is not None and (anyway or any(compare(of[place], number) for place in places)))

    return test


def in_all_locales(compare: Callable[[Any, Any], bool]) -> Callable[[Percentages], Test]:
    def test(operand: Percentages) -> Test:
        number, places = operand.number, operand.places
        return of_each(
            lambda of: of is not None and all(place is not None and compare(of[place], number) for place in places)
        )

    return test


def not_everywhere(operand: Percentages) -> Test:
    number, places = operand.number, operand.places
    return of_each(
        lambda of: of is not None and None not in places and not all(of[place] == number for place in places)
    )


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
    yield "EMPTY", Operator(is_empty)


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
        return of_each(
            lambda of: (
                bool(of)
                and several(
                    place is not None and variants((one[place] == 100) is complete for one in of) for place in places
                )
            )
        )

    return test


COMPLETENESS_OF_MODELS: Final = {
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
        rank = numeric(one)
        text = LETTERS[int(rank) - 1] if rank is not None and 1 <= int(rank) <= len(LETTERS) else text_of(one)
        if len(text) != 1 or text not in LETTERS:
            raise Problem(422, 'Property "quality_score" expects values among "A", "B", "C", "D", "E".')
        letters.add(text)
    return frozenset(letters), _places(field, pim, [field["locale"]])[0]


def has_letter(operand: tuple[frozenset[str], int | None]) -> Test:
    letters, place = operand
    return of_each(lambda of: of is not None and place is not None and letter(of[place]) in letters)


COMPLETENESS: Final = dict(_completeness_operators())
QUALITY: Final = {"IN": Operator(has_letter, some_letters)}
