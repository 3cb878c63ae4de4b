"""Answers in the PIM's place: any status with any form of body, and the 403 of a payload too large."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from mock_akeneo.core.clock import http_date
from mock_akeneo.core.gateways import TOO_MANY, html_page, phrase
from mock_akeneo.core.headers import RETRY_AFTER
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import MAX_DIGITS, Key, number, one_of, required, text, whole
from mock_akeneo.core.problems import Problem
from mock_akeneo.faults._kind import AFTER_APPLY, CarriedOut, Effect, Kind, Told

BODIES: Final = ("json", "html", "empty")

# What the PIM or its platform says with a status; else the words of HTTP.
_MESSAGES: Final[Mapping[int, str]] = {
    401: "The access token provided is invalid.",
    403: "You are not allowed to access the web API.",
    429: TOO_MANY,
}


class Answered(Problem):
    """A status with a body in one of the three forms. `retry_after`: the seconds told, if any, for the journal."""

    def __init__(
        self, status: int, form: str, message: str, *, header: str | None = None, retry_after: float | None = None
    ) -> None:
        headers = () if header is None else ((RETRY_AFTER, header.encode("latin-1", "replace")),)
        super().__init__(status, message, headers)
        self.form, self.retry_after = form, retry_after

    def content(self) -> tuple[bytes | None, bytes]:
        if self.status in (204, 304):  # they end with their head: a body would be taken for the next answer
            return None, b""
        if self.form == "json":
            return super().content()
        return (b"text/html", html_page(self.status)) if self.form == "html" else (None, b"")


def _retry_after(value: Any) -> str:
    if isinstance(value, str) and value.isascii() and value.isprintable() and value:
        return ""
    is_number = type(value) in (int, float) and 0 <= value < math.inf
    return "" if is_number else "is no number from 0 on and no text"


_STATUS_KEYS: Final[Mapping[str, Key]] = {
    "status": required(whole(200, "The HTTP status.", most=599, example=503)),
    "body": one_of(BODIES, "The PIM's JSON, a gateway's HTML page, or nothing."),
    "message": text("Internal Server Error", "The message of the JSON body; default: the PIM's own."),
    "retry_after": Key(
        wrong=_retry_after,
        example=2,
        schema={"type": ["number", "string"], "description": "The header Retry-After, told as it stands, however odd."},
    ),
    "retry_after_form": one_of(("seconds", "http_date"), "How a number of retry_after is told."),
    "seconds": number("Real seconds before it is answered.", example=1.5),
    "after_apply": AFTER_APPLY,
}


def _status(said: Json) -> Effect:
    def answer(told: Told) -> Problem:
        status = said["status"]
        header, seconds = _header(said, told.now)
        message = said.get("message") or _MESSAGES.get(status) or phrase(status)
        return Answered(status, said.get("body", "json"), message, header=header, retry_after=seconds)

    carried_out: CarriedOut = "before" if said.get("after_apply") else "never"
    return Effect(wait=said.get("seconds", 0), carried_out=carried_out, answer=answer)


def _header(said: Json, now: float) -> tuple[str | None, float | None]:
    """The header, and the seconds that it tells, if it tells seconds."""
    told = said.get("retry_after")
    if told is None or isinstance(told, str):
        return told, float(told) if told is not None and told.isdecimal() and len(told) <= MAX_DIGITS else None
    if said.get("retry_after_form") == "http_date":
        return http_date(math.ceil(now + told)), math.ceil(now + told) - now
    return str(told), told


STATUS: Final = Kind(
    about="Answers a status in the PIM's place, with a body as JSON, HTML or none.",
    keys=_STATUS_KEYS,
    effect=_status,
)


def _payload_too_large(said: Json) -> Effect:
    # The platform says 403 where one would expect 413; the form of its body is unknown.
    # Source: apidocs: content/rest-api/good-practices.md
    form = said.get("body", "html")
    return Effect(carried_out="never", answer=lambda _: Answered(403, form, phrase(413)))


PAYLOAD_TOO_LARGE: Final = Kind(
    about='Refuses the request as the platform does when it is too large: 403. Choose by "match": {"larger_than": …}.',
    keys={"body": one_of(("html", "json", "empty"), "The form of the body.")},
    effect=_payload_too_large,
)
