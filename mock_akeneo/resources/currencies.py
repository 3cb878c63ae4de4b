"""Currencies: known ones, active or not. Read only.

Source: pim: src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/CurrencyController.php
"""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.resources._currency_names import NAMES
from mock_akeneo.rest.resource import Resource
from mock_akeneo.search import structure


def is_enabled(currency: Json, pim: Catalog) -> bool:
    return bool(currency["enabled"])


def shown(currency: Json, pim: Catalog) -> Json:
    """Akeneo's document shows the label `EUR (Euro)`. Unsure: that of a currency without a name is its code."""
    code = currency["code"]
    item = {"code": code, "enabled": currency["enabled"]}
    if pim.has("labels of currencies"):
        item["label"] = currency.get("label") or (f"{code} ({NAMES[code]})" if code in NAMES else code)
    return item


CURRENCY = Resource(
    kind="currency",
    plural="currencies",
    endpoints=("list", "get"),
    shown=shown,
    search=structure.enabled(is_enabled),
    search_first=True,
    earlier={"search of currencies": {"search": None}},
)
