"""The levels of a family variant: what an entity may hold on its own, and the rules of variants and models about it.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/EntityWithFamilyVariant/ and
.../Validator/Constraints/{NotEmptyVariantAxes,OnlyExpectedAttributes,UniqueVariantAxis,VariantProductParent}Validator.php
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.stored_values import loaded_order
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Violation
from mock_akeneo.resources._draft import PRODUCT, Draft


class Level(NamedTuple):
    """What one level holds; `attributes` has the axes too."""

    axes: tuple[str, ...]
    attributes: frozenset[str]


class FamilyVariant(NamedTuple):
    """`levels[0]` is what all have in common, the last one that of the variants."""

    code: str
    family: str
    levels: tuple[Level, ...]

    @property
    def variants(self) -> int:
        """The level of variant products."""
        return len(self.levels) - 1


class Place(NamedTuple):
    """Where an entity stands. `level` counts the models above it."""

    variant: FamilyVariant
    level: int

    @property
    def own(self) -> Level:
        levels = self.variant.levels
        return levels[self.level] if self.level < len(levels) else _NOTHING


_NOTHING: Final = Level((), frozenset())


def family_variant(code: str, pim: Catalog) -> FamilyVariant | None:
    found: FamilyVariant | None = pim.fact(("family variant", code.lower()), lambda p: _read(code, p))
    return found


def _read(code: str, pim: Catalog) -> FamilyVariant | None:
    variant = pim.data("family_variant", code)
    family = None if variant is None else pim.family(variant["family"])
    if variant is None or family is None:
        return None
    sets = sorted(variant["variant_attribute_sets"], key=lambda one: one["level"])
    levels = [Level(tuple(one["axes"]), frozenset((*one["axes"], *one["attributes"]))) for one in sets]
    common = frozenset(family["attributes"]).difference(*(level.attributes for level in levels))
    return FamilyVariant(variant["code"], family["code"], (Level((), common), *levels))


def family_attributes(code: str, pim: Catalog) -> frozenset[str]:
    found: frozenset[str] = pim.fact(
        ("family attributes", code.lower()), lambda p: frozenset((p.family(code) or {"attributes": ()})["attributes"])
    )
    return found


def place_of(draft: Draft) -> Place | None:
    """None: a simple product, or a model without family variant."""
    ancestors = draft.ancestors
    if draft.kind == PRODUCT:
        code = ancestors[0]["family_variant"] if ancestors else None
    else:
        code = draft.item["family_variant"]
    variant = None if code is None else family_variant(code, draft.pim)
    return None if variant is None else Place(variant, len(ancestors))


def kept_values(values: object, allowed: frozenset[str]) -> object:
    """The payload's values less those of other levels, which the PIM drops without a word."""
    if not isinstance(values, dict):
        return values
    return {code: entries for code, entries in values.items() if code in allowed}


def with_defaults(draft: Draft) -> None:
    """A new entity gets the defaults of the attributes of its level, in each place where it has no value.

    Source: pim: .../EventSubscriber/EntityWithValues/AddDefaultValuesSubscriber.php
    """
    place, family = place_of(draft), draft.item["family"]
    if place is not None:
        codes = place.own.attributes
    elif family is not None:
        codes = family_attributes(family, draft.pim)
    else:
        return
    defaults: dict[str, list[Json]] = draft.pim.fact("default values", default_values)
    if defaults.keys().isdisjoint(codes):
        return
    values = dict(draft.item["values"])
    for code in sorted(defaults.keys() & codes):
        entries = values.get(code, [])
        given = {(entry["scope"], entry["locale"]) for entry in entries}
        values[code] = entries + [e for e in defaults[code] if (e["scope"], e["locale"]) not in given]
    draft.item["values"] = values


def default_values(pim: Catalog) -> dict[str, list[Json]]:
    return {
        attribute["code"]: [
            {"locale": locale, "scope": channel, "data": attribute["default_value"]}
            for channel, locale in _places(attribute, pim)
        ]
        for attribute in (document.data for document in pim["attribute"])
        if attribute.get("default_value") is not None
    }


