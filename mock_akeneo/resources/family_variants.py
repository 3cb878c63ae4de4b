"""Family variants: on which level of a variant product each attribute of the family is filled in.

Source: pim: tests/back/Pim/Structure/EndToEnd/FamilyVariant/ExternalApi/,
src/Akeneo/Pim/Structure/Component/Updater/FamilyVariantUpdater.php,
src/Akeneo/Pim/Structure/Component/Validator/Constraints/FamilyVariantValidator.php
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, NotFound, Violation, malformed_type
from mock_akeneo.resources.families import variant_documents
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.operation import ROOT
from mock_akeneo.rest.resource import Resource, Under, active

SETS: Final = "variant_attribute_sets"
MAX_LEVELS: Final = 2
MAX_AXES: Final = 5
AXIS_TYPES: Final = (
    "pim_catalog_metric",
    "pim_catalog_simpleselect",
    "pim_catalog_boolean",
    "pim_reference_data_simpleselect",
    "akeneo_reference_entity",
)


def its_family(code: str, pim: Catalog, writing: bool) -> str:
    """An unknown family is not found by reads, and malformed for writes."""
    family = pim.family(code)
    if family is not None:
        own_code: str = family["code"]
        return own_code
    if writing:
        raise Malformed(f'Property "family" expects a valid family code. The family does not exist, "{code}" given.')
    raise NotFound(f'Family "{code}" does not exist.')


def blank(pim: Catalog) -> Json:
    return {"code": None, "labels": {}, SETS: [], "family": None}


# Shapes


def look_at_the_sets(payload: Json, before: Json | None, pim: Catalog) -> None:
    """Each set names its level; the number of levels of a variant stays."""
    sets = payload.get(SETS)
    if not isinstance(sets, list | dict):
        return
    for entry in shapes.array(SETS, sets):
        if isinstance(entry, list | dict) and "level" not in entry:
            raise Malformed('Property "level" is mandatory.')
    if before is not None and len(sets) != len(before[SETS]):
        raise Malformed("The number of variant attribute sets cannot be changed.")


def code(item: Json, name: str, value: Any, pim: Catalog) -> None:
    if not isinstance(value, str):
        raise malformed_type(name, "a string", value)
    item[name] = value


def variant_attribute_sets(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Merged level by level: the axes and attributes that a set does not name stay."""
    if not isinstance(value, list | dict):
        raise _no_objects(name)
    levels = {level["level"]: dict(level) for level in item[name]}
    entries = shapes.array(name, value)
    if levels and any(isinstance(e, dict) and _number(e) > len(levels) for e in entries):
        raise Malformed("The number of variant attribute sets cannot be changed.")
    for entry in entries:
        if not isinstance(entry, dict):
            raise _no_objects(name)
        if entry["level"] is None:
            continue
        for member in ("axes", "attributes"):
            if entry.get(member) is not None and not isinstance(entry[member], list | dict):
                raise malformed_type(f'{member}" in the property "{name}', "an array", entry[member])
        number = entry["level"]
        if not isinstance(number, int) or isinstance(number, bool):
            raise malformed_type(f'level" in the property "{name}', "an integer", number)
        _merge(levels, number, entry, pim)
    item[name] = list(levels.values())


def _merge(levels: dict[int, Json], number: int, entry: Json, pim: Catalog) -> None:
    for member in ("axes", "attributes"):
        if entry.get(member) is None:
            continue
        codes = [_attribute(f"attribute_set_{number}", code, pim) for code in shapes.array(SETS, entry[member])]
        level = levels.setdefault(number, {"level": number, "axes": [], "attributes": []})
        if sorted(codes) == sorted(level[member]):
            continue
        if member == "axes":
            level["attributes"] = [code for code in level["attributes"] if code not in level["axes"]]
        level[member] = codes
        # What is named twice stands there twice, for a rule to complain of.
        missing = [code for code in dict.fromkeys(level["axes"]) if code not in level["attributes"]]
        level["attributes"] = [*level["attributes"], *missing]


_attribute = shapes.known("attribute", "attribute", "attribute code")


def _number(entry: Json) -> int:
    number = entry.get("level")
    return number if isinstance(number, int) else 0


def _no_objects(name: str) -> Malformed:
    return Malformed(f'Property "{name}" expects an array of objects as data.')


def family(item: Json, name: str, value: Any, pim: Catalog) -> None:
    item[name] = value


# What the PIM adds


def unique_attributes_on_the_last_level(variant: Json, before: Json | None, pim: Catalog) -> None:
    """Levels stand in their order, axes and attributes in the order in which the attributes were created."""
    levels = [dict(level) for level in sorted(variant[SETS], key=lambda level: level["level"])]
    _add_unique_attributes(levels, variant["family"], pim)
    variant[SETS] = [
        {
            "level": level["level"],
            "axes": _as_created(level["axes"], pim),
            "attributes": _as_created(level["attributes"], pim),
        }
        for level in levels
    ]


_as_created: Final = shapes.as_created("attribute")


def _add_unique_attributes(levels: list[Json], family: str, pim: Catalog) -> None:
    last = next((level for level in levels if level["level"] == len(levels)), None)
    its_family = pim.family(family)
    if last is None or its_family is None:
        return
    placed = {code for level in levels for code in level["attributes"]}
    for code in its_family["attributes"]:
        attribute = pim.attribute(code)
        if attribute is not None and attribute["unique"] and code not in placed:
            last["attributes"] = [*last["attributes"], code]


