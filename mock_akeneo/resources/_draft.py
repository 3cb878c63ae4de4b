"""A product or product model on its way into the catalog: what is stored of it now, and what will be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.stored_values import visible_values
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_data
from mock_akeneo.core.json_types import Json

PRODUCT: Final = "product"
PRODUCT_MODEL: Final = "product_model"

# Which list of an association holds entities of a kind, and which member names one.
LIST_OF: Final = {PRODUCT: "products", PRODUCT_MODEL: "product_models"}
KEY_OF: Final = {PRODUCT: "uuid", PRODUCT_MODEL: "code"}


class Inverse(NamedTuple):
    """The other side of a two-way association: what it is, and whether it links back from now on or no more."""

    kind: str
    key: str
    type: str
    linked: bool


@dataclass(slots=True)
class Draft:
    """`item`: the stored form as it will be; its members are replaced, never changed, so `before` stays as it is.

    `payload`: what the client sent. `since`: values that are known to be right.
    `inverses`: what saving does to the other side of two-way associations.
    `quantified`: the quantified associations of the types in the payload, after the merge and not yet judged.
    """

    kind: str
    item: Json
    before: Json | None
    pim: Catalog
    payload: Json = field(default_factory=dict)
    since: Json | None = None
    inverses: list[Inverse] = field(default_factory=list)
    quantified: Json = field(default_factory=dict)
    _ancestors: tuple[str | None, list[Json]] = (None, [])

    @property
    def key(self) -> str:
        """The uuid of a product, the code of a product model."""
        key: str = self.item[KEY_OF[self.kind]]
        return key

    @property
    def ancestors(self) -> list[Json]:
        """The stored form of the models above, nearest first."""
        parent: str | None = self.item["parent"]
        if parent is None:
            return []
        if self._ancestors[0] != parent:
            models = self.pim.variant_tree.ancestors(parent)
            self._ancestors = parent, [product_data(model.stored) for model in models]
        return self._ancestors[1]


def model_data(code: str, pim: Catalog) -> Json | None:
    """The stored form of a product model, parsed anew."""
    document = pim["product_model"].get(code)
    return None if document is None else product_data(document.stored)


def draft_of(kind: str, document: Document, pim: Catalog) -> Draft:
    """What is stored, ready to be changed. What points at something that is gone meanwhile is left behind.

    The values are not judged again while nothing has changed in the structure that they are judged by.
    """
    data = product_data(document.stored)
    if document.checked == pim.generation[kind]:
        return Draft(kind, dict(data), data, pim, since=data["values"])
    data["values"] = visible_values(data["values"], pim)
    return Draft(kind, dict(data), data, pim)


# Changes one property of the draft; raises `Malformed` for data of the wrong form.
Setter = Callable[[Draft, Any], None]
