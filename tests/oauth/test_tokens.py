"""Who a call's bearer token lets in, row by row.

Source: 01 section 2; pim: src/Akeneo/Tool/Bundle/ApiBundle/{OAuth,Security}
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.disk import Row
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.acls import OVERALL
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import parse_limits
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


# When a pair is forgotten

HOUR, DAY = 3600, 86_400
REFRESH = 14 * DAY


def answered(anyone: httpx.Client, token: str) -> Json:
    told: Json = body(anyone.get(URL, headers={"Authorization": f"Bearer {token}"}))
    return told


def test_a_pair_is_forgotten_a_day_after_both_its_tokens_have_ended(
    anyone: httpx.Client, sandbox: Sandbox, pair: Json
) -> None:
    sandbox.limit(parse_limits([{"kind": "fixed_window", "limit": 1, "seconds": 60}]))
    sandbox.clock.advance(REFRESH + DAY - 1)
    assert answered(anyone, pair["access_token"]) == EXPIRED
    # Its connection is known, and so are its limits.
    assert anyone.get(URL, headers={"Authorization": f"Bearer {pair['access_token']}"}).status_code == 429
    assert [(token["id"], token["expired"]) for token in sandbox.tokens.body()] == [
        ("access-1", True),
        ("refresh-1", True),
    ]
    sandbox.clock.advance(1)
    assert answered(anyone, pair["access_token"]) == INVALID
    assert sandbox.tokens.body() == []
    assert len(sandbox.tokens) == 0


def test_a_pair_whose_refresh_token_was_used_waits_for_its_access_token_alone(
    anyone: httpx.Client, sandbox: Sandbox, connection: Connection, pair: Json
) -> None:
    sandbox.clock.advance(60)
    asked = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    basic = httpx.BasicAuth(connection.client_id, connection.secret)
    other = anyone.post("/api/oauth/v1/token", json=asked, auth=basic).json()
    sandbox.clock.advance(HOUR + DAY - 61)
    assert answered(anyone, pair["access_token"]) == EXPIRED
    sandbox.clock.advance(1)
    assert answered(anyone, pair["access_token"]) == INVALID
    assert answered(anyone, other["access_token"]) == EXPIRED
    sandbox.clock.advance(REFRESH)
    assert answered(anyone, other["access_token"]) == INVALID


def test_what_was_ended_early_is_forgotten_early(anyone: httpx.Client, sandbox: Sandbox, pair: Json) -> None:
    sandbox.expire(kind="access")
    sandbox.clock.advance(DAY)
    assert answered(anyone, pair["access_token"]) == EXPIRED
    sandbox.expire(kind="refresh")
    sandbox.clock.advance(DAY - 1)
    assert answered(anyone, pair["access_token"]) == EXPIRED
    sandbox.clock.advance(1)
    assert answered(anyone, pair["access_token"]) == INVALID


@pytest.mark.parametrize("mode", ["frozen", "real", "scaled"])
def test_tokens_that_outlive_a_reset_are_forgotten_in_their_time(sandbox: Sandbox, pair: Json, mode: str) -> None:
    """The clock has gone back and forgotten what was due."""
    sandbox.clock.advance(DAY)
    sandbox.reset(keep=["tokens"])
    sandbox.clock.set(mode, scale=2)
    sandbox.clock.advance(REFRESH + DAY - 60)
    assert sandbox.tokens.access(pair["access_token"]) is not None
    sandbox.clock.advance(60)
    assert sandbox.tokens.access(pair["access_token"]) is None


def test_revoked_tokens_leave_nothing_behind_on_a_clock_that_stands(sandbox: Sandbox, connection: Connection) -> None:
    for _ in range(1000):
        sandbox.issue(connection, connection)
        sandbox.revoke()
    assert len(sandbox.tokens) == 0
    assert len(sandbox.tokens._ends) < 100


def test_twenty_thousand_pairs_leave_no_more_behind_than_those_that_are_still_known(
    pim: App, sandbox: Sandbox, connection: Connection
) -> None:
    bearers = pim.sandboxes.bearers
    most = (REFRESH + DAY) // HOUR - 1  # the oldest one has just gone
    for number in range(20_000):
        sandbox.issue(connection, connection)
        sandbox.clock.advance(HOUR)
        if number % 5_000 == most:
            assert len(bearers) == most
            assert len(sandbox.tokens) == 2 * most
            assert len(sandbox.tokens._ends) == most
    sandbox.clock.advance(REFRESH + DAY)
    assert (len(bearers), len(sandbox.tokens), sandbox.clock.next_due()) == (0, 0, None)


def kept(app: App) -> list[tuple[str, str, float]]:
    """Tokens that lie in the data folder: connection, id, end."""
    keeping = app.sandboxes.default.keeping
    assert keeping is not None
    rows = [loads(row.body) for row in keeping.disk.rows("default") if row.kind == "token" and row.body is not None]
    return [(row["connection"], row["id"], row["expires_at"]) for row in rows]


def test_a_token_call_writes_its_own_rows_alone(tmp_path: Path) -> None:
    app = create_app(Settings(catalog="minimal", clock="frozen", data=tmp_path))
    sandbox = app.sandboxes.default
    keeping = sandbox.keeping
    assert keeping is not None
    connection = next(iter(sandbox.connections.by_code.values()))
    written: list[list[tuple[str, str, bool]]] = []
    write = keeping.disk.write

    def listed(sandbox: str, rows: Iterable[Row]) -> None:
        told = list(rows)
        written.append([(row.kind, row.key, row.body is None) for row in told])
        write(sandbox, told)

    keeping.disk.write = listed  # type: ignore[method-assign]
    login = {"grant_type": "password", "username": connection.username, "password": connection.password}
    with httpx.Client(transport=AsgiTransport(app), base_url="http://localhost") as http:
        http.auth = (connection.client_id, connection.secret)
        pairs = [http.post("/api/oauth/v1/token", json=login).json() for _ in range(3)]
        http.post(
            "/api/oauth/v1/token", json={"grant_type": "refresh_token", "refresh_token": pairs[0]["refresh_token"]}
        )
        http.post("/_mock/v1/tokens/expire", json={"kind": "access"})
        http.post("/_mock/v1/clock/advance", json={"seconds": HOUR + DAY})
    assert written == [
        [("token", "access-1", False), ("token", "refresh-1", False)],
        [("token", "access-2", False), ("token", "refresh-2", False)],
        [("token", "access-3", False), ("token", "refresh-3", False)],
        [("token", "refresh-1", True), ("token", "access-4", False), ("token", "refresh-4", False)],
        [("token", f"access-{number}", False) for number in range(1, 5)],
        [("token", "access-1", True)],
    ]
    assert [id_ for _, id_, _ in kept(app)] == [
        "access-2", "refresh-2", "access-3", "refresh-3", "access-4", "refresh-4"
    ]  # fmt: skip


def test_what_ended_long_ago_is_not_taken_back_from_a_data_folder(tmp_path: Path) -> None:
    settings = Settings(catalog="minimal", clock="frozen", data=tmp_path)
    app = create_app(settings)
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    sandbox.issue(connection, connection)
    sandbox.expire(kind="both")
    sandbox.clock.advance(HOUR)
    sandbox.issue(connection, connection)
    sandbox.commit()
    assert sandbox.keeping is not None
    sandbox.keeping.close()
    app = create_app(replace(settings, clock="frozen@2026-01-02T00:30:00Z"))
    assert [token["id"] for token in app.sandboxes.default.tokens.body()] == ["access-2", "refresh-2"]
    assert [id_ for _, id_, _ in kept(app)] == ["access-2", "refresh-2"]
    # And its number is not given again.
    app.sandboxes.default.issue(*[next(iter(app.sandboxes.default.connections.by_code.values()))] * 2)
    assert [token["id"] for token in app.sandboxes.default.tokens.body()][1] == "access-3"
