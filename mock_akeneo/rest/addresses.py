"""Under which address a client reached us: scheme and host of all links, of `Location` and of the root endpoint.

A PIM takes it from `Host`, and from what a proxy in front of it forwards. We trust any proxy: only tests stand behind
one, and links that lead nowhere are no use to them.
Source: symfony: HttpFoundation/Request.php (`getSchemeAndHttpHost`: lower case, without the scheme's own port)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_OWN_PORT: Final = {"http": "80", "https": "443"}
# One pair of `Forwarded: for=…;host="a:1";proto=https, for=…`.
_PAIR: Final = re.compile(r'\s*([A-Za-z]+)="?([^";,]*)"?\s*')
_MAX_KNOWN: Final = 1000


class Addresses:
    """`public_url`: what all links begin with, whatever the client asked."""

    def __init__(self, public_url: str | None = None) -> None:
        self._public = public_url.rstrip("/").encode() if public_url else None
        self._known: dict[tuple[object, ...], bytes] = {}

    def of(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bytes:
        """`http://host:port`. A header that is no address counts as absent; without any it is the socket's own."""
        if self._public is not None:
            return self._public
        scheme: str = scope["scheme"]
        told = (
            scheme,
            tuple(scope.get("server") or ()),
            headers.get(b"host"),
            headers.get(b"x-forwarded-proto"),
            headers.get(b"x-forwarded-host"),
            headers.get(b"x-forwarded-port"),
            headers.get(b"forwarded"),
        )
        known = self._known.get(told)
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[told] = _address(scheme, headers, scope.get("server")).encode()
        return known


def _address(scheme: str, headers: Mapping[bytes, bytes], server: tuple[str, int | None] | None) -> str:
    forwarded = _forwarded(headers)
    proto = (_first(headers, b"x-forwarded-proto") or forwarded.get("proto", "")).lower()
    hosts = (
        _first(headers, b"x-forwarded-host"),
        forwarded.get("host", ""),
        headers.get(b"host", b"").decode("latin-1").strip(),
    )
    found = next((match for host in (*hosts, _socket(server)) if (match := _HOST.fullmatch(host))), None)
    name, port = (found[1], found[2]) if found else ("localhost", None)
    if proto in _OWN_PORT:
        scheme = proto
    told_port = _first(headers, b"x-forwarded-port")
    if told_port.isascii() and told_port.isdigit():
        port = told_port[:5]
    name = name.lower()
    return f"{scheme}://{name}" if port in (None, _OWN_PORT.get(scheme)) else f"{scheme}://{name}:{port}"


def _socket(server: tuple[str, int | None] | None) -> str:
    if server is None or server[1] is None:
        return ""
    return f"[{server[0]}]:{server[1]}" if ":" in server[0] else f"{server[0]}:{server[1]}"


def _first(headers: Mapping[bytes, bytes], name: bytes) -> str:
    """What the outermost proxy told: the first of a list."""
    return headers.get(name, b"").decode("latin-1").partition(",")[0].strip()


def _forwarded(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    pairs = (_PAIR.fullmatch(pair) for pair in _first(headers, b"forwarded").split(";"))
    return {pair[1].lower(): pair[2] for pair in pairs if pair}
