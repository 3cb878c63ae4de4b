"""`associations`: links to products, product models and groups, by association type.

Stored as given to this entity alone: products by uuid, models and groups by code, each list sorted, nothing empty.
Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Updater/Setter/AssociationFieldSetter.php,
src/Akeneo/Pim/Enrichment/Bundle/Doctrine/ORM/Updater/TwoWayAssociationUpdater.php
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, malformed_type
from mock_akeneo.resources._draft import LIST_OF, PRODUCT, PRODUCT_MODEL, Draft, Inverse

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_SELF_LINK: Final = (
    "https://help.akeneo.com/pim/serenity/articles/manage-your-association-types.html#create-a-2-way-association-type"
)
# The lists of a type as a payload may name them, in the order in which they are set.
_GIVEN: Final = ("product_uuids", "products", "product_models", "groups")


def set_associations(draft: Draft, value: Any) -> None:
    """Merged by type, then by list; a given list replaces that list. What an ancestor links already is not kept."""
    given = _without_parent_associations(_checked_form(value), draft.payload.get("parent_associations"))
    for code, lists in given.items():
        _check_lists(code, lists)
    merged = dict(draft.item["associations"])
    for given_code, lists in given.items():
        type_ = draft.pim.data("association_type", given_code)
        if type_ is None or type_["is_quantified"]:
            raise Malformed(
                'Property "associations" expects a valid association type code. '
                f'The association type does not exist or is quantified, "{given_code}" given.'
            )
        entry = dict(merged.get(type_["code"], {}))
        for name in _GIVEN:
            codes = lists.get(name)
            if codes is not None and not (name == "products" and lists.get("product_uuids") is not None):
                _set_list(draft, type_, entry, name, list(_items(codes)))
        merged.pop(type_["code"], None)
        if entry:
            merged[type_["code"]] = entry
    draft.item["associations"] = merged


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _entries(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {str(position): entry for position, entry in enumerate(value)}


def _checked_form(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, list | dict):
        raise malformed_type("associations", "an array", value)
    checked = {}
    for code, lists in _entries(value).items():
        if not isinstance(lists, list | dict):
            raise malformed_type("associations", "an array", lists)
        for codes in _items(lists):
            if not isinstance(codes, list | dict):
                raise malformed_type("associations", "an array", codes)
            if any(isinstance(one, list | dict) for one in _items(codes)):
                raise Malformed(
                    'Property "associations" expects an array with valid data, one of the associations is not a scalar.'
                )
        checked[code] = dict(_entries(lists))
    return checked


def _without_parent_associations(given: dict[str, dict[str, Any]], inherited: Any) -> dict[str, dict[str, Any]]:
    """What a client read off an ancestor and sends back is taken out."""
    if not isinstance(inherited, dict):
        return given
    for code, lists in given.items():
        above = inherited.get(code)
        if isinstance(above, dict):
            for name, codes in lists.items():
                if isinstance(above.get(name), list):
                    lists[name] = [one for one in _items(codes) if one not in above[name]]
    return given


def _check_lists(code: str, lists: Mapping[str, Any]) -> None:
    bad = (
        'Property "associations" expects an array with valid data, '
        f'association format is not valid for the association type "{code}"'
    )
    if all(lists.get(name) is None for name in _GIVEN):
        raise Malformed(f"{bad}..")
    if lists.get("products") is not None and lists.get("product_uuids") is not None:
        raise Malformed(f'{bad}, only one of "products" or "product_uuids" is expected.')
    for name, codes in lists.items():
        for one in _items(codes):
            if not isinstance(one, str):
                raise Malformed(f"{bad}..")
            if name == "product_uuids" and not UUID.fullmatch(one):
                raise Malformed(f'{bad}, "product_uuids" expects an array of valid uuids..')


def _set_list(draft: Draft, type_: Json, entry: dict[str, list[str]], given: str, codes: list[str]) -> None:
    """One list of one type. `entry`: the type's own lists, changed in place."""
    name = "products" if given == "product_uuids" else given
    own: list[str] = entry.get(name, [])
    wanted = dict.fromkeys(_found(given, code, draft.pim) for code in codes)
    inherited = {
        key
        for above in draft.ancestors
        for key in above["associations"].get(type_["code"], {}).get(name, ())
        if key not in own
    }
    entry[name] = sorted(wanted.keys() - inherited)
    if not entry[name]:
        del entry[name]
    if type_["is_two_way"] and name != "groups":
        kind = PRODUCT if name == "products" else PRODUCT_MODEL
        # In the order of the payload: a model that links back spares those below it to do so.
        for key in wanted:
            if key in own:
                continue
            if kind == draft.kind and key == draft.key:
                raise Malformed(
                    "A 2-way association only allows two different products or product models to be associated",
                    _SELF_LINK,
                    suffix=False,
                )
            draft.inverses.append(Inverse(kind, key, type_["code"], linked=True))
        for key in sorted(set(own) - wanted.keys()):
            draft.inverses.append(Inverse(kind, key, type_["code"], linked=False))


def _found(name: str, code: str, pim: Catalog) -> str:
    """The uuid of a product, or the own code of a model or group. Raises `Malformed` for what is not there."""
    match name:
        case "products":
            document = pim["product"].by_alias(code)
            if document is None:
                raise Malformed(
                    f"The “associations” property expects a valid product identifier. The {code} product does not "
                    "exist or your connection does not have permission to access it."
                )
        case "product_uuids":
            document = pim["product"].get(code)
            if document is None:
                raise _unknown("product uuid", "product", code)
        case "product_models":
            document = pim["product_model"].get(code)
            if document is None:
                raise _unknown("product model identifier", "product model", code)
        case _:
            document = pim["group"].get(code)
            if document is None:
                raise _unknown("group code", "group", code)
    return document.key


def _unknown(key: str, what: str, code: str) -> Malformed:
    return Malformed(f'Property "associations" expects a valid {key}. The {what} does not exist, "{code}" given.')


def by_uuid(payload: Json) -> Json:
    """The payload of the uuid endpoints: `products` stands for `product_uuids`, and counts where both are given."""
    associations = payload.get("associations")
    if not isinstance(associations, dict):
        return payload
    renamed = {
        code: {name: codes for name, codes in lists.items() if name != "products"}
        | {"product_uuids": lists["products"]}
        if isinstance(lists, dict) and lists.get("products") is not None
        else lists
        for code, lists in associations.items()
    }
    return {**payload, "associations": renamed}


def linked(associations: Json, type_: str, kind: str, key: str, *, linked: bool) -> Json:
    """`associations` with, or without, a link to one product or product model."""
    name = LIST_OF[kind]
    entry = dict(associations.get(type_, {}))
    keys = {*entry.get(name, ()), key} if linked else {*entry.get(name, ())} - {key}
    rest = {other: entries for other, entries in entry.items() if other != name}
    entry = {**rest, name: sorted(keys)} if keys else rest
    others = {code: lists for code, lists in associations.items() if code != type_}
    return {**others, type_: entry} if entry else others


def merged_with(own: Json, above: Json) -> Json:
    """Own associations together with an ancestor's."""
    merged = {code: dict(lists) for code, lists in own.items()}
    for code, lists in above.items():
        entry = merged.setdefault(code, {})
        for name, keys in lists.items():
            entry[name] = sorted({*entry.get(name, ()), *keys})
    return merged
