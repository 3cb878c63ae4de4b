"""Attribute options: what a select attribute offers. They lie under their attribute.

Source: pim: tests/back/Pim/Structure/EndToEnd/AttributeOption/ExternalApi/,
src/Akeneo/Pim/Structure/Bundle/Controller/ExternalApi/AttributeOptionController.php
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mock_akeneo.attribute_types.php import text_of
from mock_akeneo.catalog.catalog import Catalog, option_key
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import NotFound, Violation
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.operation import ROOT
from mock_akeneo.rest.resource import Resource, Under, active

SELECTS: Final = ("pim_catalog_simpleselect", "pim_catalog_multiselect")


def its_attribute(code: str, pim: Catalog, writing: bool) -> str:
    """Writes look at the type of the attribute among the rules, reads before all else."""
    attribute = pim.attribute(code)
    if attribute is None:
        raise NotFound(f'Attribute "{code}" does not exist.')
    if not writing and attribute["type"] not in SELECTS:
        raise NotFound(_no_options(attribute["code"]) + ".")
    own_code: str = attribute["code"]
    return own_code


def _no_options(attribute: str) -> str:
    types = '", "'.join(SELECTS)
    return f'Attribute "{attribute}" does not support options. Only attributes of type "{types}" support options'


def blank(pim: Catalog) -> Json:
    return {"code": None, "attribute": None, "sort_order": None, "labels": {}}


def code(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """The code of an option keeps its letter case."""
    shapes.unkept(item, name, value, pim)
    if collation_key(text_of(value)) != collation_key(item[name] or ""):
        item[name] = text_of(value)


def last_in_order(item: Json, before: Json | None, pim: Catalog) -> None:
    """Without a sort order it comes behind all others of its attribute."""
    if item["sort_order"] is None and item["attribute"] is not None:
        options = pim["attribute_option"]
        first, last = options.bounds(option_key(item["attribute"], ""))
        orders = (document.data["sort_order"] for document in options.slice(first, last - first))
        item["sort_order"] = max(orders, default=-1) + 1


def its_attribute_is_a_select(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    attribute = pim.attribute(item["attribute"])
    if attribute is not None and attribute["type"] not in SELECTS:
        yield Violation("attribute", _no_options(item["attribute"]))


def shown(option: Json, pim: Catalog) -> Json:
    """An empty label is shown as such.

    Source: pim: src/Akeneo/Pim/Structure/Component/Normalizer/Standard/AttributeOptionNormalizer.php
    """
    return {**option, "labels": {locale: text or "" for locale, text in active(option["labels"], pim).items()}}


def key(item: Json) -> str:
    return option_key(item["attribute"], item["code"])


ATTRIBUTE_OPTION = Resource(
    kind="attribute_option",
    # In the order of the PIM's routes, which a 405 tells.
    endpoints=("list", "create", "update", "get", "update_list"),
    path=f"{ROOT}/attributes/{{attributeCode}}/options",
    anchors=("post_attributes__attribute_code__options", "patch_attributes__attribute_code__options__code_"),
    under=Under(member="attribute", find=its_attribute, given=True, word="option code"),
    key=option_key,
    blank=blank,
    shape={
        "code": code,
        "attribute": shapes.code_of("attribute", "attribute", "attribute code", removable=False),
        "sort_order": shapes.integer,
        "labels": shapes.by_locale("labels"),
    },
    completed=last_in_order,
    rules=(
        (
            rules.unique("attribute_option", key),
            its_attribute_is_a_select,
            rules.immutable("code", "attribute"),
            rules.code_rules("Option"),
            rules.translations(255, named=True),
        ),
    ),
    shown=shown,
    not_found=lambda code, attribute: (
        f'Attribute option "{code}" does not exist or is not an option of the attribute "{attribute}".'
    ),
)
