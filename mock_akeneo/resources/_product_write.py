"""Writing products: create, merge, validate, save; all or nothing.

Order of a write (pim: ExternalApi/ProductController.php and the Product Upsert use cases): form of the values,
values given twice, setters in the order of the keys, then validation in groups: values and entity, uniqueness of
the identifier.
"""

from __future__ import annotations

from mock_akeneo.attribute_types.values import (
    check_attributes,
    merge_values,
    payload_format,
    value_violations,
)
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data, product_document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, ValidationFailed, Violation, malformed_type
from mock_akeneo.resources._product_fields import IGNORED, SETTERS

VARIANT_GROUP = "http://api.akeneo.com/documentation/products-with-variants.html"


def blank_product(uuid: str) -> Json:
    return {
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


def stored_product(document: Document) -> Json:
    """The stored form, parsed anew: the caller may change it."""
    return product_data(document.stored)


def set_identifier(values: Json, identifier: str | None, pim: Catalog) -> Json:
    """`values` with the main identifier set: what is given beside `values` wins over what stands in them."""
    code = pim.main_identifier
    rest = {name: entries for name, entries in values.items() if name != code}
    return {code: [{"locale": None, "scope": None, "data": identifier}], **rest}


def check_values_form(payload: Json, pim: Catalog, *, updating: bool) -> None:
    """What is looked at before any property is set."""
    values = payload.get("values")
    if values is not None and not isinstance(values, list | dict):
        raise malformed_type("values", "an array", values)
    payload_format(values, pim)
    if updating:
        check_attributes(values, pim)
        if "variant_group" in payload:
            raise _variant_group()


def _variant_group() -> Malformed:
    return Malformed(
        'Property "variant_group" does not exist anymore. Check the link below to understand why.',
        VARIANT_GROUP,
        suffix=False,
    )


def changed(before: Json, payload: Json, pim: Catalog, *, updating: bool) -> Json:
    """The stored form after the payload. `before` stays as it is. Raises `Malformed` without link."""
    product = dict(before)
    names = sorted(payload, key=lambda name: name != "parent")
    for name in names:
        value = payload[name]
        if name == "values":
            if value is not None:
                product["values"] = merge_values(before["values"], value, pim, updating=updating)
        elif (setter := SETTERS.get(name)) is not None:
            setter(product, value, pim)
        elif name == "variant_group":
            raise _variant_group()
        elif name not in IGNORED:
            raise Malformed(f'Property "{name}" does not exist.')
    entries = product["values"].get(pim.main_identifier)
    product["identifier"] = entries[0]["data"] if entries else None
    return product


def validate(product: Json, before: Json | None, pim: Catalog) -> None:
    """Raises `ValidationFailed` with all violations of the first group that has any."""
    since = None if before is None else before["values"]
    for violations in (
        value_violations(product["values"], pim, uuid=product["uuid"], since=since),
        identifier_violations(product, before, pim),
    ):
        if violations:
            raise ValidationFailed(violations)


def identifier_violations(product: Json, before: Json | None, pim: Catalog) -> list[Violation]:
    identifier = product["identifier"]
    if identifier is not None:
        other = pim["product"].by_alias(identifier)
        if other is not None and other.key != product["uuid"]:
            return [Violation("identifier", "The simple identifier is already used for another product.")]
    return []


def save(product: Json, before: Json | None, pim: Catalog, stamps: tuple[str, str] | None = None) -> bool:
    """Saves what has really changed, and stamps it; whether it has. `stamps`: given `created` and `updated`."""
    if product == before:
        return False
    now = pim.clock.iso()
    product["updated"] = now if stamps is None else stamps[1]
    if before is None:
        product["created"] = now if stamps is None else stamps[0]
    pim["product"].put(product_document("product", product))
    return True
