from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_akeneo.contract.reading import PRODUCTS_UUID, lists_of
from mock_akeneo.contract.stage import Stage
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.scenarios.scenario import Scenario
from tests.contract.journal import call


def asked(query: str, **more: Any) -> Json:
    return call(1, query=query, path="/api/rest/v1/products-uuid", **more)


def test_the_pages_of_a_list_are_one_list() -> None:
    calls = [
        asked("pagination_type=search_after&limit=100&search=%7B%7D&locales=en_US,de_DE"),
        asked("pagination_type=search_after&limit=100&search=%7B%7D&locales=en_US%2Cde_DE&search_after=x"),
        asked("page=2&with_count=true&search=%7B%7D&locales=en_US,de_DE"),
    ]
    assert lists_of(calls) == [("/api/rest/v1/products-uuid", {"search": "{}", "locales": "en_US,de_DE"})]


def test_a_call_for_one_item_is_a_probe_beside_others() -> None:
    calls = [asked("limit=1&with_count=true"), asked("limit=100&search=%7B%22a%22:1%7D")]
    assert lists_of(calls) == [("/api/rest/v1/products-uuid", {"search": '{"a":1}'})]
    assert lists_of(calls[:1]) == [("/api/rest/v1/products-uuid", {})]


def test_refused_calls_and_other_lists_were_not_asked_for() -> None:
    calls = [asked("search=x", status=422), call(2, "categories.list"), call(3, "token")]
    assert lists_of(calls) == []


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage(Scenario(name="read here", about="", catalog="minimal", products=3)) as stage:
        yield stage


def write(stage: Stage, identifier: str, body: Json) -> None:
    told = stage.told()
    url = f"{told.api_url}/api/rest/v1/products/{identifier}"
    httpx.patch(url, json=body, headers={"Authorization": f"Bearer {told.api_key}"}).raise_for_status()


def test_what_has_not_changed_is_read_once(stage: Stage) -> None:
    assert stage.reader.products() is stage.before
    write(stage, "stock-0001", {"enabled": False})
    after = stage.reader.products()
    [changed] = [product for uuid, product in after.items() if product != stage.before[uuid]]
    assert (changed["identifier"], changed["enabled"]) == ("stock-0001", False)
    assert all(product["values"] is stage.before[uuid]["values"] for uuid, product in after.items())


def test_what_a_connector_hands_over_is_held_once_if_it_is_the_same_to_the_byte(stage: Stage) -> None:
    uuid, product = next(iter(stage.before.items()))
    [state] = stage.reader.asked([call(1, path=PRODUCTS_UUID, query="limit=100")])[uuid]
    assert state["values"] is product["values"]
    handed_over = {"uuid": uuid.upper(), "enabled": 1, "values": loads(dumps(product["values"])), "own": True}
    shared = stage.reader.shared(uuid, handed_over)
    assert (repr(shared), shared["values"] is product["values"]) == (repr(handed_over), True)
    assert stage.reader.handed_over(["no product", {"identifier": "x"}, handed_over]) == (
        "no product",
        {"identifier": "x"},
        handed_over,
    )
