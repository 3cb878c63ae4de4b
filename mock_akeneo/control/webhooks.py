"""Webhooks: who is told of events, what was sent to whom, and sending it again."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, as_number, empty, members, sandbox_of, text
from mock_akeneo.control.way import FLAG, SANDBOX, TEXT
from mock_akeneo.core.json_types import Json
from mock_akeneo.webhooks.subscriptions import LIMIT_MODES, Subscription, checked_url
from mock_akeneo.webhooks.webhooks import LimitOfSubscriptions

SUBSCRIPTION: Final = {
    "url": {**TEXT, "format": "uri"},
    "secret": {**TEXT, "description": "The key of the signature; default: a new one."},
    "connection": {**TEXT, "description": "Its code; events of its own user are not sent."},
    "uses_uuid": FLAG,
    "enabled": FLAG,
    "limit_mode": {"enum": list(LIMIT_MODES)},
    "allow_remote": {**FLAG, "description": "Whether the receiver may be on another machine."},
    **SANDBOX,
}


async def subscriptions(request: Request) -> Response:
    found = sandbox_of(request).webhooks.subscriptions.values()
    return answer({"items": [subscription.body() for subscription in found]})


async def subscribe(request: Request) -> Response:
    """`connection`: events of its own user are not sent to it; without one everything is. The secret is shown once."""
    data = await members(request, SUBSCRIPTION)
    sandbox = sandbox_of(request, data)
    limit_mode = text(data, "limit_mode", default=LIMIT_MODES[0])
    if limit_mode not in LIMIT_MODES:
        raise ControlError(422, f'"limit_mode" is one of {", ".join(LIMIT_MODES)}')
    code = text(data, "connection") if data.get("connection") is not None else None
    connection = None if code is None else sandbox.connections.by_code.get(code)
    if code is not None and connection is None:
        raise ControlError(404, f'there is no connection "{code}"')
    try:
        subscription = Subscription(
            id=sandbox.chance.uuid4(),
            url=checked_url(text(data, "url"), allow_remote=_flag(data, "allow_remote")),
            secret=text(data, "secret", default=sandbox.chance.hexadecimal(50)),
            connection=code,
            username=None if connection is None else connection.username,
            uses_uuid=_flag(data, "uses_uuid"),
            enabled=_flag(data, "enabled", default=True),
            limit_mode=limit_mode,
        )
        sandbox.subscribe(subscription)
    except LimitOfSubscriptions as error:
        raise ControlError(409, str(error)) from None
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer({**subscription.body(), "secret": subscription.secret}, 201)


def _flag(data: Json, name: str, *, default: bool = False) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise ControlError(422, f'"{name}" is true or false')
    return value


async def unsubscribe(request: Request) -> Response:
    sandbox, id_ = sandbox_of(request), request.path_params["id"]
    if id_ not in sandbox.webhooks.subscriptions:
        raise ControlError(404, f'there is no subscription "{id_}"')
    sandbox.unsubscribe(id_)
    return empty()


async def deliveries(request: Request) -> Response:
    """The latest, oldest first; `?subscription=` shows those of one."""
    of = request.query_params.get("subscription")
    kept = sandbox_of(request).webhooks.deliveries
    return answer({"items": [one.to_json() for one in kept if of is None or one.subscription == of]})


async def resend(request: Request) -> Response:
    """Waits for the answer, and shows the new delivery."""
    sandbox = sandbox_of(request)
    given = request.path_params["id"]
    id_ = as_number(given)
    delivery = None if id_ is None else sandbox.webhooks.deliveries.get(id_)
    if delivery is None:
        raise ControlError(404, f'there is no delivery "{given}"')
    if delivery.body is None:
        raise ControlError(409, f"nothing was sent: {delivery.message}")
    if delivery.subscription not in sandbox.webhooks.subscriptions:
        raise ControlError(409, f'the subscription "{delivery.subscription}" is gone')
    return answer((await sandbox.webhooks.resend(delivery)).to_json(), 201)
