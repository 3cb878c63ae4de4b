"""What a data folder holds, taken back at the start."""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog, option_key
from mock_akeneo.catalog.disk import Disk, Row
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.kinds import KINDS
from mock_akeneo.catalog.product_document import stored_document
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.keeping import KEPT_CONNECTION, KEPT_SUBSCRIPTION, KEPT_TOKEN, ROWS
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.webhooks.subscriptions import Subscription


def catalog_of(disk: Disk, sandbox: str, settings: Settings) -> Catalog | None:
    """The catalog that lies in the folder, or None when the folder is empty."""
    pim = Catalog(Clock.parse(settings.clock, settings.time_zone))
    by_kind: dict[str, list[Document]] = {}
    for row in disk.rows(sandbox):
        if row.kind in KINDS and row.body is not None:
            by_kind.setdefault(row.kind, []).append(_document(row))
    if not by_kind:
        return None
    for kind, documents in by_kind.items():
        pim.load(kind, documents)
    for document in (*pim["product"].in_order_of_creation(), *pim["product_model"].in_order_of_creation()):
        # As the loader does.
        completeness_of(pim).filled(document)
    pim.mark()
    pim.index_lag = settings.index_lag
    return pim


def _document(row: Row) -> Document:
    assert row.body is not None
    if row.kind in ("product", "product_model"):
        return stored_document(row.kind, row.body)
    # The key on disk is the one that is compared; the document's own stands in its body.
    data = loads(row.body)
    code = str(data.get("code", row.key))
    return Document(option_key(data["attribute"], code) if row.kind == "attribute_option" else code, row.body)


def callers_of(disk: Disk, sandbox: Sandbox) -> bool:
    """Takes the connections, subscriptions and tokens back that lie in the folder; whether there were connections."""
    rows = [row for row in disk.rows(sandbox.name) if row.kind in ROWS]
    for row in rows:
        if sandbox.keeping is not None and row.body is not None:
            sandbox.keeping.known(row.kind, row.key, loads(row.body))
    for row in rows:
        if row.kind == KEPT_CONNECTION and row.body is not None:
            data = loads(row.body)
            sandbox.add_connection(Connection.from_row(data, sandbox.name))
        elif row.kind == KEPT_SUBSCRIPTION and row.body is not None:
            sandbox.subscribe(Subscription(**loads(row.body)))
    tokens = [loads(row.body) for row in rows if row.kind == KEPT_TOKEN and row.body is not None]
    sandbox.tokens.load(tokens, sandbox.connections.by_code)
    return bool(sandbox.connections.by_code)
