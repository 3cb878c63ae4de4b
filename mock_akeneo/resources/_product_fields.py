"""The properties of a product besides its values: what each takes, and the words in which it refuses the rest.

A setter is a function `(product, value, pim)` that changes the stored form; the first wrong property ends the
request. Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Updater/Setter/ and .../ProductUpdater.php
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, malformed_type

Setter = Callable[[Json, Any, Catalog], None]


def set_enabled(product: Json, value: Any, pim: Catalog) -> None:
    """true, false, and PHP's other words for them: 0, 1, `"0"`, `"1"`."""
    if isinstance(value, list | dict):
        raise malformed_type("enabled", "a scalar", value)
    if not isinstance(value, bool) and value not in (0, 1, "0", "1"):
        raise malformed_type("enabled", "a boolean", value)
    product["enabled"] = value in (True, 1, "1")


def set_family(product: Json, value: Any, pim: Catalog) -> None:
    """A family's code; null and `""` take the product out of its family."""
    if value is None or value == "":
        product["family"] = None
        return
    if isinstance(value, list | dict):
        raise malformed_type("family", "a scalar", value)
    if not isinstance(value, str):
        raise malformed_type("family", "a string", value)
    family = pim.family(value)
    if family is None:
        raise Malformed(f"The {value} family does not exist in your PIM.")
    product["family"] = family["code"]


def _codes(name: str, singular: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise malformed_type(name, "an array", value)
    for code in value:
        if isinstance(code, list | dict):
            raise Malformed(f'Property "{name}" expects an array with valid data, one of the {name} is not a scalar.')
        if not isinstance(code, str):
            raise Malformed(
                f'Property "{name}" expects an array with valid data, one of the {singular} codes is not a string, '
                f'"{php_type(code)}" given.'
            )
    return value


def set_categories(product: Json, value: Any, pim: Catalog) -> None:
    """The whole list is replaced; duplicates collapse, and it reads sorted by code."""
    found = set()
    for code in _codes("categories", "category", value):
        category = pim["category"].get(code)
        if category is None:
            raise Malformed(f"The {code} category does not exist in your PIM.")
        found.add(category.data["code"])
    product["categories"] = sorted(found)


def set_groups(product: Json, value: Any, pim: Catalog) -> None:
    found = set()
    for code in _codes("groups", "group", value):
        group = pim["group"].get(code)
        if group is None:
            raise Malformed(f'Property "groups" expects a valid group code. The group does not exist, "{code}" given.')
        found.add(group.data["code"])
    product["groups"] = sorted(found)


SETTERS: Mapping[str, Setter] = {
    "enabled": set_enabled,
    "family": set_family,
    "categories": set_categories,
    "groups": set_groups,
}

# Accepted and left alone: what GET shows besides.
IGNORED = frozenset(
    ("uuid", "created", "updated", "parent_associations", "metadata", "quality_scores", "completenesses")
)
