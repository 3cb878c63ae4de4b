"""Which sub-models and variants a product model has, and which combination of axis values each of them takes.

Built when first asked for, and kept up to date from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mock_akeneo.catalog.collection import Collection
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.collation import collation_key

# The children of a root model are of one kind, and so are those of a sub-model.
CHILD_KINDS = ("product_model", "product")


class _Combinations:
    """The children of one model by what their axes say. `stale`: those to be read anew."""

    __slots__ = ("by_child", "by_text", "stale")

    def __init__(self, children: set[str]) -> None:
        self.by_child: dict[str, str] = {}
        self.by_text: dict[str, str] = {}
        self.stale = children


class VariantTree:
    """Over the collections of product models and products."""

    def __init__(self, models: Collection, products: Collection) -> None:
        self._collections = {"product_model": models, "product": products}
        self._children: dict[str, dict[str, set[str]]] | None = None
        self._combinations: dict[tuple[str, str], _Combinations] = {}

    def children(self, kind: str, code: str) -> list[Document]:
        """The sub-models (`kind` product_model) or the variants (product) of a model, in order of their keys."""
        collection = self._collections[kind]
        keys = sorted(self._of(kind).get(collation_key(code), ()))
        return [document for key in keys if (document := collection.get(key)) is not None]

    def descendants(self, code: str) -> Iterator[tuple[str, Document]]:
        """Kind and document of all below a model; a sub-model comes before its variants."""
        for kind in CHILD_KINDS:
            for child in self.children(kind, code):
                yield kind, child
                if kind == "product_model":
                    yield from self.descendants(child.key)

    def ancestors(self, parent: str | None) -> list[Document]:
        """The model `parent` and those above it, nearest first."""
        found: list[Document] = []
        models = self._collections["product_model"]
        while parent is not None and (model := models.get(parent)) is not None and len(found) < len(CHILD_KINDS):
            found.append(model)
            parent = model.parent
        return found

    def sibling(
        self, kind: str, parent: str, combination: str, key: str, combination_of: Callable[[Document], str]
    ) -> Document | None:
        """Another child of `parent` than `key` with the same axis values; letter case does not count."""
        parent = collation_key(parent)
        known = self._combinations.get((kind, parent))
        if known is None:
            known = self._combinations[kind, parent] = _Combinations(set(self._of(kind).get(parent, ())))
        collection = self._collections[kind]
        for child in known.stale:
            old = known.by_child.pop(child, None)
            if old is not None and known.by_text.get(old) == child:
                del known.by_text[old]
        for child in known.stale:
            document = collection.get(child)
            if document is not None and document.parent is not None and collation_key(document.parent) == parent:
                known.by_child[child] = text = combination_of(document).lower()
                known.by_text.setdefault(text, child)
        known.stale = set()
        found = known.by_text.get(combination.lower())
        return None if found is None or found == collation_key(key) else collection.get(found)

    def _of(self, kind: str) -> dict[str, set[str]]:
        if self._children is None:
            self._children = {kind: {} for kind in CHILD_KINDS}
            for name, collection in self._collections.items():
                for document in collection.in_order_of_creation():
                    if document.parent is not None:
                        self._children[name].setdefault(collation_key(document.parent), set()).add(
                            collation_key(document.key)
                        )
        return self._children[kind]

    def changed(self, kind: str, before: Document | None, after: Document | None) -> None:
        """Keeps up with a change of a product or product model."""
        if self._children is None:
            return
        old = None if before is None or before.parent is None else collation_key(before.parent)
        new = None if after is None or after.parent is None else collation_key(after.parent)
        if old is None and new is None:
            return
        of_kind = self._children[kind]
        for parent, document in ((old, before), (new, after)):
            if parent is None or document is None:
                continue
            key = collation_key(document.key)
            if document is after:
                of_kind.setdefault(parent, set()).add(key)
            elif old != new:
                of_kind[parent].discard(key)
            if (known := self._combinations.get((kind, parent))) is not None:
                known.stale.add(key)
