"""The catalog of the tests of products: named and built like the technical catalog of the PIM's own tests.

Source: pim: tests/catalog/technical/
"""

from __future__ import annotations

from pathlib import Path

from mock_akeneo.core.json_types import Json, dumps


def _attribute(code: str, type_: str, **more: object) -> Json:
    return {"code": code, "type": f"pim_catalog_{type_}", "group": "other", **more}


_NUMBER = {"decimals_allowed": True, "negative_allowed": True}
_WHOLE = {"decimals_allowed": False, "negative_allowed": False}

ATTRIBUTES = [
    _attribute("sku", "identifier", unique=True, useable_as_grid_filter=True, is_main_identifier=True),
    _attribute("ean", "identifier", unique=True, useable_as_grid_filter=True),
    _attribute("a_text", "text", max_characters=200),
    _attribute("a_regexp", "text", validation_rule="regexp", validation_regexp="/^[0-9]+$/"),
    _attribute("a_unique_text", "text", unique=True),
    _attribute("a_unique_number", "number", unique=True, decimals_allowed=True, negative_allowed=True),
    _attribute("a_unique_date", "date", unique=True),
    _attribute("a_localized_text", "text", localizable=True),
    _attribute("a_text_area", "textarea"),
    _attribute("a_localized_and_scopable_text_area", "textarea", localizable=True, scopable=True),
    _attribute("a_number_float", "number", **_NUMBER),
    _attribute("a_number_integer", "number", number_max="100", **_WHOLE),
    _attribute("a_metric", "metric", metric_family="Power", default_metric_unit="KILOWATT", **_NUMBER),
    _attribute("a_price", "price_collection", decimals_allowed=True),
    _attribute("a_default_yes_no", "boolean", default_value=True),
    _attribute("a_scopable_yes_no", "boolean", default_value=False, scopable=True),
    _attribute("a_date", "date"),
    # The axes of a level go in the order in which their attributes were made.
    _attribute("a_simple_select", "simpleselect"),
    _attribute("a_yes_no", "boolean"),
    _attribute("a_multi_select", "multiselect"),
    _attribute("a_file", "file"),
    _attribute("an_image", "image", allowed_extensions=["jpg", "gif", "png"], max_file_size="0.5"),
    _attribute("a_localizable_scopable_image", "image", localizable=True, scopable=True),
]

_SELECTS = {"a_simple_select": ("optionA", "optionB", "optionC"), "a_multi_select": ("optionA", "optionB")}
_FAMILY_A = [
    "a_date",
    "a_file",
    "a_localized_and_scopable_text_area",
    "a_metric",
    "a_multi_select",
    "a_number_float",
    "a_price",
    "a_simple_select",
    "a_text",
    "a_text_area",
    "a_yes_no",
    "an_image",
    "sku",
]

CATALOG: dict[str, list[Json]] = {
    "attribute_groups": [{"code": "other"}],
    "attributes": ATTRIBUTES,
    "attribute_options": [
        {"code": code, "attribute": attribute} for attribute, codes in _SELECTS.items() for code in codes
    ],
    "categories": [
        {"code": "master", "parent": None},
        {"code": "categoryA", "parent": "master"},
        {"code": "categoryA1", "parent": "categoryA"},
        {"code": "categoryA2", "parent": "categoryA"},
        {"code": "categoryB", "parent": "master"},
    ],
    "channels": [
        {"code": "ecommerce", "locales": ["en_US"], "currencies": ["USD", "EUR"], "category_tree": "master"},
        {"code": "tablet", "locales": ["en_US", "fr_FR", "de_DE"], "currencies": ["EUR"], "category_tree": "master"},
    ],
    "families": [
        {"code": "familyA", "attributes": _FAMILY_A},
        {"code": "familyA1", "attributes": ["a_text", "sku"]},
        {"code": "family_with_defaults", "attributes": ["a_default_yes_no", "a_scopable_yes_no", "sku"]},
        {"code": "family_of_sizes", "attributes": ["a_metric", "a_default_yes_no", "a_yes_no", "ean", "sku"]},
    ],
    "family_variants": [
        {
            "code": "familyVariantA1",
            "family": "familyA",
            "variant_attribute_sets": [
                {"level": 1, "axes": ["a_simple_select"], "attributes": ["a_simple_select", "a_text"]},
                {"level": 2, "axes": ["a_yes_no"], "attributes": ["sku", "a_text_area", "a_yes_no"]},
            ],
        },
        {
            "code": "familyVariantA2",
            "family": "familyA",
            "variant_attribute_sets": [
                {
                    "level": 1,
                    "axes": ["a_simple_select", "a_yes_no"],
                    "attributes": ["sku", "a_simple_select", "a_text", "a_text_area", "a_yes_no"],
                }
            ],
        },
        {
            "code": "sizes",
            "family": "family_of_sizes",
            "variant_attribute_sets": [
                {"level": 1, "axes": ["a_metric"], "attributes": ["a_metric", "a_default_yes_no", "ean", "sku"]}
            ],
        },
    ],
    "association_types": [
        *({"code": code} for code in ("PACK", "SUBSTITUTION", "UPSELL", "X_SELL")),
        {"code": "COMPATIBILITY", "is_two_way": True},
        *({"code": code, "is_quantified": True} for code in ("BUNDLE", "PRODUCT_SET")),
    ],
    "groups": [{"code": code, "type": "RELATED", "labels": {}} for code in ("groupA", "groupB")],
}


def write_shop(folder: Path) -> Path:
    """The catalog as a folder of JSON lines."""
    for name, lines in CATALOG.items():
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(dumps(line) for line in lines) + b"\n")
    return folder


def value(data: object, locale: str | None = None, scope: str | None = None) -> list[Json]:
    """The entries of one attribute, with one value."""
    return [{"locale": locale, "scope": scope, "data": data}]


REFERENCE = "http://api.akeneo.com/api-reference.html#"
SUFFIX = " Check the expected format on the API documentation."


def documented(message: str, anchor: str) -> Json:
    """The body of a refusal with a link; `message` without the suffix."""
    return {
        "code": 422,
        "message": message + SUFFIX,
        "_links": {"documentation": {"href": REFERENCE + anchor}},
    }


def invalid(*errors: Json) -> Json:
    """The body of broken rules."""
    return {"code": 422, "message": "Validation failed.", "errors": list(errors)}


def error(property_: str, message: str) -> Json:
    return {"property": property_, "message": message}


def value_error(message: str, attribute: str, locale: str | None = None, scope: str | None = None) -> Json:
    return {"property": "values", "message": message, "attribute": attribute, "locale": locale, "scope": scope}


NO_ASSOCIATIONS: Json = {
    code: {"products": [], "product_models": [], "groups": []}
    for code in ("COMPATIBILITY", "PACK", "SUBSTITUTION", "UPSELL", "X_SELL")
}


def associations(**types: Json) -> Json:
    """As GET shows them: every type, those given with their lists."""
    return {code: {**lists, **types.get(code, {})} for code, lists in NO_ASSOCIATIONS.items()}
