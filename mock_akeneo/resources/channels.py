"""Channels: where products go, in which locales and currencies, and with which categories.

Source: pim: tests/back/Channel/EndToEnd/Channel/ExternalApi/,
src/Akeneo/Channel/back/Infrastructure/Component/Updater/ChannelUpdater.php
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import Violation
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
    """Units by attribute, merged; null and `""` remove one."""
    shapes.scalars(name, value)
    given = value if isinstance(value, dict) else {str(i): unit for i, unit in enumerate(value)}
    units = {**item[name], **given}
    item[name] = {attribute: unit for attribute, unit in units.items() if unit is not None and unit != ""}


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
    for code, unit in channel["conversion_units"].items():
        attribute = pim.attribute(code)
        if attribute is None:
            yield Violation("conversion_units", f'The attribute "{code}" does not exist.')
            return
        if attribute["type"] != "pim_catalog_metric":
            yield Violation("conversion_units", f'The attribute "{code}" is not a measurement attribute.')
            return
        family = pim.measurement_family(attribute["metric_family"])
        if family is None or unit not in family["units"]:
            yield Violation(
                "conversion_units",
                f'The unit "{unit}" does not exist or does not belong to the default measurement family of the '
                f'given attribute "{code}".',
            )


def require_the_identifier_in_it(channel: Json, before: Json | None, pim: Catalog) -> None:
    """A new channel asks every family for the identifier."""
    if before is not None:
        return
    for document in list(pim["family"]):
        family = document.data
        requirements = {**family["attribute_requirements"], channel["code"]: [pim.main_identifier]}
        ordered = {code: requirements[code] for code in sorted(requirements)}
        pim["family"].put(Document(document.key, dumps({**family, "attribute_requirements": ordered})))


CHANNEL = Resource(
    kind="channel",
    blank=blank,
    shape={
        "code": shapes.text,
        "currencies": shapes.codes_of("currency", "currency"),
        "locales": shapes.codes_of("locale", "locale", order=sorted),
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
