"""Families: which attributes a product carries, and which of them each channel requires.

Source: pim: tests/back/Pim/Structure/EndToEnd/Family/ExternalApi/,
src/Akeneo/Pim/Structure/Component/Updater/FamilyUpdater.php
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import Malformed, Problem, Violation
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.resource import Resource, active
from mock_akeneo.search import structure


def blank(pim: Catalog) -> Json:
    """A new family has the identifier, and requires it everywhere."""
    identifier = pim.main_identifier
    return {
        "code": None,
        "attributes": [identifier],
        "attribute_as_label": identifier,
        "attribute_as_image": None,
        "attribute_requirements": {channel["code"]: [identifier] for channel in pim.channels()},
        "labels": {},
        "updated": None,
    }


def _is_new(family: Json) -> bool:
    return family["updated"] is None


_codes = shapes.codes_of("attribute", "attribute", entries="attributes", order=shapes.by_code)


def attributes(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Replaced whole; a new family gets the identifier in any case. What is taken off is required no more.

    The requirement of the identifier stays, and then breaks a rule. Unsure of the others: the public source lets them
    stay too.
    """
    was = item[name]
    _codes(item, name, value, pim)
    if _is_new(item) or not pim.has("several identifiers"):
        item[name] = sorted({*item[name], pim.main_identifier})
    gone = set(was) - {*item[name], pim.main_identifier}
    if gone:
        item["attribute_requirements"] = _without(item["attribute_requirements"], gone)


def _without(requirements: Json, gone: set[str]) -> Json:
    left = {channel: [code for code in codes if code not in gone] for channel, codes in requirements.items()}
    return {channel: codes for channel, codes in left.items() if codes}


_channel = shapes.known("channel", "channel", "code")
_attribute = shapes.known("attribute", "attribute", "code")