# Rules


def _told(message: str, kind: str) -> Violation:
    """Of the same kind only the first is told."""
    return Violation(SETS, message, template=kind)


def it_has_a_level(variant: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if not variant[SETS]:
        yield _told("There should be at least one level defined in the family variant", "no level")


def axes_are_fit(variant: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    axes = [code for level in variant[SETS] for code in level["axes"]]
    for code in axes:
        attribute = pim.attribute(code)
        if attribute is None:
            continue
        if attribute["localizable"] or attribute["scopable"] or attribute["available_locales"]:
            yield _told(
                f'Variant axes "{code}" cannot be localizable, not scopable and not locale specific', "local axis"
            )
        if attribute["unique"]:
            yield _told(f'Variant axes "{code}" cannot be unique or an identifier', "unique axis")
        if attribute["type"] not in AXIS_TYPES:
            yield _told(
                f'Variant axes "{code}" must be a boolean, a simple select, a simple reference data or a measurement',
                "axis type",
            )
        if any(code in level["attributes"] and code not in level["axes"] for level in variant[SETS]):
            yield _told(
                f'Attribute "{code}" must be set as attribute in the same variant attribute set it was set as axis',
                "axis level",
            )
    if twice := _repeated(axes):
        yield _told(
            f'Variant axes must be unique, "{"".join(twice)}" are used several times in variant attributes sets',
            "repeated axes",
        )


def attributes_are_fit(variant: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    family = pim.family(variant["family"])
    codes = [code for level in variant[SETS] for code in level["attributes"]]
    last = next((level for level in variant[SETS] if level["level"] == len(variant[SETS])), None)
    for code in codes:
        attribute = pim.attribute(code)
        if family is not None and code not in family["attributes"]:
            yield _told(
                f'"{code}" attribute cannot be added to "{variant["code"] or ""}" family variant, as it is not an '
                f'attribute of the "{family["code"]}" family',
                "foreign attribute",
            )
        if attribute is not None and attribute["unique"] and last is not None and code not in last["attributes"]:
            yield _told(f'Unique attribute "{code}" must be set at the product level', "unique level")
    if twice := _repeated(codes):
        yield _told(
            f'Attributes must be unique, "{",".join(twice)}" are used several times in variant attributes sets',
            "repeated attributes",
        )


def levels_are_fit(variant: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    levels = {level["level"]: level for level in variant[SETS]}
    if len(levels) > MAX_LEVELS:
        yield _told(f'Family variant cannot have more than "{MAX_LEVELS}" level', "too many levels")
    for number in range(1, len(levels) + 1):
        if number not in levels:
            yield _told(f'There is no variant attribute set for level "{number}"', "missing level")
        elif len(levels[number]["axes"]) > MAX_AXES:
            yield _told(f"A variant attribute set cannot have more than {MAX_AXES} axes", "too many axes")
        elif not levels[number]["axes"]:
            yield _told(
                f'There should be at least one attribute defined as axis for the attribute set for level "{number}"',
                "no axis",
            )


def _repeated(codes: list[str]) -> list[str]:
    return [code for position, code in enumerate(codes) if code in codes[:position]]


def axes_stay(variant: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    former = {} if before is None else {level["level"]: set(level["axes"]) for level in before[SETS]}
    for position, level in enumerate(variant[SETS]):
        number = level["level"]
        if number in former and former[number] != set(level["axes"]):
            message = f'Variant axes cannot be modified for the level "{number}"'
            yield Violation(f"{SETS}[{position}].axes", message)


# Reading


def of_its_family(pim: Catalog, family: str) -> Sequence[Document]:
    return variant_documents(family, pim)


def shown(variant: Json, pim: Catalog) -> Json:
    item = {"code": variant["code"], "labels": active(variant["labels"], pim), SETS: variant[SETS]}
    if pim.has("common attributes"):
        its_family = pim.family(variant["family"])
        placed = {code for level in variant[SETS] for code in level["attributes"]}
        common = [code for code in its_family["attributes"] if code not in placed] if its_family else []
        item["common_attributes"] = common
    return item


FAMILY_VARIANT = Resource(
    kind="family_variant",
    path=f"{ROOT}/families/{{familyCode}}/variants",
    anchors=("post_families__family_code__variants", "patch_families__family_code__variants__code__"),
    under=Under(member="family", find=its_family),
    looked_at=look_at_the_sets,
    blank=blank,
    shape={
        "code": code,
        "labels": shapes.by_locale("labels"),
        SETS: variant_attribute_sets,
        "family": family,
    },
    rules=(
        (
            it_has_a_level,
            axes_are_fit,
            attributes_are_fit,
            levels_are_fit,
            rules.unique("family_variant"),
            rules.immutable("code", "family"),
            rules.code_rules("Family variant"),
            rules.translations(),
            axes_stay,
        ),
    ),
    before_saving=unique_attributes_on_the_last_level,
    # Told by reads, where it may be sent back from.
    ignored=frozenset({"common_attributes"}),
    order=of_its_family,
    shown=shown,
    not_found=lambda code, family: (
        f'Family variant "{code}" does not exist or is not a variant of the family "{family}".'
    ),
    earlier={"common attributes": {"ignored": frozenset()}},
)
