"""Rules: the second step of a write. All broken rules of a group are told; a later group is not reached.

A rule is a function `(item, before, pim)`; `before` is None for a new item. Its name is the sentence that holds
when it is silent. Rules that many share are made by the small factories of this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import ValidationFailed, Violation

Rule = Callable[[Json, Json | None, Catalog], Iterable[Violation]]
Groups = tuple[tuple[Rule, ...], ...]


def check(groups: Groups, item: Json, before: Json | None, pim: Catalog) -> None:
    """Raises `ValidationFailed` with all violations of the first group that has any."""
    for rules in groups:
        violations = [violation for rule in rules for violation in rule(item, before, pim)]
        if violations:
            raise ValidationFailed(violations)


def not_blank(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is None or item[name] == "" or item[name] is False:
                yield Violation(name, "This value should not be blank.")

    return rule


def immutable(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if before is not None:
            for name in names:
                if item[name] != before[name]:
                    yield Violation(name, "This property cannot be changed.")

    return rule


def unique(kind: str, key: Callable[[Json], str] = lambda item: str(item["code"])) -> Rule:
    """No other document of this kind has the code, in any letter case."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if item["code"] and (before is None or key(item) != key(before)) and pim[kind].get(key(item)) is not None:
            yield Violation("code", "This value is already used.")

    return rule


def matches(name: str, pattern: str, message: str) -> Rule:
    """The whole text fits the pattern; a line feed at its end does too, as in PCRE. Blank texts are left alone."""
    compiled = re.compile(rf"(?:{pattern})\n?", re.ASCII)

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        text = item[name]
        if text is not None and text != "" and not compiled.fullmatch(str(text)):
            yield Violation(name, message)

    return rule


def no_line_feed(name: str, message: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if isinstance(item[name], str) and item[name].endswith("\n"):
            yield Violation(name, message)

    return rule


def at_most(name: str, characters: int) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if item[name] is not None and len(str(item[name])) > characters:
            yield Violation(name, too_long(characters))

    return rule


def too_long(characters: int) -> str:
    return f"This value is too long. It should have {characters} characters or less."


def known_locales(name: str) -> Rule:
    """The keys are locales of the PIM; they need not be active."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for locale in item[name]:
            if pim["locale"].get(locale) is None:
                yield Violation(name, f'The locale "{locale}" does not exist.')

    return rule


def texts_at_most(name: str, characters: int, property_: str | None = None) -> Rule:
    """`property_`: where a text that is too long is told of, if not on `name`."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for text in item[name].values():
            if len(text) > characters:
                yield Violation(property_ or name, too_long(characters))

    return rule


def code_rules(
    kind: str, label: str, *, characters: int = 100, words: str = "letters, numbers and underscores"
) -> tuple[Rule, ...]:
    """What holds for most codes, in the PIM's order. `label`: as the message begins, `Family`."""
    return (
        immutable("code"),
        not_blank("code"),
        matches("code", "[a-zA-Z0-9_]+", f"{label} code may contain only {words}"),
        at_most("code", characters),
        unique(kind),
    )


def boolean_or_null(*names: str) -> Rule:
    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item[name] is not None and not isinstance(item[name], bool):
                yield Violation(name, "This value should be of type bool.")

    return rule


def is_numeric(value: Any) -> bool:
    """PHP's `is_numeric` of a JSON value."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    return not isinstance(value, str) or bool(re.fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", value))
