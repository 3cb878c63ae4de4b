"""Products and product models as documents: bytes that are joined, not parsed, when they are read.

What is stored is the inside of the JSON object, without its braces, so that a list of products joins the stored
bytes as they are. What the two flavours of the API show differently stands before and behind the rest:

    "uuid":"…", | "identifier":"…", | "enabled":… "updated":"…" | ,"associations":{…},"quantified_associations":{…}

The links (last part) are stored as they were given to this entity alone, products by uuid, unused types left out;
an entity without any has no such part.
"""

from __future__ import annotations

from typing import Final

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps, loads

# `"uuid":"` + 36 characters + `",`
UUID_PART: Final = 46

_PRODUCT: Final = ("enabled", "family", "categories", "groups", "parent", "values", "created", "updated")
_MODEL: Final = ("code", "family", "family_variant", "parent", "categories", "values", "created", "updated")
LINKS: Final = ("associations", "quantified_associations")


def product_document(kind: str, data: Json) -> Document:
    """`kind`: `product` or `product_model`; `data`: all members of the stored form, in any order."""
    links = b""
    if data["associations"] or data["quantified_associations"]:
        links = b"," + dumps({name: data[name] for name in LINKS})[1:-1]
    if kind == "product_model":
        body = dumps({name: data[name] for name in _MODEL})[1:-1]
        return Document(data["code"], body + links, parts=(0, len(body)), parent=data["parent"])
    head = dumps({"uuid": data["uuid"], "identifier": data["identifier"]})[1:-1]
    body = dumps({name: data[name] for name in _PRODUCT})[1:-1]
    start = len(head) + 1
    stored = b"%b,%b%b" % (head, body, links)
    parts = start, start + len(body)
    return Document(data["uuid"], stored, alias=data["identifier"], parts=parts, parent=data["parent"])


def product_data(stored: bytes) -> Json:
    """The stored form, parsed anew: the caller may change it."""
    data: Json = loads(b"{%b}" % stored)
    data.setdefault("associations", {})
    data.setdefault("quantified_associations", {})
    return data


def links_of(document: Document) -> Json:
    """`associations` and `quantified_associations` as they are stored; most documents have none."""
    tail = document.stored[document.parts[1] + 1 :]
    return product_data(tail)
