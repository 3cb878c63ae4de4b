"""`POST /api/oauth/v1/token`: an access token for a connection.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/Controller/TokenController.php, .../EventSubscriber/ (size, content type)
"""

from __future__ import annotations

from mock_akeneo.core.headers import OF_TOKEN
from mock_akeneo.core.json_types import dumps
from mock_akeneo.core.problems import INVALID_JSON, Problem
from mock_akeneo.oauth import grants
from mock_akeneo.rest import negotiation
from mock_akeneo.rest.callers import token_members
from mock_akeneo.rest.gateway import TOKEN_PATH
from mock_akeneo.rest.operation import Operation
from mock_akeneo.sandbox.call import Answer, Call

_TYPES = ("application/json", "application/x-www-form-urlencoded")


def respond(call: Call) -> Answer:
    """Size (413), JSON (400), content type (415), then the grant (422)."""
    if len(call.body) > grants.MAX_BODY_BYTES:
        raise Problem(413, f"Request content exceeded the maximum allowed size of {grants.MAX_BODY_BYTES} bytes")
    content_type = negotiation.media_type(call.headers.get(b"content-type"))
    if content_type not in _TYPES:
        raise _wrong_type(content_type)
    members = token_members(call.headers, call.body)
    if members is None:
        raise Problem(400, INVALID_JSON)
    sandbox = call.sandbox
    authorization = call.headers.get(b"authorization")
    answer = grants.grant(authorization, members, sandbox.connections, sandbox.tokens)
    token = sandbox.tokens.access(answer["access_token"])
    assert token is not None
    call.entry.token_id, call.entry.user = token.id, token.user.username
    return Answer(200, dumps(answer), OF_TOKEN)


def _wrong_type(given: str) -> Problem:
    either = " or ".join(f'"{type_}"' for type_ in _TYPES)
    if not given:
        return Problem(415, f'The "Content-Type" header is missing. {either} has to be specified as value.')
    return Problem(415, f'"{given}" in "Content-Type" header is not valid. Only {either} are allowed.')


TOKEN = Operation(name="token", method="POST", path=TOKEN_PATH, respond=respond, public=True)
