"""The properties of products and product models besides their values: what each takes, and how it refuses the rest.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Updater/{Setter/,ProductUpdater.php,ProductModelUpdater.php,
ExternalApi/ProductModelUpdater.php}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from mock_akeneo.attribute_types.php import items, text_of
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, malformed_type
from mock_akeneo.resources._associations import set_associations
from mock_akeneo.resources._draft import Draft, Setter, model_data
from mock_akeneo.resources._quantified_associations import set_quantified_associations
from mock_akeneo.resources._variants import family_variant


def _scalar(name: str, value: Any) -> None:
    if isinstance(value, list | dict):
        raise malformed_type(name, "a scalar", value)


def _scalars(name: str, value: Any) -> None:
    if not isinstance(value, list | dict):
        raise malformed_type(name, "an array", value)
    if any(isinstance(one, list | dict) for one in items(value)):
        raise Malformed(f'Property "{name}" expects an array with valid data, one of the {name} is not a scalar.')


def _immutable(name: str, given: str) -> Malformed:
    return Malformed(f'Property "{name}" cannot be modified, "{given}" given.')


# Products


def set_enabled(draft: Draft, value: Any) -> None:
    """true, false, and PHP's other words for them: 0, 1, `"0"`, `"1"`; no float."""
    if isinstance(value, float | list | dict) or value not in (0, 1, "0", "1"):
        raise malformed_type("enabled", "a boolean", value)
    draft.item["enabled"] = value in (True, 1, "1")


def set_family(draft: Draft, value: Any) -> None:
    """A family's code; null and `""` take the product out of its family."""
    if value is None or value == "":
        draft.item["family"] = None
        return
    if not isinstance(value, str):
        raise malformed_type("family", "a string", value)
    family = draft.pim.family(value)
    if family is None:
        raise Malformed(f"The {value} family does not exist in your PIM.")
    draft.item["family"] = family["code"]


