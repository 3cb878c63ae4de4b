"""The outbox of one sandbox: takes the events of writes, and sends them in the background, in order.

Source: pim: src/Akeneo/Connectivity/Connection/back/Application/Webhook/Command/SendBusinessEventToWebhooksHandler.php,
src/Akeneo/Connectivity/Connection/back/Infrastructure/Webhook/Command/SendBusinessEventToWebhooks.php
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, loads, php_dumps
from mock_akeneo.webhooks import deliveries as log
from mock_akeneo.webhooks import sender
from mock_akeneo.webhooks.deliveries import Deliveries, Delivery
from mock_akeneo.webhooks.event import Event, requests_of
from mock_akeneo.webhooks.quota import Quota
from mock_akeneo.webhooks.subscriptions import MAX_ACTIVE, Subscription

if TYPE_CHECKING:
    import httpx

# What was delayed for so long is dropped.
MAX_DELAY_SECONDS: Final = 7_200.0

_log = logging.getLogger("mock_akeneo")

# Events that share a request, and the subscription that they have been delayed for.
_Message = tuple[Sequence[Event], Subscription | None, float]


class LimitOfSubscriptions(ValueError):
    """There are as many active subscriptions as a PIM allows."""


class Webhooks:
    """`active`: whether anyone is told at all; writes ask before they make events. `user_agent`: of the requests."""

    def __init__(self, clock: Clock, user_agent: str) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.deliveries = Deliveries()
        self.quota = Quota(clock)
        self._clock, self._user_agent = clock, user_agent
        self._queue: deque[_Message] = deque()
        self._worker: asyncio.Task[None] | None = None

    @property
    def active(self) -> bool:
        return any(subscription.enabled for subscription in self.subscriptions.values())

    def subscribe(self, subscription: Subscription) -> None:
        """Raises `LimitOfSubscriptions`."""
        others = (s for s in self.subscriptions.values() if s.enabled and s.id != subscription.id)
        if subscription.enabled and sum(1 for _ in others) >= MAX_ACTIVE:
            raise LimitOfSubscriptions("You have reached the limit of active event subscriptions.")
        self.subscriptions[subscription.id] = subscription

    def unsubscribe(self, id_: str) -> None:
        del self.subscriptions[id_]

    def put_back(self, id_: str, subscription: Subscription | None) -> None:
        """Has it as it was; None: there was none."""
        if subscription is None:
            self.subscriptions.pop(id_, None)
        else:
            self.subscriptions[id_] = subscription

    def put_in_order(self, ids: Iterable[str]) -> None:
        self.subscriptions = {id_: self.subscriptions[id_] for id_ in dict.fromkeys((*ids, *self.subscriptions))}

    def clear(self) -> None:
        """Forgets what was to be sent and what was."""
        self._queue.clear()
        self.deliveries.clear()
        self.quota.clear()

    def take(self, events: Iterable[Event]) -> None:
        """The events of one write, or of one batch of writes."""
        now = self._clock.now()
        self._queue.extend((chunk, None, now) for chunk in requests_of(events))
        self._wake()

    def _wake(self) -> None:
        """Without a running loop the events wait for the next ones."""
        if self._queue and (self._worker is None or self._worker.done() or self._worker.get_loop().is_closed()):
            with suppress(RuntimeError):
                self._worker = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        """One message after the other; of one message all subscriptions are told at once."""
        async with sender.connected() as client:
            while self._queue:
                events, only, since = self._queue.popleft()
                told = [only] if only else [s for s in self.subscriptions.values() if s.enabled]
                try:
                    if self.quota.wait():
                        for subscription in told:
                            self._refuse(events, subscription, since)
                    else:
                        await asyncio.gather(*(self._tell(client, events, subscription) for subscription in told))
                except Exception:
                    _log.exception("events could not be sent")

    def _refuse(self, events: Sequence[Event], subscription: Subscription, since: float) -> None:
        wait, now = self.quota.wait(), self._clock.now()
        self._note(subscription, log.LIMITED, events)
        if subscription.limit_mode == "delay" and now + wait - since <= MAX_DELAY_SECONDS:
            self._clock.at(now + wait, partial(self._again, (events, subscription, since)))

    def _again(self, message: _Message) -> None:
        self._queue.append(message)
        self._wake()

    async def _tell(self, client: httpx.AsyncClient, events: Sequence[Event], subscription: Subscription) -> None:
        """Reads what there is to tell, now, and sends it."""
        own = [event for event in events if event.author == subscription.username]
        if own:
            self._note(subscription, log.OWN, own)
        gone, bodies = [], []
        for event in events:
            if event.author == subscription.username:
                continue
            body = event.body(uses_uuid=subscription.uses_uuid)
            gone.append(event) if body is None else bodies.append(body)
        if gone:
            self._note(subscription, log.GONE, gone)
        if bodies:
            await self._send(client, subscription, php_dumps({"events": bodies}).encode(), bodies)

    def _note(self, subscription: Subscription, message: str, events: Iterable[Event]) -> None:
        named = [{"action": event.action, "event_id": event.id} for event in events]
        self.deliveries.note(subscription.id, subscription.url, self._clock.now(), message, named)

    async def _send(
        self, client: httpx.AsyncClient, subscription: Subscription, body: bytes, events: Sequence[Json]
    ) -> Delivery:
        now = self._clock.now()
        headers = sender.signed_headers(body, subscription.secret, int(now), self._user_agent)
        self.quota.count()
        outcome = await sender.post(client, subscription.url, body, headers)
        delivery = self.deliveries.note(subscription.id, subscription.url, now, log.message_of(outcome.status), events)
        delivery.status, delivery.milliseconds = outcome
        delivery.headers, delivery.body = headers, body
        return delivery

    async def resend(self, delivery: Delivery) -> Delivery:
        """Sends the same events once more, signed anew. Raises `KeyError` when the subscription is gone."""
        subscription = self.subscriptions[delivery.subscription]
        assert delivery.body is not None
        async with sender.connected() as client:
            again = await self._send(client, subscription, delivery.body, loads(delivery.body)["events"])
        again.resend_of = delivery.id
        return again
