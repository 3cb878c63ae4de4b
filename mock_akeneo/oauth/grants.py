"""The token endpoint: who gets a token, and the words in which the others are refused.

Every OAuth error is a 422 with the PIM's own body. Order of checks (original PIM): grant type, client, grant
allowed for the client, parameters of the grant, user or refresh token, scope.
Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/Controller/TokenController.php and tests/integration/Controller/Token/
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from typing import Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Problem
from mock_akeneo.oauth.connections import Connection, Connections
from mock_akeneo.oauth.tokens import Tokens

MAX_BODY_BYTES: Final = 300

_NO_CLIENT: Final = 'Parameter "client_id" is missing or does not match any client, or secret is invalid'
_NO_GRANT: Final = 'Parameter "grant_type", "username" or "password" is missing, empty or invalid'
_NOT_ALLOWED: Final = "This grant type is not authorized for this client"
_NO_USER: Final = "No user found for the given username and password"
_NO_REFRESH: Final = 'Parameter "grant_type" or "refresh_token" is missing or empty'
_BAD_REFRESH: Final = "Refresh token is invalid or has expired"
_NO_SCOPE: Final = "An unsupported scope was requested."

# Words that OAuth knows; a connection may use the first two.
_ALLOWED: Final = ("password", "refresh_token")
_KNOWN: Final = (*_ALLOWED, "authorization_code", "client_credentials", "token")
_EXTENSIONS: Final = ("http://", "https://", "urn:")


def credentials(authorization: bytes | None, members: Mapping[str, object]) -> tuple[str, str]:
    """Client id and secret: from a Basic header, else from the body; `""` where there is none.

    A header that cannot be decoded or lacks a colon counts as none.
    """
    return basic(authorization) or (_text(members, "client_id"), _text(members, "client_secret"))


@lru_cache
def basic(authorization: bytes | None) -> tuple[str, str] | None:
    """Client id and secret of a Basic header."""
    if authorization is None or authorization[:6].lower() != b"basic ":
        return None
    try:
        text = b64decode(authorization[6:].strip(), validate=True).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        return None
    client_id, colon, secret = text.partition(":")
    return (client_id, secret) if colon else None


def grant(authorization: bytes | None, members: Mapping[str, object], connections: Connections, tokens: Tokens) -> Json:
    """The five members of a token answer. Raises `Problem` 422."""
    word = _text(members, "grant_type")
    if word not in _KNOWN and not word.startswith(_EXTENSIONS):
        raise Problem(422, _NO_GRANT)
    client_id, secret = credentials(authorization, members)
    connection = connections.by_client_id.get(client_id)
    if connection is None or not compare_digest(connection.secret.encode(), secret.encode()):
        raise Problem(422, _NO_CLIENT)
    if word not in _ALLOWED:
        raise Problem(422, _NOT_ALLOWED)
    if word == "password":
        user = _user(members, connections)
        _refuse_scope(members)
        return tokens.issue(connection, user)
    value = _scalar(members, "refresh_token")
    if not value:
        raise Problem(422, _NO_REFRESH)
    used = tokens.use_refresh(value, connection)
    if used is None:
        raise Problem(422, _BAD_REFRESH)
    _refuse_scope(members)
    return tokens.issue(connection, used.user)


def _user(members: Mapping[str, object], connections: Connections) -> Connection:
    username, password = _scalar(members, "username"), _scalar(members, "password")
    if not username or not password:
        raise Problem(422, _NO_GRANT)
    user = connections.by_username.get(username)
    # Any user will do: the PIM grants a token for a client of one connection and the user of another.
    if user is None or not compare_digest(user.password.encode(), password.encode()):
        raise Problem(422, _NO_USER)
    return user


def _refuse_scope(members: Mapping[str, object]) -> None:
    if _scalar(members, "scope"):
        raise Problem(422, _NO_SCOPE)


def _scalar(members: Mapping[str, object], name: str) -> str:
    """What the OAuth library takes for a value: a scalar, as PHP writes it; `""` for what PHP takes for false.

    Source: oauth2-php: lib/OAuth2.php (grantAccessToken, with `FILTER_REQUIRE_SCALAR`)
    """
    value = members.get(name)
    if value is None or value is False or value == "0" or value == 0 or isinstance(value, list | dict):
        return ""
    return "1" if value is True else str(value)


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""
