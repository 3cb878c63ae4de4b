"""One document of the catalog: the bytes that are kept, and what was made of them for reading."""

from __future__ import annotations

from sys import intern
from typing import Any

from mock_akeneo.core.json_types import Json, loads


class Document:
    """`key` as given, `stored` its JSON. Immutable, so sandboxes and snapshots share it.

    `view` is whatever the kind's renderer made of it for reading, and `cuts` where it may be cut; both hold while
    `generation` is the one of the reading catalog (generations are drawn from one counter, so sharing sandboxes never
    mistake each other's).
    `parts`: where the renderer of products cuts `stored`; `alias`: a second key (the identifier of a product);
    `parent`: the code of the model above a sub-model or variant; `checked`: the generation of the catalog in which its
    values were found right; `filled`: which requirements of its family they fill, see `search.completeness`.
    """

    __slots__ = (
        *("_data", "_end", "alias", "checked", "cuts", "filled", "generation"),
        *("key", "parent", "start", "stored", "view"),
    )

    def __init__(
        self,
        key: str,
        stored: bytes,
        *,
        alias: str | None = None,
        parts: tuple[int, int] = (0, 0),
        parent: str | None = None,
    ) -> None:
        self.key, self.stored, self.alias = key, stored, alias
        # Many have the same.
        self.parent = None if parent is None else intern(parent)
        # Small numbers take no memory of their own: 0 stands for the end of what is stored.
        self.start, self._end = parts[0], parts[1] if parts[1] < len(stored) else 0
        self.view: Any = None
        self.filled: Any = None
        self.cuts: Any = None
        self.generation = self.checked = -1
        self._data: Json | None = None

    @property
    def parts(self) -> tuple[int, int]:
        return self.start, self._end or len(self.stored)

    @property
    def linked(self) -> bool:
        """Whether something is stored behind the body: associations."""
        return self._end != 0

    @property
    def data(self) -> Json:
        """`stored`, parsed once and kept: for the structure, which is small and asked for all the time. Read only."""
        if self._data is None:
            self._data = loads(self.stored)
        return self._data


def key_order(key: str) -> tuple[int, bytes]:
    """How the database sorts the keys of a JSON object, which it keeps sorted: by length, then by bytes.

    Source: MySQL's JSON type, in which the PIM keeps values and whose functions gather its associations.
    """
    name = key.encode()
    return len(name), name


def collate(key: str) -> str:
    """The form in which the database sorts a collation key: an underscore comes before digits and letters.

    Source: pim: the database collation (utf8mb4_unicode_ci); codes hold no other signs.
    """
    return key.replace("_", " ")
