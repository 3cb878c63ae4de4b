"""Products, by identifier and by uuid: one product, two flavours of the API.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ProductController.php and
.../ExternalApi/{Get,List,Create,PartialUpdate,Delete}*ProductByUuid*Controller.php
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import INVALID_JSON, Malformed, NotFound, Problem, ValidationFailed, Violation
from mock_akeneo.resources import _product_list as listing
from mock_akeneo.resources import _product_view as view
from mock_akeneo.resources import _product_write as writing
from mock_akeneo.rest import pages
from mock_akeneo.rest.collection_lines import answer_lines
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, ROOT, Operation, forbidden
from mock_akeneo.sandbox.call import Answer, Call, json_answer
from mock_akeneo.search import query as search_query
from mock_akeneo.search.products import product_filters

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

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
    unknown_field_status: int
    key_of: Callable[[Document], str]


def _identifier(document: Document) -> str:
    assert document.alias is not None
    return document.alias


BY_IDENTIFIER: Final = Flavour(
    key=view.IDENTIFIER,
    name="products",
    path=f"{ROOT}/products",
    route="pim_api_product",
    anchors=("post_products", "patch_products__code_"),
    unknown_field_status=404,
    key_of=_identifier,
)
BY_UUID: Final = Flavour(
    key=view.UUID,
    name="products_uuid",
    path=f"{ROOT}/products-uuid",
    route="pim_api_product_uuid",
    anchors=("post_products_uuid", "patch_products_uuid__uuid_"),
    unknown_field_status=422,
    key_of=lambda document: document.key,
)


# Reading


def find(flavour: Flavour, key: str, pim: Catalog) -> Document | None:
    """In any letter case, as writes look a product up."""
    if flavour.key == view.UUID:
        return pim["product"].get(key)
    return pim["product"].by_alias(key)


def _get(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        key, pim = call.params[0], call.catalog
        _check_uuid_path(flavour, call)
        document = find(flavour, key, pim)
        # The database ignores letter case, but its answer is then matched exactly.
        if document is None or (flavour.key == view.IDENTIFIER and document.alias != key):
            raise NotFound(f'Product "{key}" does not exist or you do not have permission to access it.')
        call.entry.items = (flavour.key_of(document),)
        return json_answer(b"".join((b"{", *view.tail(document, flavour.key, pim))))

    return respond


def _check_uuid_path(flavour: Flavour, call: Call) -> None:
    """A path that is no uuid matches no route."""
    if flavour.key == view.UUID and not _UUID.fullmatch(call.params[0]):
        raise NotFound(f'No route found for "{call.method} {call.base.decode("latin-1")}{call.path}"')


def _list(flavour: Flavour) -> Callable[[Call], Any]:
    async def respond(call: Call) -> Answer:
        pim, query = call.catalog, call.query
        search = search_query.parsed(query["search"], 400) if "search" in query else None
        asked = listing.paging(query)
        filters = product_filters(search or {}, pim, flavour.unknown_field_status) if search else []
        listing.check_depth(asked)
        documents, count = await listing.found(pim.index("product"), flavour.key, filters, asked)
        return listing.answered(
            call,
            flavour.path,
            asked,
            search,
            documents,
            count,
            flavour.key_of,
            lambda document: view.tail(document, flavour.key, pim),
        )

    return respond


# Writing


def _create(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        payload, pim = call.payload(), call.catalog
        if flavour.key == view.IDENTIFIER:
            identifier = payload.get("identifier")
            if identifier is None or (isinstance(identifier, str) and not identifier.strip()):
                raise Malformed(NO_IDENTIFIER, "post_products_uuid", suffix=False)
        product = create(flavour, payload, call.sandbox.chance.uuid4, pim, flavour.anchors[0])
        return _written(call, flavour, 201, product)

    return respond


def create(
    flavour: Flavour,
    payload: Json,
    new_uuid: Callable[[], str],
    pim: Catalog,
    anchor: str,
    stamps: tuple[str, str] | None = None,
) -> Json:
    """A new product. `stamps`: `created` and `updated`, if not now. Raises `Problem`."""
    try:
        writing.check_values_form(payload, pim, updating=False)
        payload = _with_key(flavour, payload, pim)
        given = payload.get("uuid")
        if given is not None and (not isinstance(given, str) or not _UUID.fullmatch(given)):
            raise Malformed("This value is not a valid UUID.")
        uuid = given.lower() if given else new_uuid()
        product = writing.changed(writing.blank_product(uuid), payload, pim, updating=False)
        if given and pim["product"].get(uuid) is not None:
            raise ValidationFailed([Violation("uuid", f"The {given} uuid is already used for another product.")])
        writing.validate(product, None, pim)
    except Malformed as problem:
        problem.link = problem.link or anchor
        raise
    writing.save(product, None, pim, stamps)
    return product


def _with_key(flavour: Flavour, payload: Json, pim: Catalog) -> Json:
    """By identifier, the member `identifier` takes the place of the identifier's value; by uuid it is unknown."""
    if flavour.key == view.UUID:
        if payload.get("identifier") is not None:
            raise Malformed('Property "identifier" does not exist.')
        return {name: value for name, value in payload.items() if name != "identifier"}
    values = payload.get("values")
    given = dict(enumerate(values)) if isinstance(values, list) else values or {}
    rest = {name: value for name, value in payload.items() if name not in ("identifier", "values")}
    return {"values": writing.set_identifier(given, payload["identifier"], pim), **rest}


