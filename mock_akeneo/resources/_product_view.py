"""How a stored product reads: its bytes in both flavours of the API.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Normalizer/ExternalApi/ConnectorProductNormalizer.php
"""

from __future__ import annotations

from typing import Final

from mock_akeneo.attribute_types.values import visible_values
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import UUID_PART
from mock_akeneo.core.json_types import Json, dumps, loads

# The two flavours: products by identifier, and by uuid.
IDENTIFIER: Final = "identifier"
UUID: Final = "uuid"


def tail(document: Document, flavour: str, pim: Catalog) -> tuple[bytes, ...]:
    """The pieces of what GET shows, without the opening brace."""
    start, end = document.parts
    stored = document.stored
    generation = pim.generation["product"]
    if document.generation != generation:
        document.view = _view(document, pim)
        document.generation = generation
    if end == len(stored):
        if document.view is None and flavour == IDENTIFIER:
            return stored, pim.fact("no links", _no_links)
        links: bytes = pim.fact("no links", _no_links)
    else:
        links = linked(document, flavour, pim)
    head = stored[: start if flavour == IDENTIFIER else UUID_PART]
    return head, stored[start:end] if document.view is None else document.view, links


def _view(document: Document, pim: Catalog) -> bytes | None:
    """What stands between identifier and associations, where it reads otherwise than it is stored; else None."""
    start, end = document.parts
    body: Json = loads(b"{%b}" % document.stored[start:end])
    values = visible_values(body["values"], pim)
    if values is body["values"]:
        return None
    return dumps({**body, "values": values})[1:-1]


def linked(document: Document, flavour: str, pim: Catalog) -> bytes:
    """`,"associations":{…},"quantified_associations":{…}}` of a product that has some."""
    stored = loads(b"{%b}" % document.stored[document.parts[1] + 1 :])
    return b"," + dumps(links(stored, flavour, pim))[1:]


def _no_links(pim: Catalog) -> bytes:
    return b"," + dumps({"associations": _every_type(pim), "quantified_associations": {}})[1:]


def _every_type(pim: Catalog) -> Json:
    """An empty entry for every association type that is not quantified."""
    types = pim.fact(
        "association types",
        lambda p: [d.data["code"] for d in p["association_type"] if not d.data["is_quantified"]],
    )
    return {code: {"products": [], "product_models": [], "groups": []} for code in types}


def links(stored: Json, flavour: str, pim: Catalog) -> Json:
    """Associations as a flavour shows them: products by identifier or by uuid, ordered by identifier."""
    shown = _every_type(pim)
    for code, lists in stored["associations"].items():
        entry = shown.get(code)
        if entry is not None:
            entry.update(lists)
            entry["products"] = [key for key, _ in _named(lists.get("products", ()), flavour, pim)]
    quantified = {}
    for code, lists in stored["quantified_associations"].items():
        quantities = {item["uuid"]: item["quantity"] for item in lists["products"]}
        products = [{flavour: key, "quantity": quantities[uuid]} for key, uuid in _named(quantities, flavour, pim)]
        if products or lists["product_models"]:
            quantified[code] = {"products": products, "product_models": lists["product_models"]}
    return {"associations": shown, "quantified_associations": quantified}


def _named(uuids: object, flavour: str, pim: Catalog) -> list[tuple[str | None, str]]:
    """(key in the flavour, uuid) of the products that there still are, ordered by identifier, those without first."""
    products = pim["product"]
    found = [d for uuid in uuids if (d := products.get(uuid)) is not None]  # type: ignore[attr-defined]
    found.sort(key=lambda d: (d.alias is not None, d.alias or ""))
    return [(d.alias if flavour == IDENTIFIER else d.key, d.key) for d in found]
