"""Products and product models as documents: bytes that are joined, not parsed, when they are read.

What is stored is the inside of the JSON object, without its braces, so that a list of products joins the stored
bytes as they are. What the two flavours of the API show differently stands before and behind the rest:

    "uuid":"…", | "identifier":"…", | "enabled":… "updated":"…" | ,"associations":{…},"quantified_associations":{…}

The links (last part) are stored as they were given to this entity alone, products by uuid, unused types left out;
an entity without any has no such part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps, loads

T = TypeVar("T")

# What may be remembered of segments, in bytes of theirs, and how long one of them may be.
REMEMBERED_BYTES: Final = 4 * 1024 * 1024
SEGMENT_BYTES: Final = 1_000

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


_TEXT: Final = rb'"(?:[^"\\]|\\.)*"'
# Key, identifier and parent. Codes of categories and groups hold no brackets.
_HEADS: Final = {
    "product": re.compile(
        rb'"uuid":(%b),"identifier":(null|%b),"enabled":(?:true|false),"family":(?:null|%b),'
        rb'"categories":\[[^\]]*\],"groups":\[[^\]]*\],"parent":(null|%b),' % (_TEXT, _TEXT, _TEXT, _TEXT)
    ),
    "product_model": re.compile(
        rb'"code":(%b)(),"family":%b,"family_variant":%b,"parent":(null|%b),' % (_TEXT, _TEXT, _TEXT, _TEXT)
    ),
}


def stored_document(kind: str, stored: bytes) -> Document:
    """The same of bytes that were stored, most of which need not be parsed for it."""
    head = _HEADS[kind].match(stored)
    if head is None:
        return product_document(kind, product_data(stored))
    key, alias, parent = (loads(part or b"null") for part in head.groups())
    start = 0 if kind == "product_model" else head.end(2) + 1
    # Without links, `"updated":"…"` is last; no links look like their own beginning.
    end = len(stored) if stored.endswith(b'"') else stored.rindex(b'","associations":{') + 1
    return Document(key, stored, alias=alias, parts=(start, end), parent=parent)


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


# What stands behind the inside of `values`: always of the same length.
DATES: Final = len('},"created":"2016-06-23T18:24:44+02:00","updated":"2016-06-25T17:56:12+02:00"')


def values_part(document: Document) -> bytes:
    """The inside of `values`, without its braces."""
    stored, (start, end) = document.stored, document.parts
    return stored[stored.index(b'"values":{', start) + 10 : end - DATES]


# What stands between the values of two attributes. Inside of a text its quotes would be escaped, and no data ends so.
BETWEEN: Final = b'}],"'
# Faster than the method of bytes.
split: Final = re.compile(re.escape(BETWEEN)).split


def segments(inside: bytes) -> list[bytes]:
    """The inside of `values` attribute by attribute: `code":[{"locale":…,"scope":…,"data":…`, less `}]` at the end."""
    return split(inside[1:-2]) if inside else []


def joined(parts: Collection[bytes]) -> bytes:
    """The way back."""
    return b'"%b}]' % BETWEEN.join(parts) if parts else b""


class BySegment(dict[bytes, T]):
    """What is read off a segment, looked up by it: options, booleans and the like come again and again.

    `known[segment]` reads what is not known, and remembers it unless it is None; full, it starts over.
    """

    def __init__(self, read: Callable[[bytes], T]) -> None:
        super().__init__()
        self._read, self._bytes = read, 0

    def __missing__(self, segment: bytes) -> T:
        value = self._read(segment)
        if value is not None and len(segment) <= SEGMENT_BYTES:
            self._bytes += len(segment)
            if self._bytes > REMEMBERED_BYTES:
                self.clear()
                self._bytes = len(segment)
            self[segment] = value
        return value


def family_of(document: Document) -> str | None:
    """The code of its family, without parsing."""
    return _text_at(document, b'"family":')


def _text_at(document: Document, name: bytes) -> str | None:
    stored = document.stored
    start = stored.index(name, document.parts[0]) + len(name)
    if stored[start : start + 1] != b'"':
        return None
    return stored[start + 1 : stored.index(b'"', start + 1)].decode()


def family_variant_of(document: Document) -> str | None:
    """Of a product model."""
    return _text_at(document, b'"family_variant":')


def categories_part(document: Document) -> tuple[int, int]:
    """Where in `stored` the inside of `categories` lies. Codes of categories hold no brackets."""
    start = document.stored.index(b'"categories":[', document.parts[0]) + 14
    return start, document.stored.index(b"]", start)


def updated_of(document: Document) -> str:
    """`2016-06-25T17:56:12+00:00`"""
    end = document.parts[1]
    return document.stored[end - 26 : end - 1].decode()


def created_of(document: Document) -> str:
    end = document.parts[1] - DATES
    return document.stored[end + 13 : end + 38].decode()