def _update(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        _check_uuid_path(flavour, call)
        if isinstance(call.json, list):
            raise Problem(400, INVALID_JSON)
        status, product = upsert(flavour, call.params[0], call.payload(), call.sandbox.chance.uuid4, call.catalog)
        return _written(call, flavour, status, product)

    return respond


def upsert(flavour: Flavour, key: str, payload: Json, new_uuid: Callable[[], str], pim: Catalog) -> tuple[int, Json]:
    """PATCH of one: 201 or 204, and the product. `key`: of the URL, or of the line. Raises `Problem`."""
    anchor = flavour.anchors[1]
    if flavour.key == view.IDENTIFIER and "identifier" in payload and payload["identifier"] in (None, ""):
        raise Malformed(NO_IDENTIFIER, "patch_products_uuid__uuid_", suffix=False)
    if flavour.key == view.UUID and payload.get("uuid") is not None and payload["uuid"] != key:
        raise Problem(
            422,
            f'The uuid "{payload["uuid"]}" provided in the request body must match the uuid "{key}" '
            "provided in the url.",
        )
    document = find(flavour, key, pim)
    if document is None:
        if flavour.key == view.IDENTIFIER:
            given = payload.get("identifier", key)
            if given != key:
                raise Problem(
                    422,
                    f'The identifier "{given}" provided in the request body must match the identifier "{key}" '
                    "provided in the url.",
                )
            payload = {**payload, "identifier": key}
        else:
            payload = {**payload, "uuid": key}
        return 201, create(flavour, payload, new_uuid, pim, anchor)
    before = writing.stored_product(document)
    try:
        writing.check_values_form(payload, pim, updating=True)
        if flavour.key == view.IDENTIFIER:
            payload = {"identifier": key, **payload}
        product = writing.changed(before, _with_key(flavour, payload, pim), pim, updating=True)
        writing.validate(product, before, pim)
    except Malformed as problem:
        problem.link = problem.link or anchor
        raise
    writing.save(product, before, pim)
    return 204, product


def _update_list(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        def line(key: str, payload: Json) -> int:
            if flavour.key == view.UUID and not _UUID.fullmatch(key):
                raise Malformed("This value is not a valid UUID.")
            return upsert(flavour, key, payload, call.sandbox.chance.uuid4, call.catalog)[0]

        # A uuid is answered in lower case, an identifier that looks like one too.
        return answer_lines(
            call, flavour.key, flavour.anchors[1], line, lambda key: key.lower() if _UUID.fullmatch(key) else key
        )

    return respond


def _delete(flavour: Flavour) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        _check_uuid_path(flavour, call)
        key, pim = call.params[0], call.catalog
        document = find(flavour, key, pim)
        if document is None:
            raise NotFound(f"The {key} product does not exist in your PIM or you do not have permission to access it.")
        pim["product"].delete(document.key)
        return Answer(204)

    return respond


def _written(call: Call, flavour: Flavour, status: int, product: Json) -> Answer:
    location = f"{call.base.decode('latin-1')}{flavour.path}/{pages.path_segment(product[flavour.key])}"
    return Answer(status, b"", ((b"location", location.encode()),))


# The operations


def _operations(flavour: Flavour) -> tuple[Operation, ...]:
    rest = "{uuid}" if flavour.key == view.UUID else "{code:path}"
    one = f"{flavour.path}/{rest}"
    edit = {"acl": "pim_api_product_edit", "forbidden": forbidden("create or update", "products")}
    read = {"acl": "pim_api_product_list", "forbidden": forbidden("list", "products")}
    # By uuid the PIM forgot the final dot.
    no_delete = forbidden("delete", "products").removesuffix("." if flavour.key == view.UUID else "")
    table: tuple[tuple[str, str, str, Any, dict[str, str]], ...] = (
        ("list", "GET", flavour.path, _list(flavour), read),
        ("create", "POST", flavour.path, _create(flavour), {**edit, "consumes": APPLICATION_JSON}),
        ("update_list", "PATCH", flavour.path, _update_list(flavour), {**edit, "consumes": COLLECTION_JSON}),
        ("get", "GET", one, _get(flavour), read),
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


PRODUCTS: Final[tuple[Operation, ...]] = (*_operations(BY_IDENTIFIER), *_operations(BY_UUID))
