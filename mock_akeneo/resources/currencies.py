"""Currencies: known ones, active or not. Read only.

Source: pim: src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/CurrencyController.php
"""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.resource import Resource
from mock_akeneo.search import structure


def is_enabled(currency: Json, pim: Catalog) -> bool:
    return bool(currency["enabled"])


CURRENCY = Resource(
    kind="currency",
    plural="currencies",
    endpoints=("list", "get"),
    search=structure.enabled(is_enabled),
    search_first=True,
    earlier={"search of currencies": {"search": None}},
)
