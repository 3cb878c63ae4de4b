"""A PIM in the hand: two channels, three active locales, two currencies, one attribute of each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.shown_values import EVERYTHING, HERE, Asked, ShownValues
from mock_akeneo.attribute_types.stored_values import settled_values
from mock_akeneo.attribute_types.values import merge_values, value_violations
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import SUFFIX, Malformed, Problem, ValidationFailed


def attribute(code: str, type_: str, **more: object) -> Json:
    """As GET one shows it."""
    return {
        "code": code,
        "type": type_,
        "group": "other",
        "unique": False,
        "allowed_extensions": [],
        "metric_family": None,
        "default_metric_unit": None,
        "reference_data_name": None,
        "available_locales": [],
        "max_characters": None,
        "validation_rule": None,
        "validation_regexp": None,
        "number_min": None,
        "number_max": None,
        "decimals_allowed": None,
        "negative_allowed": None,
        "date_min": None,
        "date_max": None,
        "max_file_size": None,
        "localizable": False,
        "scopable": False,
        **more,
    }


def _unit(code: str, *operations: tuple[str, str]) -> Json:
    return {"code": code, "convert_from_standard": [{"operator": o, "value": v} for o, v in operations]}


POWER: Json = {
    "code": "Power",
    "standard_unit_code": "WATT",
    "units": {"WATT": _unit("WATT", ("mul", "1")), "KILOWATT": _unit("KILOWATT", ("mul", "1000"))},
}
TEMPERATURE: Json = {
    "code": "Temperature",
    "standard_unit_code": "KELVIN",
    "units": {
        "KELVIN": _unit("KELVIN", ("mul", "1")),
        "FAHRENHEIT": _unit("FAHRENHEIT", ("sub", "32"), ("div", "1.8"), ("add", "273.15")),
    },
}

IMAGE_KEY = "4/d/e/b/4deb535f0979dea59cf34661e22336459a56bed3_akeneo.jpg"
SAME_IMAGE_KEY = "7/7/7/7/7777535f0979dea59cf34661e22336459a56bed3_copy.jpg"
TEXT_KEY = "1/2/3/4/1234535f0979dea59cf34661e22336459a56bed3_notes.txt"
BIG_KEY = "a/a/a/a/aaaa535f0979dea59cf34661e22336459a56bed3_big.jpg"


def media_file(key: str, size: int, mime_type: str) -> Json:
    name = key.partition("_")[2]
    return {
        "code": key,
        "original_filename": name,
        "mime_type": mime_type,
        "size": size,
        "extension": name.rpartition(".")[2],
    }


NUTRITION = [
    {"code": "ingredient", "data_type": "select", "options": [{"code": "sugar"}, {"code": "salt"}]},
    {"code": "percentage", "data_type": "number", "validations": {"min": 0, "max": 100}},
    {"code": "note", "data_type": "text", "validations": {"max_length": 10}},
    {"code": "allergen", "data_type": "boolean"},
    {"code": "power", "data_type": "measurement", "measurement_family_code": "Power"},
]

ATTRIBUTES = [
    attribute("sku", "pim_catalog_identifier", unique=True, is_main_identifier=True),
    attribute("ean", "pim_catalog_identifier", unique=True, is_main_identifier=False),
    attribute("a_text", "pim_catalog_text", max_characters=200),
    attribute("an_email", "pim_catalog_text", validation_rule="email"),
    attribute("a_url", "pim_catalog_text", validation_rule="url"),
    attribute("a_regexp", "pim_catalog_text", validation_rule="regexp", validation_regexp="/([0-9]+)/"),
    attribute("a_unique_text", "pim_catalog_text", unique=True),
    attribute("a_localizable_text", "pim_catalog_text", localizable=True),
    attribute("a_scopable_text", "pim_catalog_text", scopable=True),
    attribute("a_full_text", "pim_catalog_text", localizable=True, scopable=True),
    attribute("a_french_text", "pim_catalog_text", localizable=True, available_locales=["fr_FR"]),
    attribute("a_text_area", "pim_catalog_textarea"),
    attribute("a_number_float", "pim_catalog_number", decimals_allowed=True, negative_allowed=True),
    attribute("a_number_integer", "pim_catalog_number", decimals_allowed=False, negative_allowed=True),
    attribute(
        "a_bounded_number",
        "pim_catalog_number",
        decimals_allowed=False,
        negative_allowed=False,
        number_max="1000.0000",
    ),
    attribute("a_unique_number", "pim_catalog_number", unique=True, decimals_allowed=True, negative_allowed=True),
    attribute(
        "a_metric",
        "pim_catalog_metric",
        metric_family="Power",
        default_metric_unit="WATT",
        decimals_allowed=True,
        negative_allowed=False,
    ),
    attribute(
        "a_metric_without_decimal",
        "pim_catalog_metric",
        metric_family="Power",
        default_metric_unit="WATT",
        decimals_allowed=False,
        negative_allowed=False,
        number_max="500",
    ),
    attribute(
        "a_temperature",
        "pim_catalog_metric",
        metric_family="Temperature",
        default_metric_unit="KELVIN",
        decimals_allowed=True,
        negative_allowed=True,
    ),
    attribute("a_price", "pim_catalog_price_collection", decimals_allowed=True),
    attribute("a_whole_price", "pim_catalog_price_collection", decimals_allowed=False, number_min="1"),
    attribute("a_scopable_price", "pim_catalog_price_collection", decimals_allowed=True, scopable=True),
    attribute("a_yes_no", "pim_catalog_boolean"),
    attribute("a_date", "pim_catalog_date"),
    attribute(
        "a_bounded_date",
        "pim_catalog_date",
        date_min="2005-05-25T00:00:00+00:00",
        date_max="2050-12-31T00:00:00+00:00",
    ),
    attribute("a_unique_date", "pim_catalog_date", unique=True),
    attribute("a_simple_select", "pim_catalog_simpleselect"),
    attribute("a_multi_select", "pim_catalog_multiselect"),
    attribute("a_size", "pim_catalog_multiselect"),
    attribute("a_file", "pim_catalog_file"),
    attribute(
        "an_image",
        "pim_catalog_image",
        allowed_extensions=["jpg", "gif", "png"],
        max_file_size="1",
    ),
    attribute("a_color", "pim_reference_data_simpleselect", reference_data_name="color"),
    attribute("fabrics", "pim_reference_data_multiselect", reference_data_name="fabrics"),
    attribute("a_designer", "akeneo_reference_entity", reference_data_name="designer"),
    attribute("designers", "akeneo_reference_entity_collection", reference_data_name="designer"),
    attribute("packshots", "pim_catalog_asset_collection", reference_data_name="packshots"),
    attribute("nutrition", "pim_catalog_table", table_configuration=NUTRITION),
    attribute("a_link", "pim_catalog_product_link"),
]

OPTIONS = {
    "a_simple_select": ("optionA", "optionB"),
    "a_multi_select": ("optionA", "optionB", "optionC"),
    "a_size": ("8", "9", "10", "XL", "xs"),
}


@dataclass
class SmallPim:
    """Everything by its code. `used`: (attribute, lower-case text) -> uuid of the product that has it."""

    attributes: dict[str, Json] = field(default_factory=lambda: {a["code"]: a.copy() for a in ATTRIBUTES})
    options: dict[tuple[str, str], str] = field(
        default_factory=lambda: {(a, code.lower()): code for a, codes in OPTIONS.items() for code in codes}
    )
    channels: dict[str, Json] = field(
        default_factory=lambda: {
            "ecommerce": {"code": "ecommerce", "locales": ["en_US"], "currencies": ["USD", "EUR"]},
            "tablet": {"code": "tablet", "locales": ["en_US", "fr_FR", "de_DE"], "currencies": ["EUR"]},
        }
    )
    families: dict[str, Json] = field(default_factory=lambda: {"power": POWER, "temperature": TEMPERATURE})
    media: dict[str, Json] = field(
        default_factory=lambda: {
            file["code"]: file
            for file in (
                media_file(IMAGE_KEY, 10_584, "image/jpeg"),
                media_file(SAME_IMAGE_KEY, 10_584, "image/jpeg"),
                media_file(TEXT_KEY, 12, "text/plain"),
                media_file(BIG_KEY, 2_000_000, "image/jpeg"),
            )
        }
    )
    hashes: dict[str, str] = field(default_factory=lambda: {IMAGE_KEY: "same bytes", SAME_IMAGE_KEY: "same bytes"})
    products: dict[str, str] = field(default_factory=dict)
    used: dict[tuple[str, str], str] = field(default_factory=dict)
    clock: Clock = field(default_factory=lambda: Clock("frozen"))

    @property
    def active_locales(self) -> frozenset[str]:
        return frozenset(code for channel in self.channels.values() for code in channel["locales"])

    @property
    def active_currencies(self) -> frozenset[str]:
        return frozenset(code for channel in self.channels.values() for code in channel["currencies"])

    def attribute(self, code: str) -> Json | None:
        return self.attributes.get(code)

    def option(self, attribute: str, code: str) -> Json | None:
        found = self.options.get((attribute, code.lower()))
        return None if found is None else {"code": found, "attribute": attribute, "labels": {}}

    def channel(self, code: str) -> Json | None:
        return self.channels.get(code)

    def measurement_family(self, code: str) -> Json | None:
        return self.families.get(code.lower())

    def product_with(self, identifier: str) -> str | None:
        return self.products.get(identifier.lower())

    def media_file(self, key: str) -> Json | None:
        return self.media.get(key)

    def media_hash(self, key: str) -> str | None:
        return self.hashes.get(key)

    def other_with(self, attribute: str, data: Any, uuid: str, reading: Callable[[Any], str]) -> str | None:
        found = self.used.get((attribute, reading(data).lower()))
        return found if found != uuid else None


def value(data: object, locale: str | None = None, scope: str | None = None) -> Json:
    """An entry of `values`, as clients send it."""
    return {"locale": locale, "scope": scope, "data": data}


def merged(code: str, data: object, pim: SmallPim | None = None) -> Json:
    """The values of a new product with `data` written to one attribute, in a place that the attribute has."""
    pim = pim or SmallPim()
    about = pim.attributes[code]
    entry = value(data, "en_US" if about["localizable"] else None, "ecommerce" if about["scopable"] else None)
    return merge_values({}, {code: [entry]}, pim)


def shown(code: str, data: object, pim: SmallPim | None = None) -> Any:
    """What GET shows after `data` was written; `None` when there is no value."""
    pim = pim or SmallPim()
    entries = settled_values(merged(code, data, pim), pim).get(code)
    if entries is None:
        return None
    about, seen = pim.attributes[code], entries[0]["data"]
    as_shown = ATTRIBUTE_TYPES[about["type"]].shown
    return as_shown(about, seen) if as_shown is not None and about["unique"] else seen


def refusal(code: str, data: object, pim: SmallPim | None = None) -> str:
    """The message of the shape error, without the common ending."""
    with pytest.raises(Malformed) as refused:
        merged(code, data, pim)
    assert refused.value.link == ""
    assert refused.value.message.endswith(SUFFIX)
    return refused.value.message.removesuffix(SUFFIX)


def complaints(code: str, data: object, pim: SmallPim | None = None) -> list[str]:
    """The messages of the rules that `data` breaks, as they are told."""
    pim = pim or SmallPim()
    violations = value_violations(merged(code, data, pim), pim, uuid="own")
    return [violation.message for violation in ValidationFailed(violations).violations]


def found(
    code: str, operator: str, operand: object, products: Mapping[str, object], pim: SmallPim | None = None
) -> list[str]:
    """The names of the products that a filter finds; `products`: the data of the attribute, by name."""
    pim = pim or SmallPim()
    about = pim.attributes[code]
    type_ = ATTRIBUTE_TYPES[about["type"]]
    chosen = type_.operators[operator]
    test = chosen.test(chosen.check(about, operand, pim))
    columns = {
        name: None if (data := shown(code, given, pim)) is None else type_.column(about, data, pim)
        for name, given in products.items()
    }
    names = list(columns)
    return [names[row] for row in test(list(columns.values()), range(len(names)))]


def filter_refusal(code: str, operator: str, operand: object, pim: SmallPim | None = None) -> str:
    pim = pim or SmallPim()
    about = pim.attributes[code]
    with pytest.raises(Problem) as refused:
        ATTRIBUTE_TYPES[about["type"]].operators[operator].check(about, operand, pim)
    assert refused.value.body() == {"code": 422, "message": refused.value.message}
    return refused.value.message


def read(values: Json, pim: SmallPim, asked: Asked = EVERYTHING) -> Json:
    """The values as GET shows them, without a host in their links."""
    inside = ShownValues(pim, list(pim.channels.values()), asked).inside(dumps(values)[1:-1])
    shown: Json = loads(b"{%b}" % inside.replace(HERE.encode(), b"\\u0001"))
    return shown
