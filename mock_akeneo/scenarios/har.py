"""A recorded incident as a scenario: its refusals and errors come again at the same calls.

Source: the HTTP Archive format 1.2, as browsers, proxies and our own journal write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile
from typing import Any
from urllib.parse import unquote, urlsplit

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.faults.fault import OK
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.rest.routes import Routes
from mock_akeneo.scenarios.scenario import Scenario

_LEAST_STATUS, _MOST_STATUS = 400, 599


def from_har(har: Any, name: str) -> Scenario:
    """One plan for each operation that something befell. Raises `ValueError` when it is no HAR or nothing befell."""
    try:
        entries = list(har["log"]["entries"])
        calls = [_call(entry) for entry in entries]
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError):
        raise ValueError('this is no HAR: it has no {"log": {"entries": [{"request", "response"}]}}') from None
    steps: dict[str, list[Any]] = {}
    for operation, step in calls:
        if operation is not None:
            steps.setdefault(operation, []).append(step)
    plans = [{"operation": operation, "steps": list(_trimmed(some))} for operation, some in steps.items()]
    plans = [plan for plan in plans if plan["steps"]]
    if not plans:
        raise ValueError(f"nothing befell the {len(entries)} calls of this HAR: no error of the API is among them")
    befallen = sum(step != OK for plan in plans for step in plan["steps"])
    about = f"What a recording of {len(entries)} calls met: {befallen} of them were refused, failed or got no answer."
    # The recorded refusals come from the plans; limits would add their own.
    return Scenario.parse({"name": name, "about": about, "limits": [], "plans": plans})


def _trimmed(steps: list[Any]) -> Iterator[Any]:
    """Without the last calls that went well."""
    yield from reversed(list(dropwhile(lambda step: step == OK, reversed(steps))))


_ROUTES = Routes(OPERATIONS)


def _call(entry: Json) -> tuple[str | None, Any]:
    """The operation (None: no call of the API) and the step that makes it go the same way."""
    request = entry["request"]
    found = _ROUTES.find(unquote(urlsplit(request["url"]).path))
    operation = None if found is None else found[0].get(request["method"])
    return None if operation is None else operation.name, _step(entry)


def _step(entry: Json) -> Any:
    response = entry["response"]
    status = int(response["status"])
    if status == 0:
        return "reset"  # browsers write 0 where no answer came
    if not _LEAST_STATUS <= status <= _MOST_STATUS:
        return OK
    content = response.get("content") or {}
    step: Json = {"kind": "status", "status": status, "body": _form(content)}
    if (message := _message(content)) is not None:
        step["message"] = message
    headers = {header["name"].lower(): header["value"] for header in response.get("headers", [])}
    if (told := headers.get("retry-after")) is not None:
        step["retry_after"] = int(told) if told.isdecimal() else told
    return step


def _form(content: Json) -> str:
    mime = str(content.get("mimeType", ""))
    if "json" in mime:
        return "json"
    return "html" if "html" in mime else "empty"


def _message(content: Json) -> str | None:
    """The message of a JSON body, if the recording has kept it."""
    try:
        body = loads(str(content.get("text", "")))
    except ValueError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) and message.strip() else None
