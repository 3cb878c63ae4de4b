"""Who holds which value of a unique attribute: built for an attribute when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import dumps, loads


class UniqueValues:
    """For each unique attribute that was asked for: from the text in lower case to the uuid of its product."""

    def __init__(self, products: Iterable[Document]) -> None:
        self._products = products
        self._owners: dict[str, dict[str, str]] = {}

    def owner(self, attribute: str, text: str) -> str | None:
        owners = self._owners.get(attribute)
        if owners is None:
            owners = self._owners[attribute] = {}
            for document in self._products:
                if (held := text_of(document, attribute)) is not None:
                    owners[held] = document.key
        return owners.get(text)

    def changed(self, before: Document | None, after: Document | None) -> None:
        """Keeps up with a change of a product."""
        for attribute, owners in self._owners.items():
            old = None if before is None else text_of(before, attribute)
            new = None if after is None else text_of(after, attribute)
            if old is not None and old != new and before is not None and owners.get(old) == before.key:
                del owners[old]
            if new is not None and after is not None:
                owners[new] = after.key


def text_of(document: Document, attribute: str) -> str | None:
    """The value's text in lower case, without parsing the whole document.

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
            data: Any = loads(stored[start + len(key) : end])
            return str(data).lower()
        except ValueError:
            end = stored.index(b"}]", end + 1)
