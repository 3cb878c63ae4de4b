"""A small catalog to search in: each attribute type that has filters, in each way it can depend on place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mock_akeneo.core.json_types import Json, dumps

PLAIN: Final[dict[str, Json]] = {
    "text": {},
    "textarea": {},
    "number": {"decimals_allowed": True, "negative_allowed": True},
    "metric": {
        "metric_family": "Weight",
        "default_metric_unit": "GRAM",
        "decimals_allowed": True,
        "negative_allowed": True,
    },
    "price_collection": {"decimals_allowed": True},
    "boolean": {},
    "date": {},
    "simpleselect": {},
    "multiselect": {},
}
# The suffix of a code says what its values depend on.
WAYS: Final = {"": (False, False), "_l": (True, False), "_s": (False, True), "_ls": (True, True)}
OPTIONS: Final = ("a", "B", "c")

ATTRIBUTES: Final[dict[str, Json]] = {
    "sku": {
        "code": "sku",
        "type": "pim_catalog_identifier",
        "group": "other",
        "unique": True,
        "useable_as_grid_filter": True,
        "is_main_identifier": True,
    },
    **{
        name + suffix: {
            "code": name + suffix,
            "type": f"pim_catalog_{name}",
            "group": "other",
            "localizable": localizable,
            "scopable": scopable,
            **properties,
        }
        for name, properties in PLAIN.items()
        for suffix, (localizable, scopable) in WAYS.items()
    },
    "french": {
        "code": "french",
        "type": "pim_catalog_text",
        "group": "other",
        "localizable": True,
        "available_locales": ["fr_FR"],
    },
    "axis": {"code": "axis", "type": "pim_catalog_simpleselect", "group": "other"},
    "twist": {"code": "twist", "type": "pim_catalog_boolean", "group": "other"},
    "photo": {"code": "photo", "type": "pim_catalog_image", "group": "other"},
}
AXES: Final = ("a", "b", "c", "d", "e")

CHANNELS: Final[dict[str, Json]] = {
    "shop": {"code": "shop", "locales": ["en_US", "fr_FR"], "currencies": ["EUR", "USD"], "category_tree": "master"},
    "print": {"code": "print", "locales": ["en_US"], "currencies": ["EUR"], "category_tree": "paper"},
}
LOCALES: Final = ("en_US", "fr_FR")

# Code to parent.
CATEGORIES: Final = {
    "master": None,
    "left": "master",
    "leaf": "left",
    "right": "master",
    "paper": None,
    "sheet": "paper",
}

WIDE: Final = sorted(code for code in ATTRIBUTES)
FAMILIES: Final[dict[str, Json]] = {
    "wide": {
        "code": "wide",
        "attributes": WIDE,
        "attribute_requirements": {
            "shop": ["sku", "text", "text_l", "price_collection", "price_collection_s", "french", "metric_s", "photo"],
            "print": ["sku", "boolean", "textarea_ls", "multiselect_l", "price_collection"],
        },
    },
    "narrow": {"code": "narrow", "attributes": ["sku", "text"], "attribute_requirements": {"shop": ["sku", "text"]}},
    "bare": {"code": "bare", "attributes": ["sku"]},
}
# Which attributes lie on which level; all others are common.
LEVEL_1: Final = ("axis", "number_l", "text", "boolean_s")
LEVEL_2: Final = ("date", "multiselect_l", "price_collection_s", "sku", "twist")
VARIANTS: Final[dict[str, Json]] = {
    "deep": {
        "code": "deep",
        "family": "wide",
        "variant_attribute_sets": [
            {"level": 1, "axes": ["axis"], "attributes": list(LEVEL_1)},
            {"level": 2, "axes": ["twist"], "attributes": list(LEVEL_2)},
        ],
    },
    "flat": {
        "code": "flat",
        "family": "wide",
        "variant_attribute_sets": [{"level": 1, "axes": ["axis"], "attributes": [*LEVEL_1, *LEVEL_2]}],
    },
}
PHOTOS: Final = {
    "8/6/d/5/86d5d517bdff522f16ce60b24e06086db0af85f9_Kite.jpg": "Kite.jpg",
    "7/7/7/7/7777d517bdff522f16ce60b24e06086db0af85f9_a_b.jpg": "a b.jpg",
}

CATALOG: Final[dict[str, list[Json]]] = {
    "attribute_groups": [{"code": "other"}],
    "attributes": list(ATTRIBUTES.values()),
    "attribute_options": [
        {"code": code, "attribute": f"{type_}{suffix}", "labels": {"en_US": f"Option {code}"} if code == "a" else {}}
        for type_ in ("simpleselect", "multiselect")
        for suffix in WAYS
        for code in OPTIONS
    ]
    + [{"code": code, "attribute": "axis"} for code in AXES],
    "categories": [{"code": code, "parent": parent} for code, parent in CATEGORIES.items()],
    "channels": list(CHANNELS.values()),
    "families": list(FAMILIES.values()),
    "family_variants": list(VARIANTS.values()),
    "association_types": [{"code": "PACK"}, {"code": "SET", "is_quantified": True}],
    "groups": [{"code": code, "type": "RELATED", "labels": {}} for code in ("first", "second")],
    "media_files": [
        {"code": code, "original_filename": name, "mime_type": "image/jpeg", "size": 3, "extension": "jpg"}
        for code, name in PHOTOS.items()
    ],
}


def write_shelf(folder: Path) -> Path:
    """The catalog as a folder of JSON lines."""
    for name, lines in CATALOG.items():
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(dumps(line) for line in lines) + b"\n")
    return folder
