"""Subscriptions: who is told of events, and where."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import shown

MAX_ACTIVE: Final = 3
MAX_URL_CHARACTERS: Final = 255
LIMIT_MODES: Final = ("drop", "delay")

_BLANK: Final = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription. `username`: of the connection it belongs to, whose own events are not told; None: of nobody.

    `limit_mode`: whether what the hourly limit refuses is dropped (as the PIM's source does) or delayed (as its
    documentation says).
    """

    id: str
    url: str
    secret: str
    connection: str | None = None
    username: str | None = None
    uses_uuid: bool = False
    enabled: bool = True
    limit_mode: str = "drop"

    def body(self) -> Json:
        """As the control plane shows it; the secret is shown once only, by whoever made it."""
        return {**asdict(self), "secret": None}


def checked_url(url: str, *, allow_remote: bool) -> str:
    """Raises `ValueError` with what to write. Unless allowed, only this machine is told."""
    if len(url) > MAX_URL_CHARACTERS:
        raise ValueError(f"This value is too long. It should have {MAX_URL_CHARACTERS} characters or less.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    # A blank or a line break would be struck out silently, or end a header.
    if not host or parts.scheme not in ("http", "https") or _BLANK.search(url):
        raise ValueError(f"{shown(url)} is no URL: write http://127.0.0.1:8000/path")
    if not allow_remote and not _is_local(host):
        raise ValueError(f'"{host}" is another machine: give "allow_remote": true to send events there')
    return url


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
