"""What keeps us and our children from asking a proxy for a server on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_EVERY_HOST: Final = "*"
PAST_PROXIES: Final = {f"all://{f'[{host}]' if ':' in host else host}": None for host in LOOPBACK}
"""The same for a client of ours: the `mounts` of httpx."""


def past_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` in both its spellings: all hosts that are there already, and loopback."""
    told = [host.strip() for name in ("no_proxy", "NO_PROXY") for host in environment.get(name, "").split(",")]
    # Where the asterisk stands beside others, clients take it for a name.
    hosts = _EVERY_HOST if _EVERY_HOST in told else ",".join(dict.fromkeys((*filter(None, told), *LOOPBACK)))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
