"""The 429 of a limit, in every form that clients have met.

Source: spec: responses.429Error, for option writes (`{"code": 429, "message": "You have exceeded the limit of
API requests per second."}`); apidocs: content/rest-api/good-practices.md (no body, `Retry-After: 15`, may be
missing).
"""

from __future__ import annotations

import math
from typing import Final

from mock_akeneo.core.clock import http_date
from mock_akeneo.core.gateways import TOO_MANY, html_page
from mock_akeneo.core.headers import RETRY_AFTER
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Problem
from mock_akeneo.throttling.limits import Limit

HTML: Final = html_page(429)


class Refused(Problem):
    """A call that `limit` does not let in. `form`: `json`, `html` or `empty`; `note`: what the journal shows.

    `wait`: seconds until it would fit, by the sandbox clock, which says `now`.
    """

    def __init__(self, limit: Limit, wait: float, now: float) -> None:
        told, header = _retry_after(limit, wait, now)
        super().__init__(429, TOO_MANY, () if header is None else ((RETRY_AFTER, header.encode()),))
        self.form = limit.body
        self.note: Json = {"name": limit.name, "remaining": 0, "retry_after": told, "refused": True}

    def content(self) -> tuple[bytes | None, bytes]:
        if self.form == "json":
            return super().content()
        return (b"text/html", HTML) if self.form == "html" else (None, b"")


def told_wait(limit: Limit, wait: float) -> float:
    """By how many seconds refusals are compared: the number told, or those until the call would fit."""
    return wait if isinstance(limit.retry_after, str) else limit.retry_after


def _retry_after(limit: Limit, wait: float, now: float) -> tuple[float | None, str | None]:
    """The seconds told and the header; a date has whole seconds, so that up to a second more is told."""
    if limit.retry_after == "absent":
        return None, None
    if limit.retry_after == "http_date":
        date = math.ceil(now + wait)
        return math.floor((date - now) * 1000) / 1000, http_date(date)
    if limit.retry_after == "seconds":
        seconds = max(1, math.ceil(wait))
        return seconds, str(seconds)
    return limit.retry_after, str(limit.retry_after)
