"""The PIM's own order of checks, up to the operation: each raises the `Problem` that is answered.

Route and method (404, 405), JSON of the body (400), token (401), overall right (403), headers (406, 415), brackets
(400), the entity's right (403). The token route checks its body by itself.
Source: pim: config/packages/{security,fos_rest,akeneo_api}.yml; symfony: HttpKernel/EventListener/RouterListener.php
"""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import quote

from mock_akeneo.core.headers import ALLOW, LOCATION, OF_JSON
from mock_akeneo.core.problems import OAuthRequired, Problem
from mock_akeneo.oauth.acls import OVERALL
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.rest import negotiation
from mock_akeneo.rest.operation import APPLICATION_JSON, Operation
from mock_akeneo.rest.routes import Found, Routes
from mock_akeneo.sandbox.call import Answer, Call

_NO_TOKEN: Final = "Full authentication is required to access this resource."
_NO_ACCESS: Final = "You are not allowed to access the web API."
_METHOD: Final = re.compile("[A-Z]+")
_PLAIN_IN_URLS: Final = "%:/?#[]@!$&'()*+,;=-._~"


def no_operation(call: Call, found: Found | None, routes: Routes) -> Operation:
    """What answers where no operation does: the way to the path without its last slash.

    Raises `Problem` 400 (an invalid method override), 404, 405.
    """
    if call.method != call.entry.method and _METHOD.fullmatch(call.method) is None:
        raise Problem(400, f'Invalid method override "{call.method}".')
    text = f'No route found for "{call.method} {_address(call)}"'
    if found is not None:
        allowed = ", ".join(found[0])
        raise Problem(405, f"{text}: Method Not Allowed (Allow: {allowed})", ((ALLOW, allowed.encode()),))
    if call.method in ("GET", "HEAD") and call.target.endswith(b"/"):
        shorter = routes.find(call.path.rstrip("/"))
        if shorter is not None and "GET" in shorter[0]:
            return _WITHOUT_SLASH
    if referer := call.headers.get(b"referer"):
        text += f' (from "{referer.decode("latin-1")}")'
    raise Problem(404, text)


def _address(call: Call) -> str:
    """Where the client asked, as it wrote it, without the query."""
    return (call.base + call.target).decode("utf-8", "replace")


def _without_slash(call: Call) -> Answer:
    """Symfony's router leads a GET with a last slash to the path without it, for ever; its query goes along.

    Source: symfony: Routing/Matcher/Dumper/CompiledUrlMatcherTrait.php. What has passed the firewall gets there, so a
    token is needed even for the root.
    """
    url = _address(call).rstrip("/")
    if call.query_string:
        url += "?" + call.query_string.decode("latin-1")
    url = quote(url, safe=_PLAIN_IN_URLS)
    return Answer(301, (_MOVED % {"url": escape(url)}).encode(), (*OF_JSON, (LOCATION, url.encode())))


# Symfony's page, under the content type that the API gives to everything.
_MOVED: Final = """<!DOCTYPE html>
<html>
    <head>
        <meta charset="UTF-8" />
        <meta http-equiv="refresh" content="0;url='%(url)s'" />

        <title>Redirecting to %(url)s</title>
    </head>
    <body>
        Redirecting to <a href="%(url)s">%(url)s</a>.
    </body>
</html>"""

_WITHOUT_SLASH: Final = Operation(name="", method="GET", path="", respond=_without_slash)


def authorise(call: Call, operation: Operation, token: Token | None) -> None:
    headers, writes = call.headers, call.method in ("POST", "PATCH", "PUT")
    content_type = ""
    if writes:
        content_type = negotiation.media_type(headers.get(b"content-type"))
        if content_type == APPLICATION_JSON:
            call.json = negotiation.decoded(call.body)
    if token is None:
        raise _no_token(call)
    if token.expires_at <= call.sandbox.clock.now():
        raise Problem(401, "The access token provided has expired.")
    call.connection, call.user = token.connection, token.user
    role = token.user.role
    if OVERALL not in role:
        raise Problem(403, _NO_ACCESS)
    if call.method == "GET":
        negotiation.check_accept(headers.get(b"accept"))
    elif writes and operation.consumes is not None:
        negotiation.check_content_type(content_type, operation.consumes)
    if call.query_string:
        negotiation.check_brackets(call.query_string)
    if operation.acl is not None and operation.acl not in role:
        raise Problem(403, operation.forbidden)


def _no_token(call: Call) -> Problem:
    if negotiation.given_token(call.headers, call.query_string, call.body):
        return Problem(401, "The access token provided is invalid.")
    return Problem(401, _NO_TOKEN) if call.catalog.has("plain words for a missing token") else OAuthRequired()
