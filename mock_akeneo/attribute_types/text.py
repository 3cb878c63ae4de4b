"""pim_catalog_text and pim_catalog_textarea: strings; a text stands on one line, a textarea keeps its line breaks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types import _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    a_list,
    a_text,
    is_in,
    is_not_in,
    searching,
)
from mock_akeneo.attribute_types.pcre import python_pattern
from mock_akeneo.attribute_types.php import is_blank, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, Violation

TEXT_CHARACTERS: Final = 255
TEXTAREA_CHARACTERS: Final = 65_535
_SEARCHED_CHARACTERS: Final = 10_000

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
# Symfony's loose mode, which is its default.
_EMAIL: Final = re.compile(r".+@\S+\.\S+\n?")
_URL: Final = re.compile(
    r"https?://"
    r"(?:[^\s/?#@]+@)?"
    r"(?:(?:[\w\-]+\.)*[\w\-]+\.?|\[[0-9a-f:.]+\])"
    r"(?::\d+)?"
    r"(?:/[^\s?#]*)?(?:\?[^\s#]*)?(?:#\S*)?\n?",
    re.IGNORECASE,
)
_DROPPED_ELEMENT: Final = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>|<[!?][^>]*>", re.DOTALL)


def accept_text(attribute: Json, data: object, pim: Pim) -> Any:
    accepted = accept_textarea(attribute, data, pim)
    if isinstance(accepted, str) and ("\n" in accepted or "\r" in accepted):
        return _LINE_BREAK.sub(" ", accepted)
    return accepted


def accept_textarea(attribute: Json, data: object, _pim: Pim) -> Any:
    """Numbers and booleans pass, for `is_a_string` to tell."""
    if is_blank(data):
        return None
    if isinstance(data, list | dict):
        raise Malformed(f"The {attribute['code']} attribute requires a string, a array was detected.")
    return data


def is_a_string(attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim) -> Iterator[Violation]:
    if not isinstance(data, str):
        message = f"The {attribute['code']} attribute requires a string, a {php_type(data)} was detected."
        yield broken(attribute, channel, locale, message)


def is_short_enough_for_a_text(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if message := too_long(attribute, data, TEXT_CHARACTERS):
        yield broken(attribute, channel, locale, message)


def is_short_enough_for_a_textarea(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if message := too_long(attribute, data, TEXTAREA_CHARACTERS):
        yield broken(attribute, channel, locale, message)


def too_long(attribute: Json, data: Any, most: int) -> str | None:
    most = min(attribute["max_characters"] or most, most)
    if len(data if type(data) is str else text_of(data)) <= most:
        return None
    return (
        f"The {attribute['code']} attribute must not contain more than {most} characters. "
        "The submitted value is too long."
    )


def keeps_its_validation_rule(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    rule = attribute["validation_rule"]
    if rule is None:
        return
    # What reads as an empty text is neither an address nor a link, and no fault; a regular expression it must match.
    match rule:
        case "email":
            if data is not False and _EMAIL.fullmatch(text_of(data)) is None:
                message = f"The {attribute['code']} attribute requires an e-mail address."
                yield broken(attribute, channel, locale, message)
        case "url":
            if data is not False and _URL.fullmatch(text_of(data)) is None:
                yield broken(attribute, channel, locale, f"The {attribute['code']} attribute requires a url link.")
        case "regexp":
            complaint = unmatched(attribute, data)
            if complaint:
                yield broken(attribute, channel, locale, complaint)


def unmatched(attribute: Json, data: Any) -> str | None:
    """The complaint that the data does not match the attribute's regular expression."""
    regexp = attribute["validation_regexp"]
    if attribute["validation_rule"] != "regexp" or not regexp:
        return None
    pattern = python_pattern(regexp)
    if pattern is None or pattern.search(text_of(data)):
        return None
    return f"The {attribute['code']} attribute must match the following regular expression: {regexp}."


def column(_attribute: Json, data: Any, _pim: Pim) -> str:
    return text_of(data).lower()


def textarea_column(_attribute: Json, data: Any, _pim: Pim) -> str:
    return searched_textarea(text_of(data))


def searched_textarea(text: str) -> str:
    """As the search engine sees a textarea: no tags, no line breaks, lower case, 10,000 characters.

    Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Resources/elasticsearch/settings.yml and
    tests/back/Pim/Enrichment/Integration/PQB/Filter/Attribute/TextArea/TextAreaFilterIntegration.php
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", _DROPPED_ELEMENT.sub("", text))
    return _LINE_BREAK.sub("", text)[:_SEARCHED_CHARACTERS].lower()


def a_textarea(attribute: Json, value: object, pim: Pim) -> str:
    a_text(attribute, value, pim)
    return searched_textarea(text_of(value))


def some_texts(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    return frozenset(text_of(text).lower() for text in a_list(attribute, value, pim))


_LISTS: Final = "search of texts by a list"

TEXT_OPERATORS: Final[Mapping[str, Operator]] = {
    **searching(),
    "IN": Operator(is_in, some_texts, since=_LISTS),
    "NOT IN": Operator(is_not_in, some_texts, since=_LISTS),
    **EMPTINESS,
}


def some_textareas(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    return frozenset(searched_textarea(text_of(text)) for text in a_list(attribute, value, pim))


TEXTAREA_OPERATORS: Final[Mapping[str, Operator]] = {
    **searching(whole=a_textarea),
    "IN": Operator(is_in, some_textareas, since=_LISTS),
    "NOT IN": Operator(is_not_in, some_textareas, since=_LISTS),
    **EMPTINESS,
}

_WORDS: Final = ("amber", "breeze", "cedar", "drift", "ember", "fable", "grove", "harbor", "ivory", "juniper")


def words(chance: Chance, count: int) -> str:
    return " ".join(_WORDS[chance.below(len(_WORDS))] for _ in range(count))


def fake_text(attribute: Json, chance: Chance, _codes: Sequence[str]) -> str | None:
    """`None` when a regular expression is asked for: no text can be drawn that is sure to match."""
    match attribute["validation_rule"]:
        case "email":
            text = f"{words(chance, 1)}@example.com"
        case "url":
            text = f"https://example.com/{words(chance, 1)}"
        case "regexp":
            return None
        case _:
            text = f"{words(chance, 2)} {chance.hexadecimal(6)}"
    most = attribute["max_characters"] or TEXT_CHARACTERS
    return text[:most].strip() if not attribute["validation_rule"] or len(text) <= most else None


def fake_textarea(attribute: Json, chance: Chance, _codes: Sequence[str]) -> str:
    text = f"<p>{words(chance, 12)}.</p>\n<p>{words(chance, 8)}.</p>"
    most = attribute["max_characters"] or TEXTAREA_CHARACTERS
    return text if len(text) <= most else words(chance, 1)[:most]


TEXT: Final = AttributeType(
    name="pim_catalog_text",
    accept=accept_text,
    unchanged=_unchanged.scalar,
    rules=(is_a_string, is_short_enough_for_a_text, keeps_its_validation_rule),
    operators=TEXT_OPERATORS,
    column=column,
    fake=fake_text,
)

TEXTAREA: Final = AttributeType(
    name="pim_catalog_textarea",
    accept=accept_textarea,
    unchanged=_unchanged.scalar,
    rules=(is_a_string, is_short_enough_for_a_textarea),
    operators=TEXTAREA_OPERATORS,
    column=textarea_column,
    fake=fake_textarea,
)
