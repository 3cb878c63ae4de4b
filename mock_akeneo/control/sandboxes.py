"""Sandboxes and their snapshots."""

from __future__ import annotations

from typing import Final, Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, empty, members, sandbox_of, text
from mock_akeneo.control.way import SANDBOX, TEXT, WHOLE
from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import meant
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import DEFAULT, NameTaken, Sandboxes, check_name
from mock_akeneo.sandbox.snapshots import KEPT_BY_RESET, Snapshot
from mock_akeneo.seeding.start import fresh
from mock_akeneo.seeding.templates import Template, Templates

# The word for what `reset` goes back to by default: no snapshot may be called so.
START: Final = "start"


class Ports(Protocol):
    """What a server offers: more ports, each for one sandbox."""

    async def open_port(self, sandbox: Sandbox, port: int) -> str:
        """The base URL of the port; 0 takes a free one. Raises `ValueError`."""

    async def close_port(self, sandbox: Sandbox) -> None:
        """Closes the port of a sandbox and its connections, if it has one."""


NEW: Final = {
    "name": {**TEXT, "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", "description": "Default: the next free one."},
    "catalog": {**TEXT, "description": "demo, minimal, or a folder of the server; default: the server's own."},
    "from": {**TEXT, "description": "A snapshot of the asked sandbox, or another sandbox, instead of a catalog."},
    "port": {**WHOLE, "minimum": 0, "maximum": 65535, "description": "A port of its own; 0 takes a free one."},
    **SANDBOX,
}
BACK: Final = {
    "to": {**TEXT, "description": f"{START}, or a snapshot."},
    "keep": {"type": "array", "items": {"enum": list(KEPT_BY_RESET)}},
    **SANDBOX,
}

# Sandboxes


def _body(request: Request, sandbox: Sandbox) -> Json:
    return {
        "name": sandbox.name,
        "base_url": sandbox.base_url or _shared_url(request),
        "own_port": sandbox.base_url is not None,
        "connections": len(sandbox.connections.by_code),
        "products": len(sandbox.catalog["product"]),
        "requests": len(sandbox.journal),
        "snapshots": list(sandbox.snapshots),
    }


def _shared_url(request: Request) -> str:
    """Of the port that all share: as the client asked, unless it asked the port of one sandbox."""
    sandboxes: Sandboxes = request.app.state.sandboxes
    own = "mock_akeneo.sandbox" in request.scope
    return sandboxes.settings.public_url or (own and sandboxes.base_url) or str(request.base_url).rstrip("/")


def _named(request: Request) -> Sandbox:
    sandboxes: Sandboxes = request.app.state.sandboxes
    name = request.path_params["name"]
    if name not in sandboxes.by_name:
        raise ControlError(404, f'there is no sandbox "{name}"{meant(name, sandboxes.by_name)}')
    return sandboxes.by_name[name]


async def sandboxes(request: Request) -> Response:
    found: Sandboxes = request.app.state.sandboxes
    return answer({"items": [_body(request, sandbox) for sandbox in found.by_name.values()]})


async def sandbox(request: Request) -> Response:
    return answer(_body(request, _named(request)))


async def create_sandbox(request: Request) -> Response:
    data = await members(request, NEW)
    sandboxes: Sandboxes = request.app.state.sandboxes
    ports: Ports = request.app.state.ports
    port = data.get("port")
    if port is not None and (type(port) is not int or not 0 <= port <= 65535):
        raise ControlError(422, '"port" is a port, or 0 for a free one')
    try:
        template = await _template(request, data)
        name = sandboxes.free_name() if data.get("name") is None else text(data, "name")
        made, connection = fresh(sandboxes, name, *template)
    except NameTaken as error:
        raise ControlError(409, str(error)) from None
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    if port is not None:
        try:
            made.base_url = await ports.open_port(made, port)
        except ValueError as error:
            sandboxes.delete(name)
            raise ControlError(409, str(error)) from None
    return answer(
        {
            "name": name,
            "base_url": made.base_url or _shared_url(request),
            "client_id": connection.client_id,
            "secret": connection.secret,
            "username": connection.username,
            "password": connection.password,
        },
        201,
    )


