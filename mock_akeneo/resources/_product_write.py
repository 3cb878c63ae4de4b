"""Writing products: form, merge, levels, validation. All or nothing, and the PIM's order of complaints.

Form of the values, values given twice, then properties in the order of the keys, then rules in groups.
Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductController.php,
src/Akeneo/Pim/Enrichment/Bundle/Resources/config/validation/product.yml
"""

from __future__ import annotations

import re
from typing import Any, Final

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.attribute_types.values import (
    UNKNOWN_ATTRIBUTE,
    UNKNOWN_PROPERTY,
    by_code,
    check_attributes,
    merge_values,
    payload_format,
    value_violations,
)
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import INVALID_JSON, Malformed, Problem, ValidationFailed, Violation
from mock_akeneo.resources import _associations, _quantified_associations, _variants
from mock_akeneo.resources._draft import PRODUCT, Draft, model_data
from mock_akeneo.resources._product_fields import PRODUCT_FIELDS, PRODUCT_IGNORED, PRODUCT_SETTERS, Fields
from mock_akeneo.resources._variants import Place, place_of

NO_UUID: Final = "This is not a valid UUID."
VARIANT_GROUP: Final = "http://api.akeneo.com/documentation/products-with-variants.html"
# Versions 1 to 8 of the variant of RFC 9562, which is what the PIM's validator knows.
_VALID_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)


def new_product(uuid: str, pim: Catalog) -> Draft:
    blank: Json = {
        "uuid": uuid,
        "identifier": None,
        "enabled": True,
        "family": None,
        "categories": [],
        "groups": [],
        "parent": None,
        "values": {},
        "created": "",
        "updated": "",
        "associations": {},
        "quantified_associations": {},
    }
    return Draft(PRODUCT, blank, None, pim)


# Form


def check_form(payload: Json, pim: Catalog) -> None:
    """What is looked at before anything else. Raises `Malformed` without link."""
    uuid = payload.get("uuid")
    if isinstance(uuid, list | dict):
        raise Malformed("This value should be of type string.")
    if uuid is not None and uuid != "" and not (isinstance(uuid, str) and _VALID_UUID.fullmatch(uuid)):
        raise Malformed(NO_UUID)
    payload_format(payload.get("values"), pim)


def with_identifier(payload: Json, identifier: str, pim: Catalog) -> Json:
    """The member `identifier` takes the place of the identifier's value, which comes last."""
    code = pim.main_identifier
    given = payload.get("values")
    if given is not None and not isinstance(given, dict | list):
        return {**payload, "identifier": identifier}  # which is refused in its turn
    values = dict(by_code(given or {}))
    values.pop(code, None)
    values[code] = [{"locale": None, "scope": None, "data": identifier}]
    return {**payload, "identifier": identifier, "values": values}


def start_with_the_identifier(draft: Draft, payload: Json) -> None:
    """A product that is made below a model has its identifier from the start, whatever its level lets in."""
    if payload.get("parent") is None:
        return
    code = draft.pim.main_identifier
    given = payload.get("values")
    entries = given.get(code) if isinstance(given, dict) else None
    if isinstance(entries, list) and entries and isinstance(entries[0]["data"], str):
        draft.item["values"] = merge_values({}, {code: entries}, draft.pim)


# Merge


def apply(draft: Draft, payload: Json) -> None:
    """Sets the properties in the order of the keys, the parent first. Raises `Malformed` without link."""
    if "variant_group" in payload:
        raise Malformed(
            'Property "variant_group" does not exist anymore. Check the link below to understand why.',
            VARIANT_GROUP,
            suffix=False,
        )
    item, pim, updating = draft.item, draft.pim, draft.before is not None
    parent = payload.get("parent")
    if updating and item["parent"] is not None and parent is None and "parent" in payload:
        become_simple(draft)
    unknown = UNKNOWN_ATTRIBUTE
    if parent is not None or item["parent"] is not None:
        payload = _of_its_level(draft, payload)
        unknown = UNKNOWN_PROPERTY
    draft.payload = payload
    names = ["parent", *(name for name in payload if name != "parent")] if parent is not None else list(payload)
    for name in names:
        value = payload[name]
        if name == "values":
            if value:
                item["values"] = merge_values(
                    item["values"],
                    value,
                    pim,
                    updating=updating,
                    unknown=unknown,
                    fields=Fields(draft, PRODUCT_FIELDS) if unknown == UNKNOWN_ATTRIBUTE else {},
                )
        elif (setter := PRODUCT_SETTERS.get(name)) is not None:
            setter(draft, value)
        elif name not in PRODUCT_IGNORED and name != "identifier":
            # PHP makes a number of such a key, and the PIM takes the body for a list.
            raise Problem(400, INVALID_JSON) if name.isdecimal() else Malformed(f'Property "{name}" does not exist.')
    name_by_identifier(draft)


