"""The routes of the control plane: one visible table, and who may use it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_akeneo.catalog.disk import NotKept
from mock_akeneo.control import (
    callers,
    catalog,
    contract,
    coverage,
    dashboard,
    faults,
    metrics,
    requests,
    sandboxes,
    scenarios,
    state,
    webhooks,
)
from mock_akeneo.control.answers import ControlError, answer, refusal
from mock_akeneo.control.openapi import document
from mock_akeneo.control.sandboxes import Ports
from mock_akeneo.control.way import JSON, SANDBOX, TEXT, Handler, Way
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.keys import meant
from mock_akeneo.faults.fault import fault_schema
from mock_akeneo.faults.plans import plan_schema
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.scenarios.scenario import scenario_schema
from mock_akeneo.seeding.templates import Templates

PREFIX: Final = "/_mock/v1"


async def openapi(request: Request) -> Response:
    return answer(document(TABLE, PREFIX))


TABLE: Final[tuple[Way, ...]] = (
    Way("GET", "/health", state.health, "Whether the server is ready: 200 only when the catalog is in.", of_all=True),
    Way("GET", "/version", state.version, "Name and version of the server.", of_all=True),
    Way("GET", "/openapi.json", openapi, "This document.", of_all=True),
    Way("GET", "/metrics", metrics.metrics, "Figures in Prometheus' text format.", gives=("text/plain",), of_all=True),
    Way("GET", "/coverage", coverage.coverage, "What is emulated of a PIM's API.", of_all=True),
    # What a sandbox holds
    Way("POST", "/reset", sandboxes.reset, "Goes back to the start or to a snapshot.", sandboxes.BACK),
    Way("GET", "/sandboxes", sandboxes.sandboxes, "All sandboxes.", of_all=True),
    Way("POST", "/sandboxes", sandboxes.create_sandbox, "Makes a sandbox; its secrets are shown once.",
        sandboxes.NEW, status=201),
    Way("GET", "/sandboxes/{name}", sandboxes.sandbox, "One sandbox.", of_all=True),
    Way("DELETE", "/sandboxes/{name}", sandboxes.delete_sandbox, "Frees a sandbox and its port.",
        status=204, of_all=True),
    Way("GET", "/snapshots", sandboxes.snapshots, "All snapshots of a sandbox."),
    Way("GET", "/snapshots/{name}", sandboxes.snapshot, "One snapshot."),
    Way("PUT", "/snapshots/{name}", sandboxes.take_snapshot, "Takes a snapshot, or takes it anew (200).",
        SANDBOX, status=201),
    Way("DELETE", "/snapshots/{name}", sandboxes.delete_snapshot, "Forgets a snapshot.", status=204),
    Way("POST", "/snapshots/{name}/restore", sandboxes.restore_snapshot, "Goes back to a snapshot.", SANDBOX),
    # Time and limits
    Way("GET", "/clock", state.clock, "The sandbox clock."),
    Way("PUT", "/clock", state.set_clock, "Lets the time stand, run or run faster.", state.CLOCK),
    Way("POST", "/clock/advance", state.advance, "Moves the clock forwards; what falls due is done.", state.ADVANCE),
    Way("GET", "/limits", state.limits, "The limits in force."),
    Way("PUT", "/limits", state.set_limits, "Other limits from now on.", schema=state.limits_schema),
    Way("GET", "/limits/usage", state.usage, "What each limit has counted for whom."),
    # Who calls
    Way("GET", "/connections", callers.connections, "All connections."),
    Way("POST", "/connections", callers.create_connection, "Makes a connection; its secrets are shown once.",
        callers.CONNECTION, ("code",), status=201),
    Way("GET", "/connections/{code}", callers.connection, "One connection."),
    Way("PATCH", "/connections/{code}", callers.update_connection, "Changes a connection or what it may do.",
        callers.CHANGES),
    Way("DELETE", "/connections/{code}", callers.delete_connection, "Deletes a connection and its tokens.", status=204),
    Way("POST", "/connections/{code}/regenerate-secret", callers.regenerate_secret, "A new secret; tokens end."),
    Way("POST", "/connections/{code}/regenerate-password", callers.regenerate_password, "A new password; tokens end."),
    Way("GET", "/tokens", callers.tokens, "All tokens, without their values."),
    Way("POST", "/tokens", callers.create_token, "A fresh token, as the token route answers it.",
        callers.TOKEN, status=201),
    Way("POST", "/tokens/expire", callers.expire_tokens, "Lets tokens end as if their time had come.", callers.ENDING),
    Way("POST", "/tokens/revoke", callers.revoke_tokens, "Makes tokens unknown.", callers.ENDING),
    # What goes wrong
    Way("GET", "/faults", faults.faults, "The faults at work."),
    Way("POST", "/faults", faults.plant, "Plants a fault.", schema=fault_schema, status=201),
    Way("DELETE", "/faults", faults.clear_faults, "Removes all faults."),
    Way("GET", "/faults/{id}", faults.fault, "One fault."),
    Way("DELETE", "/faults/{id}", faults.remove_fault, "Removes a fault.", status=204),
    Way("GET", "/plans", faults.plans, "The plans and what remains of them."),
    Way("POST", "/plans", faults.run, "Plans what befalls each call, step by step.", schema=plan_schema, status=201),
    Way("DELETE", "/plans", faults.clear_plans, "Removes all plans."),
    Way("GET", "/plans/{id}", faults.plan, "One plan."),
    Way("DELETE", "/plans/{id}", faults.remove_plan, "Removes a plan.", status=204),
    Way("GET", "/scenarios", scenarios.scenarios, "All scenarios.", of_all=True),
    Way("POST", "/scenarios", scenarios.add_scenario, "Takes a scenario of yours.", schema=scenario_schema,
        status=201, of_all=True),
    Way("GET", "/scenarios/schema", scenarios.schema, "The JSON Schema of a scenario.", of_all=True),
    Way("GET", "/scenarios/{name}", scenarios.scenario, "One scenario.", of_all=True),
    Way("DELETE", "/scenarios/{name}", scenarios.remove_scenario, "Forgets a scenario of yours.",
        status=204, of_all=True),
    Way("POST", "/scenarios/{name}/play", scenarios.play_scenario, "Sets a sandbox up for a scenario."),
    Way("GET", "/catalog/export", catalog.export, "All that the catalog holds, as JSON lines.",
        gives=(requests.LINES,)),
    Way("POST", "/catalog/import", catalog.import_, "Holds another catalog: a named one, or the lines of an export.",
        catalog.IMPORT, ("catalog",)),
    Way("POST", "/catalog/generate", catalog.generate, "Adds generated products.", catalog.GENERATE, ("products",)),
    # Judging
    Way("GET", "/contract/runs", contract.contract_runs, "The contract runs of this server.", of_all=True),
    Way("POST", "/contract/runs", contract.start_contract_run,
        "Serves a scenario, and watches a connector that you start.", contract.NEW, status=201, of_all=True),
    Way("GET", "/contract/runs/{id}", contract.contract_run, "One run; its report when it is done.", of_all=True),
    Way("POST", "/contract/runs/{id}/done", contract.end_contract_run, "Ends a run and judges it.", of_all=True),
    # What was asked and answered
    Way("GET", "/requests", requests.requests, "The journal, oldest first; all of it as lines.",
        query={**requests.FILTER, **requests.PAGE, **requests.FORM}, gives=(JSON, requests.LINES)),
    Way("DELETE", "/requests", requests.clear_requests, "Empties the journal."),
    Way("GET", "/requests.har", requests.har, "The journal as an HTTP Archive.",
        query={**requests.FILTER, **requests.PAGE}),
    Way("GET", "/requests/stream", requests.stream, "Calls as they are answered: server-sent events.",
        query={**requests.FILTER, "cursor": requests.PAGE["cursor"]}, gives=("text/event-stream",)),
    Way("GET", "/requests/{id}", requests.one_request, "One call, how to repeat it, and what it may have meant."),
    Way("GET", "/webhooks/subscriptions", webhooks.subscriptions, "Who is told of events."),
    Way("POST", "/webhooks/subscriptions", webhooks.subscribe, "Has a receiver told of events.",
        webhooks.SUBSCRIPTION, ("url",), status=201),
    Way("DELETE", "/webhooks/subscriptions/{id}", webhooks.unsubscribe, "Ends a subscription.", status=204),
    Way("GET", "/webhooks/deliveries", webhooks.deliveries, "What was sent to whom.", query={"subscription": TEXT}),
    Way("POST", "/webhooks/deliveries/{id}/resend", webhooks.resend, "Sends a delivery again.", status=201),
)  # fmt: skip

_log = logging.getLogger("mock_akeneo")


class Guard:
    """Who may use the control plane: the bearer of the admin token, where there is one."""

    def __init__(self, app: ASGIApp, *, admin_token: str) -> None:
        self.app, self.admin_token = app, admin_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_open(scope):
            refused = refusal(401, "send the admin token: Authorization: Bearer <MOCK_AKENEO_ADMIN_TOKEN>")
            await refused(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        # Whether it is ready, and a page that shows nothing before it has the token.
        if scope["path"] in (f"{PREFIX}/health", dashboard.PATH):
            return True
        given: bytes = dict(scope["headers"]).get(b"authorization", b"")
        return compare_digest(given, b"Bearer " + self.admin_token.encode())


def control_plane(sandboxes: Sandboxes, ports: Ports, *, admin_token: str | None = None) -> ASGIApp:
    """The control plane as an ASGI application. `admin_token`: demanded when bound to anything but loopback."""
    by_path: dict[str, dict[str, Way]] = {}
    for way in TABLE:
        by_path.setdefault(way.path, {})[way.method] = way
    routes = [Route(PREFIX + path, _one_of(ways), methods=list(ways)) for path, ways in by_path.items()]
    app = Starlette(
        routes=[*routes, Route(dashboard.PATH, dashboard.dashboard)],
        exception_handlers={HTTPException: _http, ControlError: _control},
    )
    app.state.sandboxes, app.state.templates, app.state.ports = sandboxes, Templates(sandboxes), ports
    app.state.started = monotonic()
    app.state.scenarios = {}
    return app if admin_token is None else Guard(app, admin_token=admin_token)


def _one_of(ways: Mapping[str, Way]) -> Handler:
    async def handle(request: Request) -> ASGIApp:
        way = ways.get(request.method) or ways["GET"]
        for name in request.query_params:
            if name not in way.parameters:
                known_are = f": known are {', '.join(way.parameters)}" if way.parameters else ""
                raise ControlError(422, f'unknown parameter "{name}"{meant(name, way.parameters) or known_are}')
        sandboxes: Sandboxes = request.app.state.sandboxes
        try:
            response = await way.handler(request)
            sandboxes.commit()
            return response
        except ControlError:
            sandboxes.take_back()
            raise
        except (NotKept, OSError) as error:
            sandboxes.take_back()
            problem = error if isinstance(error, NotKept) else NotKept.because(error)
            _log.error("%s %s was refused: %s", request.method, request.url.path, problem.message)
            raise ControlError(500, problem.message) from None
        except Exception:
            sandboxes.take_back()
            _log.exception("%s %s could not be answered", request.method, request.url.path)
            raise ControlError(500, "this is a mistake of the server's; its log tells more") from None

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