def _codes(name: str, singular: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise malformed_type(name, "an array", value)
    for code in value:
        if not isinstance(code, str):
            raise Malformed(
                f'Property "{name}" expects an array with valid data, one of the {singular} codes is not a string, '
                f'"{php_type(code)}" given.'
            )
    return value


def set_categories(draft: Draft, value: Any) -> None:
    """The whole list is replaced; duplicates collapse, and it reads sorted by code. An inherited one is not kept."""
    found = set()
    for code in _codes("categories", "category", value):
        category = draft.pim["category"].get(code)
        if category is None:
            raise Malformed(f"The {code} category does not exist in your PIM.")
        found.add(category.data["code"])
    inherited = {code for above in draft.ancestors for code in above["categories"]}
    draft.item["categories"] = sorted(found - inherited.difference(draft.item["categories"]))


def set_groups(draft: Draft, value: Any) -> None:
    found = set()
    for code in _codes("groups", "group", value):
        group = draft.pim["group"].get(code)
        if group is None:
            raise Malformed(f'Property "groups" expects a valid group code. The group does not exist, "{code}" given.')
        found.add(group.data["code"])
    draft.item["groups"] = sorted(found)


def set_parent(draft: Draft, value: Any) -> None:
    """A variant may move below another model of its family variant; a new one takes the family of its parent."""
    product = draft.item
    if value is None or value == "":
        if product["parent"] is not None:
            raise _immutable("parent", "")
        return
    given = text_of(value)
    parent = model_data(given, draft.pim)
    if parent is None:
        raise Malformed(
            f'Property "parent" expects a valid parent code. The parent product model does not exist, "{given}" given.'
        )
    former = draft.ancestors[0]["family_variant"] if draft.ancestors else parent["family_variant"]
    if former != parent["family_variant"]:
        raise Malformed(
            f'New parent "{parent["code"]}" of variant product "{product["identifier"] or ""}" must have the same '
            f'family variant "{former}" than the previous parent'
        )
    product["parent"] = parent["code"]
    if product["family"] is None:
        product["family"] = parent["family"]


def _checked(check: Callable[[str, Any], None], name: str, setter: Setter) -> Setter:
    def checked(draft: Draft, value: Any) -> None:
        check(name, value)
        setter(draft, value)

    return checked


# What a property's name as the code of an attribute reaches in the values of a new product.
PRODUCT_FIELDS: Final[Mapping[str, Setter]] = {
    "enabled": set_enabled,
    "family": set_family,
    "categories": set_categories,
    "groups": set_groups,
    "parent": set_parent,
    "associations": set_associations,
    "quantified_associations": set_quantified_associations,
}

_CHECKS: Final = {
    "enabled": _scalar,
    "family": _scalar,
    "parent": _scalar,
    "categories": _scalars,
    "groups": _scalars,
}
PRODUCT_SETTERS: Final[Mapping[str, Setter]] = {
    name: _checked(_CHECKS[name], name, setter) if name in _CHECKS else setter
    for name, setter in PRODUCT_FIELDS.items()
}


class Fields(dict[str, Callable[[Any], None]]):
    """The setters of one draft, made when they are asked for."""

    def __init__(self, draft: Draft, setters: Mapping[str, Setter]) -> None:
        super().__init__()
        self._draft, self._setters = draft, setters

    def __contains__(self, name: object) -> bool:
        return name in self._setters

    def __missing__(self, name: str) -> Callable[[Any], None]:
        return partial(self._setters[name], self._draft)


# Accepted and left alone: what GET shows besides.
PRODUCT_IGNORED: Final = frozenset(
    ("uuid", "created", "updated", "parent_associations", "metadata", "quality_scores", "completenesses")
)


# Product models


def set_code(draft: Draft, value: Any) -> None:
    draft.item["code"] = value


def set_parent_model(draft: Draft, value: Any) -> None:
    """Set before all others. A sub-model may move below another root of its family variant, a root stays one."""
    if value in (None, "", "0"):
        return
    if not isinstance(value, str):
        raise malformed_type("parent", "a string", value)
    model = draft.item
    if draft.before is not None and draft.before["parent"] is None:
        raise _immutable("parent", value)
    parent = model_data(value, draft.pim)
    if parent is None:
        raise _no_parent("The product model does not exist", value)
    if parent["parent"] is not None:
        raise _no_parent("The new parent of the product model must be a root product model", value)
    if model["family_variant"] is not None and model["family_variant"] != parent["family_variant"]:
        raise _no_parent("The new parent of the product model must be of the same family variant", value)
    model["parent"] = parent["code"]
    if model["family_variant"] is None and draft.payload.get("family_variant") in (None, ""):
        model["family"], model["family_variant"] = parent["family"], parent["family_variant"]


def _no_parent(because: str, given: str) -> Malformed:
    return Malformed(f'Property "parent" expects a valid parent code. {because}, "{given}" given.')


def set_family_variant(draft: Draft, value: Any) -> None:
    """Chosen once; letter case does not count when it is said again."""
    _scalar("family_variant", value)
    if not isinstance(value, str):
        raise malformed_type("family_variant", "a string", value)
    model = draft.item
    if model["family_variant"] is not None:
        if value not in ("", "0") and collation_key(value) != collation_key(model["family_variant"]):
            raise _immutable("family_variant", value)
        if value in ("", "0"):
            return
    above = draft.ancestors[0]["family_variant"] if draft.ancestors else value
    if value != above:
        raise Malformed(
            f'The parent is not a product model of the family variant "{value}" but belongs to the family "{above}".'
        )
    variant = family_variant(value, draft.pim)
    if variant is None:
        raise Malformed(
            'Property "family_variant" expects a valid family variant code. '
            f'The family variant does not exist, "{value}" given.'
        )
    model["family"], model["family_variant"] = variant.family, variant.code


def check_family(model: Json, is_new: bool, value: Any) -> None:
    """The last of all: a model has the family of its family variant, and the payload may only repeat it.

    Measured: letter case does not count when it is said again.
    """
    if not is_new:
        if not isinstance(value, str) or collation_key(value) != collation_key(model["family"]):
            raise _immutable(
                "family", php_type(value) if value is None or isinstance(value, list | dict) else text_of(value)
            )
        return
    if value is None or value == "":
        raise Malformed('Property "family" does not expect an empty value.')
    if not isinstance(value, str):
        raise malformed_type("family", "a string", value)
    if model["family_variant"] is not None and value != model["family"]:
        raise Malformed(f'The family "{value}" does not match the family of the variant "{model["family_variant"]}".')


MODEL_SETTERS: Final[Mapping[str, Setter]] = {
    "code": set_code,
    "family_variant": set_family_variant,
    "categories": _checked(_scalars, "categories", set_categories),
    "associations": set_associations,
    "quantified_associations": set_quantified_associations,
}

MODEL_IGNORED: Final = frozenset(("identifier", "created", "updated", "parent_associations", "metadata"))
