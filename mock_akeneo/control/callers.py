"""Connections and tokens."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, empty, members, sandbox_of, text
from mock_akeneo.control.way import FLAG, SANDBOX, TEXT
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import meant
from mock_akeneo.oauth.acls import ACLS, role_with
from mock_akeneo.oauth.connections import FLOW_TYPES, Connection, InvalidConnection
from mock_akeneo.sandbox.sandbox import Sandbox


def _connection(sandbox: Sandbox, code: str) -> Connection:
    found = sandbox.connections.by_code.get(code)
    if found is None:
        raise ControlError(404, f'there is no connection "{code}"{meant(code, sandbox.connections.by_code)}')
    return found


def _only(sandbox: Sandbox, data: Json) -> Connection:
    """The connection that is named, or the only one there is."""
    code = data.get("connection")
    if code is None and len(sandbox.connections.by_code) == 1:
        return next(iter(sandbox.connections.by_code.values()))
    if code is None:
        known = ", ".join(sandbox.connections.by_code) or "there is none"
        raise ControlError(422, f'"connection" is missing, whose token it is: {known}')
    return _connection(sandbox, text(data, "connection"))


CONNECTION: Final = {
    "code": {**TEXT, "minLength": 3, "maxLength": 100},
    "label": TEXT,
    "flow_type": {"enum": list(FLOW_TYPES)},
    "client_id": TEXT,
    "secret": TEXT,
    "username": TEXT,
    "password": TEXT,
    "role": {
        "type": "object",
        "description": "What it may do; the rest stays allowed.",
        "properties": dict.fromkeys(ACLS, FLAG),
    },
    **SANDBOX,
}
_TEXTS: Final = ("label", "flow_type", "client_id", "secret", "username", "password")
CHANGES: Final = {**{name: CONNECTION[name] for name in ("label", "flow_type", "role")}, "auditable": FLAG, **SANDBOX}
TOKEN: Final = {"connection": {**TEXT, "description": "Its code; needed where there are several."}, **SANDBOX}
ENDING: Final = {
    "connection": {**TEXT, "description": "Its code; default: all."},
    "kind": {"enum": ["access", "refresh", "both"]},
    **SANDBOX,
}


async def connections(request: Request) -> Response:
    sandbox = sandbox_of(request)
    return answer({"items": [connection.body() for connection in sandbox.connections.by_code.values()]})


async def create_connection(request: Request) -> Response:
    data = await members(request, CONNECTION)
    sandbox = sandbox_of(request, data)
    given = {name: text(data, name) for name in _TEXTS if data.get(name) is not None}
    try:
        connection = sandbox.connections.create(text(data, "code", default=""), role=data.get("role"), **given)
    except InvalidConnection as error:
        raise ControlError(422, str(error)) from None
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    sandbox.add_connection(connection)
    return answer({**connection.body(), "secret": connection.secret, "password": connection.password}, 201)


async def connection(request: Request) -> Response:
    return answer(_connection(sandbox_of(request), request.path_params["code"]).body())


async def update_connection(request: Request) -> Response:
    data = await members(request, CHANGES)
    sandbox = sandbox_of(request, data)
    found = _connection(sandbox, request.path_params["code"])
    try:
        role = role_with(found.role, data.get("role", {}))
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    flow_type, auditable = text(data, "flow_type", default=found.flow_type), data.get("auditable", found.auditable)
    if flow_type not in FLOW_TYPES:
        raise ControlError(422, f'"flow_type" is one of {", ".join(FLOW_TYPES)}')
    if not isinstance(auditable, bool):
        raise ControlError(422, '"auditable" is true or false')
    found.label = text(data, "label", default=found.label)
    found.flow_type, found.auditable, found.role = flow_type, auditable, role
    sandbox.changed(found)
    return answer(found.body())


async def delete_connection(request: Request) -> Response:
    sandbox = sandbox_of(request)
    sandbox.remove_connection(_connection(sandbox, request.path_params["code"]))
    return empty()


async def regenerate_secret(request: Request) -> Response:
    sandbox = sandbox_of(request)
    found = _connection(sandbox, request.path_params["code"])
    return answer({"client_id": found.client_id, "secret": sandbox.regenerate_secret(found)})


async def regenerate_password(request: Request) -> Response:
    sandbox = sandbox_of(request)
    found = _connection(sandbox, request.path_params["code"])
    return answer({"username": found.username, "password": sandbox.regenerate_password(found)})


async def tokens(request: Request) -> Response:
    return answer({"items": sandbox_of(request).tokens.body()})


async def create_token(request: Request) -> Response:
    data = await members(request, TOKEN)
    sandbox = sandbox_of(request, data)
    found = _only(sandbox, data)
    return answer(sandbox.issue(found, found), 201)


async def expire_tokens(request: Request) -> Response:
    return await _end(request, "expire", "access")


async def revoke_tokens(request: Request) -> Response:
    return await _end(request, "revoke", "both")


async def _end(request: Request, verb: str, kind: str) -> Response:
    data = await members(request, ENDING)
    sandbox = sandbox_of(request, data)
    code = _connection(sandbox, text(data, "connection")).code if data.get("connection") is not None else None
    end = sandbox.expire if verb == "expire" else sandbox.revoke
    try:
        return answer({"count": end(code, text(data, "kind", default=kind))})
    except ValueError as error:
        raise ControlError(422, str(error)) from None
