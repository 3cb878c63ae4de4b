"""Pages of lists: parameters, links, and the law that all pages together are the whole.

Source: 01 section 6; pim: src/Akeneo/Tool/Component/Api/Pagination/
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.answers import body, codes, problem

URL = "http://localhost/api/rest/v1"
# The tests below only read.
READS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", '"0" is not a valid page number.'),
        ("page=-1", '"-1" is not a valid page number.'),
        ("page=1.5", '"1.5" is not a valid page number.'),
        ("page=01", '"01" is not a valid page number.'),
        ("page=abc", '"abc" is not a valid page number.'),
        ("page=", '"" is not a valid page number.'),
        ("limit=0", '"0" is not a valid limit number.'),
        ("limit=x", '"x" is not a valid limit number.'),
        ("limit=101", "You cannot request more than 100 items."),
        (
            "with_count=1",
            'Parameter "with_count" has to be a boolean. Only "true" or "false" allowed, "1" given.',
        ),
        ("pagination_type=search_after", "Pagination type is not supported."),
        ("pagination_type=x", "Pagination type does not exist."),
        # The first wrong one of limit, page, with_count is told.
        ("with_count=1&page=0&limit=0", '"0" is not a valid limit number.'),
        ("with_count=1&page=0", '"0" is not a valid page number.'),
    ],
)
def test_a_wrong_parameter_is_told(technical: httpx.Client, query: str, message: str) -> None:
    assert body(technical.get(f"/families?{query}")) == problem(422, message)


def test_links_write_out_all_defaults_and_keep_the_rest_of_the_query(technical: httpx.Client) -> None:
    answer = technical.get("/families?foo=b%20r%2F%2B&limit=4&pagination_type=page").json()
    rest = "&foo=b%20r/%2B&pagination_type=page"
    assert answer["_links"] == {
        "self": {"href": f"{URL}/families?page=1&limit=4&with_count=false{rest}"},
        "first": {"href": f"{URL}/families?page=1&limit=4&with_count=false{rest}"},
        # The page is full, so there is a next one, even if nothing follows.
        "next": {"href": f"{URL}/families?page=2&limit=4&with_count=false{rest}"},
    }
    assert technical.get(answer["_links"]["next"]["href"]).json() == {
        "_links": {
            "self": {"href": f"{URL}/families?page=2&limit=4&with_count=false{rest}"},
            "first": {"href": f"{URL}/families?page=1&limit=4&with_count=false{rest}"},
            "previous": {"href": f"{URL}/families?page=1&limit=4&with_count=false{rest}"},
        },
        "current_page": 2,
        "_embedded": {"items": []},
    }


def test_a_page_far_out_of_range_is_empty(technical: httpx.Client) -> None:
    answer = technical.get("/families?page=999999999999999999&with_count=true").json()
    assert (answer["_embedded"], answer["items_count"]) == ({"items": []}, 4)


@READS
@given(path=st.sampled_from(["/locales", "/currencies", "/attributes", "/categories"]), limit=st.integers(2, 100))
def test_all_pages_together_are_the_whole_once_each(technical: httpx.Client, path: str, limit: int) -> None:
    found: list[str] = []
    url: str | None = f"{URL}{path}?limit={limit}&with_count=true"
    while url is not None:
        page = technical.get(url)
        found += codes(page)
        answer = page.json()
        url = answer["_links"].get("next", {}).get("href")
    assert len(found) == len(set(found)) == answer["items_count"]
    if path != "/categories":
        assert found == sorted(found)


@READS
@given(limit=st.integers(1, 9))
def test_all_pages_of_a_nested_list_are_those_of_its_parent(technical: httpx.Client, limit: int) -> None:
    path = f"{URL}/attributes/a_simple_select_color/options"
    pages = [codes(technical.get(f"{path}?limit={limit}&page={number}")) for number in range(1, 11)]
    found = [code for page in pages for code in page]
    assert (
        found == ["black", "blue", "brown", "green", "grey", "orange", "pink", "red", "white", "yellow"][: limit * 10]
    )


# What a query may hold; PHP takes brackets in names for arrays, and turns dots and blanks into underscores.
NAMES = st.text("abcdefghij_-0123456789äß", min_size=1, max_size=8).map(lambda name: f"x{name}")
VALUES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


@READS
@given(extra=st.dictionaries(NAMES, VALUES, max_size=4), page=st.integers(1, 5))
def test_a_link_asks_for_what_was_asked(technical: httpx.Client, extra: dict[str, str], page: int) -> None:
    """Whatever text the query holds: the self link leads to the very same answer."""
    answer = technical.get("/families", params={**extra, "page": str(page), "limit": "1"})
    href = answer.json()["_links"]["self"]["href"]
    assert dict(parse_qsl(urlsplit(href).query, keep_blank_values=True)) == {
        "page": str(page),
        "limit": "1",
        "with_count": "false",
        **extra,
    }
    assert technical.get(href).content == answer.content
