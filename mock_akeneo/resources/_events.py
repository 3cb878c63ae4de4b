"""What writes tell the Events API: who did what to which product, and what it reads like when that is told.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/EventSubscriber/BusinessEvent/,
src/Akeneo/Pim/Enrichment/Component/Product/Webhook/
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.resources._draft import KEY_OF, PRODUCT
from mock_akeneo.resources._product_view import BASE, CODE, IDENTIFIER, UUID, Reading
from mock_akeneo.sandbox.call import Call
from mock_akeneo.webhooks.event import Event

REMOVED: Final = "removed"


class Happened(NamedTuple):
    """What happened to which entity: `what` None: nothing. `name`: the identifier of a product, if it has one."""

    what: str | None
    key: str
    name: str | None

    @classmethod
    def to(cls, kind: str, item: Json, what: str | None) -> Happened:
        """`item`: the stored form; it is not held."""
        return cls(what, item[KEY_OF[kind]], item.get("identifier"))


def tell(call: Call, kind: str, happened: Iterable[Happened]) -> None:
    """Raises the events of one write, or of all lines of a batch, told when it is kept. None where nobody listens."""
    if not call.sandbox.webhooks.active or call.user is None:
        return
    base, now = call.base.decode("latin-1"), call.sandbox.clock.iso()
    call.events = [
        Event(
            f"{kind}.{one.what}",
            call.sandbox.chance.uuid4(),
            now,
            call.user.username,
            "ui" if call.connection is None else "api",
            base,
            partial(_gone, kind, one, call.catalog)
            if one.what == REMOVED
            else partial(_read, kind, one.key, call.catalog, call.base),
        )
        for one in happened
        if one.what is not None
    ]


def _read(kind: str, key: str, pim: Catalog, base: bytes, uses_uuid: bool) -> Json | None:
    """The body of GET, as it is by now."""
    document = pim[kind].get(key)
    if document is None:
        return None
    flavour = CODE if kind != PRODUCT else UUID if uses_uuid or document.alias is None else IDENTIFIER
    body: Json = loads(b"{" + b"".join(Reading(pim, flavour).pieces(document)).replace(BASE, base))
    return body


def _gone(kind: str, removed: Happened, pim: Catalog, uses_uuid: bool) -> Json:
    if kind != PRODUCT:
        return {"code": removed.key}
    if not pim.has("uuid of products"):
        return {"identifier": removed.name}
    return {"identifier": removed.name, "uuid": removed.key}
