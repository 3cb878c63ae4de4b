"""Attributes: what can be said of a product. Each type has properties of its own.

Source: pim: tests/back/Pim/Structure/EndToEnd/Attribute/ExternalApi/,
tests/back/Pim/Structure/Integration/Attribute/Validation/,
src/Akeneo/Pim/Structure/Component/Updater/AttributeUpdater.php
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from mock_akeneo.attribute_types.date import moment
from mock_akeneo.attribute_types.php import WHITE_SPACE, int_of, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed
from mock_akeneo.resources import _attribute_rules
from mock_akeneo.resources._attribute_rules import BLANK_OF_SAAS, IDENTIFIER, TYPES
from mock_akeneo.resources._table_configuration import shape as table_shape
from mock_akeneo.resources._table_configuration import without_options
from mock_akeneo.rest import shapes
from mock_akeneo.rest.resource import Resource, active
from mock_akeneo.rest.shapes import Shape
from mock_akeneo.search import structure

# What not every attribute has stands behind what they all have.
SHOWN_LAST: Final = ("is_main_identifier", *BLANK_OF_SAAS, "table_configuration")


def blank(pim: Catalog) -> Json:
    return {
        "code": None,
        "type": None,
        "group": None,
        "unique": False,
        "useable_as_grid_filter": False,
        "allowed_extensions": [],
        "metric_family": None,
        "default_metric_unit": None,
        "reference_data_name": None,
        "available_locales": [],
        "max_characters": None,
        "validation_rule": None,
        "validation_regexp": None,
        "wysiwyg_enabled": None,
        "number_min": None,
        "number_max": None,
        "decimals_allowed": None,
        "negative_allowed": None,
        "date_min": None,
        "date_max": None,
        "max_file_size": None,
        "minimum_input_length": None,
        "sort_order": 0,
        "localizable": False,
        "scopable": False,
        "labels": {},
        "guidelines": {},
        "auto_option_sorting": None,
        "default_value": None,
        **(BLANK_OF_SAAS if pim.has("mandatory attributes") else {}),
        "updated": None,
    }


# Shapes


def type_(item: Json, name: str, value: Any, pim: Catalog) -> None:
    shapes.scalar(item, name, value, pim)
    if value is None or value == "":
        raise Malformed(f'Property "{name}" does not expect an empty value.')
    if value not in TYPES:
        given = text_of(value)
        raise Malformed(
            f'Property "{name}" expects a valid attribute type. The attribute type does not exist, "{given}" given.'
        )
    if value == IDENTIFIER:
        item["unique"] = item["required"] = True
    elif item["unique"] is None:
        item["unique"] = False


def day(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """A date that PHP can read and that begins with `yyyy-mm-dd`; kept in the PIM's time zone, whatever its own."""
    shapes.scalar(item, name, value, pim)
    if value is None:
        return
    text = text_of(value)
    when = moment(text)
    if when is None:
        raise Malformed(f'Property "{name}" expects a string with the format "yyyy-mm-dd" as data, "{text}" given.')
    item[name] = when.replace(tzinfo=pim.clock.zone).isoformat()[:25]


