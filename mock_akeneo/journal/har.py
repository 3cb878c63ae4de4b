"""The journal as an HTTP Archive, which browsers and proxies read.

Source: http://www.softwareishard.com/blog/har-12-spec/. What the journal does not keep (bodies and headers of
answers) is left empty; members that begin with an underscore are ours, as the format allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, quote

from mock_akeneo.core.json_types import Json

# Signs that stand in a path as they are; all else is encoded.
PATH_SIGNS: Final = "/:@!$&'()*+,;=~-._"
_OURS: Final = (
    *(
        "id",
        "sandbox",
        "connection",
        "operation",
        "nth",
        "repeats",
        "limit",
        "queued_ms",
        "service_ms",
        "in_flight",
        "fault",
    ),
    *("moved", "client_gone"),
)


def har_head(version: str) -> Json:
    """The members of `log` besides its `entries`."""
    return {"version": "1.2", "creator": {"name": "mock-akeneo", "version": version}}


def har_entry(entry: Json, base: str) -> Json:
    """One call. `at`, in sandbox time, is when it started; the times that it took are real.

    `base`: of the URL of a call that named no host.
    """
    took = max(0.0, entry["answered_ms"] - entry["received_ms"])
    status = entry["status"] or 0
    limit = entry["limit"] or {}
    answered = {"Content-Length": str(entry["response_bytes"])}
    if status == 429 and limit.get("retry_after") is not None:
        answered["Retry-After"] = str(limit["retry_after"])
    request: Json = {
        "method": entry["method"],
        "url": url_of(entry, base),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(entry["request_headers"]),
        "queryString": [
            {"name": name, "value": value} for name, value in parse_qsl(entry["query"], keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": entry["request_bytes"],
    }
    if entry["body"] is not None:
        content_type = entry["request_headers"].get("content-type", "")
        request["postData"] = {"mimeType": content_type, "text": entry["body"]}
    return {
        "startedDateTime": entry["at"],
        "time": took,
        "request": request,
        "response": {
            "status": status,
            "statusText": _phrase(status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(answered),
            "content": {"size": entry["response_bytes"], "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": entry["response_bytes"],
        },
        "cache": {},
        "timings": {
            "blocked": entry["queued_ms"],
            "send": 0,
            "wait": max(0.0, took - entry["queued_ms"]),
            "receive": 0,
        },
        **{f"_{name}": entry[name] for name in _OURS},
    }


def url_of(entry: Json, base: str) -> str:
    """Where the call went: the host that it named, with the scheme of `base`."""
    host = entry["request_headers"].get("host")
    start = f"{base.partition('://')[0]}://{host}" if host else base
    path = quote(entry["path"], safe=PATH_SIGNS)
    return f"{start}{path}?{entry['query']}" if entry["query"] else start + path


def _pairs(headers: Mapping[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
