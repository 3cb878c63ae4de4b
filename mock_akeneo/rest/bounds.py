"""How long a request line and a body may be, and how a body is read within that."""

from __future__ import annotations

import sys
from asyncio import CancelledError
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from mock_akeneo.core.gateways import phrase
from mock_akeneo.core.problems import Problem, WebServerProblem
from mock_akeneo.core.settings import Settings
from mock_akeneo.faults.status import Answered
from mock_akeneo.oauth.grants import MAX_BODY_BYTES
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.rest.callers import Callers, Headers
from mock_akeneo.rest.inbox import SMALL_BYTES, ClientGone, Message, Receive

Received = tuple[bytes, int, str | None, BaseException | None]
"""What is kept of a body; how many bytes came or were announced; their digest, where more than a little was read; and
what is to be raised when it is known whose call it is."""

NOTHING: Final[Received] = (b"", 0, None, None)
_VERSION: Final = len("  HTTP/1.1")


def announced_length(headers: Mapping[bytes, bytes]) -> int:
    """What `Content-Length` says; 0 where it says nothing."""
    told = headers.get(b"content-length", b"")
    return int(told) if told.isdigit() else 0


def line_length(method: str, target: bytes, query: bytes) -> int:
    """The bytes of a request line."""
    return len(method) + len(target) + len(query) + bool(query) + _VERSION


def largest_body(settings: Settings) -> int:
    return settings.max_body or sys.maxsize


def too_large() -> Problem:
    """Of a body above the bound, in the words of the platform; see the fault `payload_too_large`."""
    return Answered(403, "html", phrase(413))


class Bounds:
    """`line`, `body`: the longest in bytes."""

    def __init__(self, settings: Settings, callers: Callers) -> None:
        self.line, self.body = settings.max_request_line or sys.maxsize, largest_body(settings)
        self._callers = callers

    def refused_line(self, method: str, target: bytes, query: bytes) -> Received:
        """Of a request line that may be too long. Source: httpd: docs/manual/mod/core.html (LimitRequestLine)"""
        return (b"", 0, None, WebServerProblem(414)) if line_length(method, target, query) > self.line else NOTHING

    async def received(
        self,
        receive: Receive,
        headers: Headers,
        query: bytes,
        token: Token | None,
        ahead: bool,
        token_call: bool,
    ) -> Received:
        """`ahead`: whether the body is read here. Of a token call no more is read than tells that it is too large,
        which the operation says. `token`: as far as the header tells it.
        """
        if not token_call and announced_length(headers) > self.body:
            return b"", announced_length(headers), None, too_large()
        if not ahead:
            return NOTHING
        try:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"", 0, None, ClientGone()
            body = message.get("body", b"")
            most = MAX_BODY_BYTES if token_call else self.body
            if not message.get("more_body") and len(body) <= most and len(body) <= SMALL_BYTES:
                return body, len(body), None, None
            return await self._read(receive, message, most, headers, query, token)
        except CancelledError as end:
            return b"", 0, None, end

    async def _read(
        self, receive: Receive, message: Message, most: int, headers: Headers, query: bytes, token: Token | None
    ) -> Received:
        """A body in several messages, or a large one. Above 1 MiB nothing is kept of a caller without a valid token."""
        parts: list[bytes] = []
        length, room, digest = 0, SMALL_BYTES, sha256()
        while True:
            part = message.get("body", b"")
            length += len(part)
            digest.update(part)
            if length > SMALL_BYTES and room == SMALL_BYTES:
                room = most if self._callers.is_authorised(headers, query, token) else room
            if length <= room:
                parts.append(part)
            if length > most:
                kept = b"".join(parts)[: most + 1]
                return kept, most + 1, None, too_large() if most == self.body else None
            if not message.get("more_body"):
                return b"".join(parts), length, digest.hexdigest(), None
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"", 0, None, ClientGone()
