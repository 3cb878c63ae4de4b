"""Currencies: known ones, active or not. Read only.

Source: pim: src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/CurrencyController.php
"""

from __future__ import annotations

from mock_akeneo.rest.operation import ROOT
from mock_akeneo.rest.resource import Resource

CURRENCY = Resource(
    kind="currency",
    path=f"{ROOT}/currencies",
    name="currencies",
    label="Currency",
    entities="currencies",
    endpoints=("list", "get"),
    acl="currency",
    route="currency",
)
