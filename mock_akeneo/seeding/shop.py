"""A structure made up from nothing, for generated catalogs that stand on no other: a shop of N families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count, islice
from typing import Final, NamedTuple

from mock_akeneo.core.json_types import Json
from mock_akeneo.seeding.structure import Structure, attribute_body, family_body

_UPDATED: Final = "2025-01-01T00:00:00+00:00"

_CHANNELS: Final[Sequence[Json]] = (
    {
        "code": "ecommerce",
        "currencies": ["USD", "EUR"],
        "locales": ["de_DE", "en_US", "fr_FR"],
        "category_tree": "master",
        "conversion_units": {},
        "labels": {"en_US": "Ecommerce"},
    },
    {
        "code": "print",
        "currencies": ["EUR"],
        "locales": ["de_DE", "en_US"],
        "category_tree": "master",
        "conversion_units": {"weight": "GRAM"},
        "labels": {"en_US": "Print"},
    },
)


class _Row(NamedTuple):
    """Four attributes of one type: plain, localizable, scopable, and both."""

    type: str
    group: str
    codes: tuple[str, str, str, str]
    properties: Mapping[str, object] = {}


_ATTRIBUTES: Final = (
    _Row(
        "pim_catalog_text",
        "marketing",
        ("model_number", "name", "short_name", "meta_title"),
        {"max_characters": 120},
    ),
    _Row("pim_catalog_textarea", "marketing", ("remark", "summary", "print_text", "description")),
    _Row("pim_catalog_boolean", "marketing", ("waterproof", "sold_here", "featured", "show_badge")),
    _Row("pim_catalog_simpleselect", "technical", ("material", "energy_class", "season", "shipping_class")),
    _Row("pim_catalog_multiselect", "technical", ("features", "allergens", "audience", "badges")),
    _Row(
        "pim_catalog_number",
        "technical",
        ("rating", "popularity", "pack_size", "search_boost"),
        {"decimals_allowed": True},
    ),
    _Row("pim_catalog_date", "marketing", ("released", "translated", "on_sale_from", "campaign_start")),
    _Row(
        "pim_catalog_price_collection",
        "marketing",
        ("price", "deposit", "list_price", "promotion_price"),
        {"decimals_allowed": True},
    ),
    _Row(
        "pim_catalog_metric",
        "technical",
        ("weight", "serving_weight", "shipping_weight", "display_weight"),
        {"metric_family": "Weight", "default_metric_unit": "KILOGRAM", "decimals_allowed": True},
    ),
    _Row(
        "pim_catalog_image",
        "media",
        ("image", "packaging_image", "lifestyle_image", "banner"),
        {"allowed_extensions": ["gif", "jpg", "png"], "max_file_size": "10.00"},
    ),
    _Row(
        "pim_catalog_file",
        "media",
        ("warranty", "data_sheet", "press_kit", "manual"),
        {"allowed_extensions": ["pdf", "txt"]},
    ),
)
_GROUPS: Final = {"marketing": 1, "technical": 2, "media": 3, "other": 100}
_OPTIONS: Final = {
    "color": "black blue brown green grey red white yellow",
    "size": "xs s m l xl xxl",
    "material": "cotton glass leather metal plastic wood",
    "energy_class": "a b c d e f g",
    "season": "spring summer autumn winter",
    "shipping_class": "letter parcel freight",
    "features": "foldable handmade light quiet recycled robust washable",
    "allergens": "eggs gluten milk nuts soya",
    "audience": "beginners children families professionals",
    "badges": "bestseller eco new sale",
}
_FAMILIES: Final = (
    *("clothing", "shoes", "bags", "furniture", "lamps", "tools", "toys", "books", "cameras", "bikes"),
    *("tents", "kitchen"),
)
_REQUIRED: Final = {"ecommerce": ("sku", "name", "description", "price", "image"), "print": ("sku", "name")}
_COMMON: Final = ("sku", "color", "size", "name", "description", "price", "image")
_VARIED: Final = 17  # further attributes of each family


def shop(families: int = 8) -> Structure:
    """A structure with `families` families: every attribute type, localizable and scopable in all four ways.

    Every family can be sold as colours and sizes. Stands on the standard measurement families.
    """
    groups = {code: {"code": code, "labels": _label(code)} for code in _GROUPS}
    selects = {"color": "technical", "size": "technical"}
    attributes = [
        attribute_body("sku", "pim_catalog_identifier", groups["other"], _label("sku"), is_main_identifier=True),
        *(
            attribute_body(code, "pim_catalog_simpleselect", groups[group], _label(code))
            for code, group in selects.items()
        ),
        *(
            attribute_body(
                code,
                row.type,
                groups[row.group],
                _label(code),
                **row.properties,
                localizable=place in (1, 3),
                scopable=place in (2, 3),
            )
            for row in _ATTRIBUTES
            for place, code in enumerate(row.codes)
        ),
    ]
    names = (f"{name}_{turn}" if turn else name for turn in count() for name in _FAMILIES)
    codes = list(islice(names, families))
    return Structure(
        attribute_groups=[
            {
                "code": code,
                "sort_order": order,
                "attributes": [one["code"] for one in attributes if one["group"] == code],
                "labels": groups[code]["labels"],
            }
            for code, order in _GROUPS.items()
        ],
        attributes=attributes,
        attribute_options=[
            {"code": code, "attribute": attribute, "sort_order": order, "labels": _label(code)}
            for attribute, options in _OPTIONS.items()
            for order, code in enumerate(options.split())
        ],
        association_types=[
            {"code": code, "labels": _label(code), "is_two_way": False, "is_quantified": False}
            for code in ("PACK", "SUBSTITUTION", "UPSELL", "X_SELL")
        ],
        categories=_categories(codes),
        channels=_CHANNELS,
        families=[_family(code, place, attributes) for place, code in enumerate(codes)],
        family_variants=[_family_variant(code) for code in codes],
    )


def _label(code: str) -> dict[str, str]:
    return {"en_US": code.replace("_", " ").capitalize()}


def _categories(families: Sequence[str]) -> list[Json]:
    """Three deep: the root, a category for each family, two below each."""
    parents: dict[str, str | None] = {"master": None}
    for code in families:
        parents |= {code: "master", f"{code}_new": code, f"{code}_classic": code}
    return [
        {"code": code, "parent": parent, "updated": _UPDATED, "labels": _label(code)}
        for code, parent in parents.items()
    ]


def _family(code: str, place: int, attributes: Sequence[Json]) -> Json:
    """Each family takes other attributes out of those that not all have in common."""
    others = [one["code"] for one in attributes if one["code"] not in _COMMON]
    varied = [others[(place * 5 + step) % len(others)] for step in range(_VARIED)]
    return family_body(
        code,
        [*_COMMON, *varied],
        _REQUIRED,
        _label(code),
        attribute_as_label="name",
        attribute_as_image="image",
    )


def _family_variant(family: str) -> Json:
    return {
        "code": f"{family}_color_size",
        "family": family,
        "labels": _label(f"{family}_color_size"),
        "variant_attribute_sets": [
            {"level": 1, "axes": ["color"], "attributes": ["color", "image"]},
            {"level": 2, "axes": ["size"], "attributes": ["price", "size", "sku"]},
        ],
    }
