"""Lines of `products.jsonl` and `product_models.jsonl`, as the API gives them, into the catalog.

A line may show what its entity inherits, and link what comes after it: links are set when all else is in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import LINKS
from mock_akeneo.core.chance import derived_uuid
from mock_akeneo.core.clock import iso, moment
from mock_akeneo.core.json_types import FEW_LEVELS, Json, dumps, json_decode
from mock_akeneo.core.problems import ValidationFailed
from mock_akeneo.resources import product_models, products
from mock_akeneo.resources._associations import by_uuid, set_associations
from mock_akeneo.resources._draft import PRODUCT, PRODUCT_MODEL, draft_of
from mock_akeneo.resources._product_write import with_identifier
from mock_akeneo.resources._quantified_associations import quantified_links_exist, set_quantified_associations
from mock_akeneo.resources._saving import save
from mock_akeneo.seeding.quick_lines import ORDER, QuickLines, links_of

# What is left to do for a line when all files are in.
Later = Callable[[], None]
# Writes one line, a JSON object. Raises `Problem`, and `ValueError` for a line that is none.
Put = Callable[[bytes], Later | None]

_NOT_WRITTEN: Final = ("_links", *LINKS)


def into(pim: Catalog, kind: str) -> Put:
    """Writes lines of `product` or `product_model`: quickly where nothing is out of the ordinary, else by all rules."""
    quick, write = QuickLines(pim), _WRITE[kind]

    in_utc = pim.clock.zone is UTC  # as the quick way writes moments

    def put(line: bytes) -> Later | None:
        written = quick.put(kind, line) if in_utc else None
        if written is None:
            body = body_of(line)
            in_order = dumps({name: body[name] for name in (*ORDER[kind], *body) if name in body})
            written = quick.put(kind, in_order) if in_utc and in_order != line.rstrip() else None
        if written is None:
            written = write(pim, body)
            document = pim[kind].get(written[0])
            assert document is not None
            quick.noted(kind, document)
        key, links = written
        return _linking(pim, kind, key, links) if links else None

    return put


def _product(pim: Catalog, body: Json) -> tuple[str, Json]:
    """As either flavour gives it: with `identifier` products are linked by identifier, without by uuid.

    Gives its uuid, and the links that are left to be set.
    """
    payload = {name: value for name, value in body.items() if name not in (*_NOT_WRITTEN, "identifier")}
    identifier = body.get("identifier")
    if not payload.get("uuid"):
        payload["uuid"] = derived_uuid(str(identifier))
    if identifier is not None:
        payload = with_identifier(payload, identifier, pim)
        del payload["identifier"]
    written = products.create(products.BY_UUID, payload, str, pim, _stamps(body, pim))
    return written.item["uuid"], links_of(body if "identifier" in body else by_uuid(body))


def _product_model(pim: Catalog, body: Json) -> tuple[str, Json]:
    payload = {name: value for name, value in body.items() if name not in (*_NOT_WRITTEN, "quality_scores")}
    written = product_models.create(payload, pim, _stamps(body, pim))
    return written.item["code"], links_of(body)


_WRITE: Final = {PRODUCT: _product, PRODUCT_MODEL: _product_model}


def body_of(line: bytes) -> Json:
    """Raises `ValueError` for what is no JSON object."""
    try:
        body = json_decode(line, FEW_LEVELS)
    except ValueError as error:
        raise ValueError(f"this line is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise ValueError("this line is no JSON object")
    return body


def below_a_model(line: bytes) -> bool:
    """Sub-models are written behind the roots; what cannot be read is told in its turn."""
    try:
        return body_of(line).get("parent") is not None
    except ValueError:
        return False


def _stamps(body: Json, pim: Catalog) -> tuple[str, str]:
    """`created` and `updated` of the line, else now."""
    now = pim.clock.iso()
    created, updated = (
        iso(moment(body[name]), pim.clock.zone) if body.get(name) else now for name in ("created", "updated")
    )
    return created, updated


def _linking(pim: Catalog, kind: str, key: str, links: Json) -> Later:
    setters: Any = {"associations": set_associations, "quantified_associations": set_quantified_associations}

    def later() -> None:
        document = pim[kind].get(key)
        assert document is not None
        draft = draft_of(kind, document, pim)
        for name, value in links.items():
            setters[name](draft, value)
        if violations := list(quantified_links_exist(draft)):
            raise ValidationFailed(violations)
        save(draft, (draft.item["created"], draft.item["updated"]))
        for below, child in pim.variant_tree.descendants(key) if kind == PRODUCT_MODEL else ():
            if child.linked:
                _without_inherited(pim, below, child)

    return later


def _without_inherited(pim: Catalog, kind: str, document: Document) -> None:
    """A line shows inherited links, too: those that were taken for its own, since what it inherits came later."""
    draft = draft_of(kind, document, pim)
    above = [model["associations"] for model in draft.ancestors]
    own: Json = {}
    for code, lists in draft.item["associations"].items():
        kept = {
            name: [key for key in keys if not any(key in links.get(code, {}).get(name, ()) for links in above)]
            for name, keys in lists.items()
        }
        if kept := {name: keys for name, keys in kept.items() if keys}:
            own[code] = kept
    draft.item["associations"] = own
    save(draft, (draft.item["created"], draft.item["updated"]))
