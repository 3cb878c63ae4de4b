"""Rules: the second step of a write. All broken rules of a group are told; a later group is not reached.

A rule is a function `(item, before, pim)`; `before` is None for a new item. Its name is the sentence that holds
when it is silent. Rules that many share are made by the small factories of this module.
Source: pim: src/Akeneo/**/Resources/config/validation/*.yml and their EndToEnd tests; the rules of a whole item
come before those of its properties.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import ValidationFailed, Violation
from mock_akeneo.rest.shapes import is_numeric

Rule = Callable[[Json, Json | None, Catalog], Iterable[Violation]]
Groups = tuple[tuple[Rule, ...], ...]


def check(groups: Groups, item: Json, before: Json | None, pim: Catalog) -> None:
    """Raises `ValidationFailed` with all violations of the first group that has any."""
    for rules in groups:
        violations = [violation for rule in rules for violation in rule(item, before, pim)]
        if violations:
            raise ValidationFailed(violations)


# Of a whole item


def unique(kind: str, key: Callable[[Json], str] = lambda item: text_of(item["code"])) -> Rule:
    """No other document of this kind has the code, in any letter case."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        other = pim[kind].get(key(item)) if text_of(item["code"]) else None
        if other is not None and (before is None or collation_key(other.key) != collation_key(key(before))):
            yield Violation("code", "This value is already used.")

    return rule


def immutable(*names: str) -> Rule:
    """What is set stays."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if before is not None:
            for name in names:
                if before[name] is not None and not _is_the_same(item[name], before[name]):
                    yield Violation(name, "This property cannot be changed.")

    return rule


def _is_the_same(one: object, other: object) -> bool:
    """PHP's `===`: `0` is not `false`."""
    return type(one) is type(other) and one == other


# Of one property


def code_rules(label: str, *, characters: int = 100, pattern: str = "[a-zA-Z0-9_]+", words: str = "") -> Rule:
    """A code is there, is made of the right characters and is short enough. `label`: `Family`, as the message begins.

    `words`: for the message, if not "letters, numbers and underscores".
    """
    words = words or "letters, numbers and underscores"
    return all_of(
        not_blank("code"),
        matches("code", pattern, f"{label} code may contain only {words}"),
        at_most("code", characters),
    )


def all_of(*rules: Rule) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for one in rules:
            yield from one(item, before, pim)

    return rule


def not_blank(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is None or item[name] == "" or item[name] is False:
                yield Violation(name, "This value should not be blank.")

    return rule


def not_null(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is None:
                yield Violation(name, "This value should not be null.")

    return rule


def null(*names: str, message: str = "This value should be null.") -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is not None:
                yield Violation(name, message)

    return rule


def matches(name: str, pattern: str, message: str) -> Rule:
    """The whole text fits the pattern; a line feed at its end does too, as in PCRE. `""` is left alone, `false` not."""
    compiled = re.compile(rf"(?:{pattern})\n?", re.ASCII)

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        text = item[name]
        if text is not None and text != "" and not compiled.fullmatch(text_of(text)):
            yield Violation(name, message)

    return rule


def no_line_feed(name: str, message: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if "\n" in text_of(item[name]) or item[name] is False:
            yield Violation(name, message)

    return rule


def at_most(name: str, characters: int) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if item[name] is not None and len(text_of(item[name])) > characters:
            yield Violation(name, too_long(characters))

    return rule


def too_long(characters: int) -> str:
    return f"This value is too long. It should have {characters} characters or less."


def one_of(name: str, *choices: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if item[name] is not None and item[name] not in choices:
            yield Violation(name, "The value you selected is not a valid choice.")

    return rule


def boolean(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is not None and not isinstance(item[name], bool):
                yield Violation(name, "This value should be of type bool.")

    return rule


def numeric(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is not None and not is_numeric(item[name]):
                yield Violation(name, "This value should be of type numeric.")

    return rule


def string(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is not None and not isinstance(item[name], str):
                yield Violation(name, "This value should be of type string.")

    return rule


def whole(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if is_numeric(item[name]) and math.isfinite(float(item[name])) and float(item[name]) % 1:
                yield Violation(name, "This value should not be a decimal.")

    return rule


def at_least_zero(name: str) -> Rule:
    """What is no number breaks it too, where its text stands before `0`: PHP compares it with the number's text."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        value = item[name]
        if float(value) < 0 if is_numeric(value) else isinstance(value, str) and value < "0":
            yield Violation(name, "This value should be greater than or equal to 0.")

    return rule


def at_most_number(name: str, limit: int) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if is_numeric(item[name]) and float(item[name]) > limit:
            yield Violation(name, f"This value should be less than or equal to {limit}.")

    return rule


def translations(characters: int = 100, *, named: bool = False, by_locale: bool = False) -> Rule:
    """Labels are short enough, and in locales that the PIM knows; these need not be active.

    `named`: a label that is too long is told of on `labels`. Elsewhere the PIM tells its own inner name: by its
    position, or `by_locale`.
    """

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for position, (locale, text) in enumerate(item["labels"].items()):
            inner = snake_case(f"translations[{locale if by_locale else position}].label")
            if len(text) > characters:
                yield Violation("labels" if named else inner, too_long(characters), template=inner)
            yield from unknown_locale("labels", locale, pim)

    return rule


def snake_case(name: str) -> str:
    """As the PIM turns the names of properties into snake case, and any locales in them: `labels[en__u_s]`."""
    return re.sub(r"(?<=\w)([A-Z])", r"_\1", name).lower()


def unknown_locale(name: str, locale: str, pim: Catalog) -> Iterator[Violation]:
    if pim["locale"].get(locale) is None:
        yield Violation(name, f'The locale "{locale}" does not exist.')


whole_sort_order = all_of(
    not_null("sort_order"), numeric("sort_order"), whole("sort_order"), at_least_zero("sort_order")
)
