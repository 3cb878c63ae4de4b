"""httptools, fed so that where a message begins and ends and how long its parts are does not depend on packets.

Bytes reach it line by line, a body of known length in one piece. Nothing is struck out or held back; only bytes of a
request line that are no ASCII are percent-encoded, for a web server answers such a target and httptools does not.
"""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any, Final

import httptools

MAX_LINE: Final = 65_000  # bytes of a request line; httptools splits no target that is longer
MAX_FIELD: Final = 8_190  # bytes of a header field, and
MAX_FIELDS: Final = 100  # so many of them. Source: httpd: docs/manual/mod/core.html (LimitRequestFieldSize)

_LINE, _FIELDS, _BODY, _CHUNKS = range(4)
_MOST: Final = {_LINE: MAX_LINE, _FIELDS: MAX_FIELD + 2, _BODY: sys.maxsize, _CHUNKS: MAX_LINE}
_FRAMING: Final = (b"content-length", b"transfer-encoding")
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


class Refused(Exception):
    """What arrives is no HTTP, or too long. `status`: what a web server says."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class RequestParser:
    """Calls `protocol` back as `httptools.HttpRequestParser` does; `Upgrade` and trailers are ignored."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.on_message_begin = protocol.on_message_begin
        self._parser = httptools.HttpRequestParser(self)
        self.part = _LINE  # with no `size`: between two calls
        self.size = 0  # bytes of the line that is being read
        self._fields = 0
        self._url = b""
        self._framing: list[tuple[bytes, bytes]] = []
        self._left = 0  # bytes of the body that are to come
        self._substitute = False
        self._last = False  # no message comes behind this one

    @property
    def in_head(self) -> bool:
        return self.part == _FIELDS or (self.part == _LINE and self.size > 0)

    @property
    def in_body(self) -> bool:
        return self.part >= _BODY

    def should_upgrade(self) -> bool:
        return False

    def should_keep_alive(self) -> bool:
        return bool(self._parser.should_keep_alive())

    def get_method(self) -> bytes:
        return bytes(self._parser.get_method())

    def get_http_version(self) -> str:
        return str(self._parser.get_http_version())

    def feed_data(self, data: bytes) -> None:
        """Raises `Refused`; then nothing more can be read."""
        start = 0
        while start < len(data) and not (self._last and self.part == _LINE):
            end = start + self._left if self.part == _BODY else data.find(b"\n", start) + 1 or len(data)
            piece = data[start:end]
            start = end
            if self.part == _LINE:
                if not self.size:
                    piece = piece.lstrip(b"\r\n")  # blank lines in front of a call are nothing
                if not piece.isascii():
                    piece = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], piece)
            if piece:
                self._feed(piece)

    def _feed(self, piece: bytes) -> None:
        part, most = self.part, _MOST[self.part]
        too_long = self.size + len(piece) > most
        if part == _LINE:
            piece = piece[: most - self.size]  # these decide whether it is HTTP at all
        if part == _BODY:
            self._left -= len(piece)
        else:
            self.size += len(piece)
        if part in (_LINE, _FIELDS) and piece.endswith(b"\n"):
            self._fields = self._fields + (self.size > 2) if part == _FIELDS else 0
            self.part, self.size = _FIELDS, 0
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self._read_on()
        except httptools.HttpParserCallbackError as error:
            # What the protocol raises is a fault of ours, but for a target that is none.
            if isinstance(error.__context__, httptools.HttpParserInvalidURLError):
                raise Refused(400) from None
            raise
        except httptools.HttpParserError:
            raise Refused(400) from None
        if part == _CHUNKS:  # what are pieces of the body was told meanwhile
            too_long = self.size > most
            if piece.endswith(b"\n"):
                self.size = 0
        if too_long or self._fields > MAX_FIELDS:
            raise Refused(414 if part == _LINE else 400)

    def _read_on(self) -> None:
        """httptools stops behind the head of a call with `Upgrade`: another parser reads its body, or what follows."""
        self._substitute = self.in_body
        if not self._substitute:
            self._parser = httptools.HttpRequestParser(self)
            return
        target = SimpleNamespace(on_body=self.on_body, on_message_complete=self.on_message_complete)
        self._parser = httptools.HttpRequestParser(target)
        lines = [b"%b: %b\r\n" % field for field in self._framing]
        self._parser.feed_data(b"".join((b"POST / HTTP/1.1\r\n", *lines, b"\r\n")))

    # Called by httptools

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.part == _FIELDS:
            if name.lower() in _FRAMING:
                self._framing.append((name.lower(), value))
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        framing = dict(self._framing)
        in_chunks = b"transfer-encoding" in framing
        self._left = 0 if in_chunks else int(framing.get(b"content-length", b"0"))
        self._last = not self._parser.should_keep_alive()
        self._protocol.on_url(self._url if self._url.startswith(b"/") else _without_host(self._url))
        self._protocol.on_headers_complete()
        self.part = _CHUNKS if in_chunks else _BODY

    def on_body(self, body: bytes) -> None:
        self.size = 0
        self._protocol.on_body(body)

    def on_message_complete(self) -> None:
        if self._parser.should_upgrade() and (self._left or self.part == _CHUNKS):
            return  # so it is told without its body
        if self._substitute:
            self._substitute, self._parser = False, httptools.HttpRequestParser(self)
        self.part, self.size, self._url, self._framing = _LINE, 0, b"", []
        self._protocol.on_message_complete()


def _without_host(url: bytes) -> bytes:
    """Path and query of a target that names a host, as for a proxy. Raises `HttpParserInvalidURLError`."""
    parsed = httptools.parse_url(url)
    path: bytes = parsed.path or b"/"
    return path if parsed.query is None else path + b"?" + parsed.query
