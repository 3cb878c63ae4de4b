"""Who is answered on a loopback socket: no web page of somebody else's, which the developer's browser happens to show.

A page that a browser was led here with by a name of its own (DNS rebinding) tells that name as `Host`; any other page
tells its own as `Origin`, or that it is of another site. Each host is judged by one rule, `is_ours`.
Source: https://fetch.spec.whatwg.org/#origin-header (`null`: a sandboxed frame, a `data:` or `file:` page: anybody's),
https://www.w3.org/TR/fetch-metadata/ (`Sec-Fetch-…`), https://url.spec.whatwg.org/#ends-in-a-number-checker
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from mock_akeneo.core.settings import Settings

# Names below these are never somebody else's in the public DNS.
# Source: RFC 6761 (localhost, test), resolution 2024.07.29.06 of ICANN's board (internal)
DOMAINS: Final = ("localhost", "internal", "test")

# A page of these may be navigated to from anywhere: a PIM sends its user's browser to an app and back.
NAVIGATED: Final = "/connect/"

FLAG: Final = "--allowed-host"
NULL: Final = "null"

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]|[\w.-]+)(?::[0-9]*)?", re.ASCII)
_ORIGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(.+)", re.ASCII)
_MAX_KNOWN: Final = 1000


def is_loopback(host: str) -> bool:
    """Whether what is bound to an address is reached from this machine alone."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """`names`: hosts that are ours besides those that always are. `known`: `Host` headers that are ours."""

    def __init__(self, names: Iterable[str] = (), domains: Iterable[str] = DOMAINS) -> None:
        self._names, self._domains = frozenset(names), frozenset(domains)
        # HTTP/1.0 need not tell any.
        self.known: set[bytes | None] = {None}

    @classmethod
    def of(cls, settings: Settings) -> Guard | None:
        """None: what is bound to more than loopback is for others too."""
        return cls(own_hosts(settings)) if is_loopback(settings.host) else None

    def passes(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
        """Whether a call is so plain that `refusal` need not look at it."""
        return (
            headers.get(b"host") in self.known
            and b"origin" not in headers
            and b"sec-fetch-site" not in headers
            and len(headers) == len(scope["headers"])
        )

    def refusal(self, scope: Mapping[str, Any]) -> str | None:
        """Why a call is not answered, and what would change that; None: it is. What came by no socket always is."""
        if "mock_akeneo.connection" not in scope:
            return None
        return self.told(scope["method"], scope["path"], scope["headers"])

    def told(self, method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Like `refusal`, of a call on a socket."""
        told = [(name.lower(), value.decode("latin-1").strip()) for name, value in headers]
        for host in [value for name, value in told if name == b"host"]:
            if not self._is_ours(host):
                return f'this server does not go by the name "{host}": if it is yours, {_cure(host)}'
            if len(self.known) >= _MAX_KNOWN:
                self.known.clear()
                self.known.add(None)
            self.known.add(host.encode("latin-1"))
        origins = [value for name, value in told if name == b"origin"]
        for origin in origins:
            if not self._is_own_page(origin):
                return f'web pages of "{origin}" are not answered: if they are yours, {_cure(origin)}'
        fetched = {name: value.lower() for name, value in told if name.startswith(b"sec-fetch-")}
        if fetched.get(b"sec-fetch-site") == "cross-site" and not origins and not _navigates(method, path, fetched):
            return (
                "a web page of another site asked without telling its origin, and is not answered: if it is yours, "
                f"call with CORS, and start the server with {FLAG} HOST"
            )
        return None

    def _is_own_page(self, origin: str) -> bool:
        if origin.lower() == NULL:
            return NULL in self._names
        found = _ORIGIN.fullmatch(origin)
        return found is not None and self._is_ours(found[1])

    def _is_ours(self, told: str) -> bool:
        """Of a `Host` header, or of an origin without its scheme."""
        found = _HOST.fullmatch(told)
        if found is None:
            return not told
        name = found[1].lower().removesuffix(".")
        labels = name.split(".")
        return _is_literal(name) or len(labels) == 1 or labels[-1] in self._domains or name in self._names


def _is_literal(name: str) -> bool:
    """An address, not a name that somebody else could lead elsewhere."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        # What ends in a number is an address, or nothing, to each browser.
        return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", name.rpartition(".")[2]) is not None
    return True


def _navigates(method: str, path: str, fetched: Mapping[bytes, str]) -> bool:
    """Whether the user goes there himself, in a window of its own."""
    goes = (fetched.get(b"sec-fetch-mode"), fetched.get(b"sec-fetch-dest", "document")) == ("navigate", "document")
    return method in ("GET", "HEAD") and goes and path.startswith(NAVIGATED)


def _cure(told: str) -> str:
    host = _HOST.fullmatch(told.rpartition("//")[2])
    return f"start the server with {FLAG} {host[1] if host else NULL if told.lower() == NULL else 'HOST'}"


def own_hosts(settings: Settings) -> tuple[str, ...]:
    """The names that a user said are his."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return (*settings.allowed_host, *([public] if public else ()))


def host_name(text: str) -> str:
    """A host as the flag is told, `null` for pages without an origin. Raises `ValueError` with what to write."""
    found = _HOST.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no name of a host: write it without http:// and path')
    return found[1].lower().removesuffix(".")