def name_by_identifier(draft: Draft) -> None:
    """The member `identifier` is what the value of the main identifier says."""
    entries = draft.item["values"].get(draft.pim.main_identifier)
    draft.item["identifier"] = entries[0]["data"] if entries else None


def check_stored_attributes(payload: Json, pim: Catalog) -> None:
    """An update looks at the attributes before any other property, whatever the order of the keys."""
    check_attributes(payload.get("values"), pim)


def _of_its_level(draft: Draft, payload: Json) -> Json:
    """Values of other levels are dropped without a word; `parent` given and blank leaves those of the family."""
    values, pim = payload.get("values"), draft.pim
    for code in by_code(values) if isinstance(values, list | dict) else ():
        if pim.attribute(code) is None:
            raise Malformed(UNKNOWN_PROPERTY.format(code))
    parent = payload.get("parent")
    if parent is None:
        parent = draft.item["parent"]
    model = model_data(parent, pim) if isinstance(parent, str) else None
    variant = None if model is None else _variants.family_variant(model["family_variant"], pim)
    if model is not None and variant is not None:
        own = Place(variant, 1 if model["parent"] is None else 2).own
        return {**payload, "values": _variants.kept_values(values, own.attributes)}
    family = payload.get("family")
    if isinstance(family, str) and pim.family(family) is not None:
        return {**payload, "values": _variants.kept_values(values, _variants.family_attributes(family, pim))}
    return payload


def become_variant(draft: Draft, parent: Any) -> None:
    """A simple product goes below a model and keeps the values of the last level only."""
    given = text_of(parent)
    model = None if isinstance(parent, list | dict) else model_data(given, draft.pim)
    if model is None:
        raise Problem(422, f'The given product model "{given}" does not exist')
    item = draft.item
    item["parent"] = model["code"]
    variant = _variants.family_variant(model["family_variant"], draft.pim)
    assert variant is not None
    item["values"] = _variants.kept_values(item["values"], variant.levels[-1].attributes)


def become_simple(draft: Draft) -> None:
    """A variant takes over all that it has inherited, and goes out from below its model."""
    item = draft.item
    for above in draft.ancestors:
        item["values"] = {**above["values"], **item["values"]}
        item["categories"] = sorted({*item["categories"], *above["categories"]})
        item["associations"] = _associations.merged_with(item["associations"], above["associations"])
        item["quantified_associations"] = _quantified_associations.merged_with(
            item["quantified_associations"], above["quantified_associations"]
        )
    item["parent"] = None


# Rules


def validate(draft: Draft, *, api: bool = True) -> None:
    """Raises `ValidationFailed`: all violations of the first group that has any.

    `api`: what is asked besides for writes of products, whatever else is told.
    """
    place = place_of(draft)
    violations = _main_group(draft, place) or _identifier_is_free(draft)
    if place is not None:
        violations = violations or list(_variants.combination_is_free(draft, place))
        violations += _variant_has_a_family(draft, violations) if api else ()
    if violations:
        raise ValidationFailed(violations)


_VARIANT_RULES: Final[tuple[_variants.Rule, ...]] = (
    _variants.axes_have_a_value,
    _variants.parent_is_above_the_last_level,
    _variants.attributes_belong_to_the_level,
)


def _main_group(draft: Draft, place: Place | None) -> list[Violation]:
    item = draft.item
    violations: list[Violation] = []
    if place is not None:
        if item["family"] is not None and item["family"] != place.variant.family:
            violations.append(Violation("family", "The variant product family must be the same than its parent"))
        for rule in _VARIANT_RULES:
            violations += rule(draft, place)
    version = item["uuid"][14]
    if version != "4":
        message = f'The version of the uuid "{item["uuid"]}" should be 4, {int(version, 16)} given.'
        violations.append(Violation("uuid", message))
    violations += value_violations(item["values"], draft.pim, uuid=item["uuid"], since=draft.since)
    if draft.quantified:
        violations += _quantified_associations.quantified_links_exist(draft)
    return violations


def _identifier_is_free(draft: Draft) -> list[Violation]:
    identifier = draft.item["identifier"]
    if identifier is not None:
        other = draft.pim["product"].by_alias(identifier)
        if other is not None and other.key != draft.key:
            return [Violation("identifier", f"The {identifier} identifier is already used for another product.")]
    return []


def _variant_has_a_family(draft: Draft, before: list[Violation]) -> list[Violation]:
    """After other violations its path begins with the property at which the PIM's validator has stopped."""
    if draft.item["family"] is not None:
        return []
    message = (
        f'The family cannot be "null" because your product with the {draft.item["identifier"] or ""} identifier '
        "is a variant product."
    )
    return [Violation("quantified_associations.family" if before else "family", message)]
