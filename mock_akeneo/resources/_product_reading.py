"""Reading products and product models: one of them, lists, and the search with a body.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/{ProductController,ProductModelController,
GetProductByUuidController,ListProductsByUuidController}.php
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.attribute_types.php import items
from mock_akeneo.attribute_types.references import ASSET_COLLECTION
from mock_akeneo.attribute_types.shown_values import Asked
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.pages import Page
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import NotFound, Problem, malformed_type, not_emulated
from mock_akeneo.core.versions import has
from mock_akeneo.resources import _product_list as listing
from mock_akeneo.resources._product_view import BASE, CODE, IDENTIFIER, UUID, Extra, Reading
from mock_akeneo.rest.operation import ROOT
from mock_akeneo.sandbox.call import Answer, Call, json_answer
from mock_akeneo.search import query as search_query
from mock_akeneo.search.completeness import letter
from mock_akeneo.search.fields import READINESS
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.search.products import filters_of
from mock_akeneo.search.scan import scan

_ATTRIBUTE_OPTIONS: Final = "with_attribute_options"
_QUALITY_SCORES: Final = "with_quality_scores"
_COMPLETENESSES: Final = "with_completenesses"
_CONVERT: Final = "convert_measurements"
_ROOT_PARENT: Final = "with_root_parent"
_WORKFLOWS: Final = "with_workflow_execution_statuses"
_READINESS: Final = "with_readiness"
_SHARE_LINKS: Final = "with_asset_share_links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """What is read: one flavour of products, or product models.

    `noun`: in the text of the 404. `not_json`: the status of a `search` that is no JSON, `unknown`: of a property
    that is not there. `switches`: which of the `with_*` parameters are answered; `echoed`: and repeated in links, by
    the versions that do not repeat them all.
    """

    flavour: str
    kind: str
    path: str
    noun: str
    not_json: int
    unknown: int
    switches: tuple[str, ...]
    echoed: tuple[str, ...]

    def key_of(self, document: Document) -> str:
        if self.flavour == IDENTIFIER:
            assert document.alias is not None
            return document.alias
        return document.key


_SWITCHES: Final = (
    _ATTRIBUTE_OPTIONS,
    _QUALITY_SCORES,
    _COMPLETENESSES,
    _CONVERT,
    _WORKFLOWS,
)
_ECHOED: Final = (_ATTRIBUTE_OPTIONS, _QUALITY_SCORES, _COMPLETENESSES)

PRODUCTS: Final = Readable(
    flavour=IDENTIFIER,
    kind="product",
    path=f"{ROOT}/products",
    noun="Product",
    not_json=400,
    unknown=404,
    switches=_SWITCHES,
    echoed=_ECHOED,
)
PRODUCTS_BY_UUID: Final = Readable(
    flavour=UUID,
    kind="product",
    path=f"{ROOT}/products-uuid",
    noun="Product",
    not_json=400,
    unknown=422,
    switches=(*_SWITCHES, _ROOT_PARENT),
    echoed=_ECHOED,
)
PRODUCT_MODELS: Final = Readable(
    flavour=CODE,
    kind="product_model",
    path=f"{ROOT}/product-models",
    noun="Product model",
    not_json=422,
    unknown=404,
    switches=(_QUALITY_SCORES, _CONVERT, _WORKFLOWS),
    echoed=(),
)


def find(of: Readable, key: str, pim: Catalog) -> Document | None:
    """In any letter case, as writes look it up."""
    return pim[of.kind].by_alias(key) if of.flavour == IDENTIFIER else pim[of.kind].get(key)


def get(of: Readable) -> Callable[[Call], Answer]:
    def respond(call: Call) -> Answer:
        key, pim = call.params[0], call.catalog
        document = find(of, key, pim)
        # The database ignores letter case, but its answer is then matched exactly; uuids have none.
        if document is None or (of.flavour != UUID and of.key_of(document) != key):
            raise NotFound(f'{of.noun} "{key}" does not exist or you do not have permission to access it.')
        call.entry.items = (of.key_of(document),)
        reading = _reading(of, call.query if call.query_string else {}, listing.Selection(None, None, None), pim)
        return json_answer(b"".join((b"{", *reading.pieces(document))).replace(BASE, call.base))

    return respond


def list_(of: Readable) -> Callable[[Call], Awaitable[Answer]]:
    async def respond(call: Call) -> Answer:
        pim = call.catalog
        # What is searched for, and what a late index shows, may be a matter of the time.
        if pim.is_late or "search" in call.query:
            return await _listed(of, call, call.query, of.path)
        key = pim.revision, pim.pim_version, of.flavour, call.query_string, call.base
        page = pim.pages.find(key)
        if page is None:
            answer = await _listed(of, call, call.query, of.path)
            pim.pages.made(key, Page(answer.body, call.entry.items or ()))
            return answer
        call.entry.items = page.items
        return json_answer(page.body)

    return respond


def search(of: Readable) -> Callable[[Call], Awaitable[Answer]]:
    """The list with its parameters in the body; those of paging stay in the query, and in the links.

    Unsure: how links repeat a body; here they do not.
    """

    async def respond(call: Call) -> Answer:
        payload = call.payload()
        query = {name: text for name, text in call.query.items() if name in _PAGING}
        return await _listed(of, call, {**query, **_parameters(payload)}, f"{of.path}/search", body=True)

    return respond


_MAX_ATTRIBUTES: Final = 800
_MAX_CRITERIA: Final = 20
_MAX_VALUES: Final = 800  # of one criterion


def _check_size(search: Json, selection: listing.Selection) -> None:
    """The numbers are documented. Unsure: the texts, and when they are told."""
    criteria = [criterion for entries in search.values() for criterion in items(entries)]
    values = [criterion["value"] for criterion in criteria if isinstance(criterion.get("value"), list)]
    if len(selection.attributes or ()) > _MAX_ATTRIBUTES:
        raise Problem(422, f"You cannot request more than {_MAX_ATTRIBUTES} attributes.")
    if len(criteria) > _MAX_CRITERIA:
        raise Problem(422, f"You cannot search by more than {_MAX_CRITERIA} criteria.")
    if any(len(one) > _MAX_VALUES for one in values):
        raise Problem(422, f"You cannot search by more than {_MAX_VALUES} values at once.")


_PAGING: Final = ("pagination_type", "page", "search_after", "limit", "with_count")
_TEXTS: Final = ("search", "scope", "locales", "attributes", "search_scope", "search_locale", _READINESS)


def _parameters(payload: Json) -> dict[str, str]:
    """The members of the body as the parameters of a list."""
    parameters: dict[str, str] = {}
    for name, value in payload.items():
        # Documented under this odd name.
        name = name.removesuffix("__products")
        if name == "search" and isinstance(value, dict | list):
            value = listing.php_json(value)
        if name in _TEXTS and value is not None:
            if not isinstance(value, str):
                raise malformed_type(name, "a string", value)
            parameters[name] = value
        elif value is True or value == "true":
            parameters[name] = "true"
    return parameters


async def _listed(of: Readable, call: Call, query: Mapping[str, str], path: str, *, body: bool = False) -> Answer:
    """Checks in the PIM's order: JSON of the search, paging, selection, search, depth."""
    pim = call.catalog
    wanted = search_query.parsed(query["search"], of.not_json) if "search" in query else None
    asked = listing.paging(query)
    selection = listing.selection(query, pim)
    filters = filters_of(
        wanted or {},
        pim,
        of.kind,
        channel=selection.channel,
        search_locale=query.get("search_locale"),
        search_channel=query.get("search_scope"),
        unknown_status=of.unknown,
    )
    listing.check_depth(asked)
    if body:
        _check_size(wanted or {}, selection)
    if query.get(_CONVERT) == "true" and has(pim.pim_version, _CONVERT) and selection.channel is None:
        # Unsure: the text, and when it is told.
        raise Problem(422, f'The parameter "scope" is mandatory when "{_CONVERT}" is "true".')
    found = await scan(
        pim.index(of.kind),
        of.flavour,
        filters,
        after=asked.after or "",
        skip=asked.start,
        limit=asked.limit,
        with_count=asked.counts,
    )
    reading = _reading(of, query, selection, pim, in_list=True)
    base = call.base.decode("latin-1")
    keys = [of.key_of(document) for document in found.documents]
    call.entry.items = keys
    echoed = ({name: query[name] for name in _PAGING if name in query}, None) if body else (query, wanted)
    link = listing.link_maker(base + path, *echoed, asked, _echoed(of, pim))
    items = reading.items(f"{base}{of.path}/".encode(), keys, found.documents)
    made = listing.body(asked, found, keys, link, items)
    return json_answer(made.replace(BASE, call.base))


