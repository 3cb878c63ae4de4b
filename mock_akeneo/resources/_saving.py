"""How a product or product model gets into the catalog, and out of it: with all that depends on it, or not at all."""

from __future__ import annotations

from typing import NamedTuple

from mock_akeneo.attribute_types.stored_values import settled_values
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import LINKS, product_data, product_document
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json
from mock_akeneo.resources import _associations
from mock_akeneo.resources._draft import LIST_OF, PRODUCT, PRODUCT_MODEL, Draft, Inverse
from mock_akeneo.resources._variants import with_defaults


class Written(NamedTuple):
    """`status` 201 or 204; `event`: `created`, `updated`, or None where nothing has changed."""

    status: int
    item: Json
    event: str | None


def save(draft: Draft, stamps: tuple[str, str] | None = None) -> str | None:
    """Saves what has really changed: `created`, `updated`, or None. `stamps`: `created` and `updated`, if not now.

    Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Doctrine/Common/Saver/ProductSaver.php (an entity that is not dirty)
    """
    item, before, pim = draft.item, draft.before, draft.pim
    item["values"] = settled_values(item["values"], pim, draft.since)
    if before is None:
        with_defaults(draft)
    elif item == before:
        return None
    now = pim.clock.iso()
    item["updated"] = now if stamps is None else stamps[1]
    if before is None:
        item["created"] = now if stamps is None else stamps[0]
    if before is not None and draft.kind == PRODUCT_MODEL and before["code"] != item["code"]:
        _rename(before["code"], item, pim)
    else:
        _put(draft.kind, item, pim)
    for inverse in draft.inverses:
        _link_back(draft, inverse, now if stamps is None else None)
    return "created" if before is None else "updated"


def _put(kind: str, item: Json, pim: Catalog, checked: int | None = None) -> None:
    document = product_document(kind, item)
    document.checked = pim.generation[kind] if checked is None else checked
    pim[kind].put(document)


def _link_back(draft: Draft, inverse: Inverse, now: str | None) -> None:
    """The other side of a two-way association: linked, or linked no more. Stamped with `now`; no event tells of it."""
    kind, key, type_, linked = inverse
    pim = draft.pim
    document = pim[kind].get(key)
    if document is None:
        return
    data = product_data(document.stored)
    if linked and any(
        draft.key in product_data(above.stored)["associations"].get(type_, {}).get(LIST_OF[draft.kind], ())
        for above in pim.variant_tree.ancestors(data["parent"])
    ):
        return
    associations = _associations.linked(data["associations"], type_, draft.kind, draft.key, linked=linked)
    if associations != data["associations"]:
        _put(kind, {**data, "associations": associations, "updated": now or data["updated"]}, pim, document.checked)


def _rename(former: str, item: Json, pim: Catalog) -> None:
    """A product model under another code: what lies below it and what points at it follows."""
    code = item["code"]
    children = [(kind, pim.variant_tree.children(kind, former)) for kind in (PRODUCT_MODEL, PRODUCT)]
    pointing = pim.links.to(PRODUCT_MODEL, former)
    if collation_key(former) != collation_key(code):
        pim[PRODUCT_MODEL].delete(former)
    _put(PRODUCT_MODEL, item, pim)
    for kind, documents in children:
        for document in documents:
            _put(kind, {**product_data(document.stored), "parent": code}, pim, document.checked)
    for kind, document in pointing:
        current = pim[kind].get(
            code if collation_key(document.key) == collation_key(former) and kind == PRODUCT_MODEL else document.key
        )
        assert current is not None
        data = product_data(current.stored)
        _put(kind, {**data, **_pointing_at(data, PRODUCT_MODEL, former, code)}, pim, current.checked)


def remove(kind: str, document: Document, pim: Catalog) -> None:
    """Takes it out, with the sub-models and variants below it; nothing points at any of them afterwards."""
    gone = [(kind, document)]
    if kind == PRODUCT_MODEL:
        gone += pim.variant_tree.descendants(document.key)
    for of_kind, one in reversed(gone):
        pim[of_kind].delete(one.key)
    for of_kind, one in gone:
        for source, pointing in pim.links.to(of_kind, one.key):
            data = product_data(pointing.stored)
            _put(source, {**data, **_pointing_at(data, of_kind, one.key, None)}, pim, pointing.checked)


def _pointing_at(data: Json, kind: str, key: str, new_key: str | None) -> Json:
    """Both kinds of associations with a target under another key, or without it (`new_key` None)."""
    name, member = LIST_OF[kind], "identifier" if kind == PRODUCT_MODEL else "uuid"
    changed = {}
    for links in LINKS:
        types = {}
        for code, lists in data[links].items():
            kept: Json = {}
            for of, entries in lists.items():
                if of != name:
                    kept[of] = entries
                elif links == "associations":
                    keys = [new_key if collation_key(one) == collation_key(key) else one for one in entries]
                    kept[of] = sorted(one for one in keys if one is not None)
                else:
                    kept[of] = [
                        {**one, member: new_key} if collation_key(one[member]) == collation_key(key) else one
                        for one in entries
                        if new_key is not None or collation_key(one[member]) != collation_key(key)
                    ]
            if links == "associations":
                kept = {of: entries for of, entries in kept.items() if entries}
            if any(kept.values()):
                types[code] = kept
        changed[links] = types
    return changed
