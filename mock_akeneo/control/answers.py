"""Answers of the control plane: JSON, and errors as `application/problem+json`."""

from __future__ import annotations

import math
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.core.json_types import FEW_LEVELS, Json, dumps, json_decode
from mock_akeneo.core.keys import meant
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import DEFAULT, Sandboxes


class ControlError(Exception):
    """A refusal of the control plane; `detail` says what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


_MAX_DIGITS: Final = 15
_TITLES = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
           409: "Conflict", 415: "Unsupported media type", 422: "Not valid"}  # fmt: skip


def answer(body: object, status: int = 200) -> Response:
    return Response(dumps(body), status, media_type="application/json")


def empty() -> Response:
    return Response(status_code=204)


PROBLEM_JSON: Final = "application/problem+json"


def problem(status: int, detail: str) -> bytes:
    return dumps({"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "detail": detail})


def refusal(status: int, detail: str) -> Response:
    return Response(problem(status, detail), status, media_type=PROBLEM_JSON)


async def body_of(request: Request) -> Any:
    """The JSON of the body; no body is `{}`."""
    body = await request.body()
    if not body.strip():
        return {}
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type != "application/json":
        raise ControlError(415, "send the body as application/json")
    try:
        return json_decode(body, FEW_LEVELS)
    except ValueError as error:
        raise ControlError(400, f"the body is no JSON: {error}") from None


def known(data: Any, names: Collection[str]) -> Json:
    """`data`, which has to be an object of these members; others are refused with a suggestion."""
    if not isinstance(data, dict):
        raise ControlError(400, "the body is a JSON object")
    for name in data:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(names)}"
            raise ControlError(422, f'unknown member "{name}": {hint}')
    return data


async def members(request: Request, names: Collection[str]) -> Json:
    """The JSON object of the body; no body is `{}`. Unknown members are refused with a suggestion."""
    return known(await body_of(request), names)


def number(data: Json, name: str, *, default: float | None = None) -> float:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ControlError(422, f'"{name}" is a number')
    return value


def text(data: Json, name: str, *, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise ControlError(422, f'"{name}" is a text')
    return value


def whole(request: Request, name: str) -> int | None:
    """A whole number of the query."""
    given = request.query_params.get(name)
    if given is None:
        return None
    number = as_number(given)
    if number is None:
        raise ControlError(422, f'"{name}" is a whole number, not "{given[:50]}"')
    return number


def as_number(text: str) -> int | None:
    """A whole number from 0 on, of a size that something could have; None: it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def sandbox_of(request: Request, data: Json | None = None) -> Sandbox:
    """The sandbox that `?sandbox=` or the member `sandbox` names, else that of the port, else `default`."""
    sandboxes: Sandboxes = request.app.state.sandboxes
    name: Any = request.query_params.get("sandbox") or (data or {}).get("sandbox")
    name = name or request.scope.get("mock_akeneo.sandbox", DEFAULT)
    found = sandboxes.by_name.get(name) if isinstance(name, str) else None
    if found is None:
        raise ControlError(404, f'there is no sandbox "{name}"{meant(name, sandboxes.by_name)}')
    return found
