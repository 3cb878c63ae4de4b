"""Who holds which value of a unique attribute: built for an attribute when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import dumps, loads

# From a value's data to the text that no other product may have.
Reading = Callable[[Any], str]


class UniqueValues:
    """For each unique attribute that was asked for: how it is read, and from what it reads to its product's uuid."""

    def __init__(self, products: Iterable[Document]) -> None:
        self._products = products
        self._owners: dict[str, tuple[Reading, dict[str, str]]] = {}

    def owner(self, attribute: str, data: Any, reading: Reading) -> str | None:
        """The product whose value reads like `data`, as the database compares texts."""
        if attribute not in self._owners:
            owners = {}
            for document in self._products:
                if (held := text_of(document, attribute, reading)) is not None:
                    owners[held] = document.key
            self._owners[attribute] = reading, owners
        return self._owners[attribute][1].get(collation_key(reading(data)))

    def changed(self, before: Document | None, after: Document | None) -> None:
        """Keeps up with a change of a product."""
        for attribute, (reading, owners) in self._owners.items():
            old = None if before is None else text_of(before, attribute, reading)
            new = None if after is None else text_of(after, attribute, reading)
            if old is not None and old != new and before is not None and owners.get(old) == before.key:
                del owners[old]
            if new is not None and after is not None:
                owners[new] = after.key


def text_of(document: Document, attribute: str, reading: Reading) -> str | None:
    """What the value reads, as the database compares it, without parsing the whole document.

    A value begins `"code":[{"locale":`; inside of a text the quotes would be escaped. A unique attribute is neither
    localizable nor scopable, so it has one value, a text or a number.
    """
    stored = document.stored
    key = b'%b:[{"locale":null,"scope":null,"data":' % dumps(attribute)
    start = stored.find(key)
    if start < 0:
        return None
    end = stored.index(b"}]", start)
    while True:
        try:
            return collation_key(reading(loads(stored[start + len(key) : end])))
        except ValueError:
            end = stored.index(b"}]", end + 1)
