from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mock_akeneo.contract.rules.pulling import (
    asks_for_pages_of_100,
    asks_with_an_overlap,
    hands_over_products_without_identifier,
    hands_over_values_as_they_are,
    hands_over_what_was_pushed,
    pulls_every_product_once,
    pulls_what_changed_since,
)
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, call, catalog, evidence, product, pull, push, refused

ALL = tuple(SHOP.values())


def test_all_products_once_in_any_order_keep_the_rule() -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), items=ALL[::-1])))
    assert judged == kept("3 products were handed over, each once")


def test_an_item_is_known_by_its_uuid_in_any_letter_case_or_by_its_identifier() -> None:
    items = ({"uuid": ALL[0]["uuid"].upper()}, {"identifier": "p2"}, ALL[2])
    assert pulls_every_product_once(evidence(pull(call(1), items=items))).kind == "kept"


def test_the_same_product_by_uuid_and_by_identifier_is_handed_over_twice() -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), items=(*ALL, {"identifier": "p2"}))))
    assert judged == broken("it handed over 1 product (p2) more than once")


@pytest.mark.parametrize("item", [{"identifier": "p9"}, {"values": {}}, "p1", None, 7, {"identifier": 7}])
def test_what_is_no_product_of_the_pim_is_broken(item: Any) -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), items=(*ALL, item))))
    assert "that the PIM does not hold" in judged.why


def test_a_quiet_end_with_items_missing_is_broken() -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), call(2), items=ALL[:1])))
    assert judged == broken("the pull ended without an error but did not hand over 2 products (p2, p3)", [1, 2])


def test_a_connector_that_does_nothing_and_leaves_quietly_is_broken() -> None:
    judged = pulls_every_product_once(evidence(pull(items=())))
    assert judged == broken("the pull ended without an error but did not hand over 3 products (p1, p2, p3)")


def test_only_what_it_asked_for_has_to_be_handed_over() -> None:
    asked = {ALL[0]["uuid"]: (ALL[0],)}
    assert pulls_every_product_once(evidence(pull(call(1), items=ALL[:1], asked=asked))).kind == "kept"


def test_a_product_that_was_made_or_deleted_on_the_way_may_be_handed_over_or_not() -> None:
    new, gone = product(8), product(9)
    before, after = SHOP | {gone["uuid"]: gone}, SHOP | {new["uuid"]: new}
    asked = {uuid: (item,) for uuid, item in after.items()}
    for items in (ALL, (*ALL, new), (*ALL, gone), (*ALL, new, gone)):
        judged = pulls_every_product_once(evidence(pull(call(1), items=items, asked=asked), before=before, after=after))
        assert judged.kind == "kept"


def test_an_error_is_broken_where_nothing_stood_in_the_way() -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), items=ALL[:1], ending="raised", why="KeyError: 'x'")))
    assert judged == broken("the pull ended with an error: KeyError: 'x'", [1])


def test_an_error_where_the_scenario_stood_in_the_way_is_for_another_rule() -> None:
    judged = pulls_every_product_once(evidence(pull(refused(1), items=ALL[:1], ending="raised", why="429")))
    assert judged == not_seen("the pull ended with an error: 429")


def test_a_connector_without_pull_is_not_judged() -> None:
    judged = pulls_every_product_once(evidence(pull(items=(), ending="unable", why="the connector has no pull")))
    assert judged == not_seen("the connector has no pull")


def test_a_pull_without_an_end_is_broken() -> None:
    judged = pulls_every_product_once(evidence(pull(call(1), ending="endless", why="it handed over 9999 items")))
    assert judged == broken("the pull came to no end: it handed over 9999 items", [1])


def with_values(values: Any) -> tuple[Any, ...]:
    return ({"identifier": "p1", "values": values}, *ALL[1:])


@pytest.mark.parametrize(
    "values",
    [
        {"name": [{"scope": "shop", "data": "name 1"}]},
        {"name": [{"locale": None, "scope": "shop", "data": "name 1", "attribute_type": "pim_catalog_text"}]},
    ],
)
def test_what_stands_beside_locale_scope_and_data_does_not_count(values: Any) -> None:
    judged = hands_over_values_as_they_are(evidence(pull(call(1), items=with_values(values))))
    assert judged == kept("the values of 3 products are those of the PIM")


@pytest.mark.parametrize(
    "values",
    [
        {"name": [{"locale": None, "scope": None, "data": "name 1"}]},
        {"name": [{"locale": None, "scope": "shop", "data": "NAME 1"}]},
        {"Name": [{"locale": None, "scope": "shop", "data": "name 1"}]},
        {},
        None,
        "name 1",
        {"name": "name 1"},
        {"name": [{"scope": "shop"}]},
    ],
)
def test_other_values_than_those_of_the_pim_are_broken(values: Any) -> None:
    judged = hands_over_values_as_they_are(evidence(pull(call(1), items=with_values(values))))
    assert judged == broken("the values of 1 product (p1) are not those of the PIM")


def test_a_product_that_changed_on_the_way_may_be_handed_over_as_it_was_or_as_it_is() -> None:
    changed = product(1, values={"name": [{"locale": None, "scope": "shop", "data": "new"}]})
    after = SHOP | {changed["uuid"]: changed}
    for item in (ALL[0], changed):
        judged = hands_over_values_as_they_are(evidence(pull(call(1), items=(item, *ALL[1:])), after=after))
        assert judged.kind == "kept"


