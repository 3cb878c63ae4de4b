"""A snapshot: what a PIM holds at one moment. The time, the limits and the faults are no part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from mock_akeneo.catalog.collection import Collection
from mock_akeneo.core.json_types import Json
from mock_akeneo.webhooks.subscriptions import Subscription

# What a reset may be told to leave as it is. A snapshot holds the first two only.
KEPT_BY_RESET: Final = ("catalog", "connections", "tokens", "clock", "limits", "faults", "journal")


class Snapshot(NamedTuple):
    """`at`: sandbox time. `documents`: by kind; they share their bytes with the sandbox.

    `connections`: their rows, secrets included. The contents of media files are never changed and never used twice,
    so their documents suffice.
    """

    at: float
    documents: Mapping[str, Collection]
    connections: tuple[Json, ...]
    subscriptions: tuple[Subscription, ...] = ()
