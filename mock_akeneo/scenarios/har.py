"""A recorded incident as a scenario: its refusals and errors come again at the same calls.

Source: the HTTP Archive format 1.2, as browsers, proxies and our own journal write it.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import dropwhile
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.keys import MAX_DIGITS
from mock_akeneo.faults.fault import OK
from mock_akeneo.faults.waiting import DAY
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.rest.routes import Found, Routes
from mock_akeneo.scenarios.scenario import Scenario

_LEAST_STATUS, _MOST_STATUS = 400, 599
# An answer that took longer is one that its caller waited for. A PIM takes up to 2.5 s for a hundred lines.
_SLOW_SECONDS: Final = 3.0


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
        raise ValueError(
            f"nothing befell the {len(entries)} calls of this HAR: no error of the API is among them, and no long wait"
        )
    befallen = sum(step != OK for plan in plans for step in plan["steps"])
    about = (
        f"What a recording of {len(entries)} calls met: {befallen} of them were refused, failed, got no answer or "
        "waited long for it."
    )
    # The recorded refusals come from the plans; limits would add their own.
    return Scenario.parse({"name": name, "about": about, "limits": [], "plans": plans})


def _trimmed(steps: list[Any]) -> Iterator[Any]:
    """Without the last calls that went well."""
    yield from reversed(list(dropwhile(lambda step: step == OK, reversed(steps))))


_ROUTES = Routes(OPERATIONS)


def _call(entry: Json) -> tuple[str | None, Any]:
    """The operation (None: no call of the API) and the step that makes it go the same way."""
    request = entry["request"]
    found = _found(unquote(urlsplit(request["url"]).path))
    operation = None if found is None else found[0].get(request["method"])
    return None if operation is None else operation.name, _step(entry)


def _found(path: str) -> Found | None:
    """The route of a path, also of a PIM that lies below another path of its host."""
    start = path.find("/api/")
    while start >= 0:
        if (found := _ROUTES.find(path[start:])) is not None:
            return found
        start = path.find("/api/", start + 1)
    return None


def _step(entry: Json) -> Any:
    response = entry["response"]
    status, waited = int(response["status"]), _waited(entry)
    if status == 0:  # browsers write 0 where no answer came, and who had waited for it gave up
        return "reset" if waited is None else "stall"
    if not _LEAST_STATUS <= status <= _MOST_STATUS:
        return OK if waited is None else {"kind": "delay", "seconds": waited}
    content = response.get("content") or {}
    step: Json = {"kind": "status", "status": status, "body": _form(content)}
    if (message := _message(content)) is not None:
        step["message"] = message
    headers = {header["name"].lower(): header["value"] for header in response.get("headers") or []}
    if (told := headers.get("retry-after")) is not None:
        step |= _retry_after(told, headers.get("date"), entry.get("startedDateTime"))
    if waited is not None:
        step["seconds"] = waited
    return step


def _waited(entry: Json) -> float | None:
    """Real seconds until the answer, if those are worth telling: a recording gives milliseconds, -1 for unknown."""
    took = entry.get("time")
    if not isinstance(took, int | float):
        return None
    seconds = round(min(took / 1000, DAY), 1)
    return seconds if seconds >= _SLOW_SECONDS else None


def _retry_after(told: str, date: str | None, started: str | None) -> Json:
    """As a number or a text. A date was so far away from the moment of the answer, and that far it is again."""
    if told.isdecimal() and len(told) <= MAX_DIGITS:
        return {"retry_after": int(told)}
    until, then = _moment(told), _moment(date) or _moment(started)
    if until is None or then is None:
        return {"retry_after": told}
    return {"retry_after": max(0, round((until - then).total_seconds())), "retry_after_form": "http_date"}


def _moment(text: str | None) -> datetime | None:
    """Of a date of HTTP, or of ISO 8601."""
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        try:
            found = datetime.fromisoformat(text or "")
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _form(content: Json) -> str:
    mime = str(content.get("mimeType", ""))
    if "json" in mime:
        return "json"
    return "html" if "html" in mime else "empty"


def _message(content: Json) -> str | None:
    """The message of a JSON body, if the recording has kept it."""
    try:
        text = str(content.get("text", ""))
        body = loads(b64decode(text) if content.get("encoding") == "base64" else text)
    except ValueError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) and message.strip() else None