# What parameters add


def _reading(
    of: Readable, query: Mapping[str, str], selection: listing.Selection, pim: Catalog, *, in_list: bool = False
) -> Reading:
    """How documents are read with these parameters. Raises `Problem` 501."""
    switched = {name for name in of.switches if query.get(name) == "true"} if query else set()
    _check_emulated(query, pim)
    indexed = in_list and bool(pim.index_lag)
    if not switched and not selection and not indexed:
        plain: Reading = pim.fact(("reading", of.flavour), lambda pim: Reading(pim, of.flavour))
        return plain
    asked = None
    if selection or _ATTRIBUTE_OPTIONS in switched:
        converted = _CONVERT in switched and has(pim.pim_version, _CONVERT)
        asked = Asked(
            channel=selection.channel,
            locales=selection.locales,
            attributes=None if selection.attributes is None else frozenset(selection.attributes),
            types=has(pim.pim_version, "attribute types in values"),
            options=_ATTRIBUTE_OPTIONS in switched,
            converted=converted,
        )
    extras = [EXTRAS[name](pim, selection) for name in EXTRAS if name in switched and _is_known(name, of, pim)]
    return Reading(pim, of.flavour, asked, extras, indexed=indexed)


def _check_emulated(query: Mapping[str, str], pim: Catalog) -> None:
    """Raises `Problem` 501 for what would be shown otherwise."""
    if query.get(_READINESS) in ("scores_only", "detailed") and has(pim.pim_version, "readiness"):
        raise not_emulated(f'The parameter "{_READINESS}"', READINESS)
    if query.get(_SHARE_LINKS) == "true" and has(pim.pim_version, _SHARE_LINKS) and _has_asset_collections(pim):
        raise not_emulated(f'The parameter "{_SHARE_LINKS}"', "the Asset Manager of the Enterprise Edition")


