"""The token endpoint over HTTP, row by row.

Source: 01 section 1; pim: src/Akeneo/Tool/Bundle/ApiBundle/tests/integration/Controller/Token/
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.answers import body, problem
from tests.asgi import AsgiTransport

URL = "/api/oauth/v1/token"
PASSWORD = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
IN_BODY = {"client_id": "1_mock_client", "client_secret": "mock_secret"}
NO_CLIENT = 'Parameter "client_id" is missing or does not match any client, or secret is invalid'
NO_GRANT = 'Parameter "grant_type", "username" or "password" is missing, empty or invalid'
NO_USER = "No user found for the given username and password"
NO_REFRESH = 'Parameter "grant_type" or "refresh_token" is missing or empty'
BAD_REFRESH = "Refresh token is invalid or has expired"
NOT_ALLOWED = "This grant type is not authorized for this client"


@pytest.fixture
def anyone(pim: App) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(transport=AsgiTransport(pim), base_url="http://localhost") as connected:
        yield connected


def _basic(client: str = "1_mock_client", secret: str = "mock_secret") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client}:{secret}".encode()).decode()}


def _ask(anyone: httpx.Client, members: Any, **headers: str) -> httpx.Response:
    return anyone.post(URL, json=members, headers=headers or _basic())


def _works(anyone: httpx.Client, token: str) -> bool:
    answer = anyone.get("/api/rest/v1/locales", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def test_a_password_gets_a_pair_of_tokens(anyone: httpx.Client) -> None:
    answer = _ask(anyone, PASSWORD)
    found = answer.json()
    assert found == {
        "access_token": found["access_token"],
        "expires_in": 3600,
        "token_type": "bearer",
        "scope": None,
        "refresh_token": found["refresh_token"],
    }
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store, private", "no-cache")
    assert _works(anyone, found["access_token"])


def test_a_form_is_taken_as_well(anyone: httpx.Client) -> None:
    assert anyone.post(URL, data=PASSWORD, headers=_basic()).status_code == 200


def test_what_follows_the_content_type_does_not_matter(anyone: httpx.Client) -> None:
    headers = {**_basic(), "Content-Type": "application/json; charset=utf-8"}
    assert anyone.post(URL, json=PASSWORD, headers=headers).status_code == 200


def test_the_client_may_stand_in_the_body(anyone: httpx.Client) -> None:
    assert anyone.post(URL, json={**PASSWORD, **IN_BODY}).status_code == 200


def test_the_client_of_the_header_wins(anyone: httpx.Client) -> None:
    assert _ask(anyone, {**PASSWORD, **IN_BODY, "client_secret": "wrong"}).status_code == 200
    refused = _ask(anyone, {**PASSWORD, **IN_BODY}, **_basic(secret="wrong"))
    assert body(refused) == problem(422, NO_CLIENT)


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + b64encode(b"no colon").decode()])
def test_a_header_that_cannot_be_read_counts_as_none(anyone: httpx.Client, header: str) -> None:
    assert _ask(anyone, {**PASSWORD, **IN_BODY}, Authorization=header).status_code == 200
    assert body(_ask(anyone, PASSWORD, Authorization=header)) == problem(422, NO_CLIENT)


@pytest.mark.parametrize(
    ("members", "headers", "message"),
    [
        (PASSWORD, _basic("2_unknown"), NO_CLIENT),
        (PASSWORD, _basic(secret="wrong"), NO_CLIENT),
        (PASSWORD, _basic(secret="mock_secret\n"), NO_CLIENT),
        (PASSWORD, {"X-None": "1"}, NO_CLIENT),
        ({**PASSWORD, "grant_type": ""}, _basic(), NO_GRANT),
        ({**PASSWORD, "grant_type": "magic"}, _basic(), NO_GRANT),
        ({"username": "mock_user", "password": "mock_password"}, _basic(), NO_GRANT),
        ({**PASSWORD, "username": ""}, _basic(), NO_GRANT),
        ({"grant_type": "password", "username": "mock_user"}, _basic(), NO_GRANT),
        ({**PASSWORD, "grant_type": "token"}, _basic(), NOT_ALLOWED),
        ({**PASSWORD, "grant_type": "client_credentials"}, _basic(), NOT_ALLOWED),
        ({**PASSWORD, "grant_type": "authorization_code"}, _basic(), NOT_ALLOWED),
        ({**PASSWORD, "grant_type": "urn:mine"}, _basic(), NOT_ALLOWED),
        ({**PASSWORD, "username": "nobody"}, _basic(), NO_USER),
        ({**PASSWORD, "password": "wrong"}, _basic(), NO_USER),
        # The OAuth library takes any scalar for a text; what PHP takes for false is missing.
        ({**PASSWORD, "password": 1}, _basic(), NO_USER),
        ({**PASSWORD, "username": True}, _basic(), NO_USER),
        ({**PASSWORD, "username": "0"}, _basic(), NO_GRANT),
        ({**PASSWORD, "password": False}, _basic(), NO_GRANT),
        ({**PASSWORD, "password": ["mock_password"]}, _basic(), NO_GRANT),
        ({**PASSWORD, "scope": 1}, _basic(), "An unsupported scope was requested."),
        ({"grant_type": "refresh_token", "refresh_token": 5}, _basic(), BAD_REFRESH),
        ({"grant_type": "refresh_token", "refresh_token": 0}, _basic(), NO_REFRESH),
        ({**PASSWORD, "scope": "all"}, _basic(), "An unsupported scope was requested."),
        ({"grant_type": "refresh_token"}, _basic(), NO_REFRESH),
        ({"grant_type": "refresh_token", "refresh_token": ""}, _basic(), NO_REFRESH),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, _basic(), BAD_REFRESH),
    ],
)
def test_every_oauth_error_is_a_422_with_the_words_of_the_pim(
    anyone: httpx.Client, members: Any, headers: dict[str, str], message: str
) -> None:
    assert body(_ask(anyone, members, **headers)) == problem(422, message)


@pytest.mark.parametrize(
    ("content", "headers", "status", "message"),
    [
        (
            b"<a/>",
            {"Content-Type": "application/xml"},
            415,
            '"application/xml" in "Content-Type" header is not valid. Only "application/json" or '
            '"application/x-www-form-urlencoded" are allowed.',
        ),
        (
            b"{}",
            {},
            415,
            'The "Content-Type" header is missing. "application/json" or "application/x-www-form-urlencoded" has to be '
            "specified as value.",
        ),
        (b"{", {"Content-Type": "application/json"}, 400, "Invalid json message received"),
        (
            b" " * 301,
            {"Content-Type": "application/xml"},
            413,
            "Request content exceeded the maximum allowed size of 300 bytes",
        ),
    ],
)
def test_size_then_json_then_content_type_are_looked_at(
    anyone: httpx.Client, content: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    assert body(anyone.post(URL, content=content, headers={**_basic(), **headers})) == problem(status, message)


def test_a_body_of_three_hundred_bytes_is_taken(anyone: httpx.Client) -> None:
    members = b'{"grant_type":"password","username":"mock_user","password":"mock_password"}'.ljust(300)
    answer = anyone.post(URL, content=members, headers={**_basic(), "Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_only_post_is_known(anyone: httpx.Client, method: str) -> None:
    answer = anyone.request(method, URL)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def _refresh(anyone: httpx.Client, token: str, **headers: str) -> httpx.Response:
    return _ask(anyone, {"grant_type": "refresh_token", "refresh_token": token}, **headers)


def test_a_refresh_gives_a_new_pair_and_leaves_the_former_access_token_alone(anyone: httpx.Client) -> None:
    first = _ask(anyone, PASSWORD).json()
    second = _refresh(anyone, first["refresh_token"]).json()
    assert set(second) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert len({first["access_token"], first["refresh_token"], second["access_token"], second["refresh_token"]}) == 4
    assert _works(anyone, first["access_token"])
    assert _works(anyone, second["access_token"])


def test_a_refresh_token_serves_once(anyone: httpx.Client) -> None:
    token = _ask(anyone, PASSWORD).json()["refresh_token"]
    assert _refresh(anyone, token).status_code == 200
    assert body(_refresh(anyone, token)) == problem(422, BAD_REFRESH)


def test_a_refresh_that_fails_before_it_is_looked_at_uses_nothing_up(anyone: httpx.Client) -> None:
    token = _ask(anyone, PASSWORD).json()["refresh_token"]
    assert body(_refresh(anyone, token, **_basic(secret="wrong"))) == problem(422, NO_CLIENT)
    assert _refresh(anyone, token).status_code == 200


def test_an_access_token_refreshes_nothing(anyone: httpx.Client) -> None:
    token = _ask(anyone, PASSWORD).json()["access_token"]
    assert body(_refresh(anyone, token)) == problem(422, BAD_REFRESH)


def test_several_pairs_are_good_at_once(anyone: httpx.Client) -> None:
    tokens = [_ask(anyone, PASSWORD).json()["access_token"] for _ in range(3)]
    assert [_works(anyone, token) for token in tokens] == [True] * 3


def test_tokens_live_an_hour_and_refresh_tokens_two_weeks(anyone: httpx.Client, sandbox: Sandbox) -> None:
    pair = _ask(anyone, PASSWORD).json()
    sandbox.clock.advance(3599)
    assert _works(anyone, pair["access_token"])
    sandbox.clock.advance(1)
    assert not _works(anyone, pair["access_token"])
    sandbox.clock.advance(1_209_600 - 3601)
    second = _refresh(anyone, pair["refresh_token"]).json()
    sandbox.clock.advance(1_209_600)
    assert body(_refresh(anyone, second["refresh_token"])) == problem(422, BAD_REFRESH)


def _another(sandbox: Sandbox) -> Connection:
    connection = sandbox.connections.create("another")
    sandbox.add_connection(connection)
    return connection


def test_a_refresh_token_belongs_to_its_client(anyone: httpx.Client, sandbox: Sandbox) -> None:
    another = _another(sandbox)
    token = _ask(anyone, PASSWORD).json()["refresh_token"]
    theirs = _basic(another.client_id, another.secret)
    assert body(_refresh(anyone, token, **theirs)) == problem(422, BAD_REFRESH)
    assert _refresh(anyone, token).status_code == 200


def test_the_client_of_one_connection_goes_with_the_user_of_another(anyone: httpx.Client, sandbox: Sandbox) -> None:
    """01 section 3.4: granted all the same."""
    another = _another(sandbox)
    members = {"grant_type": "password", "username": another.username, "password": another.password}
    found = _ask(anyone, members).json()
    assert _works(anyone, found["access_token"])
    token = sandbox.tokens.access(found["access_token"])
    assert token is not None
    assert (token.connection.client_id, token.user.username) == ("1_mock_client", another.username)


def test_a_new_secret_ends_the_old_one_and_all_tokens_of_the_client(anyone: httpx.Client, sandbox: Sandbox) -> None:
    pair = _ask(anyone, PASSWORD).json()
    connection = sandbox.connections.by_client_id["1_mock_client"]
    secret = sandbox.regenerate_secret(connection)
    assert not _works(anyone, pair["access_token"])
    assert body(_ask(anyone, PASSWORD)) == problem(422, NO_CLIENT)
    new = _basic(secret=secret)
    assert body(_refresh(anyone, pair["refresh_token"], **new)) == problem(422, BAD_REFRESH)
    assert _ask(anyone, PASSWORD, **new).status_code == 200


def test_a_new_password_ends_the_old_one_and_all_tokens_of_the_user(anyone: httpx.Client, sandbox: Sandbox) -> None:
    pair = _ask(anyone, PASSWORD).json()
    connection = sandbox.connections.by_client_id["1_mock_client"]
    password = sandbox.regenerate_password(connection)
    assert not _works(anyone, pair["access_token"])
    assert body(_ask(anyone, PASSWORD)) == problem(422, NO_USER)
    assert _ask(anyone, {**PASSWORD, "password": password}).status_code == 200


def test_the_tokens_of_a_deleted_client_go_with_it(anyone: httpx.Client, sandbox: Sandbox) -> None:
    pair = _ask(anyone, PASSWORD).json()
    sandbox.remove_connection(sandbox.connections.by_client_id["1_mock_client"])
    assert not _works(anyone, pair["access_token"])
    assert body(_ask(anyone, PASSWORD)) == problem(422, NO_CLIENT)
