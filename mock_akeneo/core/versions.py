"""What differs between the versions of the PIM: one visible table.

Source: apidocs: content/swagger/ (`x-versions`, `x-from-version`) and the release notes. Where a version is not told,
the row says what we chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

# From old to new; `saas` is the PIM that Akeneo runs itself.
VERSIONS: Final = ("5.0", "6.0", "7.0", "saas")

# What each of them says that it is, in its system information.
RELEASES: Final[Mapping[str, Mapping[str, str]]] = {
    "saas": {"version": "v20260101000000", "edition": "Serenity"},
    "7.0": {"version": "7.0.85", "edition": "CE"},
    "6.0": {"version": "6.0.110", "edition": "CE"},
    "5.0": {"version": "5.0.120", "edition": "CE"},
}

# The first version that has it. Operations go by their names, which may be globs; all else by a word of ours.
SINCE: Final[Mapping[str, str]] = {
    "system_information.get": "6.0",
    # Unsure of 6.0: bug reports show the new words for 7.0, the old ones for 5.0.
    "plain words for a missing token": "6.0",
    "rights on products": "6.0",
    "product_models.delete": "6.0",
    "products_uuid.*": "7.0",
    "products_uuid.search": "saas",
    "uuid of products": "7.0",
    "unknown fields are told": "7.0",
    "with_completenesses": "6.0",
    "convert_measurements": "saas",
    "units by locale": "saas",
    "with_root_parent": "saas",
    "with_workflow_execution_statuses": "saas",
    "attribute types in values": "saas",
    # Of the Enterprise Edition, which the PIM that Akeneo runs is.
    "metadata": "saas",
    "families.delete": "saas",
    "category_media_files.*": "saas",
    "categories with position": "7.0",
    # Unsure of the version: since categories are a package of their own, they answer 403 with the overall text and
    # show the labels of inactive locales.
    "categories as a package": "7.0",
    "enriched categories": "saas",
    "table select options": "7.0",
    "several identifiers": "saas",
    "mandatory attributes": "saas",
    "search of currencies": "saas",
    # Named by its document, and by no older state.
    "labels of currencies": "saas",
    "common attributes": "saas",
    # Wished for in 2024, told by the documentation of 2025 for all versions; the source of 7.0 does not have it.
    "search of texts by a list": "saas",
    "search by direct parents": "7.0",
    "search of product models by parents": "6.0",
    "search by quality scores": "6.0",
    "quality scores of product models": "6.0",
    # The documentation shows it for product models, where the source of 7.0 repeats none.
    "switches of all kinds in links": "saas",
    "children of families": "saas",
    "linked entities": "saas",
    "readiness": "saas",
    "with_asset_share_links": "saas",
    # Another JSON schema library finds other words for what is wrong with a measurement family.
    "new words of the JSON schema": "saas",
}


def reaches(version: str, first: str) -> bool:
    """Whether a version is that one or a later."""
    return VERSIONS.index(version) >= VERSIONS.index(first)


def has(version: str, what: str) -> bool:
    """Whether that version of the PIM has it."""
    return reaches(version, SINCE[what])


def answers(version: str, operation: str) -> bool:
    """Whether that version of the PIM knows the operation."""
    return all(has(version, pattern) for pattern in SINCE if fnmatchcase(operation, pattern))


def first_with(operation: str) -> str:
    """The first version of the PIM that knows the operation."""
    return next(version for version in VERSIONS if answers(version, operation))