async def _template(request: Request, data: Json) -> Template:
    """What a new sandbox holds: a catalog, a snapshot of the asked sandbox, or what another sandbox holds now."""
    if data.get("from") is None:
        templates: Templates = request.app.state.templates
        return await templates.of(None if data.get("catalog") is None else text(data, "catalog"))
    if data.get("catalog") is not None:
        raise ControlError(422, 'give "catalog" or "from"')
    source, asked = text(data, "from"), sandbox_of(request, data)
    if source in asked.snapshots:
        return Template(asked.catalog, asked.snapshots[source].documents)
    sandboxes: Sandboxes = request.app.state.sandboxes
    if source in sandboxes.by_name:
        return Template(sandboxes.by_name[source].catalog)
    raise ControlError(404, f'there is no snapshot and no sandbox "{source}"')


async def delete_sandbox(request: Request) -> Response:
    found = _named(request)
    if found.name == DEFAULT:
        raise ControlError(409, f'the sandbox "{DEFAULT}" stays: reset it instead')
    ports: Ports = request.app.state.ports
    sandboxes: Sandboxes = request.app.state.sandboxes
    sandboxes.delete(found.name)
    response = empty()
    if request.scope.get("mock_akeneo.sandbox") == found.name:
        # Asked on the very port that it closes: the answer goes first.
        response.background = BackgroundTask(ports.close_port, found)
    else:
        await ports.close_port(found)
    return response


# Snapshots


def _snapshot(request: Request, sandbox: Sandbox) -> Snapshot:
    name = request.path_params["name"]
    if name not in sandbox.snapshots:
        raise ControlError(404, f'there is no snapshot "{name}"{meant(name, sandbox.snapshots)}')
    return sandbox.snapshots[name]


def _snapshot_body(name: str, snapshot: Snapshot) -> Json:
    return {
        "name": name,
        "at": iso(snapshot.at),
        "products": len(snapshot.documents["product"]),
        "connections": [row["code"] for row in snapshot.connections],
    }


async def snapshots(request: Request) -> Response:
    found = sandbox_of(request).snapshots
    return answer({"items": [_snapshot_body(name, snapshot) for name, snapshot in found.items()]})


async def snapshot(request: Request) -> Response:
    found = _snapshot(request, sandbox_of(request))
    return answer(_snapshot_body(request.path_params["name"], found))


async def take_snapshot(request: Request) -> Response:
    sandbox, name = sandbox_of(request, await members(request, SANDBOX)), request.path_params["name"]
    try:
        check_name(name)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    if name == START:
        raise ControlError(422, f'"{START}" is what a reset goes back to: choose another name')
    status = 200 if name in sandbox.snapshots else 201
    taken = sandbox.snapshots[name] = sandbox.snapshot()
    return answer(_snapshot_body(name, taken), status)


async def delete_snapshot(request: Request) -> Response:
    sandbox = sandbox_of(request)
    _snapshot(request, sandbox)
    del sandbox.snapshots[request.path_params["name"]]
    return empty()


async def restore_snapshot(request: Request) -> Response:
    sandbox = sandbox_of(request, await members(request, SANDBOX))
    found = _snapshot(request, sandbox)
    sandbox.restore(found)
    return answer(_snapshot_body(request.path_params["name"], found))


async def reset(request: Request) -> Response:
    data = await members(request, BACK)
    sandbox = sandbox_of(request, data)
    to, keep = text(data, "to", default=START), data.get("keep", [])
    if not isinstance(keep, list) or not all(name in KEPT_BY_RESET for name in keep):
        raise ControlError(422, f'"keep" is a list of: {", ".join(KEPT_BY_RESET)}')
    if to == START:
        sandbox.reset(keep)
    elif to in sandbox.snapshots:
        sandbox.restore(sandbox.snapshots[to], keep)
    else:
        known = ", ".join((START, *sandbox.snapshots))
        raise ControlError(404, f'there is no snapshot "{to}": write one of {known}')
    return answer({"sandbox": sandbox.name, "to": to})
