"""Links and redirects that lead astray.

Source: the public threads of connectors behind a proxy: `next` names http though the PIM is https, and loses a
query parameter; the redirect then turns a POST into a GET.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from mock_akeneo.core.gateways import html_page, phrase
from mock_akeneo.core.headers import LOCATION
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Key, one_of, required, text
from mock_akeneo.core.problems import Problem
from mock_akeneo.faults._kind import Effect, Kind, Reply

# Links stand before the items, so that the first is the page's own.
_NEXT: Final = re.compile(rb'("next":\{"href":")([^"]*)(")')


class Redirected(Problem):
    def __init__(self, status: int, location: str) -> None:
        super().__init__(status, phrase(status), ((LOCATION, location.encode("latin-1", "replace")),))

    def content(self) -> tuple[bytes | None, bytes]:
        return b"text/html", html_page(self.status)


def elsewhere(to: str | None, url: str) -> str:
    """Where `url` leads to behind a proxy that is set up wrongly.

    `to`: a base, to which path and query are kept, or a whole URL with a path; None: the other of http and https.
    """
    scheme, host, path, query, _ = urlsplit(url)
    if to is None:
        return urlunsplit(("http" if scheme == "https" else "https", host, path, query, ""))
    base = urlsplit(to)
    return to if base.path.strip("/") else urlunsplit((base.scheme, base.netloc, path, query, ""))


def _wrong_url(value: Any) -> str:
    is_url = isinstance(value, str) and value.startswith(("http://", "https://")) and urlsplit(value).netloc
    return "" if is_url else "is no absolute URL"


_TO: Final = Key(
    wrong=_wrong_url,
    example="http://pim.example",
    schema={
        "type": "string",
        "pattern": "^https?://",
        "description": "Another base, to which path and query are kept, or a whole URL with a path; "
        "default: the other of http and https.",
    },
)


def _redirect(said: Json) -> Effect:
    status, to = said.get("status", 301), said.get("to")
    return Effect(carried_out="never", answer=lambda told: Redirected(status, elsewhere(to, told.url)))


REDIRECT: Final = Kind(
    about="Redirects the call to another URL.",
    keys={"status": one_of((301, 302, 303, 307, 308), "The HTTP status."), "to": _TO},
    effect=_redirect,
)


def _changes_next(change: Callable[[str], str]) -> Effect:
    def spoil(reply: Reply) -> Reply:
        def changed(found: re.Match[bytes]) -> bytes:
            return found[1] + change(found[2].decode()).encode() + found[3]

        return reply._replace(body=_NEXT.sub(changed, reply.body, count=1))

    return Effect(spoil=spoil)


def _drop_from_next(said: Json) -> Effect:
    pair = re.compile(rf"(?<=[?&]){re.escape(quote(said['parameter'], safe=''))}=[^&]*(&|$)")
    return _changes_next(lambda url: pair.sub("", url).rstrip("?&"))


DROP_FROM_NEXT: Final = Kind(
    about="The link to the next page has lost a query parameter.",
    keys={"parameter": required(text("search", "The parameter that is lost."))},
    effect=_drop_from_next,
)

FOREIGN_NEXT: Final = Kind(
    about="The link to the next page names another scheme or host.",
    keys={"to": _TO},
    effect=lambda said: _changes_next(lambda url: elsewhere(said.get("to"), url)),
)
