"""`quantified_associations`: links to products and product models with a quantity, by association type.

Stored as given to this entity alone: products by uuid, models by code, types without links left out:
`{"PACK": {"products": [{"uuid", "quantity"}], "product_models": [{"identifier", "quantity"}]}}`.
Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Model/QuantifiedAssociation/,
.../Updater/Validator/QuantifiedAssociationsStructureValidator.php, .../Constraints/QuantifiedAssociationsValidator.php
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mock_akeneo.attribute_types.php import items
from mock_akeneo.attribute_types.values import by_code
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Violation, malformed_type
from mock_akeneo.resources._associations import UUID
from mock_akeneo.resources._draft import Draft

MAX_LINKS: Final = 100
MAX_QUANTITY: Final = 2_147_483_647

_LISTS: Final = ("products", "product_models")
# Accepted as a list, looked up, and then forgotten.
_IDLE_LIST: Final = "product_uuids"
_NO_LINKS: Final[Json] = {"products": [], "product_models": []}


def set_quantified_associations(draft: Draft, value: Any) -> None:
    """Merged by type, then by list; a given list replaces that list. `quantified_links_exist` judges the result."""
    given = _checked(value)
    inherited = _inherited(draft)
    stored = draft.item["quantified_associations"]
    merged = dict(stored)
    for code, lists in given.items():
        if inherited:
            # The PIM's own flaw: beside an inherited link, a list that is not given counts as given and empty.
            lists = {name: _not_inherited(code, name, lists.get(name, []), inherited, draft.pim) for name in _LISTS}
        former = stored.get(code, _NO_LINKS)
        draft.quantified[code] = {**former, **lists}
        type_ = draft.pim.data("association_type", code)
        if type_ is None or type_["code"] != code:
            # Looked up in any letter case, kept under what was sent, and so never seen again.
            continue
        entry = _stored(draft.quantified[code], draft.pim)
        # The order of links says nothing.
        merged[code] = {name: former[name] if _same(former[name], entry[name]) else entry[name] for name in _LISTS}
        if not any(merged[code].values()):
            del merged[code]
    draft.item["quantified_associations"] = merged


def _bad(because: str) -> Malformed:
    return Malformed(f'Property "quantified_associations" expects an array with valid data, {because}.')


def _checked(value: Any) -> dict[str, dict[str, list[Json]]]:
    if not isinstance(value, list | dict):
        raise malformed_type("quantified_associations", "an array", value)
    entries = by_code(value)
    for code, lists in entries.items():
        if not isinstance(lists, list | dict):
            raise _bad(f'"{code}" should contain an array')
        for name, links in by_code(lists).items():
            if name.isdecimal():
                raise _bad(f'entity type in "{code}" should be a string')
            if not isinstance(links, list | dict) or list(by_code(links)) != list(map(str, range(len(links)))):
                raise _bad(f'"{code}[{name}]" should contain an array')
            for link in items(links):
                _check_link(link)
    return {code: {name: items(links) for name, links in by_code(lists).items()} for code, lists in entries.items()}


def _check_link(link: Any) -> None:
    given = link if isinstance(link, dict) else {}
    quantity, identifier, uuid = given.get("quantity"), given.get("identifier"), given.get("uuid")
    if quantity is None:
        raise _bad('a quantified association should contain the key "quantity"')
    if identifier is None and uuid is None:
        raise _bad('a quantified association should contain one of these keys: "identifier" or "uuid"')
    if identifier is not None and not isinstance(identifier, str):
        raise _bad("a quantified association should contain a valid identifier")
    if uuid is not None and not (isinstance(uuid, str) and UUID.fullmatch(uuid)):
        raise _bad("a quantified association should contain a valid uuid")
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        raise _bad("a quantified association should contain a valid quantity")


def _inherited(draft: Draft) -> Json:
    """The links of all ancestors; of the same product the nearest counts."""
    merged: Json = {}
    for above in draft.ancestors:
        merged = merged_with(merged, above["quantified_associations"])
    return merged


def _not_inherited(code: str, name: str, links: list[Json], inherited: Json, pim: Catalog) -> list[Json]:
    above = {_target(name, link, pim): link["quantity"] for link in inherited.get(code, {}).get(name, ())}
    return [link for link in links if above.get(_target(name, link, pim)) != link["quantity"]]


def _target(name: str, link: Json, pim: Catalog) -> str | None:
    """The uuid of the product, or the code of the model; None when there is none. Of two names the uuid counts.

    Unlike elsewhere, letter case tells identifiers and codes apart.
    """
    identifier, uuid = link.get("identifier"), link.get("uuid")
    if name != "product_models" and uuid is not None:
        document = pim["product"].get(uuid)
    elif identifier is None:
        return None
    elif name == "product_models":
        document = pim["product_model"].get(identifier)
        if document is not None and document.key != identifier:
            return None
    else:
        document = pim["product"].by_alias(identifier)
        if document is not None and document.alias != identifier:
            return None
    return None if document is None else document.key


def _stored(lists: Json, pim: Catalog) -> dict[str, list[Json]]:
    """Of two links to the same target the last one counts."""
    products = {_target("products", link, pim): link["quantity"] for link in lists["products"]}
    models = {_target("product_models", link, pim): link["quantity"] for link in lists["product_models"]}
    return {
        "products": [{"uuid": uuid, "quantity": quantity} for uuid, quantity in products.items() if uuid],
        "product_models": [{"identifier": code, "quantity": quantity} for code, quantity in models.items() if code],
    }


def _same(one: list[Json], other: list[Json]) -> bool:
    return len(one) == len(other) and all(link in other for link in one)


def merged_with(own: Json, above: Json) -> Json:
    """Own links together with an ancestor's; of two links to the same target the own one counts."""
    merged = {code: dict(lists) for code, lists in own.items()}
    for code, lists in above.items():
        entry = merged.setdefault(code, {name: [] for name in _LISTS})
        for name, key in (("products", "uuid"), ("product_models", "identifier")):
            taken = {link[key] for link in entry[name]}
            entry[name] = entry[name] + [link for link in lists[name] if link[key] not in taken]
    return merged


