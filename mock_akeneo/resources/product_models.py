"""Product models: what variants have in common, on one or two levels.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductModelController.php
"""

from __future__ import annotations

from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, NotFound, Problem
from mock_akeneo.resources import _product_model_write as writing
from mock_akeneo.resources import _product_reading as reading
from mock_akeneo.resources._draft import PRODUCT_MODEL, Draft, draft_of
from mock_akeneo.resources._events import REMOVED, Happened, tell
from mock_akeneo.resources._saving import Written, remove, save
from mock_akeneo.rest import pages
from mock_akeneo.rest.collection_lines import answer_lines
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, Operation, forbidden
from mock_akeneo.sandbox.call import NO_CONTENT, Answer, Call, located

PATH: Final = reading.PRODUCT_MODELS.path
ANCHORS: Final = ("post_product_models", "patch_product_models__code_")


def create(payload: Json, pim: Catalog, stamps: tuple[str, str] | None = None) -> Written:
    """POST of one. `stamps`: `created` and `updated`, if not now. Raises `Problem`."""
    try:
        if payload.get("code") is None:
            payload = {name: value for name, value in payload.items() if name != "code"}
        elif not isinstance(payload["code"], str):
            raise Malformed("The code field requires a string.")
        return _saved(writing.new_model(pim), payload, 201, stamps)
    except Malformed as problem:
        problem.link = problem.link or ANCHORS[0]
        raise


def upsert(code: str, payload: Json, pim: Catalog) -> Written:
    """PATCH of one. `code`: of the URL, or of the line. Raises `Problem`."""
    try:
        payload = {**payload, "code": payload.get("code", code)}
        given = payload["code"]
        if not isinstance(given, str):
            raise Malformed("The code field requires a string.")
        document = pim[PRODUCT_MODEL].get(code)
        if document is not None:
            return _saved(draft_of(PRODUCT_MODEL, document, pim), payload, 204)
        if given != code:
            message = (
                f'The code "{given}" provided in the request body must match the code "{code}" provided in the url.'
            )
            raise Problem(422, message)
        return _saved(writing.new_model(pim), payload, 201)
    except Malformed as problem:
        problem.link = problem.link or ANCHORS[1]
        raise


def _saved(draft: Draft, payload: Json, status: int, stamps: tuple[str, str] | None = None) -> Written:
    writing.apply(draft, payload)
    writing.validate(draft)
    return Written(status, draft.item, save(draft, stamps))


def _create(call: Call) -> Answer:
    return _answered(call, create(call.payload(), call.catalog))


def _update(call: Call) -> Answer:
    return _answered(call, upsert(call.params[0], call.payload(), call.catalog))


def _update_list(call: Call) -> Answer:
    happened: list[Happened] = []

    def line(code: str, payload: Json) -> int:
        status, model, event = upsert(code, payload, call.catalog)
        happened.append(Happened.to(PRODUCT_MODEL, model, event))
        return status

    answer = answer_lines(call, "code", ANCHORS[1], line)
    tell(call, PRODUCT_MODEL, happened)
    return answer


def _delete(call: Call) -> Answer:
    code, pim = call.params[0], call.catalog
    document = pim[PRODUCT_MODEL].get(code)
    if document is None:
        raise NotFound(f'Product model "{code}" does not exist or you do not have permission to access it.')
    remove(PRODUCT_MODEL, document, pim)
    tell(call, PRODUCT_MODEL, [Happened(REMOVED, document.key, None)])
    return NO_CONTENT


def _answered(call: Call, written: Written) -> Answer:
    tell(call, PRODUCT_MODEL, [Happened.to(PRODUCT_MODEL, written.item, written.event)])
    location = f"{call.base.decode('latin-1')}{PATH}/{pages.path_segment(written.item['code'])}"
    return located(written.status, location)


_EDIT: Final = {"acl": "pim_api_product_edit", "forbidden": forbidden("create or update", "products")}
_READ: Final = {"acl": "pim_api_product_list", "forbidden": forbidden("list", "products")}
_REMOVE: Final = {"acl": "pim_api_product_remove", "forbidden": forbidden("delete", "products")}
_TABLE: Final[tuple[tuple[str, str, str, str, Any, dict[str, str]], ...]] = (
    ("list", "GET", PATH, "list", reading.list_(reading.PRODUCT_MODELS), _READ),
    ("get", "GET", f"{PATH}/{{code:identifier}}", "get", reading.get(reading.PRODUCT_MODELS), _READ),
    ("create", "POST", PATH, "create", _create, {**_EDIT, "consumes": APPLICATION_JSON}),
    ("update_list", "PATCH", PATH, "partial_update_list", _update_list, {**_EDIT, "consumes": COLLECTION_JSON}),
    (
        "update",
        "PATCH",
        f"{PATH}/{{code:identifier}}",
        "partial_update",
        _update,
        {**_EDIT, "consumes": APPLICATION_JSON},
    ),
    ("delete", "DELETE", f"{PATH}/{{code:identifier}}", "delete", _delete, _REMOVE),
)

PRODUCT_MODELS: Final[tuple[Operation, ...]] = tuple(
    Operation(
        name=f"product_models.{verb}",
        method=method,
        path=path,
        respond=respond,
        route=f"pim_api_product_model_{route}",
        **more,  # type: ignore[arg-type]
    )
    for verb, method, path, route, respond, more in _TABLE
)
