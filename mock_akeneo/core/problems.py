"""Refusals of the PIM. Whoever finds the fault raises one; `core.answers` alone turns it into bytes.

A class for each shape of body, not for each case; a line of a collection PATCH uses the same `body()`.
Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/EventSubscriber/ and .../ApiBundle/Normalizer/Exception/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mock_akeneo.core.gateways import WEB_PAGE, phrase, web_server_page
from mock_akeneo.core.headers import WWW_AUTHENTICATE
from mock_akeneo.core.json_types import Json, dumps, php_type

SUFFIX = " Check the expected format on the API documentation."
API_REFERENCE = "http://api.akeneo.com/api-reference.html#"


class Violation(NamedTuple):
    """One broken rule. `extra` holds what a product value adds: attribute, locale, scope, currency, in that order.

    `template`: violations of the same property and template collapse to the first one (default: the message).
    """

    property: str
    message: str
    extra: Mapping[str, object] = {}
    template: str = ""


class Problem(Exception):
    """A refusal whose body is `{"code", "message"}`."""

    def __init__(self, status: int, message: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers

    def body(self) -> Json:
        return {"code": self.status, "message": self.message}

    def content(self) -> tuple[bytes | None, bytes]:
        """The content type (None: no such header) and the bytes of the body."""
        return b"application/json", dumps(self.body())


class OAuthRequired(Problem):
    """401 in the words of the OAuth library that former versions left it to."""

    def __init__(self) -> None:
        told = b'Bearer realm="Service", error="access_denied", error_description="OAuth2 authentication required"'
        super().__init__(401, "OAuth2 authentication required", ((WWW_AUTHENTICATE, told),))

    def body(self) -> Json:
        return {"error": "access_denied", "error_description": self.message}


class WebServerProblem(Problem):
    """What the web server in front of the PIM says of a call that it does not pass on: a page."""

    def __init__(self, status: int) -> None:
        super().__init__(status, phrase(status))

    def content(self) -> tuple[bytes | None, bytes]:
        return WEB_PAGE, web_server_page(self.status)


class NotFound(Problem):
    def __init__(self, message: str) -> None:
        super().__init__(404, message)


def not_emulated(what: str, note: str) -> Problem:
    """501: a PIM answers it, we do not."""
    return Problem(501, f"{what} is not emulated by mock-akeneo ({note}); see /_mock/v1/coverage")


class Malformed(Problem):
    """422: the form of the data is wrong; the body links the documentation.

    `link`: an anchor of the API reference, or a whole URL. Rules that do not know which call they serve leave it
    out, and the endpoint fills it in.
    """

    def __init__(self, message: str, link: str = "", *, suffix: bool = True) -> None:
        super().__init__(422, message + SUFFIX if suffix else message)
        self.link = link

    def body(self) -> Json:
        href = self.link if "://" in self.link else API_REFERENCE + self.link
        return {**super().body(), "_links": {"documentation": {"href": href}}}


class ValidationFailed(Problem):
    """422: the data is well formed but breaks rules; all of them are told."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(422, "Validation failed.")
        told: dict[tuple[str, str], Violation] = {}
        for violation in violations:
            told.setdefault((violation.property, violation.template or violation.message), violation)
        self.violations = tuple(told.values())

    def body(self) -> Json:
        errors = [{"property": v.property, "message": v.message, **v.extra} for v in self.violations]
        return {**super().body(), "errors": errors}


INVALID_JSON = "Invalid json message received"


def malformed_type(name: str, wanted: str, value: object) -> Malformed:
    """`Property "labels" expects an array as data, "NULL" given.`"""
    return Malformed(f'Property "{name}" expects {wanted} as data, "{php_type(value)}" given.')
