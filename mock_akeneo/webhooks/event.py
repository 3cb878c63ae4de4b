"""An event: that a product or product model was created, updated or removed.

Source: apidocs: content/events-documentation/; pim: src/Akeneo/Connectivity/Connection/back/Domain/Webhook/Model/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from mock_akeneo.core.json_types import Json

MAX_EVENTS_PER_REQUEST: Final = 10


class Event(NamedTuple):
    """`action`: `product.updated`. `at`: when it was raised. `author_type`: `api` or `ui`. `source`: the PIM's base.

    `resource`: from whether products are named by uuid to what there is to tell, read when it is asked for; None when
    the product is gone by then.
    """

    action: str
    id: str
    at: str
    author: str
    author_type: str
    source: str
    resource: Callable[[bool], Json | None]

    @property
    def family(self) -> str:
        """Events of one family may share a request: created and updated go together, removed apart."""
        entity, _, verb = self.action.partition(".")
        return f"{entity}.removed" if verb == "removed" else entity

    def body(self, *, uses_uuid: bool) -> Json | None:
        """As it is sent."""
        resource = self.resource(uses_uuid)
        if resource is None:
            return None
        return {
            "action": self.action,
            "event_id": self.id,
            "event_datetime": self.at,
            "author": self.author,
            "author_type": self.author_type,
            "pim_source": self.source,
            "data": {"resource": resource},
        }


def requests_of(events: Iterable[Event]) -> Iterator[tuple[Event, ...]]:
    """Events of one write as they share requests: by family, ten at most, in their order."""
    by_family: dict[str, list[Event]] = {}
    for event in events:
        by_family.setdefault(event.family, []).append(event)
    for of_family in by_family.values():
        rest = iter(of_family)
        while chunk := tuple(islice(rest, MAX_EVENTS_PER_REQUEST)):
            yield chunk
