"""One signed request to a subscriber.

Source: pim: src/Akeneo/Connectivity/Connection/back/Infrastructure/Webhook/Client/{GuzzleWebhookClient,Signature}.php
"""

from __future__ import annotations

import asyncio
import hmac
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from mock_akeneo.core.clock import monotonic

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS: Final = 0.5


class Outcome(NamedTuple):
    """`status`: of the answer; None: there was none in time."""

    status: int | None
    milliseconds: float


def signed_headers(body: bytes, secret: str, timestamp: int, user_agent: str) -> dict[str, str]:
    """`timestamp`: seconds since 1970; it is signed together with the body."""
    signature = hmac.new(secret.encode(), b"%d.%b" % (timestamp, body), "sha256").hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Akeneo-Request-Signature": signature,
        "X-Akeneo-Request-Timestamp": str(timestamp),
        "User-Agent": user_agent,
    }


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: it takes longer than a request."""
    return ssl.create_default_context()


@asynccontextmanager
async def connected() -> AsyncIterator[httpx.AsyncClient]:
    """A client that follows no redirects and heeds no proxies."""
    import httpx  # a server that sends no events need not wait for it

    async with httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=None, verify=_trusted()) as client:
        yield client


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Sends once and never again. The time that a subscriber has is real time."""
    import httpx

    begun = monotonic()
    status: int | None
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            status = (await client.post(url, content=body, headers=headers)).status_code
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        status = None
    return Outcome(status, round((monotonic() - begun) * 1000, 3))
