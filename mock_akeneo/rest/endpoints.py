"""The endpoints of a resource: list, get, create, update, update_list, delete, made of its value.

Source: pim: src/Akeneo/Pim/Structure/Bundle/Controller/ExternalApi/ and their EndToEnd tests
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import Malformed, NotFound, Problem
from mock_akeneo.rest import pages, rules
from mock_akeneo.rest.collection_lines import answer_lines
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, Operation, forbidden
from mock_akeneo.rest.resource import Predicate, Resource, Under
from mock_akeneo.sandbox.call import NO_CONTENT, Answer, Call, json_answer, located


def operations(resource: Resource) -> tuple[Operation, ...]:
    """Its operations, those of `extra` last."""
    return (*(_ENDPOINTS[endpoint](resource) for endpoint in resource.endpoints), *resource.extra)


# Reading


def tail(document: Document, resource: Resource, pim: Catalog) -> bytes:
    """What GET shows without the opening brace: an item of a list puts `_links` before it."""
    generation = pim.generation[resource.kind]
    if document.generation != generation:
        document.view = dumps(resource.shown(document.data, pim))[1:]
        document.generation = generation
    view: bytes = document.view
    return view


def _tail_for(call: Call, resource: Resource) -> Callable[[Document], bytes]:
    asked, query, pim = resource.asked, call.query, call.catalog
    if asked is not None and any(name in query for name in resource.asked_by):
        return lambda document: dumps(asked(document.data, pim, query))[1:]
    return lambda document: tail(document, resource, pim)


def _parent(call: Call, resource: Resource, *, writing: bool) -> str:
    under = resource.under
    return under.find(call.params[0], call.catalog, writing) if under else ""


def _url(call: Call, resource: Resource, parent: str) -> str:
    path = resource.path
    if resource.under:
        head, _, rest = path.partition("{")
        path = head + pages.path_segment(parent) + rest.partition("}")[2]
    return call.base.decode("latin-1") + path


def _get(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        parent = _parent(call, resource, writing=False)
        document = find(resource, call.params[-1], parent, call.catalog)
        call.entry.items = (document.data["code"],)
        return json_answer(b"{" + _tail_for(call, resource)(document))

    return _operation(resource, "get", "GET", respond, one=True)


def find(resource: Resource, code: str, parent: str, pim: Catalog) -> Document:
    document = pim[resource.kind].get(resource.key(parent, code))
    if document is None or (resource.under and document.data[resource.under.member] != parent):
        raise NotFound(resource.missing(code, parent))
    return document


def _list(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        pim, query = call.catalog, call.query
        parent = _parent(call, resource, writing=False)
        wanted = _wanted(resource, query, pim) if resource.search_first else None
        page = pages.offset_page(query)
        count, found = _on_page(resource, parent, page, wanted or _wanted(resource, query, pim), pim)
        # Links name the parent as the call did, in its own letter case.
        url = _url(call, resource, call.params[0] if resource.under else "")
        tail_of, head = _tail_for(call, resource), b'{"_links":{"self":{"href":"' + url.encode() + b"/"
        codes = [document.data["code"] for document in found]
        call.entry.items = codes
        items = b",".join(
            b'%b%b"}},%b' % (head, pages.path_bytes(code), tail_of(document))
            for code, document in zip(codes, found, strict=True)
        )
        links = pages.offset_links(url, page, pages.other_parameters(query), full=len(found) == page.limit)
        return json_answer(pages.offset_body(links, page, count if page.with_count else None, items))

    return _operation(resource, "list", "GET", respond)


def _on_page(
    resource: Resource, parent: str, page: pages.Page, wanted: Predicate | None, pim: Catalog
) -> tuple[int, Sequence[Document]]:
    """How many items there are, and those of the page."""
    start = (page.number - 1) * page.limit
    prefix = resource.key(parent, "") if resource.under else ""
    collection = pim[resource.kind]
    if wanted is None and resource.order is None:
        first, last = collection.bounds(prefix)
        return last - first, collection.slice(start, page.limit, prefix)
    everything = resource.order(pim, parent) if resource.order else collection.slice(0, len(collection), prefix)
    fitting = everything if wanted is None else [document for document in everything if wanted(document.data)]
    return len(fitting), fitting[start : start + page.limit]


def _wanted(resource: Resource, query: Mapping[str, str], pim: Catalog) -> Predicate | None:
    text = query.get("search")
    return None if resource.search is None or text is None else resource.search(text, pim)


# Writing


def _create(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        with linked(resource.anchors[0]):
            parent = _parent(call, resource, writing=True)
            payload = call.payload()
            if resource.under:
                _check_parent(resource.under, payload, parent)
            item = write(resource, payload, None, call.catalog, parent)
        return _written(call, resource, 201, item["code"], parent)

    return _operation(resource, "create", "POST", respond)


def _update(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        with linked(resource.anchors[1]):
            parent = _parent(call, resource, writing=True)
            status, code = upsert(resource, call.params[-1], call.payload(), call.catalog, parent)
        return _written(call, resource, status, code, parent)

    return _operation(resource, "update", "PATCH", respond, one=True)


def _update_list(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        def line(code: str, payload: Json) -> int:
            # The parent is looked for anew: it is refused line by line, not for the whole request.
            return upsert(resource, code, payload, call.catalog, _parent(call, resource, writing=True))[0]

        return answer_lines(call, "code", resource.anchors[1], line)

    return _operation(resource, "update_list", "PATCH", respond)


def _delete(resource: Resource) -> Operation:
    def respond(call: Call) -> Answer:
        parent = _parent(call, resource, writing=True)
        document = find(resource, call.params[-1], parent, call.catalog)
        resource.deletable(document.data, call.catalog)
        call.catalog[resource.kind].delete(document.key)
        return NO_CONTENT

    return _operation(resource, "delete", "DELETE", respond, one=True)


def _check_parent(under: Under, payload: Json, parent: str) -> None:
    """The body of a new item may name the parent of the URL, and no other."""
    given = payload.get(under.member, parent)
    if under.given and given != parent:
        raise _mismatch(f"{under.member} code", given, parent)


def _mismatch(word: str, given: object, wanted: str) -> Problem:
    told = f'The {word} "{text_of(given)}" provided in the request body must match the {word} "{wanted}"'
    return Problem(422, f"{told} provided in the url.")


@contextmanager
def linked(anchor: str) -> Iterator[None]:
    """What is malformed inside links the documentation there, unless it links another place."""
    try:
        yield
    except Malformed as problem:
        problem.link = problem.link or anchor
        raise


def as_loaded(resource: Resource) -> Resource:
    """The form in which a line of a catalog is written: it takes what the catalog brings with it."""
    shape = {**resource.shape, **resource.loaded}
    return replace(
        resource,
        shape={name: merge for name, merge in shape.items() if name not in resource.derived},
        ignored=resource.ignored | resource.derived | {"_links"},
    )


def upsert(resource: Resource, code: str, payload: Json, pim: Catalog, parent: str = "") -> tuple[int, str]:
    """PATCH of one: 201 or 204, and its own code. `code` is the one of the URL, or of the line."""
    under = resource.under
    document = pim[resource.kind].get(resource.key(parent, code))
    if document is None:
        if under:
            _check_parent(under, payload, parent)
        given = payload.get("code", code)
        if given != code and not (given is None and resource.code_may_be_null):
            raise _mismatch(under.word if under else "code", given, code)
        payload = {**payload, "code": code}
    item = write(resource, payload, document, pim, parent)
    return (201 if document is None else 204), item["code"]


def write(resource: Resource, payload: Json, document: Document | None, pim: Catalog, parent: str = "") -> Json:
    """Shape, completion, rules, save: all or nothing. Gives the item; nothing is saved when nothing changes."""
    before = None
    if document is not None:
        before = {**document.data, **{name: make(document.data, pim) for name, make in resource.computed.items()}}
    # Shapes put something new in place of what they change, so one level of copying will do.
    item = resource.blank(pim) if before is None else before.copy()
    if resource.under:
        payload = _with_parent(resource.under, payload, parent)
    resource.looked_at(payload, before, pim)
    for name, value in payload.items():
        shape = resource.shape.get(name)
        if shape is not None:
            shape(item, name, value, pim)
        elif name not in resource.ignored:
            raise _unknown(name)
    resource.completed(item, before, pim)
    rules.check(resource.rules, item, before, pim)
    resource.before_saving(item, before, pim)
    _keep(resource, item)
    if item != before:
        if resource.dated and "updated" not in payload:
            item["updated"] = pim.clock.iso()
        save(resource, item, before, pim)
    return item


def _keep(resource: Resource, item: Json) -> None:
    """Gives the item the form in which the database gives it back."""
    for name in resource.transient:
        item.pop(name, None)
    for name, cast in resource.kept.items():
        if item[name] is not None:
            item[name] = cast(item[name])
    item["code"] = text_of(item["code"])


def _with_parent(under: Under, payload: Json, parent: str) -> Json:
    if under.given:
        return {under.member: parent, **payload}
    if payload.get(under.member) is not None:
        raise _unknown(under.member)
    return {**payload, under.member: parent}


def _unknown(name: str) -> Malformed:
    return Malformed(f'Property "{name}" does not exist.')


def save(resource: Resource, item: Json, before: Json | None, pim: Catalog) -> None:
    parent = item[resource.under.member] if resource.under else ""
    stored = {name: value for name, value in item.items() if name not in resource.computed}
    pim[resource.kind].put(Document(resource.key(parent, item["code"]), dumps(stored)))
    resource.saved(item, before, pim)


def _written(call: Call, resource: Resource, status: int, code: str, parent: str) -> Answer:
    location = f"{_url(call, resource, parent)}/{pages.path_segment(code)}"
    return located(status, location)


# The operations as values


def _operation(
    resource: Resource, verb: str, method: str, respond: Callable[[Call], Answer], *, one: bool = False
) -> Operation:
    right = "list" if method == "GET" else "edit"
    words = "list" if method == "GET" else "create or update"
    consumes = COLLECTION_JSON if verb == "update_list" else APPLICATION_JSON
    return Operation(
        name=f"{resource.name}.{verb}",
        method=method,
        path=f"{resource.path}/{{code}}" if one else resource.path,
        respond=respond,
        acl=None if resource.acl is None else f"pim_api_{resource.acl}_{right}",
        forbidden=resource.forbidden or forbidden(words, resource.entities),
        consumes=consumes if method in ("POST", "PATCH") else None,
        route=f"{resource.route}_{_ROUTE_NAMES[verb]}",
    )


_ROUTE_NAMES = {
    "list": "list",
    "get": "get",
    "create": "create",
    "update": "partial_update",
    "update_list": "partial_update_list",
    "delete": "delete",
}

_ENDPOINTS: dict[str, Callable[[Resource], Operation]] = {
    "list": _list,
    "get": _get,
    "create": _create,
    "update": _update,
    "update_list": _update_list,
    "delete": _delete,
}
