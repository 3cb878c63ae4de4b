"""Locales: known ones, and active when at least one channel has them. Read only.

Source: pim: src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/LocaleController.php
"""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.operation import ROOT
from mock_akeneo.rest.resource import Resource


def enabled_by_a_channel(locale: Json, pim: Catalog) -> Json:
    return {"code": locale["code"], "enabled": locale["code"] in pim.active_locales}


LOCALE = Resource(
    kind="locale",
    path=f"{ROOT}/locales",
    name="locales",
    label="Locale",
    entities="locales",
    endpoints=("list", "get"),
    acl="locale",
    route="locale",
    shown=enabled_by_a_channel,
)
