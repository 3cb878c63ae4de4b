"""Pages that are kept for whoever asks again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.pages import MAX_BYTES, MAX_PAGES, Page, Pages
from mock_akeneo.core.settings import Settings
from tests.conftest import client

API = "/api/rest/v1"


def page(size: int) -> Page:
    return Page(b"x" * size, ())


def test_a_page_is_kept_when_it_was_made_twice() -> None:
    pages = Pages()
    pages.made("a", page(1))
    assert pages.find("a") is None
    pages.made("a", page(2))
    assert pages.find("a") == page(2)


def test_a_page_that_several_made_at_once_is_counted_once() -> None:
    pages = Pages()
    for _ in range(3):
        pages.made("a", page(MAX_BYTES))
    assert pages.find("a") == page(MAX_BYTES)
    for _ in range(2):
        pages.made("b", page(MAX_BYTES))
    assert (pages.find("a"), pages.find("b")) == (None, page(MAX_BYTES))


@given(st.lists(st.sampled_from([("a", 1), ("b", 2), ("c", 3), ("d", 9), ("e", 10), ("f", 11)])))
def test_what_was_asked_for_last_is_kept_as_far_as_there_is_room(asked: list[tuple[str, int]]) -> None:
    pages, tenth = Pages(), MAX_BYTES // 10
    latest: list[tuple[str, int, bool]] = []
    for key, size in asked:
        made = page(size * tenth)
        known = [one for one in latest if one[0] == key]
        assert pages.find(key) == (made if known and known[0][2] else None)
        if not (known and known[0][2]):
            pages.made(key, made)
        latest = [*(one for one in latest if one[0] != key), (key, size, bool(known))]
        while sum(size for _, size, kept in latest if kept) > 10:
            del latest[0]


def test_no_more_than_so_many_keys_are_noted() -> None:
    pages = Pages()
    for key in range(MAX_PAGES + 1):
        pages.made(key, page(1))
    pages.made(0, page(1))
    assert pages.find(0) is None
    pages.made(0, page(1))
    assert pages.find(0) == page(1)


Change = Callable[[App, httpx.Client], object]


def patched(path: str, body: dict[str, object]) -> Change:
    return lambda app, api: api.patch(API + path, json=body)


CHANGES: dict[str, Change] = {
    "a product": patched("/products/jacket-fjell-navy-s", {"enabled": False}),
    "a model": patched("/product-models/jacket-fjell-navy", {"categories": ["master"]}),
    "a family": patched("/families/clothing", {"attribute_requirements": {"ecommerce": ["sku"]}}),
    "a locale less": patched("/channels/ecommerce", {"locales": ["en_US"]}),
    "an option": patched("/attributes/brand/options/new", {}),
    "a new product": lambda app, api: api.post(f"{API}/products", json={"identifier": "00000"}),
    "a product deleted": lambda app, api: api.delete(f"{API}/products-uuid/{uuid(api)}"),
    "a reset": lambda app, api: app.sandboxes.default.reset(),
    "two days": lambda app, api: app.sandboxes.default.clock.advance(172_800),
    "an index that is late": lambda app, api: setattr(app.sandboxes.default.catalog, "index_lag", 1800.0),
    "an index on time": lambda app, api: setattr(app.sandboxes.default.catalog, "index_lag", 0.0),
}
QUERIES = (
    "/products?limit=5",
    "/products?limit=5&scope=ecommerce&with_completenesses=true",
    "/products-uuid?pagination_type=search_after&limit=3",
    "/product-models?limit=100&with_quality_scores=true",
    "/products?limit=5&search=" + quote('{"updated":[{"operator":"SINCE LAST N DAYS","value":1}]}'),
)


def uuid(api: httpx.Client) -> str:
    return str(api.get(f"{API}/products-uuid?limit=1").json()["_embedded"]["items"][0]["uuid"])


@pytest.fixture(scope="module")
def demo() -> App:
    return create_app(Settings(catalog="demo", clock="frozen", seed=1))


@settings(max_examples=25)
@given(changes=st.lists(st.sampled_from(sorted(CHANGES)), max_size=6))
@pytest.mark.parametrize("path", QUERIES)
def test_a_page_that_is_asked_for_again_is_the_one_that_would_be_made(demo: App, path: str, changes: list[str]) -> None:
    def both() -> None:
        with client(demo) as api:
            # Lists do not repeat in their links what they do not know.
            made = api.get(f"{API}{path}&nonce={next(numbers)}")
            assert made.status_code == 200
            assert [api.get(API + path).json() for _ in range(3)] == [made.json()] * 3

    numbers = iter(range(100))
    sandbox = demo.sandboxes.default
    sandbox.catalog.index_lag = 0.0
    sandbox.reset()
    both()
    for change in changes:
        with client(demo) as api:
            CHANGES[change](demo, api)
        both()


@pytest.mark.parametrize("change", [name for name in CHANGES if name.startswith("a ") and name != "a reset"])
def test_each_of_these_changes_shows_in_some_list(demo: App, change: str) -> None:
    sandbox = demo.sandboxes.default
    sandbox.catalog.index_lag = 0.0
    sandbox.reset()
    with client(demo) as api:
        wide = [path.replace("limit=5", "limit=100").replace("limit=3", "limit=100") for path in QUERIES[:4]]
        before = [api.get(API + path).json() for path in wide]
        CHANGES[change](demo, api)
        assert [api.get(API + path).json() for path in wide] != before
    sandbox.reset()
    with client(demo) as api:
        assert [api.get(API + path).json() for path in wide] == before
