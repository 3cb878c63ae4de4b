"""The HTTP contract around all resources."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.resources import OPERATIONS, operations_of
from mock_akeneo.resources.absent import ABSENT
from mock_akeneo.rest.operation import COLLECTION_JSON, Operation
from tests.answers import problem
from tests.asgi import AsgiTransport
from tests.conftest import client

ROOT = "/api/rest/v1"
UUID = "12951d98-210e-4bac-ab18-7fd6f1bd14f3"
NO_ACCESS = "You are not allowed to access the web API."
NO_TOKEN = "Full authentication is required to access this resource."

_ABSENT = {row.operation for row in ABSENT}
EMULATED = [operation for operation in OPERATIONS if operation not in _ABSENT]
GUARDED = [operation for operation in EMULATED if not operation.public]
READING = [operation for operation in EMULATED if operation.method == "GET"]
WRITING = [operation for operation in GUARDED if operation.consumes is not None]


def named(operation: Operation) -> str:
    return operation.name


def path_of(operation: Operation) -> str:
    """A path of the operation, of things that do not exist."""
    return re.sub(r"\{[^}]*\}", UUID, operation.path)


def refused(answer: httpx.Response, status: int, message: str) -> None:
    """A refusal without anything but status and message."""
    assert (answer.status_code, answer.json()) == (status, problem(status, message))
    assert answer.headers["content-type"] == "application/json"


# Routes and methods


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nope"), ("POST", ""), ("DELETE", f"{ROOT}/nope/"), ("OPTIONS", f"{ROOT}/a%20b/%2F"), ("GET", "/%C3%A4")],
)
def test_an_unknown_route_is_404_without_a_token_and_names_the_address_as_written(
    api: httpx.Client, method: str, path: str
) -> None:
    answer = api.request(method, path, headers={"Authorization": ""})
    refused(answer, 404, f'No route found for "{method} http://localhost{path or "/"}"')


def test_an_unknown_route_tells_the_referer(api: httpx.Client) -> None:
    answer = api.get("/nope", headers={"Referer": 'http://x/"'})
    refused(answer, 404, 'No route found for "GET http://localhost/nope" (from "http://x/"")')


@pytest.mark.parametrize("path", sorted({path_of(operation) for operation in EMULATED}))
def test_another_method_is_405_without_a_token_and_tells_those_that_are_there(api: httpx.Client, path: str) -> None:
    answer = api.options(path, headers={"Authorization": ""})
    allowed = [operation.method for operation in EMULATED if path_of(operation) == path]
    message = f'No route found for "OPTIONS http://localhost{path}": Method Not Allowed (Allow: {", ".join(allowed)})'
    refused(answer, 405, message)
    assert answer.headers["allow"] == ", ".join(allowed)
    assert "access-control-allow-origin" not in answer.headers


def test_the_token_route_takes_post_alone(api: httpx.Client) -> None:
    path = "/api/oauth/v1/token"
    message = f'No route found for "GET http://localhost{path}": Method Not Allowed (Allow: POST)'
    refused(api.get(path), 405, message)


@pytest.mark.parametrize("operation", READING, ids=named)
def test_head_answers_like_get_without_a_body(api: httpx.Client, operation: Operation) -> None:
    got, asked = api.get(path_of(operation)), api.head(path_of(operation))
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers == got.headers
    assert int(asked.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize("slashes", ["/", "///"])
def test_a_last_slash_leads_to_the_path_without_it_with_its_query(api: httpx.Client, slashes: str) -> None:
    answer = api.get(f"{ROOT}/families{slashes}?limit=2&search=%7B%22a%22:1%7D", headers={"Host": "pim.example:81"})
    assert answer.status_code == 301
    assert answer.headers["location"] == f"http://pim.example:81{ROOT}/families?limit=2&search=%7B%22a%22:1%7D"
    assert answer.headers["content-type"] == "application/json"
    assert api.head(f"{ROOT}/families{slashes}").status_code == 301


def test_a_last_slash_behind_a_download_leads_on_though_a_code_may_hold_slashes(api: httpx.Client) -> None:
    answer = api.get(f"{ROOT}/media-files/x/download/")
    assert (answer.status_code, answer.headers["location"]) == (301, f"http://localhost{ROOT}/media-files/x/download")
    refused(api.get(f"{ROOT}/media-files/x/"), 404, 'Media file "x/" does not exist.')


def test_links_below_a_parent_name_it_as_the_call_did(api: httpx.Client) -> None:
    attribute = {"code": "colour", "type": "pim_catalog_simpleselect", "group": "other"}
    assert api.post(f"{ROOT}/attributes", json=attribute).status_code == 201
    options = f"{ROOT}/attributes/COLOUR/options"
    made = api.post(options, json={"code": "red"})
    assert made.headers["location"] == f"http://localhost{ROOT}/attributes/colour/options/red"
    page = api.get(options).json()
    assert page["_links"]["self"]["href"].startswith(f"http://localhost{options}?")
    assert page["_embedded"]["items"][0]["_links"]["self"]["href"] == f"http://localhost{options}/red"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/families/"), ("GET", "/families%2F"), ("GET", "/nope/"), ("PATCH", "/families/x/")]
)
def test_no_other_path_with_a_last_slash_is_led_anywhere(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, ROOT + path, json={} if method != "GET" else None)
    refused(answer, 404, f'No route found for "{method} http://localhost{ROOT}{path}"')


def test_a_last_slash_needs_a_token_even_at_the_root(api: httpx.Client) -> None:
    refused(api.get(f"{ROOT}/", headers={"Authorization": ""}), 401, NO_TOKEN)
    assert api.get(f"{ROOT}/").headers["location"] == f"http://localhost{ROOT}"
    refused(api.get(f"{ROOT}/?x[]=1"), 400, "Bracket syntax is not supported in query parameters.")


def test_a_slash_in_a_code_may_be_written_either_way(api: httpx.Client) -> None:
    missing = 'Product "a/b c" does not exist or you do not have permission to access it.'
    refused(api.get(f"{ROOT}/products/a/b%20c"), 404, missing)
    refused(api.get(f"{ROOT}/products/a%2Fb%20c"), 404, missing)
    # Where a code takes one segment, an encoded slash is a slash all the same.
    refused(api.get(f"{ROOT}/families/a%2Fb"), 404, f'No route found for "GET http://localhost{ROOT}/families/a%2Fb"')


# The order of checks


def test_checks_come_in_the_order_of_the_pim(pim: App) -> None:
    """Each request has all the faults that come later; one after the other is cured."""
    sandbox = pim.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    with client(pim) as api:
        good = api.headers["Authorization"]
        path, json_type = f"{ROOT}/families?x[]=1", {"Content-Type": "application/json"}

        def ask(**more: Any) -> httpx.Response:
            return api.request("PATCH", more.pop("path", path), **{"content": b"{", **more})

        connection.role = frozenset()
        no_token = {"Authorization": "Bearer no"}
        message = f'No route found for "PATCH http://localhost{ROOT}/nope"'
        refused(ask(path=f"{ROOT}/nope?x[]=1", headers={**no_token, **json_type}), 404, message)
        refused(ask(headers={**no_token, **json_type}), 400, "Invalid json message received")
        refused(ask(headers={**no_token, **json_type}, content=b"{}"), 401, "The access token provided is invalid.")
        refused(ask(headers={"Authorization": good, **json_type}, content=b"{}"), 403, NO_ACCESS)
        connection.role = frozenset({"pim_api_overall_access"})
        message = f'"application/json" in "Content-Type" header is not valid. Only "{COLLECTION_JSON}" is allowed.'
        refused(ask(headers=json_type, content=b"{}"), 415, message)
        lines = {"Content-Type": COLLECTION_JSON}
        refused(ask(headers=lines), 400, "Bracket syntax is not supported in query parameters.")
        message = "Access forbidden. You are not allowed to create or update families."
        refused(ask(path=f"{ROOT}/families", headers=lines, content=b"\n" * 101), 403, message)
        connection.role |= {"pim_api_family_edit"}
        message = "Too many resources to process, 100 is the maximum allowed."
        refused(ask(path=f"{ROOT}/families", headers=lines, content=b"\n" * 101), 413, message)


def test_a_get_looks_at_accept_before_brackets_and_rights(pim: App) -> None:
    connection = next(iter(pim.sandboxes.default.connections.by_code.values()))
    connection.role = frozenset({"pim_api_overall_access"})
    with client(pim) as api:
        message = '"text/html" in "Accept" header is not valid. Only "application/json" is allowed.'
        refused(api.get(f"{ROOT}/families?x[]=1", headers={"Accept": "text/html"}), 406, message)
        refused(api.get(f"{ROOT}/families?x[]=1"), 400, "Bracket syntax is not supported in query parameters.")
        refused(api.get(f"{ROOT}/families"), 403, "Access forbidden. You are not allowed to list families.")


# Headers


@pytest.mark.parametrize("operation", READING, ids=named)
def test_a_get_that_wants_anything_but_json_is_406_and_a_head_is_not(api: httpx.Client, operation: Operation) -> None:
    path, headers = path_of(operation), {"Accept": "text/html, application/json"}
    message = '"text/html, application/json" in "Accept" header is not valid. Only "application/json" is allowed.'
    refused(api.get(path, headers=headers), 406, message)
    assert api.head(path, headers=headers).status_code == api.head(path).status_code


@pytest.mark.parametrize("operation", WRITING, ids=named)
def test_a_write_in_another_content_type_is_415(api: httpx.Client, operation: Operation) -> None:
    path, method, allowed = path_of(operation), operation.method, operation.consumes
    message = f'"application/xml" in "Content-Type" header is not valid. Only "{allowed}" is allowed.'
    wrong = {"Content-Type": "application/xml; charset=utf-8", "Accept": "text/html"}
    refused(api.request(method, path, content=b"<x/>", headers=wrong), 415, message)
    message = f'The "Content-Type" header is missing. "{allowed}" has to be specified as value.'
    refused(api.request(method, path, content=b"{}"), 415, message)


def test_only_lists_of_lines_and_media_files_are_written_in_another_type_than_json() -> None:
    others = {operation.name: operation.consumes for operation in WRITING if operation.consumes != "application/json"}
    lines = {name for name, type_ in others.items() if type_ == COLLECTION_JSON}
    assert {name.partition(".")[2] for name in lines} == {"update_list"}
    assert "measurement_families.update_list" not in lines
    assert {name.partition(".")[0].endswith("media_files") for name in others.keys() - lines} <= {True}


# Tokens


def token_of(api: httpx.Client) -> str:
    return api.headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("operation", GUARDED, ids=named)
def test_every_route_but_the_open_ones_asks_for_a_token(api: httpx.Client, operation: Operation) -> None:
    headers = {"Authorization": "", "Content-Type": operation.consumes or ""}
    refused(api.request(operation.method, path_of(operation), headers=headers), 401, NO_TOKEN)


def test_the_root_and_the_token_route_are_open() -> None:
    assert {operation.name for operation in EMULATED if operation.public} == {"root.get", "token"}


@pytest.mark.parametrize(
    "authorization", ["", "Basic eDp5", "bearer {token}", "BEARER {token}", "{token}", "Bearer", "Bearer "]
)
def test_a_missing_token_is_401(api: httpx.Client, authorization: str) -> None:
    header = authorization.format(token=token_of(api))
    refused(api.get(f"{ROOT}/families", headers={"Authorization": header}), 401, NO_TOKEN)


@pytest.mark.parametrize("token", ["x", "undefined", "a b", "\xff"])
def test_an_unknown_token_is_401_wherever_it_stands(api: httpx.Client, token: str) -> None:
    message = "The access token provided is invalid."
    header = b"Bearer " + token.encode("latin-1")
    refused(api.get(f"{ROOT}/families", headers={b"Authorization": header}), 401, message)
    path, nothing = f"{ROOT}/families", {"Authorization": ""}
    refused(api.get(path, params={"access_token": token}, headers=nothing), 401, message)
    refused(api.post(path, data={"access_token": token}, headers=nothing), 401, message)


def test_a_token_may_stand_in_the_query_or_in_a_form(api: httpx.Client) -> None:
    token, nothing = token_of(api), {"Authorization": ""}
    assert api.get(f"{ROOT}/families", params={"access_token": token}, headers=nothing).status_code == 200
    assert api.get(
        f"{ROOT}/families", params={"access_token": token}, headers={"Authorization": "Basic eDp5"}
    ).is_success
    # A form passes the firewall, and is no body that any route takes.
    form = api.post(f"{ROOT}/families", data={"access_token": token}, headers=nothing)
    assert form.status_code == 415


def test_a_refresh_token_is_no_access_token(pim: App, api: httpx.Client) -> None:
    sandbox = pim.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    refresh = sandbox.issue(connection, connection)["refresh_token"]
    answer = api.get(f"{ROOT}/families", headers={"Authorization": f"Bearer {refresh}"})
    refused(answer, 401, "The access token provided is invalid.")


def test_an_expired_token_is_401(pim: App, api: httpx.Client) -> None:
    pim.sandboxes.default.clock.advance(3600)
    refused(api.get(f"{ROOT}/families"), 401, "The access token provided has expired.")


def test_a_pim_of_5_0_answers_a_missing_token_in_the_words_of_its_oauth_library() -> None:
    with client(create_app(Settings(catalog="minimal", clock="frozen", pim_version="5.0"))) as api:
        answer = api.get(f"{ROOT}/families", headers={"Authorization": ""})
        description = "OAuth2 authentication required"
        assert (answer.status_code, answer.json()) == (
            401,
            {"error": "access_denied", "error_description": description},
        )
        assert answer.headers["www-authenticate"] == (
            f'Bearer realm="Service", error="access_denied", error_description="{description}"'
        )
        answer = api.get(f"{ROOT}/families", headers={"Authorization": "Bearer x"})
        refused(answer, 401, "The access token provided is invalid.")


# Rights

LIST, EDIT, DELETE = (
    f"Access forbidden. You are not allowed to {verb}" for verb in ("list", "create or update", "delete")
)

# What each operation answers without its right.
FORBIDDEN = {
    "pim_api_attribute_list": f"{LIST} attributes.",
    "pim_api_attribute_edit": f"{EDIT} attributes.",
    "pim_api_attribute_option_list": f"{LIST} attribute options.",
    "pim_api_attribute_option_edit": f"{EDIT} attribute options.",
    "pim_api_attribute_group_list": f"{LIST} attribute groups.",
    "pim_api_attribute_group_edit": f"{EDIT} attribute groups.",
    "pim_api_family_list": f"{LIST} families.",
    "pim_api_family_edit": f"{EDIT} families.",
    "pim_api_family_variant_list": f"{LIST} family variants.",
    "pim_api_family_variant_edit": f"{EDIT} family variants.",
    "pim_api_association_type_list": f"{LIST} association types.",
    "pim_api_association_type_edit": f"{EDIT} association types.",
    "pim_api_category_list": NO_ACCESS,
    "pim_api_category_edit": NO_ACCESS,
    "pim_api_channel_list": f"{LIST} channels.",
    "pim_api_channel_edit": f"{EDIT} channels.",
    "pim_api_locale_list": f"{LIST} locales.",
    "pim_api_currency_list": f"{LIST} currencies.",
    "pim_api_product_list": f"{LIST} products.",
    "pim_api_product_edit": f"{EDIT} products.",
    "pim_api_product_remove": f"{DELETE} products.",
}
# By uuid, the PIM forgot the final dot.
FORBIDDEN_BY_OPERATION = {"products_uuid.delete": f"{DELETE} products"}
# Behind the overall right alone.
UNGUARDED = {
    "system_information.get", "media_files.list", "media_files.create", "media_files.get", "media_files.download",
    "measure_families.list", "measure_families.get", "measurement_families.list", "measurement_families.update_list",
}  # fmt: skip


def without(api: httpx.Client, right: str) -> None:
    """Takes a right off the only connection, by the control plane."""
    code = api.get("/_mock/v1/connections").json()["items"][0]["code"]
    answer = api.patch(f"/_mock/v1/connections/{code}", json={"role": {right: False}})
    assert answer.json()["role"][right] is False


def ask(api: httpx.Client, operation: Operation) -> httpx.Response:
    headers = {"Content-Type": operation.consumes} if operation.consumes else {}
    return api.request(operation.method, path_of(operation), headers=headers)


@pytest.mark.parametrize("right", FORBIDDEN)
def test_without_its_right_each_operation_is_403_with_the_text_of_the_pim(api: httpx.Client, right: str) -> None:
    without(api, right)
    for operation in GUARDED:
        answer = ask(api, operation)
        if operation.acl == right:
            refused(answer, 403, FORBIDDEN_BY_OPERATION.get(operation.name, FORBIDDEN[right]))
        else:
            assert answer.status_code != 403, operation.name


def test_every_right_guards_an_operation_and_the_rest_are_known() -> None:
    assert {operation.acl for operation in GUARDED} == {*FORBIDDEN, None}
    assert {operation.name for operation in GUARDED if operation.acl is None} == UNGUARDED


def test_without_the_overall_right_every_operation_is_403(api: httpx.Client) -> None:
    without(api, "pim_api_overall_access")
    for operation in GUARDED:
        refused(ask(api, operation), 403, NO_ACCESS)
    assert api.get(ROOT).status_code == 200


def test_a_right_comes_back(api: httpx.Client) -> None:
    without(api, "pim_api_family_list")
    assert api.get(f"{ROOT}/families").status_code == 403
    code = api.get("/_mock/v1/connections").json()["items"][0]["code"]
    api.patch(f"/_mock/v1/connections/{code}", json={"role": {"pim_api_family_list": True}})
    assert api.get(f"{ROOT}/families").status_code == 200


@pytest.mark.parametrize(
    ("version", "text"), [("5.0", f"{LIST} categories."), ("6.0", f"{LIST} categories."), ("7.0", NO_ACCESS)]
)
def test_categories_answer_with_the_overall_text_since_they_are_a_package_of_their_own(version: str, text: str) -> None:
    with client(create_app(Settings(catalog="minimal", pim_version=version))) as api:
        without(api, "pim_api_category_list")
        refused(api.get(f"{ROOT}/categories"), 403, text)


def test_a_pim_of_5_0_has_no_rights_on_products() -> None:
    with client(create_app(Settings(catalog="minimal", pim_version="5.0"))) as api:
        without(api, "pim_api_product_list")
        assert api.get(f"{ROOT}/products").status_code == 200


# Versions


@pytest.mark.parametrize("version", ["5.0", "6.0", "7.0"])
def test_what_an_older_pim_does_not_know_is_an_unknown_route(version: str) -> None:
    known = {operation.name for operation in operations_of(version)}
    with client(create_app(Settings(catalog="minimal", pim_version=version))) as api:
        listed = api.get(ROOT).json()["routes"]
        for operation in OPERATIONS:
            if operation.name in known:
                continue
            assert operation.route not in listed
            answer = api.request(operation.method, path_of(operation), headers={"Content-Type": "application/json"})
            paths = [path_of(other) for other in operations_of(version)]
            assert answer.status_code == (405 if path_of(operation) in paths else 404), operation.name
            assert answer.json()["message"].startswith("No route found for"), operation.name


# Addresses


@pytest.mark.parametrize("host", ['"<>', "a b", "{}", "\xff", "x" * 70000, "[", ":", "\\", "%00"])
def test_a_hostile_host_never_breaks_an_answer(pim: App, api: httpx.Client, host: str) -> None:
    headers = {b"Host": host.encode("latin-1"), b"X-Forwarded-Host": host.encode("latin-1")}
    for path in (ROOT, "/nope", f"{ROOT}/currencies?limit=1"):
        assert "localhost" in json.dumps(api.get(path, headers=headers).json())
    made = api.post(f"{ROOT}/families", json={"code": "a"}, headers=headers)
    assert made.headers["location"] == f"http://localhost{ROOT}/families/a"


def test_links_and_locations_follow_the_proxy(api: httpx.Client) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pim.example"}
    assert api.get(ROOT, headers=headers).json()["host"] == "https://pim.example"
    page = api.get(f"{ROOT}/currencies?limit=1", headers=headers).json()
    assert page["_links"]["next"]["href"] == (f"https://pim.example{ROOT}/currencies?page=2&limit=1&with_count=false")
    assert page["_embedded"]["items"][0]["_links"]["self"]["href"].startswith(f"https://pim.example{ROOT}/currencies/")
    made = api.post(f"{ROOT}/families", json={"code": "a"}, headers=headers)
    assert made.headers["location"] == f"https://pim.example{ROOT}/families/a"


def test_a_public_url_is_in_every_link() -> None:
    app = create_app(Settings(catalog="minimal", public_url="https://pim.example/"))
    with client(app) as api:
        assert api.get(ROOT, headers={"Host": "other"}).json()["host"] == "https://pim.example"
        made = api.post(f"{ROOT}/families", json={"code": "a"}, headers={"X-Forwarded-Host": "other"})
        assert made.headers["location"] == f"https://pim.example{ROOT}/families/a"


def test_http_1_0_without_a_host_is_answered(pim: App) -> None:
    with httpx.Client(transport=AsgiTransport(pim), base_url="http://localhost:8080") as bare:
        request = bare.build_request("GET", ROOT)
        del request.headers["Host"]
        assert bare.send(request).json()["host"] == "http://localhost:8080"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/families/x", "GET, PATCH, DELETE"),
        ("/attributes", "GET, POST, PATCH"),
        ("/attributes/x", "PATCH, GET"),
        ("/attributes/x/options/y", "PATCH, GET"),
        ("/products/x", "GET, PATCH, DELETE"),
        ("/locales", "GET"),
        ("/measurement-families", "GET, PATCH"),
    ],
)
def test_methods_are_told_in_the_order_of_the_routes_of_the_pim(api: httpx.Client, path: str, allowed: str) -> None:
    assert api.put(ROOT + path).headers["allow"] == allowed
