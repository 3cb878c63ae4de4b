"""Faults and plans: what goes wrong on purpose from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, body_of, empty, sandbox_of
from mock_akeneo.core.json_types import Json
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.faults import Planted, Running
from mock_akeneo.faults.plans import Plan
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.scenario import NAMES

T = TypeVar("T", Planted, Running)


async def _told(request: Request) -> tuple[Sandbox, Json]:
    data = await body_of(request)
    if not isinstance(data, dict):
        raise ControlError(400, "the body is a JSON object")
    sandbox = sandbox_of(request, data)
    return sandbox, {name: value for name, value in data.items() if name != "sandbox"}


def _one(request: Request, found: Mapping[str, T], what: str) -> T:
    id_ = request.path_params["id"]
    if id_ not in found:
        raise ControlError(404, f'there is no {what} "{id_}"')
    return found[id_]


async def faults(request: Request) -> Response:
    return answer({"items": [planted.to_json() for planted in sandbox_of(request).faults.planted.values()]})


async def plant(request: Request) -> Response:
    sandbox, told = await _told(request)
    try:
        fault = Fault.parse(told, NAMES)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer(sandbox.faults.plant(fault).to_json(), 201)


async def fault(request: Request) -> Response:
    return answer(_one(request, sandbox_of(request).faults.planted, "fault").to_json())


async def remove_fault(request: Request) -> Response:
    faults = sandbox_of(request).faults
    faults.remove(_one(request, faults.planted, "fault").id)
    return empty()


async def clear_faults(request: Request) -> Response:
    faults = sandbox_of(request).faults
    return answer({"count": sum(faults.remove(id_) for id_ in list(faults.planted))})


async def plans(request: Request) -> Response:
    return answer({"items": [running.to_json() for running in sandbox_of(request).faults.plans.values()]})


async def run(request: Request) -> Response:
    sandbox, told = await _told(request)
    try:
        plan = Plan.parse(told, NAMES)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return answer(sandbox.faults.run(plan).to_json(), 201)


async def plan(request: Request) -> Response:
    return answer(_one(request, sandbox_of(request).faults.plans, "plan").to_json())


async def remove_plan(request: Request) -> Response:
    faults = sandbox_of(request).faults
    faults.remove(_one(request, faults.plans, "plan").id)
    return empty()


async def clear_plans(request: Request) -> Response:
    faults = sandbox_of(request).faults
    return answer({"count": sum(faults.remove(id_) for id_ in list(faults.plans))})
