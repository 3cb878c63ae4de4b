"""pim_catalog_identifier. Its violations are told of the property `identifier`, without attribute, locale and scope.

The uniqueness of the main identifier is a rule of the product, not of the value: see `resources`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types import _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim
from mock_akeneo.attribute_types.operators import EMPTINESS, is_in, is_not_in, searching
from mock_akeneo.attribute_types.php import is_blank
from mock_akeneo.attribute_types.text import TEXT_CHARACTERS, some_texts, too_long, unmatched
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Violation, malformed_type

# `$` lets a line break at the very end pass, in PHP as in Python: the next rule tells of it.
WITHOUT_SEPARATORS: Final = re.compile(r"^(?!\s)[^,;]+(?<!\s)$", re.ASCII)
# PHP matches `\R` byte by byte, so that many a letter has a line break in it: `Å` is C3 85.
_LINE_BREAK: Final = re.compile(rb"[\n\v\f\r\x85]")

SEPARATOR_MESSAGE: Final = "This field should not contain any comma or semicolon or leading/trailing space"
LINE_BREAK_MESSAGE: Final = "This field should not contain any line break"


def accept(attribute: Json, data: object, _pim: Pim) -> str | None:
    if is_blank(data):
        return None
    if not isinstance(data, str):
        raise malformed_type(attribute["code"], "a string", data)
    return data


def has_no_separators(
    _attribute: Json, data: Any, _channel: str | None, _locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if WITHOUT_SEPARATORS.search(data) is None:
        yield Violation("identifier", SEPARATOR_MESSAGE)


def has_no_line_break(
    _attribute: Json, data: Any, _channel: str | None, _locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if _LINE_BREAK.search(data.encode("utf-8", "replace")):
        yield Violation("identifier", LINE_BREAK_MESSAGE)


def is_short_enough(
    attribute: Json, data: Any, _channel: str | None, _locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if message := too_long(attribute, data, TEXT_CHARACTERS):
        yield Violation("identifier", message, template="too long")


def matches_its_regular_expression(
    attribute: Json, data: Any, _channel: str | None, _locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if message := unmatched(attribute, data):
        yield Violation("identifier", message, template="regular expression")


def column(_attribute: Json, data: Any, _pim: Pim) -> str:
    text: str = data.lower()
    return text


OPERATORS: Final[Mapping[str, Operator]] = {
    **searching(),
    "IN": Operator(is_in, some_texts),
    "NOT IN": Operator(is_not_in, some_texts),
    **EMPTINESS,
}


def fake(attribute: Json, chance: Chance, _codes: Sequence[str]) -> str | None:
    if attribute["validation_rule"] == "regexp":
        return None
    return f"{attribute['code']}-{chance.hexadecimal(12)}"[-(attribute["max_characters"] or TEXT_CHARACTERS) :]


IDENTIFIER: Final = AttributeType(
    name="pim_catalog_identifier",
    accept=accept,
    unchanged=_unchanged.scalar,
    rules=(has_no_separators, has_no_line_break, is_short_enough, matches_its_regular_expression),
    operators=OPERATORS,
    column=column,
    fake=fake,
)