def quantified_links_exist(draft: Draft) -> Iterator[Violation]:
    """Type, lists, quantities and targets of the types in the payload."""
    pim = draft.pim
    for code, lists in draft.quantified.items():
        path = f"quantifiedAssociations.{code}"
        yield from _type_is_quantified(code, path, pim)
        for name in lists:
            if name not in _LISTS and name != _IDLE_LIST:
                message = f'The link type "{name}" doesn\'t exist. You can only associate products or product models.'
                yield Violation(path, message, template="link type")
        for name in _LISTS:
            for position, link in enumerate(lists[name]):
                if not 1 <= link["quantity"] <= MAX_QUANTITY:
                    message = (
                        f'"{link["quantity"]}" is an invalid quantity. '
                        f"Please, write a value between 1 and {MAX_QUANTITY}."
                    )
                    yield Violation(f"{path}.{name}[{position}].quantity", message)
        for name, path_of, what in (
            ("products", "products", "products"),
            (_IDLE_LIST, "products", "products"),
            ("product_models", "product_models", "product models"),
        ):
            if missing := _missing("products" if name == _IDLE_LIST else name, lists.get(name, ()), pim):
                message = (
                    f"The following {what} don't exist: {', '.join(missing)}. "
                    f"Please make sure the {what} haven't been deleted in the meantime."
                )
                yield Violation(f"{path}.{path_of}", message, template="missing")
        if len(lists["products"]) + len(lists["product_models"]) > MAX_LINKS:
            message = (
                f"You've reached the limit of {MAX_LINKS} associations. "
                "Please, delete some existing associations before adding new ones."
            )
            yield Violation(path, message)


def _type_is_quantified(code: str, path: str, pim: Catalog) -> Iterator[Violation]:
    type_ = pim.data("association_type", code)
    if type_ is None:
        message = "This association type doesn't exist. Please make sure it hasn't been deleted in the meantime."
        yield Violation(path, message)
    elif not type_["is_quantified"]:
        message = (
            f'"{type_["code"]}" can’t be used for associations with quantities. Please, choose a different association '
            'type with quantities or use the "associations" property.'
        )
        yield Violation(path, message)


def _missing(name: str, links: Any, pim: Catalog) -> list[str]:
    """What the links name and is not there: first by identifier, then by uuid, of those that have nothing else.

    Models have no uuid: one that is named by it has no name at all.
    """
    missing: list[str] = []
    uuids: list[str] = []
    for link in links:
        identifier = link.get("identifier")
        if identifier is not None:
            if _target(name, {"identifier": identifier}, pim) is None:
                missing.append(identifier)
        elif name == "product_models":
            missing.append("")
        elif _target(name, link, pim) is None:
            uuids.append(link["uuid"].lower())
    return missing + uuids
