"""Products and product models as documents: bytes that are cut, not parsed, when they are read.

What stays the same in both flavours of the API lies in one piece; what differs (the identifier, and associations,
which name products by identifier or by uuid) lies before and behind it:

    {"uuid":"…", | "identifier":"…", | "enabled":… "updated":"…" | ,"associations":{…},"quantified_associations":{…}}

Associations are stored as they were given to this product alone, products by uuid, unused types left out.
"""

from __future__ import annotations

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps

# `{"uuid":"` + 36 characters + `",`
UUID_PART = 47

_PRODUCT = ("enabled", "family", "categories", "groups", "parent", "values", "created", "updated")
_MODEL = ("code", "family", "family_variant", "parent", "categories", "values", "created", "updated")
LINKS = ("associations", "quantified_associations")


def product_document(kind: str, data: Json) -> Document:
    """`data`: all members of the stored form, in any order."""
    if kind == "product_model":
        body = dumps({name: data[name] for name in _MODEL})[:-1]
        links = dumps({name: data[name] for name in LINKS})
        return Document(data["code"], body + b"," + links[1:], parts=(0, len(body)))
    head = dumps({"uuid": data["uuid"], "identifier": data["identifier"]})[:-1]
    body = dumps({name: data[name] for name in _PRODUCT})[1:-1]
    links = dumps({name: data[name] for name in LINKS})
    stored = b"%b,%b,%b" % (head, body, links[1:])
    start = len(head) + 1
    return Document(data["uuid"], stored, alias=data["identifier"], parts=(start, start + len(body)))