def attribute_requirements(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Replaced channel by channel, where a channel is named in its own letter case; else only more are required.

    An empty list takes the channel away.
    """
    required: Json = dict(item[name])
    for given, codes in _requirements(name, value, pim):
        channel = _channel(name, given, pim)
        if _is_new(item) or not pim.has("several identifiers"):
            codes = [*codes, pim.main_identifier]
        former = required.get(channel, [])
        stay = [code for code in former if code in codes] if channel == given else former
        required[channel] = list(dict.fromkeys([*stay, *codes]))
    item[name] = {channel: codes for channel, codes in required.items() if codes}


def sort_the_requirements(family: Json, before: Json | None, pim: Catalog) -> None:
    required = family["attribute_requirements"]
    family["attribute_requirements"] = {channel: sorted(required[channel]) for channel in sorted(required)}


def _requirements(name: str, value: Any, pim: Catalog) -> list[tuple[str, list[str]]]:
    """By channel, as it is sent."""
    shapes.array(name, value)
    entries = value if isinstance(value, dict) else {str(i): codes for i, codes in enumerate(value)}
    for channel, codes in entries.items():
        if not isinstance(codes, list | dict):
            raise _invalid(name, f'the channel "{channel}" is not an array')
        if any(isinstance(code, list | dict) for code in shapes.array(name, codes)):
            raise _invalid(name, f'one of the attributes in the channel "{channel}" is not a scalar')
    return [
        (channel, [_attribute(name, code, pim) for code in shapes.array(name, codes)])
        for channel, codes in entries.items()
        if _channel(name, channel, pim)
    ]


def _invalid(name: str, reason: str) -> Malformed:
    return Malformed(f'Property "{name}" expects an array with valid data, {reason}.')


def loaded_requirements(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """As the catalog's line says: the channels it does not name require nothing."""
    named = _requirements(name, value, pim)
    item[name] = {_channel(name, channel, pim): codes for channel, codes in named if codes}


def required_attributes_belong_to_the_family(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    """The first that does not is told; a family has the requirements of the identifier first of all."""
    required = [(code, channel) for channel, codes in family["attribute_requirements"].items() for code in codes]
    for code, channel in sorted(required, key=lambda one: one[0] != pim.main_identifier):
        if code not in family["attributes"]:
            yield Violation(
                "attribute_requirements",
                f'The attribute "{code}" cannot be an attribute required for the channel "{channel}" as it does not '
                "belong to this family",
                template="does not belong",
            )


def label_is_a_text_of_the_family(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    code = family["attribute_as_label"]
    if code not in family["attributes"]:
        yield Violation("attribute_as_label", 'Property "attribute_as_label" must belong to the family')
    attribute = pim.attribute(code or "")
    if attribute is None or attribute["type"] not in ("pim_catalog_identifier", "pim_catalog_text"):
        yield Violation(
            "attribute_as_label",
            'Property "attribute_as_label" only supports "pim_catalog_text" and "pim_catalog_identifier" attribute '
            "types for the family",
        )


def image_is_a_plain_image_of_the_family(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    attribute = pim.attribute(family["attribute_as_image"] or "")
    if attribute is None:
        return
    if attribute["code"] not in family["attributes"]:
        yield Violation("attribute_as_image", 'Property "attribute_as_image" must belong to the family')
    if attribute["type"] not in ("pim_catalog_image", "pim_catalog_asset_collection"):
        yield Violation(
            "attribute_as_image",
            'Property "attribute_as_image" only supports "pim_catalog_image", "pim_catalog_asset_collection" '
            "attribute type for the family",
        )
    if attribute["scopable"] or attribute["localizable"]:
        yield Violation(
            "attribute_as_image",
            'Property "attribute_as_image" must not be scopable nor localizable for this family',
        )


def axes_of_its_variants_belong_to_the_family(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for variant in () if before is None else variants_of(before["code"], pim):
        for axes in (level["axes"] for level in variant["variant_attribute_sets"]):
            for axis in axes:
                if axis not in family["attributes"]:
                    yield Violation(
                        "attributes",
                        f'Attribute "{axis}" is an axis in "{variant["code"]}" family variant. It must belong to the '
                        "family.",
                        template="is an axis",
                    )


def variants_of(family: str, pim: Catalog) -> list[Json]:
    """Its family variants, in order of their codes."""
    return [document.data for document in variant_documents(family, pim)]


def variant_documents(family: str, pim: Catalog) -> list[Document]:
    by_family: dict[str, list[Document]] = pim.fact("variants_by_family", _variants_by_family)
    return by_family.get(family, [])


def _variants_by_family(pim: Catalog) -> dict[str, list[Document]]:
    by_family: dict[str, list[Document]] = {}
    for document in pim["family_variant"]:
        by_family.setdefault(document.data["family"], []).append(document)
    return by_family


def take_attributes_off_the_variants(family: Json, before: Json | None, pim: Catalog) -> None:
    """What left the family leaves its variants."""
    gone = set() if before is None else set(before["attributes"]) - set(family["attributes"])
    if not gone:
        return
    for variant in variants_of(family["code"], pim):
        levels = [
            {**level, "attributes": [code for code in level["attributes"] if code not in gone]}
            for level in variant["variant_attribute_sets"]
        ]
        if levels != variant["variant_attribute_sets"]:
            changed = {**variant, "variant_attribute_sets": levels}
            pim["family_variant"].put(Document(variant["code"], dumps(changed)))


def it_is_not_used(family: Json, pim: Catalog) -> None:
    """Neither variants nor products hang on a family that goes.

    Source: pim: src/Akeneo/Pim/Structure/Component/Remover/FamilyRemover.php. Unsure: the REST call is not described.
    """
    code = family["code"]
    if variant_documents(code, pim):
        raise Problem(422, f'Can not remove family "{code}" because it is linked to family variants.')
    if code in structure.families_with_products(pim):
        raise Problem(422, f'Family "{code}" could not be removed as it still has products')


def shown(family: Json, pim: Catalog) -> Json:
    item = {**family, "labels": active(family["labels"], pim)}
    del item["updated"]
    return item


FAMILY = Resource(
    kind="family",
    plural="families",
    endpoints=("list", "create", "update_list", "get", "update", "delete"),
    blank=blank,
    shape={
        "code": shapes.scalar,
        "attributes": attributes,
        "attribute_as_label": shapes.code_of("attribute", "attribute", removable=False),
        "attribute_as_image": shapes.code_of("attribute", "attribute"),
        "attribute_requirements": attribute_requirements,
        "labels": shapes.by_locale("labels"),
    },
    rules=(
        (
            rules.unique("family"),
            rules.immutable("code"),
            required_attributes_belong_to_the_family,
            label_is_a_text_of_the_family,
            image_is_a_plain_image_of_the_family,
            axes_of_its_variants_belong_to_the_family,
            rules.code_rules("Family"),
            rules.translations(by_locale=True),
        ),
    ),
    before_saving=sort_the_requirements,
    saved=take_attributes_off_the_variants,
    deletable=it_is_not_used,
    dated=True,
    loaded={"attributes": _codes, "attribute_requirements": loaded_requirements, "updated": shapes.moment},
    shown=shown,
    search=structure.by(structure.FAMILIES),
)