SINCE = "2026-01-01T00:00:00+00:00"
STALE = product(1, updated="2025-01-01T00:00:00+00:00")
FRESH = product(2, updated="2026-01-01T00:01:00+00:00")
RECENT = product(3, updated="2025-12-31T12:00:00+00:00")
HELD = catalog(STALE, FRESH, RECENT)


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ((FRESH,), ""),
        ((FRESH, RECENT), ""),
        ((), f"it did not hand over 1 product (p2), updated since {SINCE}"),
        ((FRESH, STALE), f"it handed over 1 product (p1), not updated since {SINCE}"),
    ],
)
def test_a_delta_is_what_was_updated_since_and_some_overlap(items: Any, why: str) -> None:
    judged = pulls_what_changed_since(evidence(pull(call(1), items=items, since=SINCE), before=HELD, after=HELD))
    assert judged == (broken(why) if why else kept(f"it handed over the 1 products that were updated since {SINCE}"))


def test_who_reads_the_whole_catalog_for_a_delta_has_gained_nothing() -> None:
    run = pull(call(1, items=["p1", "p2", "p3"]), items=(FRESH,), since=SINCE)
    assert pulls_what_changed_since(evidence(run, before=HELD, after=HELD)) == broken(
        f"it read 1 products that were not updated since {SINCE}", [1]
    )


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("2025-12-31 23:59:00", "kept"), ("2026-01-01 00:00:00", "broken"), ("soon", "not_seen")],
)
def test_an_overlap_begins_before_the_last_pull(asked: str, kind: str) -> None:
    search = quote(json.dumps({"updated": [{"operator": ">", "value": asked}]}))
    run = pull(call(1, query=f"limit=100&search={search}"), since=SINCE)
    assert asks_with_an_overlap(evidence(run)).kind == kind


def pages(query: str, *lengths: int) -> list[Json]:
    return [call(n, query=query, items=[f"{n}-{m}" for m in range(length)]) for n, length in enumerate(lengths, 1)]


def test_pages_of_100_keep_the_rule_and_so_does_one_probe() -> None:
    run = pull(*pages("limit=100", 100, 1), call(9, query="limit=1", items=["x"]))
    assert asks_for_pages_of_100(evidence(run)).kind == "kept"


@pytest.mark.parametrize(("query", "limit"), [("", 10), ("limit=50", 50), ("limit=", 10)])
def test_shorter_pages_are_broken(query: str, limit: int) -> None:
    run = pull(*pages(query, *[limit] * 11))
    assert asks_for_pages_of_100(evidence(run)) == broken(
        f"it asked 11 × for a page of {limit} products", [1, 2, 3, 4, 5]
    )


def test_few_products_need_no_large_page() -> None:
    assert asks_for_pages_of_100(evidence(pull(*pages("", 10, 10)))).kind == "not_seen"


NAMELESS = product(9, identifier=None)
WITH_NAMELESS = SHOP | catalog(NAMELESS)
BY_UUID = {uuid: (p,) for uuid, p in WITH_NAMELESS.items()}


def test_products_without_identifier_are_handed_over_by_uuid() -> None:
    def judged(*items: Any, **more: Any) -> Any:
        run = pull(call(1), items=items, **{"asked": BY_UUID, **more})
        return hands_over_products_without_identifier(evidence(run, after=WITH_NAMELESS))

    assert judged(*ALL, NAMELESS) == kept("1 products without identifier were handed over, each once")
    assert judged(*ALL).kind == "broken"
    assert judged(*ALL, NAMELESS, NAMELESS).kind == "broken"
    assert judged(*ALL, ending="raised", why="KeyError: 'identifier'").kind == "broken"
    assert judged(*ALL, asked={uuid: (p,) for uuid, p in SHOP.items()}).why.startswith("the list that it asked for")
    assert hands_over_products_without_identifier(evidence(pull(call(1)))).kind == "not_seen"


NEW = {"identifier": "new", "values": {"name": [{"locale": None, "scope": "shop", "data": "name 4"}]}, "enabled": True}


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ((product(4, identifier="new"),), "kept"),
        (({"uuid": product(4)["uuid"], "values": NEW["values"]},), "kept"),
        (({"identifier": "new", "values": {}},), "broken"),
        (({"identifier": "new", "values": NEW["values"], "enabled": False},), "broken"),
        ((), "broken"),
    ],
)
def test_what_was_pushed_comes_back(items: tuple[Json, ...], kind: str) -> None:
    runs = push(pushed=(NEW,)), pull(call(1), items=items)
    assert hands_over_what_was_pushed(evidence(*runs, after=catalog(product(4, identifier="new")))).kind == kind


def test_what_was_not_stored_need_not_come_back() -> None:
    assert hands_over_what_was_pushed(evidence(push(pushed=(NEW,)), pull(call(1)))).kind == "not_seen"
    assert hands_over_what_was_pushed(evidence(pull(call(1)))).kind == "not_seen"


def test_what_is_pushed_after_a_pull_cannot_be_in_it() -> None:
    runs = pull(call(1)), push(pushed=(NEW,))
    assert hands_over_what_was_pushed(evidence(*runs, after=catalog(product(4, identifier="new")))).kind == "not_seen"


def test_an_error_where_the_scenario_stood_in_the_way_of_a_round_trip_is_for_another_rule() -> None:
    raised = push(call(1, "products.update_list", 503, fault="status"), pushed=(NEW,), ending="raised", why="503")
    assert hands_over_what_was_pushed(evidence(raised, pull(call(2)))).kind == "not_seen"
    run = pull(call(1, status=302, fault="redirect"), ending="raised", why="302")
    assert hands_over_products_without_identifier(evidence(run, after=WITH_NAMELESS)).kind == "not_seen"