def extensions(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Joined by commas and taken apart again, in lower case, each but once; nothing at all is none."""
    joined = ",".join(map(text_of, shapes.scalars(name, value))).encode().lower().decode()
    item[name] = list(dict.fromkeys(one.strip(WHITE_SPACE) for one in joined.split(","))) if joined else []


def guidelines(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """By locale as it is sent; null and `""` remove one."""
    members = {str(i): text for i, text in enumerate(shapes.scalars(name, value))}
    if isinstance(value, dict):
        members = value
    texts = {**item[name], **{locale: text_of(text) for locale, text in members.items()}}
    item[name] = {locale: text for locale, text in texts.items() if members.get(locale, text) not in (None, "")}


# What the database makes of a member


def decimal(places: int) -> Callable[[Any], str | None]:
    """Text with so many decimals. What no column holds, and ends in an error of the PIM's database, is left out."""
    unit = Decimal(1).scaleb(-places)

    def cast(value: Any) -> str | None:
        if not math.isfinite(float(value)) or abs(float(value)) >= 1e20:
            return None
        return str(Decimal(text_of(value).strip()).quantize(unit, ROUND_HALF_UP))

    return cast


def _extensions(names: list[str]) -> list[str]:
    """`0` counts as nothing, as in PHP."""
    return [] if names == ["0"] else names


def _text(value: Any) -> str | None:
    return text_of(value) or None


# What the PIM adds


def main_identifier_flag(item: Json, before: Json | None, pim: Catalog) -> None:
    """The first identifier of a catalog is the main one; no later one ever becomes it."""
    if item["type"] == IDENTIFIER and "is_main_identifier" not in item:
        documents = pim["attribute"].in_order_of_creation()
        item["is_main_identifier"] = not any(document.data.get("is_main_identifier") for document in documents)


# Reading


def shown(attribute: Json, pim: Catalog) -> Json:
    item = {**attribute, "labels": active(attribute["labels"], pim)}
    del item["updated"]
    if "table_configuration" in item:
        item["table_configuration"] = without_options(item["table_configuration"])
    if not pim.has("several identifiers"):
        item.pop("is_main_identifier", None)
    if pim.has("mandatory attributes"):
        item = {**item, **{name: value for name, value in BLANK_OF_SAAS.items() if name not in item}}
    else:
        for name in BLANK_OF_SAAS:
            item.pop(name, None)
    group = pim.data("attribute_group", attribute["group"])
    group_labels = active(group["labels"], pim) if group else {}
    last = {name: item.pop(name) for name in SHOWN_LAST if name in item}
    return {**item, "group_labels": group_labels, **last}


def asked(attribute: Json, pim: Catalog, query: Mapping[str, str]) -> Json:
    """The options of a table's select columns."""
    item = shown(attribute, pim)
    # Any text but `0` counts as true, `false` too.
    if query["with_table_select_options"] not in ("", "0") and "table_configuration" in item:
        item["table_configuration"] = attribute["table_configuration"]
    return item


_SHAPE: Final[Mapping[str, Shape]] = {
    "code": shapes.scalar,
    "type": type_,
    "group": shapes.code_of("attribute_group", "attribute group", removable=False),
    "unique": shapes.scalar,
    "useable_as_grid_filter": shapes.scalar,
    "allowed_extensions": extensions,
    "metric_family": shapes.scalar,
    "default_metric_unit": shapes.scalar,
    "reference_data_name": shapes.scalar,
    "available_locales": shapes.codes_of("locale", "locale", "locale code", order=shapes.as_created("locale")),
    "max_characters": shapes.scalar,
    "validation_rule": shapes.scalar,
    "validation_regexp": shapes.scalar,
    "wysiwyg_enabled": shapes.scalar,
    "number_min": shapes.scalar,
    "number_max": shapes.scalar,
    "decimals_allowed": shapes.scalar,
    "negative_allowed": shapes.scalar,
    "date_min": day,
    "date_max": day,
    "max_file_size": shapes.scalar,
    "minimum_input_length": shapes.scalar,
    "sort_order": shapes.scalar,
    "localizable": shapes.scalar,
    "scopable": shapes.scalar,
    "labels": shapes.by_locale(),
    "guidelines": guidelines,
    "auto_option_sorting": shapes.scalar,
    "default_value": shapes.scalar,
    "required": shapes.scalar,
    # Shown behind a feature flag only.
    "is_read_only": shapes.unkept,
    "table_configuration": table_shape,
}
_KEPT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "allowed_extensions": _extensions,
    "max_characters": int_of,
    "minimum_input_length": int_of,
    "sort_order": int_of,
    "number_min": decimal(4),
    "number_max": decimal(4),
    "max_file_size": decimal(2),
    "validation_regexp": _text,
}
_SHAPE_OF_SAAS: Final[Mapping[str, Shape]] = {
    "is_mandatory": shapes.scalar,
    "decimal_places_strategy": shapes.scalar,
    "decimal_places": shapes.scalar,
}

ATTRIBUTE = Resource(
    kind="attribute",
    # In the order of the PIM's routes, which a 405 tells.
    endpoints=("list", "create", "update", "get", "update_list"),
    blank=blank,
    shape={**_SHAPE, **_SHAPE_OF_SAAS},
    ignored=frozenset({"group_labels", "is_main_identifier"}),
    completed=main_identifier_flag,
    rules=_attribute_rules.of(saas=True),
    transient=frozenset({"required"}),
    kept={**_KEPT, "decimal_places": int_of},
    dated=True,
    loaded={"updated": shapes.moment, "is_main_identifier": shapes.boolean},
    derived=frozenset({"group_labels"}),
    shown=shown,
    asked=asked,
    asked_by=("with_table_select_options",),
    search=structure.by(structure.ATTRIBUTES),
    earlier={
        "table select options": {"asked_by": ()},
        "several identifiers": {"search": structure.by(structure.ATTRIBUTES_BEFORE_SEVERAL_IDENTIFIERS)},
        "mandatory attributes": {"shape": _SHAPE, "kept": _KEPT, "rules": _attribute_rules.of(saas=False)},
    },
)
