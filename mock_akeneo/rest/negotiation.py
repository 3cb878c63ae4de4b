"""What a request's headers, query and body may look like.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/EventSubscriber/{CheckHeadersRequest,ValidateApiRequestQueryParameters}\
Subscriber.php; FOSRestBundle: EventListener/BodyListener.php
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from mock_akeneo.core.json_types import json_decode
from mock_akeneo.core.problems import INVALID_JSON, Problem
from mock_akeneo.core.query_strings import has_arrays, parameters

FORM: Final = "application/x-www-form-urlencoded"
_BEARER: Final = re.compile(rb"Bearer\s(\S+)")


def effective_method(headers: Mapping[bytes, bytes], query_string: bytes, body: bytes) -> str:
    """The method that a POST stands for: Symfony obeys `X-HTTP-Method-Override`, and `_method` in a form or the query.

    Source: symfony: HttpFoundation/Request.php (getMethod)
    """
    override = headers.get(b"x-http-method-override", b"").decode("latin-1")
    if not override and b"_method" in body and media_type(headers.get(b"content-type")) == FORM:
        override = parameters(body).get("_method", "")
    if not override and b"_method" in query_string:
        override = parameters(query_string).get("_method", "")
    return override.upper() or "POST"


@lru_cache
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
    if (b"[" in query_string or b"%5" in query_string) and has_arrays(query_string):
        raise Problem(400, "Bracket syntax is not supported in query parameters.")


def given_token(headers: Mapping[bytes, bytes], query_string: bytes, body: bytes) -> bytes:
    """The access token that a call names: in `Authorization`, else in the query, else in a form; else `b""`.

    Source: oauth2-php: lib/OAuth2.php (getBearerTokenFromHeaders): one white space, anywhere in the header.
    """
    if (bearer := _BEARER.search(headers.get(b"authorization", b""))) is not None:
        return bearer[1]
    token = parameters(query_string).get("access_token", "") if b"access_token" in query_string else ""
    if not token and b"access_token" in body and media_type(headers.get(b"content-type")) == FORM:
        token = parameters(body).get("access_token", "")
    return token.encode()


def decoded(body: bytes) -> Any:
    """The decoding step of a body announced as JSON: an object or an array, else 400. An empty body passes."""
    if not body:
        return None
    try:
        data = json_decode(body)
    except ValueError:
        data = None
    if not isinstance(data, dict | list):
        raise Problem(400, INVALID_JSON)
    return data