def _has_asset_collections(pim: Catalog) -> bool:
    return any(attribute.data["type"] == ASSET_COLLECTION.name for attribute in pim["attribute"])


def _is_known(switch: str, of: Readable, pim: Catalog) -> bool:
    if switch == _QUALITY_SCORES and of.flavour == CODE:
        return has(pim.pim_version, "quality scores of product models")
    return switch in (_ATTRIBUTE_OPTIONS, _QUALITY_SCORES) or has(pim.pim_version, switch)


def _echoed(of: Readable, pim: Catalog) -> list[str]:
    switches = of.switches if has(pim.pim_version, "switches of all kinds in links") else of.echoed
    return [switch for switch in switches if _is_known(switch, of, pim)]


def _places(pim: Catalog, selection: listing.Selection) -> list[tuple[int, Json]]:
    """Positions in the completeness of a product, and what is told of each: those of the selection only."""
    channel = None if selection.channel is None else pim.channel(selection.channel)
    locales = selection.locales if selection.locales is not None else None if channel is None else channel["locales"]
    return [
        (position, {"scope": code, "locale": locale})
        for position, (code, locale) in enumerate(completeness_of(pim).places)
        if selection.channel in (None, code) and (locales is None or locale in locales)
    ]


def _percentages(told: Callable[[int], Any], name: str) -> Callable[[Catalog, listing.Selection], Extra]:
    """A list of `{"scope", "locale", "data"}`; empty for a product without family."""

    def extra(pim: Catalog, selection: listing.Selection) -> Extra:
        completeness, places = completeness_of(pim), _places(pim, selection)
        known: dict[tuple[int, ...] | None, bytes] = {None: b"[]"}

        def make(document: Document) -> bytes:
            of = completeness.of(document)
            if of is not None and of not in known:
                known[of] = dumps([{**place, "data": told(of[position])} for position, place in places])
            return known[of]

        return Extra(name=name, make=make)

    return extra


def _root_parent(pim: Catalog, selection: listing.Selection) -> Extra:
    def make(document: Document) -> bytes:
        ancestors = pim.ancestors(document)
        return dumps(ancestors[-1].key if ancestors else None)

    return Extra(name="root_parent", make=make)


def _no_workflows(pim: Catalog, selection: listing.Selection) -> Extra:
    """No workflow runs here."""
    return Extra(name="workflow_execution_statuses", make=lambda document: b"[]")


EXTRAS: Final[Mapping[str, Callable[[Catalog, listing.Selection], Extra]]] = {
    _QUALITY_SCORES: _percentages(letter, "quality_scores"),
    _COMPLETENESSES: _percentages(int, "completenesses"),
    _ROOT_PARENT: _root_parent,
    _WORKFLOWS: _no_workflows,
}
