"""A call as a line of an HTTP Archive and as a `curl`."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from mock_akeneo.journal.curl import curl
from mock_akeneo.journal.har import har_entry
from mock_akeneo.journal.journal import EXCERPT_BYTES

BASE = "https://pim.example"


def told(**more: Any) -> dict[str, Any]:
    """A journal entry as JSON."""
    return {
        "id": 7, "at": "2026-01-01T00:00:00+00:00", "received_ms": 1000.0, "answered_ms": 1250.0, "sandbox": "default",
        "connection": "shop", "method": "GET", "path": "/api/rest/v1/products", "query": "limit=2",
        "operation": "products.list", "nth": 1, "request_headers": {"host": "pim.local", "accept": "*/*"},
        "request_bytes": 0, "body": None, "repeats": None, "status": 200, "response_bytes": 12, "limit": None,
        "queued_ms": 100.0, "service_ms": 20.0, "in_flight": 1, "fault": None, "moved": [], "client_gone": False,
        **more,
    }  # fmt: skip


def test_a_call_in_an_archive() -> None:
    limit = {"name": "throttle", "remaining": 0, "retry_after": 12, "refused": True}
    entry = told(
        method="PATCH",
        path="/api/rest/v1/products/a b",
        body='{"enabled":true}',
        request_bytes=16,
        request_headers={"host": "pim.local", "content-type": "application/json"},
        status=429,
        limit=limit,
        repeats=3,
    )
    assert har_entry(entry, BASE) == {
        "startedDateTime": "2026-01-01T00:00:00+00:00",
        "time": 250.0,
        "request": {
            "method": "PATCH",
            "url": "https://pim.local/api/rest/v1/products/a%20b?limit=2",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "host", "value": "pim.local"},
                {"name": "content-type", "value": "application/json"},
            ],
            "queryString": [{"name": "limit", "value": "2"}],
            "headersSize": -1,
            "bodySize": 16,
            "postData": {"mimeType": "application/json", "text": '{"enabled":true}'},
        },
        "response": {
            "status": 429,
            "statusText": "Too Many Requests",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Content-Length", "value": "12"}, {"name": "Retry-After", "value": "12"}],
            "content": {"size": 12, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 12,
        },
        "cache": {},
        "timings": {"blocked": 100.0, "send": 0, "wait": 150.0, "receive": 0},
        "_id": 7,
        "_sandbox": "default",
        "_connection": "shop",
        "_operation": "products.list",
        "_nth": 1,
        "_repeats": 3,
        "_limit": limit,
        "_queued_ms": 100.0,
        "_service_ms": 20.0,
        "_in_flight": 1,
        "_fault": None,
        "_moved": [],
        "_client_gone": False,
    }


def test_a_call_that_was_never_answered_has_the_status_0() -> None:
    answer = har_entry(told(status=None, response_bytes=0, request_headers={}), BASE)
    assert (answer["response"]["status"], answer["response"]["statusText"]) == (0, "")
    assert answer["request"]["url"] == "https://pim.example/api/rest/v1/products?limit=2"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            told(
                request_headers={"host": "pim.local", "accept": "*/*", "authorization": "Bearer ***", "user-agent": "x"}
            ),
            [
                *("-i", "-X", "GET", "https://pim.local/api/rest/v1/products?limit=2"),
                *("-H", "accept: */*", "-H", "Authorization: Bearer $AKENEO_API_KEY"),
            ],
        ),
        (
            told(
                method="POST",
                path="/api/oauth/v1/token",
                query="",
                request_headers={"authorization": "Basic ***", "content-type": "application/json"},
                body='{"username":"it\'s","password":"***"}',
                request_bytes=40,
            ),
            [
                *("-i", "-X", "POST", "https://pim.example/api/oauth/v1/token"),
                *("-u", "$AKENEO_CLIENT_ID:$AKENEO_SECRET", "-H", "content-type: application/json"),
                *("--data-binary", '{"username":"it\'s","password":"$AKENEO_PASSWORD"}'),
            ],
        ),
        (
            told(query="access_token=***&limit=2", request_headers={}),
            ["-i", "-X", "GET", "https://pim.example/api/rest/v1/products?access_token=$AKENEO_API_KEY&limit=2"],
        ),
        (
            told(method="HEAD", query="", request_headers={}),
            ["-I", "https://pim.example/api/rest/v1/products"],
        ),
        (
            told(
                method="PATCH", query="", request_headers={}, body="x" * EXCERPT_BYTES, request_bytes=EXCERPT_BYTES + 1
            ),
            ["-i", "-X", "PATCH", "https://pim.example/api/rest/v1/products", "--data-binary", "@body"],
        ),
    ],
)
def test_a_call_as_a_shell_reads_it(entry: dict[str, Any], words: list[str]) -> None:
    assert shlex.split(curl(entry, BASE)) == ["curl", *words]


def test_variables_stand_outside_of_single_quotes_where_a_shell_fills_them_in() -> None:
    body = '{"password":"***"}'
    entry = told(method="POST", query="", path="/t", request_headers={}, body=body, request_bytes=18)
    assert curl(entry, BASE) == (
        """curl -i -X POST https://pim.example/t --data-binary '{"password":"'"$AKENEO_PASSWORD"'"}'"""
    )
