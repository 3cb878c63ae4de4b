"""What a request's headers and query may look like.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/EventSubscriber/CheckHeadersRequestSubscriber.php
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from mock_akeneo.core.json_types import loads
from mock_akeneo.core.problems import INVALID_JSON, Problem

# A PHP array in the query: `x[]` or `x[a]`.
_BRACKETS: Final = re.compile(r"[^\[]+\[.*\]")


def media_type(content_type: bytes | None) -> str:
    """The part before `;`, trimmed; `""` where there is none."""
    return "" if content_type is None else content_type.partition(b";")[0].strip().decode("latin-1")


def check_accept(accept: bytes | None) -> None:
    """GET only: no header, exactly `application/json`, or anything that contains `*/*`; else 406."""
    if accept is not None and accept != b"application/json" and b"*/*" not in accept:
        text = accept.decode("latin-1")
        raise Problem(406, f'"{text}" in "Accept" header is not valid. Only "application/json" is allowed.')


def check_content_type(given: str, allowed: str) -> None:
    """POST, PUT and PATCH: 415 for another or no type."""
    if given == allowed:
        return
    if not given:
        raise Problem(415, f'The "Content-Type" header is missing. "{allowed}" has to be specified as value.')
    raise Problem(415, f'"{given}" in "Content-Type" header is not valid. Only "{allowed}" is allowed.')


def check_brackets(query_string: bytes) -> None:
    text = query_string.decode("utf-8", "replace")
    if any(_BRACKETS.fullmatch(name) for name, _ in parse_qsl(text, keep_blank_values=True)):
        raise Problem(400, "Bracket syntax is not supported in query parameters.")


def decoded(body: bytes) -> Any:
    """The decoding step of a body announced as JSON: an object or an array, else 400. An empty body passes."""
    if not body:
        return None
    try:
        data = loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict | list):
        raise Problem(400, INVALID_JSON)
    return data
