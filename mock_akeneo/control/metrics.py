"""Figures of all sandboxes in Prometheus' text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo import __version__
from mock_akeneo.core.clock import monotonic
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes

Labels = dict[str, str]
Samples = Iterator[tuple[Labels, float]]


class Metric(NamedTuple):
    """`of`: labels (besides the sandbox) and values of one sandbox."""

    name: str
    type: str
    help: str
    of: Callable[[Sandbox], Samples]


def _calls(sandbox: Sandbox) -> Samples:
    for labels, total in _totals(sandbox):
        yield labels, total[0]


def _seconds(sandbox: Sandbox) -> Samples:
    for labels, total in _totals(sandbox):
        yield labels, total[1]


def _totals(sandbox: Sandbox) -> Iterator[tuple[Labels, tuple[int, float]]]:
    for (operation, status), total in sandbox.journal.totals.items():
        labels = {"operation": operation or "none", "status": "none" if status is None else str(status)}
        yield labels, (total.calls, total.seconds)


def _in_flight(sandbox: Sandbox) -> Samples:
    for connection in sandbox.connections.by_code:
        yield {"connection": connection}, sandbox.limiter.in_flight(connection)


def _used(sandbox: Sandbox) -> Samples:
    for item in sandbox.limiter.usage()["items"]:
        for caller in item["callers"]:
            yield {"limit": item["name"], "connection": caller["connection"] or "all"}, caller["used"]


def _allowed(sandbox: Sandbox) -> Samples:
    for limit in sandbox.limiter.limits:
        yield {"limit": limit.name}, limit.limit


METRICS: Final = (
    Metric("requests_total", "counter", "Calls that were answered.", _calls),
    Metric("request_seconds_total", "counter", "Real seconds from a call's head to its answer's end.", _seconds),
    Metric("requests_in_flight", "gauge", "Calls that are being answered.", _in_flight),
    Metric("limit_used", "gauge", "What a limit has counted for a connection, or for all.", _used),
    Metric("limit", "gauge", "What a limit allows.", _allowed),
    Metric("faults_struck_total", "counter", "Calls that the present faults struck.",
           lambda s: (({"fault": planted.id}, planted.struck) for planted in s.faults.planted.values())),
    Metric("journal_entries", "gauge", "Calls in the journal.", lambda s: iter([({}, len(s.journal))])),
    Metric("journal_dropped", "gauge", "Calls that the bounds of the journal pushed out.",
           lambda s: iter([({}, s.journal.dropped)])),
    Metric("products", "gauge", "Products in the catalog.", lambda s: iter([({}, len(s.catalog["product"]))])),
    Metric("tokens", "gauge", "Tokens that are known, expired ones too.",
           lambda s: iter([({}, len(s.tokens))])),
    Metric("clock_seconds", "gauge", "The sandbox clock, in seconds since 1970.",
           lambda s: iter([({}, s.clock.now())])),
)  # fmt: skip


async def metrics(request: Request) -> Response:
    sandboxes: Sandboxes = request.app.state.sandboxes
    uptime = monotonic() - request.app.state.started
    told = sandboxes.secrets.hidden("".join(_lines(sandboxes, uptime)))
    return Response(told, media_type="text/plain; version=0.0.4")


def _lines(sandboxes: Sandboxes, uptime: float) -> Iterator[str]:
    yield from _told("build_info", "gauge", "The version that runs.", iter([({"version": __version__}, 1)]))
    yield from _told("uptime_seconds", "gauge", "Real seconds since the start.", iter([({}, uptime)]))
    for metric in METRICS:
        samples = (
            ({"sandbox": name, **labels}, value)
            for name, sandbox in sandboxes.by_name.items()
            for labels, value in metric.of(sandbox)
        )
        yield from _told(metric.name, metric.type, metric.help, samples)


def _told(name: str, type_: str, about: str, samples: Samples) -> Iterator[str]:
    name = f"mock_akeneo_{name}"
    yield f"# HELP {name} {about}\n# TYPE {name} {type_}\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{inside}}} {_number(value)}\n" if labels else f"{name} {_number(value)}\n"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6f}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
