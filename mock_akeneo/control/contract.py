"""Contract runs: a connector that somebody else starts is watched in a scenario, and judged when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, members, text
from mock_akeneo.control.way import TEXT, WHOLE
from mock_akeneo.core.json_types import Json


class Judge(Protocol):
    """Who plays and judges: the contract kit, which lies above this floor. A run is told as JSON with `id`, `state`."""

    def start(self, play: str, port: int) -> Json:
        """Begins a run; waits until it is served. Raises `ValueError` with what to write."""

    def runs(self) -> list[Json]:
        """All of them, the oldest first."""

    def run(self, id_: str) -> Json:
        """Raises `KeyError`."""

    def done(self, id_: str) -> Json:
        """Ends a run; waits until it is judged. Raises `KeyError`."""

    def told(self, id_: str) -> None:
        """The answer to `done` has left: a server that was there for this run alone may go."""


NEW: Final = {
    "play": {**TEXT, "description": "A scenario; default: calm."},
    "port": {**WHOLE, "minimum": 0, "maximum": 65535, "description": "Where the scenario is served; 0: a free one."},
}


def _judge(request: Request) -> Judge:
    found: Callable[[], Judge] | None = getattr(request.app.state.ports, "judge", None)
    if found is None:
        raise ControlError(404, "this server judges no connectors: start it with mock-akeneo serve")
    return found()


async def contract_runs(request: Request) -> Response:
    return answer({"items": _judge(request).runs()})


async def start_contract_run(request: Request) -> Response:
    data = await members(request, NEW)
    play, port = text(data, "play", default="calm"), data.get("port", 0)
    if type(port) is not int or not 0 <= port <= 65535:
        raise ControlError(422, '"port" is a port, or 0 for a free one')
    judge = _judge(request)
    try:
        return answer(await asyncio.to_thread(judge.start, play, port), 201)
    except ValueError as error:
        raise ControlError(422, str(error)) from None


async def contract_run(request: Request) -> Response:
    try:
        return answer(_judge(request).run(request.path_params["id"]))
    except KeyError:
        raise _unknown(request) from None


async def end_contract_run(request: Request) -> Response:
    judge = _judge(request)
    try:
        ended = answer(await asyncio.to_thread(judge.done, request.path_params["id"]))
    except KeyError:
        raise _unknown(request) from None
    ended.background = BackgroundTask(judge.told, request.path_params["id"])
    return ended


def _unknown(request: Request) -> ControlError:
    return ControlError(404, f'there is no contract run "{request.path_params["id"]}"')
