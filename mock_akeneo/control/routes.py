"""The routes of the control plane: one visible table, and who may use it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_akeneo.control import callers, coverage, faults, metrics, requests, sandboxes, scenarios, state, webhooks
from mock_akeneo.control.answers import ControlError, refusal
from mock_akeneo.control.sandboxes import Ports
from mock_akeneo.core.clock import monotonic
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.seeding.templates import Templates

PREFIX: Final = "/_mock/v1"

Handler = Callable[[Request], Awaitable[ASGIApp]]

TABLE: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/health", state.health),
    ("GET", "/version", state.version),
    ("GET", "/metrics", metrics.metrics),
    ("GET", "/coverage", coverage.coverage),
    ("POST", "/reset", sandboxes.reset),
    ("GET", "/sandboxes", sandboxes.sandboxes),
    ("POST", "/sandboxes", sandboxes.create_sandbox),
    ("GET", "/sandboxes/{name}", sandboxes.sandbox),
    ("DELETE", "/sandboxes/{name}", sandboxes.delete_sandbox),
    ("GET", "/snapshots", sandboxes.snapshots),
    ("GET", "/snapshots/{name}", sandboxes.snapshot),
    ("PUT", "/snapshots/{name}", sandboxes.take_snapshot),
    ("DELETE", "/snapshots/{name}", sandboxes.delete_snapshot),
    ("POST", "/snapshots/{name}/restore", sandboxes.restore_snapshot),
    ("GET", "/clock", state.clock),
    ("PUT", "/clock", state.set_clock),
    ("POST", "/clock/advance", state.advance),
    ("GET", "/limits", state.limits),
    ("PUT", "/limits", state.set_limits),
    ("GET", "/limits/usage", state.usage),
    ("GET", "/connections", callers.connections),
    ("POST", "/connections", callers.create_connection),
    ("GET", "/connections/{code}", callers.connection),
    ("PATCH", "/connections/{code}", callers.update_connection),
    ("DELETE", "/connections/{code}", callers.delete_connection),
    ("POST", "/connections/{code}/regenerate-secret", callers.regenerate_secret),
    ("POST", "/connections/{code}/regenerate-password", callers.regenerate_password),
    ("GET", "/tokens", callers.tokens),
    ("POST", "/tokens", callers.create_token),
    ("POST", "/tokens/expire", callers.expire_tokens),
    ("POST", "/tokens/revoke", callers.revoke_tokens),
    ("GET", "/faults", faults.faults),
    ("POST", "/faults", faults.plant),
    ("DELETE", "/faults", faults.clear_faults),
    ("GET", "/faults/{id}", faults.fault),
    ("DELETE", "/faults/{id}", faults.remove_fault),
    ("GET", "/plans", faults.plans),
    ("POST", "/plans", faults.run),
    ("DELETE", "/plans", faults.clear_plans),
    ("GET", "/plans/{id}", faults.plan),
    ("DELETE", "/plans/{id}", faults.remove_plan),
    ("GET", "/scenarios", scenarios.scenarios),
    ("POST", "/scenarios", scenarios.add_scenario),
    ("GET", "/scenarios/schema", scenarios.schema),
    ("GET", "/scenarios/{name}", scenarios.scenario),
    ("DELETE", "/scenarios/{name}", scenarios.remove_scenario),
    ("POST", "/scenarios/{name}/play", scenarios.play_scenario),
    ("GET", "/requests", requests.requests),
    ("DELETE", "/requests", requests.clear_requests),
    ("GET", "/requests.har", requests.har),
    ("GET", "/requests/stream", requests.stream),
    ("GET", "/requests/{id}", requests.one_request),
    ("GET", "/webhooks/subscriptions", webhooks.subscriptions),
    ("POST", "/webhooks/subscriptions", webhooks.subscribe),
    ("DELETE", "/webhooks/subscriptions/{id}", webhooks.unsubscribe),
    ("GET", "/webhooks/deliveries", webhooks.deliveries),
    ("POST", "/webhooks/deliveries/{id}/resend", webhooks.resend),
)

_log = logging.getLogger("mock_akeneo")


def is_loopback(host: str) -> bool:
    """Whether an address, or the host of a `Host` header without its port, is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """Who may use the control plane: on loopback whoever is no foreign web page, else the bearer of the token.

    A page that a browser was lured to by another name tells a foreign `Host`, any other page a foreign `Origin`.
    """

    def __init__(self, app: ASGIApp, *, admin_token: str | None) -> None:
        self.app, self.admin_token = app, admin_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self._refused(scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        headers = dict(scope["headers"])
        if self.admin_token is not None:
            if scope["path"] == f"{PREFIX}/health":
                return None
            given: bytes = headers.get(b"authorization", b"")
            if compare_digest(given, b"Bearer " + self.admin_token.encode()):
                return None
            return refusal(401, "send the admin token: Authorization: Bearer <MOCK_AKENEO_ADMIN_TOKEN>")
        host = headers.get(b"host", b"localhost").decode("latin-1")
        origin = headers.get(b"origin", b"//localhost").decode("latin-1")
        if not _is_local(host):
            return refusal(403, f'the control plane answers to local names only, not to "{host}"')
        if not _is_local(origin.rpartition("//")[2]):
            return refusal(403, f'the control plane takes no calls from web pages of "{origin}"')
        return None


def _is_local(host: str) -> bool:
    """Whether a host with or without its port is this machine's own."""
    name, colon, port = host.rpartition(":")
    return is_loopback(name if colon and port.isdigit() else host)


def control_plane(sandboxes: Sandboxes, ports: Ports, *, admin_token: str | None = None) -> ASGIApp:
    """The control plane as an ASGI application. `admin_token`: demanded when bound to anything but loopback."""
    by_path: dict[str, dict[str, Handler]] = {}
    for method, path, handler in TABLE:
        by_path.setdefault(path, {})[method] = handler
    routes = [Route(PREFIX + path, _one_of(handlers), methods=list(handlers)) for path, handlers in by_path.items()]
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _http, ControlError: _control},
    )
    app.state.sandboxes, app.state.templates, app.state.ports = sandboxes, Templates(sandboxes), ports
    app.state.started = monotonic()
    app.state.scenarios = {}
    return Guard(app, admin_token=admin_token)


def _one_of(handlers: dict[str, Handler]) -> Handler:
    async def handle(request: Request) -> ASGIApp:
        handler = handlers.get(request.method) or handlers["GET"]
        response = await handler(request)
        for sandbox in request.app.state.sandboxes.by_name.values():
            sandbox.catalog.commit()
        return response

    return handle


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
        response = refusal(405, f"{request.url.path} takes {allowed}")
        response.headers["Allow"] = allowed
        return response
    return refusal(error.status_code, f"there is nothing at {request.url.path}")


async def _control(request: Request, error: Exception) -> Response:
    assert isinstance(error, ControlError)
    return refusal(error.status, error.detail)
