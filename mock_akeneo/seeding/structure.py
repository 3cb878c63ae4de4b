"""What products stand on, as plain API bodies: the part of a catalog that generators read or make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_akeneo.core.json_types import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Lists of API bodies. Each field is named like the file of a catalog folder that holds such lines.

    `family_variants` and `attribute_options` carry their `family` and `attribute`. Locales and currencies are
    active when a channel has them, so they need no list.
    """

    attribute_groups: Sequence[Json] = ()
    attributes: Sequence[Json] = ()
    attribute_options: Sequence[Json] = ()
    association_types: Sequence[Json] = ()
    categories: Sequence[Json] = ()
    channels: Sequence[Json] = ()
    families: Sequence[Json] = ()
    family_variants: Sequence[Json] = ()
    measurement_families: Sequence[Json] = ()


_NUMBER = {"decimals_allowed": False, "negative_allowed": False}
_OWN_PROPERTIES: Mapping[str, Json] = {
    "pim_catalog_identifier": {"unique": True, "useable_as_grid_filter": True},
    "pim_catalog_textarea": {"wysiwyg_enabled": False},
    "pim_catalog_number": _NUMBER,
    "pim_catalog_metric": _NUMBER,
    "pim_catalog_price_collection": {"decimals_allowed": False},
    "pim_catalog_simpleselect": {"auto_option_sorting": False},
    "pim_catalog_multiselect": {"auto_option_sorting": False},
}


def attribute_body(
    code: str, attribute_type: str, group: Json, labels: Mapping[str, str], **properties: object
) -> Json:
    """An attribute as GET gives it: every property is there, `properties` over the defaults of its type.

    Source: pim: src/Akeneo/Pim/Structure/Component/Normalizer/ExternalApi/AttributeNormalizer.php
    """
    body: Json = {
        "code": code,
        "type": attribute_type,
        "group": group["code"],
        "group_labels": group["labels"],
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
        "labels": dict(labels),
        "guidelines": {},
        "auto_option_sorting": None,
        "default_value": None,
    }
    return {**body, **_OWN_PROPERTIES.get(attribute_type, {}), **properties}


def family_body(
    code: str,
    attributes: Sequence[str],
    requirements: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    **properties: object,
) -> Json:
    """A family as GET gives it: attributes and requirements sorted, the latter by channel."""
    body: Json = {
        "code": code,
        "attributes": sorted(attributes),
        "attribute_as_label": "sku",
        "attribute_as_image": None,
        "attribute_requirements": {channel: sorted(requirements[channel]) for channel in sorted(requirements)},
        "labels": dict(labels),
    }
    return {**body, **properties}
