"""Locales: known ones, and active when at least one channel has them. Read only.

Source: pim: src/Akeneo/Channel/back/Infrastructure/Controller/ExternalApi/LocaleController.php
"""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.rest.resource import Resource
from mock_akeneo.search import structure


def is_enabled(locale: Json, pim: Catalog) -> bool:
    return locale["code"] in pim.active_locales


def shown(locale: Json, pim: Catalog) -> Json:
    return {"code": locale["code"], "enabled": is_enabled(locale, pim)}


LOCALE = Resource(
    kind="locale",
    endpoints=("list", "get"),
    shown=shown,
    search=structure.enabled(is_enabled),
    search_first=True,
)
