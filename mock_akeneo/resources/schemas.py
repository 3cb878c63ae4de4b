"""The bodies of the API as JSON Schemas, resource by resource, and an example of each that the demo catalog takes.

They are as strict as the PIM where it is strict: codes, members that exist, kinds of data. Its rules (which attribute
a family may have) are not in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mock_akeneo.core.json_types import Json


class Body(NamedTuple):
    """`read`: an item as GET shows it. `write`: what POST and PATCH take, of which POST needs `needed`."""

    read: Json
    write: Json | None
    needed: tuple[str, ...]
    example: Json


TEXT: Final[Json] = {"type": "string"}
FLAG: Final[Json] = {"type": "boolean"}
WHOLE: Final[Json] = {"type": "integer"}
MOMENT: Final[Json] = {"type": "string", "format": "date-time"}
UUID: Final[Json] = {"type": "string", "format": "uuid"}
CODE: Final[Json] = {"type": "string", "pattern": "^[a-zA-Z0-9_]+$", "maxLength": 100}
ANYTHING: Final[Json] = {}


def or_null(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def list_of(schema: Json, **more: Any) -> Json:
    return {"type": "array", "items": schema, **more}


def map_of(schema: Json) -> Json:
    return {"type": "object", "additionalProperties": schema}


def or_empty(schema: Json) -> Json:
    """PHP writes an empty object as an empty array, and reads it so."""
    return {"anyOf": [schema, {"type": "array", "maxItems": 0}]}


def shown(*optional: str, **members: Json) -> Json:
    """An object as the PIM shows it: all members but the `optional` ones are there, and no others."""
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def taken(**members: Json) -> Json:
    """An object as the PIM takes it: any of the members."""
    return {"type": "object", "properties": members, "additionalProperties": False}


LABELS: Final = map_of(TEXT)
LABELS_TAKEN: Final = or_empty(map_of(or_null(TEXT)))
TEXTS: Final = list_of(TEXT)
TYPES: Final = [
    f"pim_catalog_{name}"
    for name in (
        "identifier", "text", "textarea", "simpleselect", "multiselect", "boolean", "date", "number", "metric",
        "price_collection", "image", "file", "table", "asset_collection",
    )
] + ["pim_reference_data_simpleselect", "pim_reference_data_multiselect"]  # fmt: skip

# Structure

_ATTRIBUTE: Final = {
    "code": TEXT,
    "type": TEXT,
    "group": TEXT,
    "unique": FLAG,
    "useable_as_grid_filter": FLAG,
    "allowed_extensions": TEXTS,
    "metric_family": or_null(TEXT),
    "default_metric_unit": or_null(TEXT),
    "reference_data_name": or_null(TEXT),
    "available_locales": TEXTS,
    "max_characters": or_null(WHOLE),
    "validation_rule": or_null(TEXT),
    "validation_regexp": or_null(TEXT),
    "wysiwyg_enabled": or_null(FLAG),
    "number_min": or_null(TEXT),
    "number_max": or_null(TEXT),
    "decimals_allowed": or_null(FLAG),
    "negative_allowed": or_null(FLAG),
    "date_min": or_null(TEXT),
    "date_max": or_null(TEXT),
    "max_file_size": or_null(TEXT),
    "minimum_input_length": or_null(WHOLE),
    "sort_order": WHOLE,
    "localizable": FLAG,
    "scopable": FLAG,
    "labels": LABELS,
    "guidelines": LABELS,
    "auto_option_sorting": or_null(FLAG),
    "default_value": or_null(FLAG),
    "table_configuration": list_of({"type": "object"}),
    "is_mandatory": FLAG,
    "decimal_places_strategy": or_null(TEXT),
    "decimal_places": or_null(WHOLE),
    "is_main_identifier": FLAG,
    "group_labels": LABELS,
}
_NUMBER: Final[Json] = {"type": ["string", "number", "null"]}
ATTRIBUTE: Final = Body(
    read=shown(
        "table_configuration", "is_mandatory", "decimal_places_strategy", "decimal_places", "is_main_identifier",
        **_ATTRIBUTE,
    ),
    write=taken(
        **{
            **_ATTRIBUTE,
            "code": {**CODE, "maxLength": 255},
            "type": {"enum": TYPES},
            "available_locales": list_of(TEXT),
            "number_min": _NUMBER,
            "number_max": _NUMBER,
            "max_file_size": _NUMBER,
            "labels": LABELS_TAKEN,
            "guidelines": LABELS_TAKEN,
            "group_labels": {"anyOf": [LABELS_TAKEN, {"type": "null"}]},
        }
    ),
    needed=("code", "type", "group"),
    example={
        "code": "lining",
        "type": "pim_catalog_simpleselect",
        "group": "other",
        "labels": {"en_US": "Lining", "de_DE": "Futter"},
    },
)  # fmt: skip
ATTRIBUTE_OPTION: Final = Body(
    read=shown(code=TEXT, attribute=TEXT, sort_order=WHOLE, labels=LABELS),
    write=taken(code=CODE, attribute=CODE, sort_order=WHOLE, labels=LABELS_TAKEN),
    needed=("code",),
    example={"code": "petrol", "labels": {"en_US": "Petrol", "de_DE": "Petrol"}},
)
ATTRIBUTE_GROUP: Final = Body(
    read=shown(code=TEXT, sort_order=WHOLE, attributes=TEXTS, labels=LABELS),
    write=taken(code=CODE, sort_order=WHOLE, attributes=list_of(CODE), labels=LABELS_TAKEN),
    needed=("code",),
    example={"code": "care", "sort_order": 9, "labels": {"en_US": "Care"}},
)
FAMILY: Final = Body(
    read=shown(
        code=TEXT,
        attributes=TEXTS,
        attribute_as_label=TEXT,
        attribute_as_image=or_null(TEXT),
        attribute_requirements=map_of(TEXTS),
        labels=LABELS,
    ),
    write=taken(
        code=CODE,
        attributes=list_of(CODE),
        attribute_as_label=CODE,
        attribute_as_image=or_null(CODE),
        attribute_requirements=or_empty(map_of(list_of(CODE))),
        labels=LABELS_TAKEN,
    ),
    needed=("code",),
    example={
        "code": "gloves",
        "attributes": ["sku", "name", "image", "price"],
        "attribute_as_label": "name",
        "attribute_as_image": "image",
        "attribute_requirements": {"ecommerce": ["sku", "name"]},
        "labels": {"en_US": "Gloves"},
    },
)
_LEVEL: Final = {"level": {"type": "integer", "minimum": 1, "maximum": 2}, "axes": TEXTS, "attributes": TEXTS}
FAMILY_VARIANT: Final = Body(
    read=shown(code=TEXT, labels=LABELS, variant_attribute_sets=list_of(shown(**_LEVEL)), common_attributes=TEXTS),
    write=taken(
        code=CODE,
        labels=LABELS_TAKEN,
        variant_attribute_sets=list_of(
            taken(level=_LEVEL["level"], axes=list_of(CODE, maxItems=5), attributes=list_of(CODE)), maxItems=2
        ),
        family=CODE,
        common_attributes=TEXTS,
    ),
    needed=("code", "variant_attribute_sets"),
    example={
        "code": "clothing_by_size",
        "variant_attribute_sets": [{"level": 1, "axes": ["size"], "attributes": ["sku", "size", "weight"]}],
        "labels": {"en_US": "Clothing by size"},
    },
)
ASSOCIATION_TYPE: Final = Body(
    read=shown(code=TEXT, labels=LABELS, is_two_way=FLAG, is_quantified=FLAG),
    write=taken(code=CODE, labels=LABELS_TAKEN, is_two_way=FLAG, is_quantified=FLAG),
    needed=("code",),
    example={"code": "SPARE_PART", "labels": {"en_US": "Spare part"}, "is_two_way": False, "is_quantified": False},
)
CATEGORY: Final = Body(
    read=shown(
        "position", "values", "channel_requirements",
        code=TEXT, parent=or_null(TEXT), updated=MOMENT, labels=LABELS, position=WHOLE,
        values=map_of(
            shown(
                data={"type": ["string", "boolean", "object"]},
                type=TEXT,
                channel=or_null(TEXT),
                locale=or_null(TEXT),
                attribute_code=TEXT,
            )
        ),
        channel_requirements=TEXTS,
    ),
    write=taken(
        code=CODE,
        parent=or_null(CODE),
        labels=LABELS_TAKEN,
        values=list_of(
            {
                **taken(
                    data={"type": ["string", "boolean", "null"]},
                    channel=or_null(CODE),
                    locale=or_null(TEXT),
                    attribute_code=CODE,
                ),
                "required": ["data", "attribute_code"],
            }
        ),
        validations=or_empty(
            taken(max_categories_per_product=or_null(WHOLE), only_leaves=or_null(FLAG), is_mandatory=or_null(FLAG))
        ),
        channel_requirements=list_of(CODE),
    ),
    needed=("code",),
    example={
        "code": "gloves",
        "parent": "clothing",
        "labels": {"en_US": "Gloves"},
        "values": [{"data": "Warm hands", "channel": "ecommerce", "locale": "en_US", "attribute_code": "description"}],
    },
)  # fmt: skip
CHANNEL: Final = Body(
    read=shown(
        code=TEXT,
        currencies=TEXTS,
        locales=TEXTS,
        category_tree=TEXT,
        conversion_units=map_of({"type": ["string", "object"]}),
        labels=LABELS,
    ),
    write=taken(
        code=CODE,
        currencies=list_of(TEXT),
        locales=list_of(TEXT),
        category_tree=CODE,
        conversion_units=or_empty(map_of({"type": ["string", "object", "array", "null"]})),
        labels=LABELS_TAKEN,
    ),
    needed=("code", "currencies", "locales", "category_tree"),
    example={
        "code": "marketplace",
        "currencies": ["EUR"],
        "locales": ["en_US", "de_DE"],
        "category_tree": "master",
        "labels": {"en_US": "Marketplace"},
    },
)
LOCALE: Final = Body(shown(code=TEXT, enabled=FLAG), None, (), {"code": "en_US", "enabled": True})
CURRENCY: Final = Body(
    shown(code=TEXT, enabled=FLAG, label=TEXT), None, (), {"code": "EUR", "enabled": True, "label": "EUR (Euro)"}
)
MEASURE_FAMILY: Final = Body(
    read=shown(code=TEXT, standard=TEXT, units=list_of(shown(code=TEXT, convert=map_of(TEXT), symbol=TEXT))),
    write=None,
    needed=(),
    example={
        "code": "Brightness",
        "standard": "LUMEN",
        "units": [{"code": "LUMEN", "convert": {"mul": "1"}, "symbol": "lm"}],
    },
)
_CONVERSION: Final = list_of(
    {
        **shown(operator={"enum": ["mul", "div", "add", "sub"]}, value={"type": "string", "pattern": r"^\d*\.?\d+$"}),
        "additionalProperties": True,
    },
    minItems=1,
    maxItems=5,
)
_UNIT: Final = {"code": CODE, "labels": or_empty(LABELS), "convert_from_standard": _CONVERSION, "symbol": TEXT}
MEASUREMENT_FAMILY: Final = Body(
    read=shown(
        code=TEXT,
        labels=LABELS,
        standard_unit_code=TEXT,
        units=map_of(shown(**{**_UNIT, "code": TEXT, "labels": LABELS})),
    ),
    write={
        **taken(
            code=CODE,
            labels=or_empty(LABELS),
            standard_unit_code=CODE,
            units=map_of({**taken(**_UNIT), "required": ["code", "convert_from_standard"]}),
        ),
        "required": ["code"],
    },
    needed=("code", "units", "standard_unit_code"),
    example={
        "code": "Loudness",
        "labels": {"en_US": "Loudness"},
        "standard_unit_code": "SONE",
        "units": {
            "SONE": {
                "code": "SONE",
                "labels": {"en_US": "Sone"},
                "convert_from_standard": [{"operator": "mul", "value": "1"}],
                "symbol": "sone",
            }
        },
    },
)

# Products

_CHOSEN: Final = {"locale": or_null(TEXT), "scope": or_null(TEXT)}
_VALUE: Final = shown(
    "attribute_type", "reference_data_name", "linked_data", "_links",
    **_CHOSEN, data=ANYTHING, attribute_type=TEXT, reference_data_name=TEXT, linked_data=ANYTHING,
    _links={"type": "object"},
)  # fmt: skip
VALUES: Final = map_of(list_of(_VALUE, minItems=1))
VALUES_TAKEN: Final = or_empty(
    map_of(
        list_of(
            {
                **taken(**_CHOSEN, data=ANYTHING, attribute_type=ANYTHING, linked_data=ANYTHING, _links=ANYTHING),
                "required": ["locale", "scope", "data"],
            }
        )
    )
)
_LINKED: Final = {"products": TEXTS, "product_models": TEXTS, "groups": TEXTS}


def _quantities(key: str) -> Json:
    of_products = list_of(shown("uuid", "identifier", uuid=UUID, identifier=TEXT, quantity=WHOLE))
    of_models = list_of(shown(identifier=TEXT, quantity=WHOLE))
    if key == "identifier":
        of_products = list_of(shown("uuid", uuid=UUID, identifier=or_null(TEXT), quantity=WHOLE))
    return map_of(shown("products", "product_models", products=of_products, product_models=of_models))


_SCORES: Final = list_of(shown(scope=TEXT, locale=TEXT, data=TEXT))
_COMPLETENESSES: Final = list_of(shown(scope=TEXT, locale=TEXT, data={"type": "integer", "minimum": 0, "maximum": 100}))


def _links_of(key: str) -> Json:
    """Associations: by identifier those without one stand as null."""
    codes = list_of(or_null(TEXT)) if key == "identifier" else list_of(UUID)
    return map_of(shown("products", "product_models", "groups", **{**_LINKED, "products": codes}))


# What parameters add, or versions leave out.
_ADDED: Final = ("metadata", "quality_scores", "completenesses", "root_parent", "workflow_execution_statuses")
_WORKFLOWS: Final = list_of({"type": "object"})


def _product(key: str) -> Json:
    """By identifier it is named by that, and old versions do not show the uuid."""
    by_identifier = key == "identifier"
    return shown(
        *_ADDED,
        *(("uuid",) if by_identifier else ()),
        uuid=UUID,
        **({"identifier": or_null(TEXT)} if by_identifier else {}),
        enabled=FLAG,
        family=or_null(TEXT),
        categories=TEXTS,
        groups=TEXTS,
        parent=or_null(TEXT),
        root_parent=or_null(TEXT),
        values=VALUES,
        created=MOMENT,
        updated=MOMENT,
        associations=_links_of(key),
        quantified_associations=_quantities(key),
        quality_scores=_SCORES,
        completenesses=_COMPLETENESSES,
        workflow_execution_statuses=_WORKFLOWS,
        metadata={"type": "object"},
    )


_ASSOCIATIONS_TAKEN: Final = or_empty(map_of(taken(**_LINKED)))
_QUANTITIES_TAKEN: Final = or_empty(
    map_of(taken(products=list_of({"type": "object"}), product_models=list_of({"type": "object"})))
)
# What the PIM shows and takes back without a look.
_IGNORED: Final = {"created": ANYTHING, "updated": ANYTHING, "metadata": ANYTHING}
_PRODUCT_TAKEN: Final = {
    "enabled": FLAG,
    "family": or_null(TEXT),
    "categories": TEXTS,
    "groups": TEXTS,
    "parent": or_null(TEXT),
    "values": VALUES_TAKEN,
    "associations": _ASSOCIATIONS_TAKEN,
    "quantified_associations": _QUANTITIES_TAKEN,
    **_IGNORED,
}
_NAME: Final = [{"locale": "en_US", "scope": None, "data": "Mitten"}]
PRODUCT: Final = Body(
    read=_product("identifier"),
    write=taken(uuid=UUID, identifier=TEXT, **_PRODUCT_TAKEN),
    needed=("identifier",),
    example={
        "identifier": "mitten-01",
        "family": "clothing",
        "categories": ["clothing"],
        "values": {"name": _NAME},
    },
)
PRODUCT_UUID: Final = Body(
    read=_product("uuid"),
    write=taken(uuid=UUID, **_PRODUCT_TAKEN),
    needed=(),
    example={
        "uuid": "5b3b2b5f-3c0e-4f0a-9d0e-0c1d8a5e7f11",
        "family": "clothing",
        "values": {"sku": [{"locale": None, "scope": None, "data": "mitten-02"}], "name": _NAME},
    },
)
PRODUCT_MODEL: Final = Body(
    read=shown(
        "metadata", "quality_scores", "workflow_execution_statuses",
        code=TEXT,
        family=TEXT,
        family_variant=TEXT,
        parent=or_null(TEXT),
        categories=TEXTS,
        values=VALUES,
        created=MOMENT,
        updated=MOMENT,
        associations=_links_of("identifier"),
        quantified_associations=_quantities("identifier"),
        quality_scores=_SCORES,
        workflow_execution_statuses=_WORKFLOWS,
        metadata={"type": "object"},
    ),
    write=taken(
        code=TEXT,
        family=TEXT,
        family_variant=TEXT,
        parent=or_null(TEXT),
        categories=TEXTS,
        values=VALUES_TAKEN,
        associations=_ASSOCIATIONS_TAKEN,
        quantified_associations=_QUANTITIES_TAKEN,
        **_IGNORED,
    ),
    needed=("code", "family_variant"),
    example={"code": "mitten", "family_variant": "clothing_color_size", "categories": ["clothing"], "values": {}},
)  # fmt: skip
MEDIA_FILE: Final = Body(
    read=shown(
        "_links",
        code=TEXT,
        original_filename=TEXT,
        mime_type=or_null(TEXT),
        size=WHOLE,
        extension=or_null(TEXT),
        _links={"type": "object"},
    ),
    write=None,
    needed=(),
    example={
        "code": "1/2/3/4/1234c0ffee_mitten.png",
        "original_filename": "mitten.png",
        "mime_type": "image/png",
        "size": 326,
        "extension": "png",
    },
)  # fmt: skip

# By the first word of the operations' names: `families` of `families.list`.
BODIES: Final[Mapping[str, Body]] = {
    "attributes": ATTRIBUTE,
    "attribute_options": ATTRIBUTE_OPTION,
    "attribute_groups": ATTRIBUTE_GROUP,
    "families": FAMILY,
    "family_variants": FAMILY_VARIANT,
    "association_types": ASSOCIATION_TYPE,
    "categories": CATEGORY,
    "channels": CHANNEL,
    "locales": LOCALE,
    "currencies": CURRENCY,
    "measure_families": MEASURE_FAMILY,
    "measurement_families": MEASUREMENT_FAMILY,
    "products": PRODUCT,
    "products_uuid": PRODUCT_UUID,
    "product_models": PRODUCT_MODEL,
    "media_files": MEDIA_FILE,
}

# Single calls like no other.
TOKEN_REQUEST: Final = {
    **taken(
        grant_type={"enum": ["password", "refresh_token"]},
        username=TEXT,
        password=TEXT,
        refresh_token=TEXT,
        client_id=TEXT,
        client_secret=TEXT,
    ),
    "required": ["grant_type"],
}
TOKEN: Final = shown(
    access_token=TEXT, expires_in=WHOLE, token_type={"const": "bearer"}, scope={"type": "null"}, refresh_token=TEXT
)
_ROUTE: Final = shown(route=TEXT, methods=TEXTS)
ROOT: Final = shown(host=TEXT, authentication=map_of(_ROUTE), routes=map_of(_ROUTE))
SYSTEM_INFORMATION: Final = shown(version=TEXT, edition=TEXT)
