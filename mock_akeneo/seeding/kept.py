"""What a data folder holds, taken back at the start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mock_akeneo.catalog.catalog import Catalog, option_key
from mock_akeneo.catalog.disk import Disk, Row
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.kinds import KINDS
from mock_akeneo.catalog.product_document import DATES, product_data, stored_document
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.oauth.tokens import number_of
from mock_akeneo.sandbox.keeping import KEPT_CONNECTION, KEPT_SUBSCRIPTION, KEPT_TOKEN, ROWS
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.webhooks.subscriptions import Subscription

# What is raised by what a damaged row reads like.
_SENSELESS: Final = (ValueError, LookupError, TypeError, AttributeError)
_MEMBERS: Final = {
    "product": {"uuid", "identifier", "enabled", "family", "categories", "groups", "parent", "values"},
    "product_model": {"code", "family", "family_variant", "parent", "categories", "values"},
}
_DATED: Final = re.compile(rb'\},"created":"[^"]{25}","updated":"[^"]{25}"')


def catalog_of(disk: Disk, sandbox: str, settings: Settings) -> Catalog | None:
    """The catalog that lies in the folder, or None when the folder is empty. Raises `DataFolderError`."""
    pim = Catalog(Clock.parse(settings.clock, settings.time_zone))
    by_kind: dict[str, list[Document]] = {}
    for row in disk.rows(sandbox):
        if row.kind in KINDS:
            with _made_sense_of(disk, row):
                by_kind.setdefault(row.kind, []).append(_document(row))
        elif row.kind not in ROWS:
            raise disk.unknown(row.kind)
    if not by_kind:
        return None
    for kind, documents in by_kind.items():
        pim.load(kind, documents)
    for kind in _MEMBERS:
        for document in pim[kind].in_order_of_creation():
            with _made_sense_of(disk, Row(kind, document.key, None)):
                # As the loader does.
                completeness_of(pim).filled(document)
    pim.mark()
    pim.index_lag = settings.index_lag
    return pim


@contextmanager
def _made_sense_of(disk: Disk, row: Row) -> Iterator[None]:
    try:
        yield
    except _SENSELESS:
        raise disk.damaged(row.kind, row.key) from None


def _document(row: Row) -> Document:
    body = row.body
    if not isinstance(body, bytes):
        raise TypeError
    if row.kind in _MEMBERS:
        document, data = stored_document(row.kind, body), product_data(body)
        end = document.parts[1]
        if not data.keys() >= _MEMBERS[row.kind] or not _DATED.fullmatch(body[end - DATES : end]):
            raise ValueError
        return document
    # The key on disk is the one that is compared; the document's own stands in its body.
    data = loads(body)
    code = str(data.get("code", row.key))
    return Document(option_key(data["attribute"], code) if row.kind == "attribute_option" else code, body)


def callers_of(disk: Disk, sandbox: Sandbox) -> bool:
    """Takes the connections, subscriptions and tokens back that lie in the folder; whether there were connections.

    Raises `DataFolderError`.
    """
    kept: dict[str, list[tuple[Row, Json]]] = {kind: [] for kind in ROWS}
    for row in disk.rows(sandbox.name):
        if row.kind in ROWS:
            with _made_sense_of(disk, row):
                data = loads(row.body or b"")
                if row.kind == KEPT_TOKEN:
                    _check_token(data)
                kept[row.kind].append((row, data))
                if sandbox.keeping is not None:
                    sandbox.keeping.known(row.kind, row.key, data)
    for row, data in kept[KEPT_CONNECTION]:
        with _made_sense_of(disk, row):
            sandbox.add_connection(Connection.from_row(data, sandbox.name))
    for row, data in kept[KEPT_SUBSCRIPTION]:
        with _made_sense_of(disk, row):
            sandbox.subscribe(Subscription(**data))
    sandbox.tokens.load([data for _, data in kept[KEPT_TOKEN]], sandbox.connections.by_code)
    return bool(sandbox.connections.by_code)


def _check_token(row: Json) -> None:
    number_of(row["id"])
    texts = [row[name] for name in ("kind", "value", "connection", "user")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(row["expires_at"], int | float):
        raise ValueError
