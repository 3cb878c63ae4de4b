"""The catalogs that new sandboxes of a server are made from, each loaded once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.collection import Collection
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.seeding.loader import CatalogError, folder_of
from mock_akeneo.seeding.start import template_of

# Names, sizes and times of the files of a catalog folder.
_Files = tuple[tuple[str, int, int], ...]


class Template(NamedTuple):
    """`documents`: what is taken of the catalog, instead of what it holds now."""

    catalog: Catalog
    documents: Mapping[str, Collection] | None = None


class Templates:
    """A folder whose files have changed is loaded anew."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._loaded: dict[str, tuple[_Files, Catalog]] = {}
        self._loading = asyncio.Lock()

    async def of(self, catalog: str | None = None) -> Template:
        """`demo`, `minimal`, a folder, or the server's own, as it was at the start. Raises `CatalogError`."""
        settings = self._sandboxes.settings
        if catalog in (None, settings.catalog) and settings.data is None:
            own = self._sandboxes.default.catalog
            return Template(own, own.start())
        if catalog is None:
            catalog = settings.catalog
        elif catalog != settings.catalog:
            settings = replace(settings, products=0)
        try:
            async with self._loading:
                files = _files(catalog)
                known = self._loaded.get(catalog)
                if known is None or known[0] != files:
                    made = await asyncio.to_thread(template_of, replace(settings, catalog=catalog))
                    known = self._loaded[catalog] = files, made
        except OSError as error:
            raise CatalogError(f"the catalog {catalog} cannot be read: {error.strerror}") from None
        return Template(known[1])


def _files(catalog: str) -> _Files:
    folder = folder_of(catalog)
    stats = ((file.name, file.stat()) for file in sorted(folder.glob("*.jsonl")))
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
