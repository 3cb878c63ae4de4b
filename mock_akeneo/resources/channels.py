"""Channels: where products go, in which locales and currencies, and with which categories.

Source: pim: tests/back/Channel/EndToEnd/Channel/ExternalApi/,
src/Akeneo/Channel/back/Infrastructure/Component/Updater/ChannelUpdater.php; apidocs:
content/concepts/target-market-settings.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mock_akeneo.attribute_types.metric import FAMILY_RULES, LOCALE_RULES
from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import Malformed, Violation
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.resource import Resource, with_active_labels


def blank(pim: Catalog) -> Json:
    return {
        "code": None,
        "currencies": [],
        "locales": [],
        "category_tree": None,
        "conversion_units": {},
        "labels": {},
    }


def conversion_units(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Units by attribute, merged; null and `""` remove one. So do the units by locale, each kind of which is one whole.

    Unsure: how units by locale are merged, and what is told of the wrong ones.
    """
    by_locale = _RULES if isinstance(value, dict) and pim.has("units by locale") else ()
    for rules_name in by_locale:
        if not _are_units_by_locale(value.get(rules_name)):
            raise Malformed(
                f'Property "{name}" expects an array with valid data, the rules "{rules_name}" are no units by locale.'
            )
    shapes.scalars(name, {key: unit for key, unit in value.items() if key not in by_locale} if by_locale else value)
    given = value if isinstance(value, dict) else {str(i): unit for i, unit in enumerate(value)}
    units = {**item[name], **given}
    item[name] = {attribute: unit for attribute, unit in units.items() if unit not in (None, "", [], {})}


_RULES: Final = (FAMILY_RULES, LOCALE_RULES)


def _are_units_by_locale(rules_: Any) -> bool:
    """`{"Weight": {"en_US": cell}}`; a cell is a unit or `{"unit", "decimal_places_strategy", "decimal_places"}`."""
    if not isinstance(rules_, dict):
        return rules_ in (None, "", [])
    return all(
        isinstance(cells, dict) and all(isinstance(cell, str) or _is_cell(cell) for cell in cells.values())
        for cells in rules_.values()
    )


def _is_cell(cell: Any) -> bool:
    return (
        isinstance(cell, dict)
        and isinstance(cell.get("unit"), str)
        and cell.keys() <= {"unit", "decimal_places_strategy", "decimal_places"}
        and cell.get("decimal_places_strategy") in (None, "trim", "round")
        and (cell.get("decimal_places_strategy") != "round" or _is_one_to_four(cell.get("decimal_places")))
    )


def _is_one_to_four(places: Any) -> bool:
    return isinstance(places, int) and not isinstance(places, bool) and 1 <= places <= 4


def its_category_is_a_root(channel: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    category = pim.data("category", channel["category_tree"] or "")
    if category is not None and category["parent"] is not None:
        yield Violation("category_tree", f'The category "{category["code"]}" has to be a root category.')


def at_least_one(name: str) -> rules.Rule:
    def rule(channel: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        if not channel[name]:
            yield Violation(name, "This collection should contain 1 element or more.")

    return rule


def its_currencies_are_active(channel: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for code in channel["currencies"]:
        currency = pim.data("currency", code)
        if currency is not None and not currency["enabled"]:
            yield Violation("currencies", f'The currency "{code}" has to be activated.')


def its_units_fit_the_attributes(channel: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    """An attribute that is unknown or no measurement ends the check."""
    units = channel["conversion_units"]
    by_locale = {name: units.get(name, {}) for name in _RULES} if pim.has("units by locale") else {}
    yield from _misfits_of_families(by_locale.get(FAMILY_RULES, {}), pim)
    named = [(code, [unit]) for code, unit in units.items() if code not in by_locale]
    named += [(code, _units(cells)) for code, cells in by_locale.get(LOCALE_RULES, {}).items()]
    for code, wanted in named:
        attribute = pim.attribute(code)
        if attribute is None:
            yield Violation("conversion_units", f'The attribute "{code}" does not exist.')
            return
        if attribute["type"] != "pim_catalog_metric":
            yield Violation("conversion_units", f'The attribute "{code}" is not a measurement attribute.')
            return
        family = pim.measurement_family(attribute["metric_family"])
        for unit in wanted:
            if family is None or unit not in family["units"]:
                yield Violation(
                    "conversion_units",
                    f'The unit "{unit}" does not exist or does not belong to the default measurement family of the '
                    f'given attribute "{code}".',
                )


def _misfits_of_families(by_family: Json, pim: Catalog) -> Iterator[Violation]:
    for code, cells in by_family.items():
        family = pim.measurement_family(code)
        if family is None:
            yield Violation("conversion_units", f'The measurement family "{code}" does not exist.')
            continue
        for unit in _units(cells):
            if unit not in family["units"]:
                yield Violation(
                    "conversion_units",
                    f'The unit "{unit}" does not exist or does not belong to the measurement family "{code}".',
                )


def _units(cells: Json) -> list[str]:
    return [cell["unit"] if isinstance(cell, dict) else cell for cell in cells.values()]


def require_the_identifier_in_it(channel: Json, before: Json | None, pim: Catalog) -> None:
    """A new channel asks every family for the identifier."""
    if before is not None:
        return
    for document in list(pim["family"]):
        family = document.data
        requirements = {**family["attribute_requirements"], channel["code"]: [pim.main_identifier]}
        ordered = {code: requirements[code] for code in sorted(requirements)}
        pim["family"].put(Document(document.key, dumps({**family, "attribute_requirements": ordered})))


_known_locales: Final = shapes.codes_of("locale", "locale", order=shapes.as_created("locale"))


def locales(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """All must exist, in any spelling; those that were not spelled as they are go again.

    Source: pim: src/Akeneo/Channel/back/Infrastructure/Component/Updater/ChannelUpdater.php (setLocales)
    """
    _known_locales(item, name, value, pim)
    given = {text_of(code) for code in shapes.scalars(name, value)}
    item[name] = [code for code in item[name] if code in given]


CHANNEL = Resource(
    kind="channel",
    blank=blank,
    shape={
        "code": shapes.scalar,
        "currencies": shapes.codes_of("currency", "currency", order=shapes.as_created("currency")),
        "locales": locales,
        "category_tree": shapes.code_of("category", "category", removable=False),
        "conversion_units": conversion_units,
        "labels": shapes.by_locale(),
    },
    rules=(
        (
            rules.unique("channel"),
            rules.immutable("code"),
            rules.code_rules(
                "Channel",
                pattern="[a-zA-Z0-9_]*[a-zA-Z]+[a-zA-Z0-9_]*",
                words="letters, numbers and underscores and should contain at least one letter",
            ),
            rules.not_blank("category_tree"),
            its_category_is_a_root,
            at_least_one("currencies"),
            its_currencies_are_active,
            at_least_one("locales"),
            rules.translations(),
            its_units_fit_the_attributes,
        ),
    ),
    saved=require_the_identifier_in_it,
    shown=with_active_labels,
)
