"""`/_mock/`: one page that shows what goes on. It reads from the control plane and changes nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

PATH: Final = "/_mock/"
# By what tag a part of the page stands, and which source the policy names it under.
_PARTS: Final = {"script": "script-src", "style": "style-src"}


class Page(NamedTuple):
    html: bytes
    policy: str


async def dashboard(request: Request) -> Response:
    page = _page()
    headers = {
        "Content-Security-Policy": page.policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(page.html, media_type="text/html", headers=headers)


@cache
def _page() -> Page:
    html = files("mock_akeneo.control").joinpath("dashboard.html").read_bytes()
    return Page(html, policy_of(html))


def policy_of(html: bytes) -> str:
    """Nothing but the page's own script and style, by their digests, and calls to where the page comes from."""
    own = [
        f"{source} {' '.join(_digest(part) for part in re.findall(rb'<%b>(.*?)</%b>' % (tag, tag), html, re.DOTALL))}"
        for tag, source in ((name.encode(), source) for name, source in _PARTS.items())
    ]
    rules = ("default-src 'none'", *own, "connect-src 'self'", "base-uri 'none'", "form-action 'none'")
    return "; ".join((*rules, "frame-ancestors 'none'"))


def _digest(part: bytes) -> str:
    return f"'sha256-{b64encode(sha256(part).digest()).decode()}'"
