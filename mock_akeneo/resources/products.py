"""Products, by identifier and by uuid: one product, two flavours of the API.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductController.php and
.../ExternalApi/{Get,List,Create,PartialUpdate,Delete}*ProductByUuid*Controller.php
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import INVALID_JSON, Malformed, NotFound, Problem, ValidationFailed, Violation
from mock_akeneo.resources import _product_reading as reading
from mock_akeneo.resources import _product_view as view
from mock_akeneo.resources import _product_write as writing
from mock_akeneo.resources._associations import UUID, by_uuid
from mock_akeneo.resources._draft import PRODUCT, Draft, draft_of
from mock_akeneo.resources._events import REMOVED, Happened, tell
from mock_akeneo.resources._saving import Written, remove, save
from mock_akeneo.rest import pages
from mock_akeneo.rest.collection_lines import answer_lines
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, Operation, forbidden
from mock_akeneo.sandbox.call import NO_CONTENT, Answer, Call, located

NO_IDENTIFIER: Final = (
    "Validation failed. The identifier field is required for this endpoint. If you want to manipulate products "
    "without identifiers, please use products-uuid endpoints."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """What tells the two APIs of products apart. `key`: the member that names a product."""

    key: str
    name: str
    path: str
    route: str
    anchors: tuple[str, str]
    reads: reading.Readable


BY_IDENTIFIER: Final = Flavour(
    key=view.IDENTIFIER,
    name="products",
    path=reading.PRODUCTS.path,
    route="pim_api_product",
    anchors=("post_products", "patch_products__code_"),
    reads=reading.PRODUCTS,
)
BY_UUID: Final = Flavour(
    key=view.UUID,
    name="products_uuid",
    path=reading.PRODUCTS_BY_UUID.path,
    route="pim_api_product_uuid",
    anchors=("post_products_uuid", "patch_products_uuid__uuid_"),
    reads=reading.PRODUCTS_BY_UUID,
)


def find(flavour: Flavour, key: str, pim: Catalog) -> Document | None:
    """In any letter case."""
    return reading.find(flavour.reads, key, pim)


# Writing


def _create(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        payload = call.payload()
        if flavour.key == view.IDENTIFIER and _is_blank(payload.get("identifier")):
            raise _no_identifier("post_products_uuid")
        return _answered(call, flavour, create(flavour, payload, call.sandbox.chance.uuid4, call.catalog))

    return respond


def _is_blank(identifier: Any) -> bool:
    return identifier is None or (isinstance(identifier, str) and not identifier.strip())


def _no_identifier(anchor: str) -> Malformed:
    return Malformed(NO_IDENTIFIER, anchor, suffix=False)


def create(
    flavour: Flavour,
    payload: Json,
    new_uuid: Callable[[], str],
    pim: Catalog,
    stamps: tuple[str, str] | None = None,
) -> Written:
    """POST of one. `stamps`: `created` and `updated`, if not now. Raises `Problem`."""
    try:
        writing.check_form(payload, pim)
        uuid = new_uuid()
        if flavour.key == view.IDENTIFIER:
            payload = writing.with_identifier(payload, payload["identifier"], pim)
        else:
            payload = _by_uuid(payload)
            if given := payload.get("uuid"):
                if pim["product"].get(given) is not None:
                    message = f"The {given} uuid is already used for another product."
                    raise ValidationFailed([Violation("uuid", message)])
                uuid = given.lower()
        draft = writing.new_product(uuid, pim)
        writing.start_with_the_identifier(draft, payload)
        return _saved(flavour, draft, payload, 201, stamps)
    except Malformed as problem:
        problem.link = problem.link or flavour.anchors[0]
        raise


def _by_uuid(payload: Json) -> Json:
    """Here a product has no member `identifier`, and is linked by uuid."""
    if payload.get("identifier") is not None:
        raise Malformed('Property "identifier" does not exist.')
    return by_uuid(payload)


def _saved(
    flavour: Flavour, draft: Draft, payload: Json, status: int, stamps: tuple[str, str] | None = None
) -> Written:
    writing.apply(draft, payload)
    if flavour.key == view.IDENTIFIER and draft.item["identifier"] is None:
        raise _no_identifier("patch_products_uuid__uuid_" if draft.before else "post_products_uuid")
    writing.validate(draft)
    return Written(status, draft.item, save(draft, stamps))


def _update(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        if isinstance(call.json, list):
            raise Problem(400, INVALID_JSON)
        written = upsert(flavour, call.params[0], call.payload(), call.sandbox.chance.uuid4, call.catalog)
        return _answered(call, flavour, written)

    return respond


def upsert(flavour: Flavour, key: str, payload: Json, new_uuid: Callable[[], str], pim: Catalog) -> Written:
    """PATCH of one. `key`: of the URL, or of the line. Raises `Problem`."""
    try:
        if flavour.key == view.IDENTIFIER:
            return _upsert_by_identifier(key, payload, new_uuid, pim)
        return _upsert_by_uuid(key, payload, pim)
    except Malformed as problem:
        problem.link = problem.link or flavour.anchors[1]
        raise


def _upsert_by_identifier(key: str, payload: Json, new_uuid: Callable[[], str], pim: Catalog) -> Written:
    given = payload.get("identifier", key)
    if given is None or given == "":
        raise _no_identifier("patch_products_uuid__uuid_")
    writing.check_form(payload, pim)
    document = pim["product"].by_alias(key)
    if document is None:
        if given != key:
            raise _other_key("identifier", given, key)
        draft = writing.new_product(new_uuid(), pim)
        payload = writing.with_identifier(payload, given, pim)
        writing.start_with_the_identifier(draft, payload)
        return _saved(BY_IDENTIFIER, draft, payload, 201)
    draft, status = draft_of(PRODUCT, document, pim), 204
    payload = writing.with_identifier(payload, given, pim)
    writing.check_stored_attributes(payload, pim)
    if draft.item["parent"] is None and payload.get("parent") not in (None, ""):
        writing.become_variant(draft, payload["parent"])
        status = 201
    return _saved(BY_IDENTIFIER, draft, payload, status)


def _upsert_by_uuid(key: str, payload: Json, pim: Catalog) -> Written:
    writing.check_form(payload, pim)
    payload = _by_uuid(payload)
    given = payload.get("uuid", key)
    if given is not None and given != key:
        raise _other_key("uuid", given, key)
    document = pim["product"].get(key)
    if document is None:
        return _saved(BY_UUID, writing.new_product(key.lower(), pim), payload, 201)
    writing.check_stored_attributes(payload, pim)
    return _saved(BY_UUID, draft_of(PRODUCT, document, pim), payload, 204)


def _other_key(name: str, given: Any, key: str) -> Problem:
    message = f'The {name} "{given}" provided in the request body must match the {name} "{key}" provided in the url.'
    return Problem(422, message)


def _update_list(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        new_uuid, pim = call.sandbox.chance.uuid4, call.catalog
        happened: list[Happened] = []

        def line(key: str, payload: Json) -> int:
            if flavour.key == view.UUID and not UUID.fullmatch(key):
                raise Malformed(writing.NO_UUID)
            status, product, event = upsert(flavour, key, payload, new_uuid, pim)
            happened.append(Happened.to(PRODUCT, product, event))
            return status

        # A uuid is answered in lower case, an identifier that looks like one too.
        answer = answer_lines(
            call, flavour.key, flavour.anchors[1], line, lambda key: key.lower() if UUID.fullmatch(key) else key
        )
        tell(call, PRODUCT, happened)
        return answer

    return respond


def _delete(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        key, pim = call.params[0], call.catalog
        document = find(flavour, key, pim)
        if document is None:
            raise NotFound(f"The {key} product does not exist in your PIM or you do not have permission to access it.")
        remove(PRODUCT, document, pim)
        tell(call, PRODUCT, [Happened(REMOVED, document.key, document.alias)])
        return NO_CONTENT

    return respond


def _answered(call: Call, flavour: Flavour, written: Written) -> Answer:
    tell(call, PRODUCT, [Happened.to(PRODUCT, written.item, written.event)])
    key = pages.path_segment(written.item[flavour.key])
    location = f"{call.base.decode('latin-1')}{flavour.path}/{key}"
    return located(written.status, location)


# The operations


def _operations(flavour: Flavour) -> tuple[Operation, ...]:
    rest = "{uuid:uuid}" if flavour.key == view.UUID else "{code:identifier}"
    one = f"{flavour.path}/{rest}"
    edit = {"acl": "pim_api_product_edit", "forbidden": forbidden("create or update", "products")}
    read = {"acl": "pim_api_product_list", "forbidden": forbidden("list", "products")}
    # By uuid the PIM forgot the final dot.
    no_delete = forbidden("delete", "products").removesuffix("." if flavour.key == view.UUID else "")
    table: tuple[tuple[str, str, str, Any, dict[str, str]], ...] = (
        ("list", "GET", flavour.path, reading.list_(flavour.reads), read),
        ("create", "POST", flavour.path, _create(flavour), {**edit, "consumes": APPLICATION_JSON}),
        ("update_list", "PATCH", flavour.path, _update_list(flavour), {**edit, "consumes": COLLECTION_JSON}),
        ("get", "GET", one, reading.get(flavour.reads), read),
        ("update", "PATCH", one, _update(flavour), {**edit, "consumes": APPLICATION_JSON}),
        ("delete", "DELETE", one, _delete(flavour), {"acl": "pim_api_product_remove", "forbidden": no_delete}),
    )
    routes = {"update": "partial_update", "update_list": "partial_update_list"}
    return tuple(
        Operation(
            name=f"{flavour.name}.{verb}",
            method=method,
            path=path,
            respond=respond,
            route=f"{flavour.route}_{routes.get(verb, verb)}",
            **more,  # type: ignore[arg-type]
        )
        for verb, method, path, respond, more in table
    )


SEARCH: Final = Operation(
    name="products_uuid.search",
    method="POST",
    path=f"{BY_UUID.path}/search",
    respond=reading.search(BY_UUID.reads),
    route="pim_api_product_uuid_search",
    consumes=APPLICATION_JSON,
    acl="pim_api_product_list",
    forbidden=forbidden("list", "products"),
)

PRODUCTS: Final[tuple[Operation, ...]] = (*_operations(BY_IDENTIFIER), *_operations(BY_UUID), SEARCH)
