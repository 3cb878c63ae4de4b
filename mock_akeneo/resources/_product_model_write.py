"""Writing product models: merge, levels, validation, in the PIM's order.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductModelController.php,
src/Akeneo/Pim/Enrichment/Bundle/Resources/config/validation/productmodel.yml
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mock_akeneo.attribute_types.identifier import LINE_BREAK_MESSAGE, SEPARATOR_MESSAGE, WITHOUT_SEPARATORS
from mock_akeneo.attribute_types.values import (
    UNKNOWN_PROPERTY,
    by_code,
    merge_values,
    value_violations,
)
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import INVALID_JSON, Malformed, Problem, ValidationFailed, Violation, malformed_type
from mock_akeneo.resources import _product_fields as fields
from mock_akeneo.resources import _quantified_associations, _variants
from mock_akeneo.resources._draft import PRODUCT_MODEL, Draft, model_data
from mock_akeneo.resources._variants import Place, place_of
from mock_akeneo.rest import rules

MAX_CODE_CHARACTERS: Final = 255
_LINE_BREAK: Final = re.compile(r"[\r\n]")


def new_model(pim: Catalog) -> Draft:
    blank: Json = {
        "code": None,
        "family": None,
        "family_variant": None,
        "parent": None,
        "categories": [],
        "values": {},
        "created": "",
        "updated": "",
        "associations": {},
        "quantified_associations": {},
    }
    return Draft(PRODUCT_MODEL, blank, None, pim)


def apply(draft: Draft, payload: Json) -> None:
    """The parent first, then the properties in the order of the keys, the family last. Raises `Malformed`."""
    item, pim = draft.item, draft.pim
    draft.payload = payload = _of_its_level(draft, payload)
    if item["parent"] is not None and "parent" in payload and payload["parent"] is None:
        raise Malformed('Property "parent" cannot be modified, "NULL" given.')
    if "family_variant" in payload and payload["family_variant"] is None:
        raise Malformed('Property "family_variant" does not expect an empty value.')
    if "parent" in payload:
        fields.set_parent_model(draft, payload["parent"])
    for name, value in payload.items():
        if name == "values":
            item["values"] = merge_values(item["values"], value, pim, unknown=UNKNOWN_PROPERTY)
        elif (setter := fields.MODEL_SETTERS.get(name)) is not None:
            setter(draft, value)
        elif name not in fields.MODEL_IGNORED and name not in ("family", "parent"):
            raise Problem(400, INVALID_JSON) if name.isdecimal() else Malformed(UNKNOWN_PROPERTY.format(name))
    if "family" in payload:
        fields.check_family(item, draft.before is None, payload["family"])


def _of_its_level(draft: Draft, payload: Json) -> Json:
    """Values of other levels are dropped without a word, unless a new model has no code yet."""
    if "values" not in payload:
        return payload
    values, pim, item = payload["values"], draft.pim, draft.item
    if not isinstance(values, list | dict):
        raise malformed_type("values", "an array", values)
    for code in by_code(values):
        if pim.attribute(code) is None:
            raise Malformed(UNKNOWN_PROPERTY.format(code))
    if "code" not in payload:
        return payload
    given, parent = payload.get("family_variant"), payload.get("parent")
    if item["parent"] is not None and "parent" not in payload:
        given, parent = item["family_variant"], item["parent"]
    if given is None:
        given = item["family_variant"]
    variant = _variants.family_variant(given, pim) if isinstance(given, str) else None
    if not parent:
        level = 0
    else:
        model = model_data(parent, pim) if isinstance(parent, str) else None
        if model is None:
            return payload
        level = 1 if model["parent"] is None else 2
        variant = variant or _variants.family_variant(model["family_variant"], pim)
    if variant is None or level > variant.variants:
        return payload
    return {**payload, "values": _variants.kept_values(values, variant.levels[level].attributes)}


# Rules


def validate(draft: Draft) -> None:
    """Raises `ValidationFailed`: all violations of the first group that has any."""
    place = place_of(draft)
    violations = _main_group(draft, place)
    if not violations and place is not None:
        violations = list(_variants.combination_is_free(draft, place))
    if violations:
        raise ValidationFailed(violations)


def _main_group(draft: Draft, place: Place | None) -> list[Violation]:
    item = draft.item
    violations: list[Violation] = []
    if place is not None:
        cannot_have_parent = item["parent"] is not None and place.variant.variants == 1
        if cannot_have_parent:
            violations.append(Violation("parent", f'The product model "{item["code"] or ""}" cannot have a parent'))
        violations += _variants.attributes_belong_to_the_level(draft, place)
        if not cannot_have_parent:
            violations += _variants.axes_have_a_value(draft, place)
    violations += _code_is_fit(draft)
    if item["family_variant"] is None:
        violations.append(Violation("family_variant", "The product model family variant must not be empty."))
    violations += value_violations(item["values"], draft.pim, since=draft.since)
    violations += _quantified_associations.quantified_links_exist(draft)
    return violations


def _code_is_fit(draft: Draft) -> Iterator[Violation]:
    code, before = draft.item["code"], draft.before
    if not code:
        yield Violation("code", "The product model code must not be empty.")
        return
    other = draft.pim[PRODUCT_MODEL].get(code)
    if other is not None and (before is None or other.key != before["code"]):
        yield Violation("code", "The same code is already set on another product model.")
    if WITHOUT_SEPARATORS.search(code) is None:
        yield Violation("code", SEPARATOR_MESSAGE)
    if _LINE_BREAK.search(code):
        yield Violation("code", LINE_BREAK_MESSAGE)
    if len(code) > MAX_CODE_CHARACTERS:
        yield Violation("code", rules.too_long(MAX_CODE_CHARACTERS))
