"""How operations are named where calls are chosen: by name, by a glob, or by a group."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Final

# What `@pull` and `@push` stand for where an operation is named.
GROUPS: Final = {
    "@pull": ("products.list", "products_uuid.list", "products_uuid.search"),
    "@push": (
        "products.create",
        "products.update",
        "products.update_list",
        "products_uuid.create",
        "products_uuid.update",
        "products_uuid.update_list",
    ),
}


def matches(pattern: str, operation: str) -> bool:
    """Whether an operation is meant by a name, a glob, `@pull` or `@push`."""
    group = GROUPS.get(pattern)
    return operation in group if group is not None else fnmatchcase(operation, pattern)


def means_something(pattern: str, operations: Collection[str]) -> bool:
    """Whether a pattern means one of `operations` at least."""
    return any(matches(pattern, operation) for operation in operations)
