"""Whose call it is: its sandbox, token and connection."""

from __future__ import annotations

from mock_akeneo.core.problems import Problem
from mock_akeneo.core.query_strings import parameters
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.oauth.grants import basic, credentials
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.rest import negotiation
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes

Headers = dict[bytes, bytes]


class Callers:
    """`own`: the sandbox of this port, if the port belongs to one. `bearers`: tokens by `Authorization` as clients
    write it."""

    def __init__(self, sandboxes: Sandboxes, own: Sandbox | None) -> None:
        self.sandboxes, self.own = sandboxes, own
        self.bearers = sandboxes.bearers

    def is_authorised(self, headers: Headers, query: bytes, token: Token | None) -> bool:
        """Whether head and query name a token that is valid."""
        sandbox, token, _ = self.whose(headers, query, b"", token, False)
        return token is not None and token.expires_at > sandbox.clock.now()

    def whose(
        self, headers: Headers, query: bytes, body: bytes, token: Token | None, token_call: bool
    ) -> tuple[Sandbox, Token | None, Connection | None]:
        """`token`: if `bearers` knows it. Of a token call the client id counts."""
        if token is None and (given := negotiation.given_token(headers, query, body)):
            token = self.bearers.get(b"Bearer " + given)
        client_id = ""
        if token_call:
            authorization = headers.get(b"authorization")
            # The body need be read for it only where the header does not say it.
            members = {} if basic(authorization) else token_members(headers, body)
            client_id = credentials(authorization, members or {})[0]
        connection: Connection | None
        if self.own is not None:
            own = self.own
            if token is not None and token.connection.sandbox != own.name:
                token = None
            if token_call:
                connection = own.connections.by_client_id.get(client_id)
            else:
                connection = None if token is None else token.connection
            return own, token, connection
        if token_call:
            connection = self.sandboxes.clients.get(client_id)
        else:
            connection = None if token is None else token.connection
        if connection is not None:
            return self.sandboxes.by_name[connection.sandbox], token, connection
        named = headers.get(b"x-mock-sandbox")
        sandbox = self.sandboxes.by_name.get(named.decode("latin-1")) if named else None
        return sandbox or self.sandboxes.default, None, None


def token_members(headers: dict[bytes, bytes], body: bytes) -> dict[str, object] | None:
    """The members of a token request, JSON or form; None when they cannot be read."""
    if negotiation.media_type(headers.get(b"content-type")) == negotiation.FORM:
        return {**parameters(body)}
    try:
        data = negotiation.decoded(body)
    except Problem:
        return None
    return data if isinstance(data, dict) else {}