def _places(attribute: Json, pim: Catalog) -> Iterator[tuple[str | None, str | None]]:
    """Every (channel, locale) in which an attribute can have a value."""
    available = attribute["available_locales"]
    if attribute["scopable"]:
        for channel in pim.channels():
            if attribute["localizable"]:
                for locale in channel["locales"]:
                    if not available or locale in available:
                        yield channel["code"], locale
            else:
                yield channel["code"], None
    elif attribute["localizable"]:
        for locale in sorted(pim.active_locales):
            if not available or locale in available:
                yield None, locale
    else:
        yield None, None


# Rules

Rule = Callable[[Draft, Place], Iterator[Violation]]


def axes_have_a_value(draft: Draft, place: Place) -> Iterator[Violation]:
    for axis in place.own.axes:
        if axis not in draft.item["values"] and not any(axis in above["values"] for above in draft.ancestors):
            message = f'Attribute "{axis}" cannot be empty, as it is defined as an axis for this entity'
            yield Violation("attribute", message, template="empty axis")


def attributes_belong_to_the_level(draft: Draft, place: Place) -> Iterator[Violation]:
    family = family_attributes(place.variant.family, draft.pim)
    values, before = draft.item["values"], draft.before
    if values.keys() <= place.own.attributes:
        return
    former = {} if before is None else before["values"]
    # Changed values come last.
    kept = loaded_order((code for code in values if former.get(code) is values[code]), draft.pim)
    for code in (*kept, *(code for code in values if code not in kept)):
        if code not in family:
            message = f'Attribute "{code}" does not belong to the family "{place.variant.family}"'
            yield Violation("attribute", message, template="foreign attribute")
        elif code not in place.own.attributes:
            message = f'Cannot set the property "{code}" to this entity as it is not in the attribute set'
            yield Violation("attribute", message, template="other level")


def parent_is_above_the_last_level(draft: Draft, place: Place) -> Iterator[Violation]:
    if place.level != place.variant.variants:
        yield Violation(
            "parent",
            f'The variant product cannot have product model "{draft.item["parent"]}" as parent, '
            "(this product model can only have other product models as children)",
        )


def combination_is_free(draft: Draft, place: Place) -> Iterator[Violation]:
    """No other child of the parent has the same values on all axes of the level."""
    axes, parent, pim = place.own.axes, draft.item["parent"], draft.pim
    if parent is None or not axes:
        return
    own = combination(draft.item["values"], axes, pim)
    if not own.replace(",", ""):
        return
    other = pim.variant_tree.sibling(
        draft.kind, parent, own, draft.key, lambda d: combination(product_data(d.stored)["values"], axes, pim)
    )
    if other is not None:
        kind = "variant product" if draft.kind == PRODUCT else "product model"
        entity = draft.item["identifier"] or draft.key if draft.kind == PRODUCT else draft.key
        yield Violation(
            "attribute",
            f'Cannot set value "{own}" for the attribute axis "{",".join(axes)}" on {kind} "{entity}", '
            f'as the {kind} "{name_of(other)}" already has this value',
        )


def name_of(document: Document) -> str:
    """The identifier of a product, or its uuid; the code of a model."""
    return document.alias or document.key


def combination(values: Json, axes: Iterable[str], pim: Catalog) -> str:
    """The axis values as the PIM writes them: `[blue],1,10.0000 KILOWATT`."""
    return ",".join(_axis_text(values.get(axis), pim.attribute(axis)) for axis in axes)


def _axis_text(entries: list[Json] | None, attribute: Json | None) -> str:
    if not entries or attribute is None:
        return ""
    data: Any = entries[0]["data"]
    if isinstance(data, bool):
        return "1" if data else "0"
    if isinstance(data, dict):
        return f"{float(data['amount']):.4f} {data['unit']}"
    if attribute["type"] == "akeneo_reference_entity":
        return str(data)
    return f"[{data}]"
