"""A sandbox as a server starts with it: its catalog loaded or taken from the data folder, its connection known."""

from __future__ import annotations

import gc
from collections.abc import Mapping

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.collection import Collection
from mock_akeneo.catalog.disk import MEDIA, DataFolderError, Disk, NotKept
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.problems import Problem
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.seeding.kept import callers_of, catalog_of
from mock_akeneo.seeding.loader import load

MAIN_CONNECTION = "mock_connection"


def started(sandboxes: Sandboxes, name: str, settings: Settings, template: Catalog | None = None) -> Sandbox:
    """Makes the first sandbox of a server. Raises `ValueError` with what to change.

    `template`: the catalog that the settings name, for one of many servers that share it.
    """
    disk = Disk(settings.data, sync=settings.sync) if settings.data else None
    kept = catalog_of(disk, name, settings) if disk else None
    sandbox = sandboxes.create(name, kept or template or template_of(settings))
    try:
        _fill(sandbox, settings, disk, kept)
    except NotKept as problem:
        raise DataFolderError(f"cannot fill the data folder {settings.data}: {problem.reason}") from None
    sandbox.mark()
    for kind in ("product", "product_model"):
        # Made now, neither the first list nor the first write need wait for it.
        sandbox.catalog.index(kind)
        sandbox.catalog.variant_tree.children(kind, "")
    if template is None:
        # What was loaded lives as long as the server: the collector need not look at it again.
        gc.collect()
        gc.freeze()
    return sandbox


def _fill(sandbox: Sandbox, settings: Settings, disk: Disk | None, kept: Catalog | None) -> None:
    """Connects the sandbox with its data folder, and gives it the connection of the settings. Raises `NotKept`."""
    if disk is not None:
        keeping = sandbox.keep_in(disk)
        sandbox.catalog.media.keep_in(disk.folder / MEDIA, synced=disk.synced)
        if kept is None:
            keeping.fill()
    if disk is None or kept is None or not callers_of(disk, sandbox):
        connection = sandbox.connections.create(
            MAIN_CONNECTION,
            label="Mock connection",
            flow_type="data_destination",
            client_id=settings.client_id,
            secret=settings.secret,
            username=settings.username,
            password=settings.password,
        )
        sandbox.add_connection(connection)
    sandbox.commit()


def fresh(
    sandboxes: Sandboxes, name: str, template: Catalog, documents: Mapping[str, Collection] | None = None
) -> tuple[Sandbox, Connection]:
    """Makes one more sandbox, with a connection of fresh credentials. Raises `ValueError`."""
    sandbox = sandboxes.create(name, template, documents)
    connection = sandbox.connections.create(MAIN_CONNECTION, label="Mock connection", flow_type="data_destination")
    sandbox.add_connection(connection)
    sandbox.mark()
    return sandbox, connection


def template_of(settings: Settings) -> Catalog:
    """The catalog that new sandboxes of a server are made from, with the generated products on top.

    Raises `ValueError` with what to change.
    """
    pim = load(settings.catalog, Clock.parse(settings.clock, settings.time_zone), index_lag=settings.index_lag)
    if settings.products:
        # Faker comes with it: whoever generates nothing need not wait for it.
        from mock_akeneo.seeding.grown import grow

        pim.index_lag = 0.0
        enabled = gc.isenabled()
        gc.disable()
        try:
            for _ in grow(pim, settings.products, settings.seed):
                pass
        except Problem as problem:
            raise ValueError(f"--products {settings.products}: {problem.message}") from None
        finally:
            if enabled:
                gc.enable()
        pim.mark()
        pim.index_lag = settings.index_lag
    return pim
