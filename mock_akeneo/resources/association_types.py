"""Association types: how one product may point at another.

Source: pim: tests/back/Pim/Structure/EndToEnd/AssociationType/ExternalApi/
"""

from __future__ import annotations

from collections.abc import Iterator

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Violation
from mock_akeneo.rest import rules, shapes
from mock_akeneo.rest.resource import Resource, with_active_labels


def blank(pim: Catalog) -> Json:
    return {"code": None, "labels": {}, "is_two_way": False, "is_quantified": False}


def not_both_two_way_and_quantified(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["is_two_way"] and item["is_quantified"]:
        yield Violation("", "Association type can be either quantified or two-way")


ASSOCIATION_TYPE = Resource(
    kind="association_type",
    blank=blank,
    shape={
        "code": shapes.scalar,
        "labels": shapes.by_locale(),
        "is_two_way": shapes.boolean,
        "is_quantified": shapes.boolean,
    },
    rules=(
        (
            rules.unique("association_type"),
            rules.immutable("code", "is_two_way", "is_quantified"),
            not_both_two_way_and_quantified,
            rules.code_rules("Association type"),
            rules.translations(),
            rules.not_null("is_two_way", "is_quantified"),
        ),
    ),
    shown=with_active_labels,
)
