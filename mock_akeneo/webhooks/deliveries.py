"""Deliveries: what was sent to a subscription, or why it was not.

Source: pim: src/Akeneo/Connectivity/Connection/back/Infrastructure/Webhook/EventsApiDebug/ (the messages of the log)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json

MAX_DELIVERIES: Final = 1_000

# What the PIM's log says of each.
SENT: Final = "The API event request was sent."
FAILED: Final = "The endpoint returned an error."
TIMED_OUT: Final = "The endpoint failed to answer under 500 ms."
LIMITED: Final = "The maximum number of events sent per hour has been reached."
OWN: Final = "The event was not sent because it was raised by the same connection."
GONE: Final = (
    "The event was not sent because the product does not exists or the connection does not have the required "
    "permissions."
)


def message_of(status: int | None) -> str:
    """What the log says of an answer with that status; None: there was none in time."""
    if status is None:
        return TIMED_OUT
    return FAILED if status >= 400 else SENT


@dataclass(slots=True)
class Delivery:
    """`at`: sandbox seconds. `status`: of the answer. `body`: what was sent; None: nothing was.

    `events`: for what was not sent, the events' actions and ids alone.
    """

    id: int
    subscription: str
    url: str
    at: float
    message: str
    events: Sequence[Json]
    status: int | None = None
    milliseconds: float | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    resend_of: int | None = None

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "subscription": self.subscription,
            "url": self.url,
            "at": iso(self.at),
            "sent": self.body is not None,
            "status": self.status,
            "message": self.message,
            "milliseconds": self.milliseconds,
            "headers": self.headers,
            "events": list(self.events),
            "resend_of": self.resend_of,
        }


class Deliveries:
    """The latest deliveries of a sandbox, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[Delivery] = deque(maxlen=MAX_DELIVERIES)
        self._next = 1

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self._kept)

    def get(self, id_: int) -> Delivery | None:
        return next((delivery for delivery in self._kept if delivery.id == id_), None)

    def note(self, subscription: str, url: str, at: float, message: str, events: Sequence[Json]) -> Delivery:
        delivery = Delivery(self._next, subscription, url, at, message, events)
        self._next += 1
        self._kept.append(delivery)
        return delivery

    def clear(self) -> None:
        self._kept.clear()
