"""Health, clock, limits: the state of a sandbox as a whole."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo import __version__
from mock_akeneo.control.answers import ControlError, answer, body_of, known, members, number, sandbox_of, text
from mock_akeneo.control.way import MOMENT, NUMBER, SANDBOX, TEXT
from mock_akeneo.core.clock import END, MAX_SCALE, iso, moment
from mock_akeneo.core.json_types import Json
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import PRESETS, parse_limits
from mock_akeneo.throttling.service import note


async def health(request: Request) -> Response:
    return answer({"status": "ready", "version": __version__, "sandboxes": len(request.app.state.sandboxes.by_name)})


async def version(request: Request) -> Response:
    return answer({"name": "mock-akeneo", "version": __version__})


def clock_body(sandbox: Sandbox) -> Json:
    clock = sandbox.clock
    return {
        "mode": clock.mode,
        "now": iso(clock.now()),
        "offset": round(clock.offset, 3),
        "scale": clock.scale,
    }


async def clock(request: Request) -> Response:
    return answer(clock_body(sandbox_of(request)))


MODES: Final = ("real", "frozen", "scaled")
CLOCK: Final = {
    "mode": {"enum": list(MODES)},
    "at": {**MOMENT, "description": "Where the time goes on; never backwards."},
    "scale": {
        **NUMBER,
        "exclusiveMinimum": 0,
        "maximum": MAX_SCALE,
        "description": "Sandbox seconds in a real one, where mode is scaled.",
    },
    **SANDBOX,
}
ADVANCE: Final = {"seconds": {**NUMBER, "minimum": 0, "maximum": END}, "to": MOMENT, **SANDBOX}


async def set_clock(request: Request) -> Response:
    data = await members(request, CLOCK)
    sandbox = sandbox_of(request, data)
    mode = text(data, "mode", default=sandbox.clock.mode)
    if mode not in MODES:
        raise ControlError(422, f'"mode" is one of {", ".join(MODES)}')
    scale = number(data, "scale", default=sandbox.clock.scale if mode == "scaled" else 1.0)
    if scale <= 0:
        raise ControlError(422, '"scale" is a number above 0')
    at = moment_of(data, "at") if data.get("at") is not None else None
    try:
        sandbox.clock.set(mode, at=at, scale=scale)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer(clock_body(sandbox))


def moment_of(data: Json, name: str) -> float:
    try:
        return moment(text(data, name))
    except ValueError as error:
        raise ControlError(422, str(error)) from None


async def advance(request: Request) -> Response:
    data = await members(request, ADVANCE)
    clock = sandbox_of(request, data).clock
    if ("seconds" in data) == ("to" in data):
        raise ControlError(422, 'give "seconds" or "to"')
    seconds = number(data, "seconds") if "seconds" in data else moment_of(data, "to") - clock.now()
    try:
        clock.advance(seconds)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer({"now": iso(clock.now())})


def limits_body(sandbox: Sandbox) -> Json:
    """`note`: what makes little sense together, or null."""
    limits, service = sandbox.limiter.limits, sandbox.service
    return {
        "limits": [limit.to_json() for limit in limits],
        "service_time": service.time.text,
        "note": note(limits, service.time, sandbox.clock.mode),
    }


async def limits(request: Request) -> Response:
    return answer(limits_body(sandbox_of(request)))


LIMITS: Final = {
    "preset": {**TEXT, "description": f"One of {', '.join(PRESETS)}."},
    "limits": {"type": "array", "items": {"type": "object"}},
    "service_time": {
        "type": ["string", "number"],
        "description": "How long a call takes: none, pim, 50 or 20-50 (milliseconds). A preset brings its own.",
    },
    **SANDBOX,
}


def limits_schema() -> Json:
    """A list of limits or a preset's name, bare or as a member."""
    bare = [LIMITS["limits"], LIMITS["preset"]]
    return {"anyOf": [*bare, {"type": "object", "properties": LIMITS, "additionalProperties": False}]}


async def set_limits(request: Request) -> Response:
    """A list of limits or a preset's name, as they are or as `{"limits": …}` or `{"preset": …}`; `service_time` too.

    What is not given stays as it is, but a preset brings its service time.
    """
    given = await body_of(request)
    data = known(given, LIMITS) if isinstance(given, dict) else {"limits": given}
    sandbox = sandbox_of(request, data)
    if ("preset" in data) == ("limits" in data) and ("preset" in data or "service_time" not in data):
        raise ControlError(422, 'give "preset" or "limits", or "service_time"')
    told = {"limits": data.get("preset", data.get("limits")), "service_time": data.get("service_time")}
    try:
        sandbox.limit(parse_limits(told))
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer(limits_body(sandbox))


async def usage(request: Request) -> Response:
    return answer(sandbox_of(request).limiter.usage())
