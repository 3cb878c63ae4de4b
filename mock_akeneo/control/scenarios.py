"""Scenarios: ours and those that were handed in, to be played in a sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, body_of, empty, sandbox_of
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import meant
from mock_akeneo.scenarios.files import library
from mock_akeneo.scenarios.play import catalog_of, play
from mock_akeneo.scenarios.scenario import Scenario, scenario_schema


def _given(request: Request) -> dict[str, Scenario]:
    """Those that were handed in."""
    given: dict[str, Scenario] = request.app.state.scenarios
    return given


def _all(request: Request) -> Mapping[str, Scenario]:
    return {**library(), **_given(request)}


def _named(request: Request) -> Scenario:
    name, known = request.path_params["name"], _all(request)
    if name not in known:
        raise ControlError(404, f'there is no scenario "{name}"{meant(name, known)}')
    return known[name]


async def scenarios(request: Request) -> Response:
    shown = [{"name": one.name, "about": one.about, "needs": list(one.needs)} for one in _all(request).values()]
    return answer({"items": shown})


async def add_scenario(request: Request) -> Response:
    """One of the user's own; it takes the place of another of the same name."""
    try:
        scenario = Scenario.parse(await body_of(request))
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    _given(request)[scenario.name] = scenario
    return answer(scenario.to_json(), 201)


async def schema(request: Request) -> Response:
    return answer(scenario_schema())


async def scenario(request: Request) -> Response:
    return answer(_named(request).to_json())


async def remove_scenario(request: Request) -> Response:
    name = _named(request).name
    if _given(request).pop(name, None) is None:
        raise ControlError(409, f'"{name}" is one of ours and stays')
    return empty()


async def play_scenario(request: Request) -> Response:
    sandbox, scenario = sandbox_of(request), _named(request)
    try:
        # Loading a catalog takes its time; meanwhile calls are answered.
        catalog = await asyncio.to_thread(catalog_of, scenario, sandbox.settings)
        played = play(scenario, sandbox, catalog)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    told: Json = {"scenario": scenario.name, "sandbox": sandbox.name, **played.to_json()}
    return answer(told)
