"""Who a call's bearer token lets in, row by row.

Source: 01 section 2; pim: src/Akeneo/Tool/Bundle/ApiBundle/{OAuth,Security}
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from mock_akeneo.oauth.acls import OVERALL
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.answers import body, problem
from tests.asgi import AsgiTransport

URL = "/api/rest/v1/locales"
MISSING = problem(401, "Full authentication is required to access this resource.")
INVALID = problem(401, "The access token provided is invalid.")
EXPIRED = problem(401, "The access token provided has expired.")


@pytest.fixture
def anyone(pim: App) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(transport=AsgiTransport(pim), base_url="http://localhost") as connected:
        yield connected


@pytest.fixture
def connection(sandbox: Sandbox) -> Connection:
    return next(iter(sandbox.connections.by_code.values()))


@pytest.fixture
def pair(sandbox: Sandbox, connection: Connection) -> Json:
    return sandbox.issue(connection, connection)


def test_a_token_is_taken_from_header_query_or_form(anyone: httpx.Client, pair: Json) -> None:
    token = pair["access_token"]
    assert anyone.get(URL, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert anyone.get(URL, headers={"Authorization": f"Bearer\t{token}"}).status_code == 200
    assert anyone.get(URL, headers={"Authorization": f"Basic eA, Bearer {token} x"}).status_code == 200
    assert anyone.get(URL, params={"access_token": token}).status_code == 200
    refused = anyone.post(URL.replace("locales", "families"), data={"access_token": token})
    assert refused.status_code == 415


@pytest.mark.parametrize(
    "header",
    [None, "Basic " + b64encode(b"a:b").decode(), "bearer {}", "{}", "Bearer ", "Bearer", "Bearer  {}"],
)
def test_without_a_bearer_token_a_call_is_not_authenticated(
    anyone: httpx.Client, pair: Json, header: str | None
) -> None:
    """The word is matched with its case, and one white space behind it."""
    headers = {} if header is None else {"Authorization": header.format(pair["access_token"])}
    answer = anyone.get(URL, headers=headers)
    assert body(answer) == MISSING
    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["unknown", "x" * 5000])
def test_an_unknown_token_is_invalid(anyone: httpx.Client, token: str) -> None:
    assert body(anyone.get(URL, headers={"Authorization": f"Bearer {token}"})) == INVALID


def test_a_refresh_token_lets_nobody_in(anyone: httpx.Client, pair: Json) -> None:
    assert body(anyone.get(URL, headers={"Authorization": f"Bearer {pair['refresh_token']}"})) == INVALID


def test_a_token_that_was_revoked_is_unknown(anyone: httpx.Client, sandbox: Sandbox, pair: Json) -> None:
    sandbox.revoke()
    assert body(anyone.get(URL, headers={"Authorization": f"Bearer {pair['access_token']}"})) == INVALID


def test_a_token_whose_time_has_come_has_expired(anyone: httpx.Client, sandbox: Sandbox, pair: Json) -> None:
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    sandbox.clock.advance(3599)
    assert anyone.get(URL, headers=headers).status_code == 200
    sandbox.clock.advance(1)
    assert body(anyone.get(URL, headers=headers)) == EXPIRED


def test_a_user_without_the_overall_right_is_let_in_nowhere(
    anyone: httpx.Client, connection: Connection, pair: Json
) -> None:
    connection.role -= {OVERALL}
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    told = problem(403, "You are not allowed to access the web API.")
    assert body(anyone.get(URL, headers=headers)) == told
    assert body(anyone.get("/api/rest/v1/system-information", headers=headers)) == told


@pytest.mark.parametrize(
    ("right", "method", "path", "message"),
    [
        ("attribute_list", "GET", "attributes", "list attributes"),
        ("attribute_list", "GET", "attributes/sku", "list attributes"),
        ("attribute_edit", "POST", "attributes", "create or update attributes"),
        ("attribute_edit", "PATCH", "attributes/sku", "create or update attributes"),
        ("attribute_option_list", "GET", "attributes/sku/options", "list attribute options"),
        ("attribute_option_edit", "POST", "attributes/sku/options", "create or update attribute options"),
        ("attribute_group_list", "GET", "attribute-groups", "list attribute groups"),
        ("attribute_group_edit", "POST", "attribute-groups", "create or update attribute groups"),
        ("family_list", "GET", "families", "list families"),
        ("family_edit", "POST", "families", "create or update families"),
        ("family_variant_list", "GET", "families/x/variants", "list family variants"),
        ("family_variant_edit", "POST", "families/x/variants", "create or update family variants"),
        ("association_type_list", "GET", "association-types", "list association types"),
        ("association_type_edit", "POST", "association-types", "create or update association types"),
        ("channel_list", "GET", "channels", "list channels"),
        ("channel_edit", "POST", "channels", "create or update channels"),
        ("locale_list", "GET", "locales", "list locales"),
        ("currency_list", "GET", "currencies/EUR", "list currencies"),
    ],
)
def test_the_right_to_an_entity_is_told_by_name(
    api: httpx.Client, connection: Connection, right: str, method: str, path: str, message: str
) -> None:
    """01 section 4. Rights are looked at before the body: it need not be good."""
    connection.role -= {f"pim_api_{right}"}
    content = None if method == "GET" else {"nonsense": True}
    answer = api.request(method, f"/api/rest/v1/{path}", json=content)
    assert body(answer) == problem(403, f"Access forbidden. You are not allowed to {message}.")


def test_a_collection_is_refused_whole_without_the_right(api: httpx.Client, connection: Connection) -> None:
    connection.role -= {"pim_api_family_edit"}
    headers = {"Content-Type": "application/vnd.akeneo.collection+json"}
    answer = api.patch("/api/rest/v1/families", content=b'{"code":"a"}', headers=headers)
    assert body(answer) == problem(403, "Access forbidden. You are not allowed to create or update families.")


def test_routes_and_json_are_looked_at_before_the_token(anyone: httpx.Client) -> None:
    """01 section 2: routing errors and JSON errors precede authentication; headers and parameters follow it."""
    assert anyone.get("/api/rest/v1/nope").status_code == 404
    assert anyone.post(URL).status_code == 405
    answer = anyone.post("/api/rest/v1/families", content=b"{", headers={"Content-Type": "application/json"})
    assert body(answer) == problem(400, "Invalid json message received")
    assert body(anyone.get(f"{URL}?limit=x&a[]=1", headers={"Accept": "text/html"})) == MISSING


def test_headers_come_before_rights_and_parameters(api: httpx.Client, connection: Connection) -> None:
    connection.role -= {"pim_api_locale_list"}
    assert api.get(f"{URL}?a[]=1&limit=x", headers={"Accept": "text/html"}).status_code == 406
    assert api.get(f"{URL}?a[]=1&limit=x").status_code == 400
    assert api.get(f"{URL}?limit=x").status_code == 403
    connection.role |= {"pim_api_locale_list"}
    assert api.get(f"{URL}?limit=x").status_code == 422
