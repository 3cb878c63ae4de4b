"""Lines of `products.jsonl` and `product_models.jsonl`, as the API gives them, into the catalog.

A line may show what its entity inherits, and link what comes after it: links are set when all else is in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.chance import derived_uuid
from mock_akeneo.core.clock import iso, moment
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import ValidationFailed
from mock_akeneo.resources import product_models, products
from mock_akeneo.resources._associations import by_uuid, set_associations
from mock_akeneo.resources._draft import PRODUCT, PRODUCT_MODEL, draft_of
from mock_akeneo.resources._product_write import with_identifier
from mock_akeneo.resources._quantified_associations import quantified_links_exist, set_quantified_associations
from mock_akeneo.resources._saving import save

# What is left to do for a line when all files are in.
Later = Callable[[], None]

_LINKS: Final = ("associations", "quantified_associations")
_NOT_WRITTEN: Final = ("_links", *_LINKS)


def product(pim: Catalog, body: Json) -> Later | None:
    """As either flavour gives it: with `identifier` products are linked by identifier, without by uuid."""
    payload = {name: value for name, value in body.items() if name not in (*_NOT_WRITTEN, "identifier")}
    identifier = body.get("identifier")
    payload.setdefault("uuid", derived_uuid(str(identifier)))
    if identifier is not None:
        payload = with_identifier(payload, identifier, pim)
        del payload["identifier"]
    written = products.create(products.BY_UUID, payload, str, pim, _stamps(body, pim))
    links = _links(body if "identifier" in body else by_uuid(body))
    return _linking(pim, PRODUCT, written.item["uuid"], links) if links else None


def product_model(pim: Catalog, body: Json) -> Later | None:
    payload = {name: value for name, value in body.items() if name not in (*_NOT_WRITTEN, "quality_scores")}
    written = product_models.create(payload, pim, _stamps(body, pim))
    links = _links(body)
    return _linking(pim, PRODUCT_MODEL, written.item["code"], links) if links else None


def below_a_model(body: Json) -> bool:
    """Sub-models are written behind the roots."""
    return body.get("parent") is not None


def _stamps(body: Json, pim: Catalog) -> tuple[str, str]:
    """`created` and `updated` of the line, else now."""
    now = pim.clock.iso()
    created, updated = (iso(moment(body[name])) if body.get(name) else now for name in ("created", "updated"))
    return created, updated


def _links(body: Json) -> Json:
    """Both kinds of associations, without the types that hold none."""
    links = {
        name: {code: lists for code, lists in body.get(name, {}).items() if any(lists.values())} for name in _LINKS
    }
    return {name: types for name, types in links.items() if types}


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

    return later
