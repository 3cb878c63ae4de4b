from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.contract.evidence import Run
from mock_akeneo.contract.rules.pushing import (
    is_refused_nothing_for_what_comes_later,
    loses_nothing_that_others_need,
    reports_refused_lines,
    reports_what_is_stored,
    sends_at_most_100_lines,
    sends_no_accepted_line_again,
    sends_no_refused_line_again,
    sends_no_unchanged_product_again,
    uploads_the_files_of_products,
    wipes_nothing,
    writes_a_product_after_those_that_it_names,
)
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, call, catalog, evidence, product, push, refused

LIST = "products.update_list"
NEW = {"identifier": "new", "enabled": True}
KNOWN = {"identifier": "p1", "enabled": False}
STORED = product(10, identifier="new")
P1 = product(1, enabled=False)
AFTER = SHOP | catalog(STORED, P1)


def lines(*identifiers: str, status_code: int = 204) -> list[Json]:
    return [{"line": n, "identifier": i, "status_code": status_code} for n, i in enumerate(identifiers, 1)]


def report(accepted: list[str], refused: list[str] | None = None) -> Json:
    return {"accepted": accepted, "refused": [{"identifier": i, "message": "no"} for i in refused or []]}


WELL = {"pushed": (NEW, KNOWN), "report": report(["new", "p1"])}
BATCH = call(1, LIST, lines=lines("new", "p1"))


def test_the_truth_keeps_the_rule() -> None:
    assert reports_what_is_stored(evidence(push(BATCH, **WELL), after=AFTER)) == kept(
        "all 2 products were reported as the PIM holds them"
    )


def test_accepted_and_not_stored_is_broken() -> None:
    assert reports_what_is_stored(evidence(push(BATCH, **WELL), after=SHOP | catalog(P1))) == broken(
        "it reported 1 product (new) as accepted, which the PIM does not hold as pushed", [1]
    )


def test_accepted_and_stored_with_other_values_is_broken() -> None:
    pushed = NEW | {"values": {"name": [{"locale": None, "scope": "shop", "data": "as pushed"}]}}
    run = push(BATCH, pushed=(pushed,), report=report(["new"]))
    assert reports_what_is_stored(evidence(run, after=AFTER)).kind == "broken"


def test_categories_are_compared_in_any_order() -> None:
    run = push(BATCH, pushed=(NEW | {"categories": ["b", "a"]},), report=report(["new"]))
    after = catalog(product(10, identifier="new", categories=["a", "b"]))
    assert reports_what_is_stored(evidence(run, after=after)).kind == "kept"


def test_refused_and_stored_is_broken() -> None:
    run = push(BATCH, pushed=(NEW, KNOWN), report=report(["p1"], ["new"]))
    assert reports_what_is_stored(evidence(run, after=AFTER)) == broken(
        "it reported 1 product (new) as refused, which the PIM holds as pushed", [1]
    )


def test_in_neither_list_is_broken() -> None:
    run = push(BATCH, pushed=(NEW, KNOWN), report=report(["p1"]))
    assert reports_what_is_stored(evidence(run, after=AFTER)) == broken(
        "it reported 1 product (new) neither as accepted nor as refused", [1]
    )


def test_in_both_lists_is_broken() -> None:
    run = push(pushed=(NEW,), report=report(["new", "new"]))
    assert reports_what_is_stored(evidence(run, after=AFTER)) == broken("it reported 1 product (new) more than once")


def test_refused_by_the_connector_alone_is_broken_where_nothing_stood_in_the_way() -> None:
    run = push(call(1), pushed=(NEW,), report=report([], ["new"]))
    assert reports_what_is_stored(evidence(run, after=SHOP)) == broken(
        "it reported 1 product (new) as refused, which the PIM never refused"
    )


@pytest.mark.parametrize(
    "refusal",
    [
        call(1, LIST, lines=lines("new", status_code=422)),
        call(1, "products.update", 422, path="/api/rest/v1/products/new"),
        call(1, "products.create", 422, method="POST", body='{"identifier": "new"}'),
        call(1, "products.create", 422, method="POST", body='{"identifier": "n'),
    ],
)
def test_refused_by_the_pim_on_any_route_is_the_truth(refusal: Json) -> None:
    run = push(refusal, pushed=(NEW,), report=report([], ["new"]))
    assert reports_what_is_stored(evidence(run, after=SHOP)).kind == "kept"


@pytest.mark.parametrize("returned", [None, [], "done", {"accepted": ["new"]}, {"accepted": 1, "refused": []}])
def test_what_is_no_report_is_broken(returned: Any) -> None:
    judged = reports_what_is_stored(evidence(push(BATCH, pushed=(NEW,), report=returned), after=AFTER))
    assert judged.why.startswith("it returned ")


def test_an_error_where_a_429_stood_in_the_way_is_for_another_rule() -> None:
    run = push(refused(1), pushed=(NEW,), ending="raised", why="429")
    assert reports_what_is_stored(evidence(run)) == not_seen("the push ended with an error: 429")


MANY = tuple({"identifier": f"n{number}"} for number in range(101))


def test_a_gateway_that_takes_less_than_100_lines_is_no_fault_of_a_batch() -> None:
    run = push(call(1, LIST, 413, fault="status"), call(2, LIST, lines=lines(*["x"] * 100)), pushed=MANY)
    assert sends_at_most_100_lines(evidence(run)).kind == "kept"


def test_a_batch_that_was_too_large_is_broken() -> None:
    run = push(call(1, LIST, 413), call(2, LIST, lines=lines(*["x"] * 100)), pushed=MANY)
    assert sends_at_most_100_lines(evidence(run)) == broken("1 of 2 batches were too large", [1])


def test_batches_of_100_and_single_writes_keep_the_rule() -> None:
    batched = push(call(1, LIST, lines=lines(*["x"] * 100)), pushed=MANY)
    assert sends_at_most_100_lines(evidence(batched)) == kept("1 batches were within 100 lines")
    single = push(call(1, "products.update"), pushed=MANY)
    assert sends_at_most_100_lines(evidence(single)) == kept("it wrote products one by one")


def test_few_products_need_no_second_batch() -> None:
    assert sends_at_most_100_lines(evidence(push(BATCH, **WELL))) == not_seen("no more than 100 products were pushed")


REFUSAL = {"pushed": (NEW, KNOWN), "refusable": frozenset({"new"})}
REFUSED = call(1, LIST, lines=[*lines("new", status_code=422), *lines("p1")])


def test_a_refused_line_that_is_reported_keeps_the_rule() -> None:
    run = push(REFUSED, report=report(["p1"], ["new"]), **REFUSAL)
    assert reports_refused_lines(evidence(run, after=SHOP | catalog(P1))) == kept(
        "all 1 refused products were reported, the others written"
    )


def test_a_refused_line_that_is_kept_silent_is_broken() -> None:
    run = push(REFUSED, report=report(["p1", "new"]), **REFUSAL)
    assert reports_refused_lines(evidence(run, after=SHOP | catalog(P1))) == broken(
        "the report does not name as refused 1 product (new)", [1]
    )


def test_an_error_because_of_a_refused_line_is_broken() -> None:
    run = push(REFUSED, ending="raised", why="ValueError: 422", **REFUSAL)
    assert reports_refused_lines(evidence(run)) == broken("the push ended with an error: ValueError: 422", [1])


def test_others_of_the_batch_have_to_be_written() -> None:
    other = {"identifier": "other"}
    run = push(REFUSED, pushed=(NEW, other), refusable=frozenset({"new"}), report=report([], ["new", "other"]))
    assert reports_refused_lines(evidence(run, after=SHOP)) == broken(
        "others of the batch were refused, and it did not write 1 product (other)"
    )


def test_values_that_a_push_does_not_name_survive() -> None:
    run = push(BATCH, **WELL)
    assert wipes_nothing(evidence(run, after=AFTER)) == kept("1 products kept what the push did not name")


@pytest.mark.parametrize("after", [product(1, values={}), product(4)])
def test_values_that_are_gone_are_broken(after: Json) -> None:
    run = push(BATCH, **WELL)
    assert wipes_nothing(evidence(run, after=catalog(after))) == broken(
        "values that the push did not name were lost in 1 product (p1)", [1]
    )


def test_values_that_a_push_names_may_change() -> None:
    pushed = {"identifier": "p1", "values": {"name": [{"locale": None, "scope": "shop", "data": "new"}]}}
    after = catalog(product(1, values=pushed["values"]))
    assert wipes_nothing(evidence(push(BATCH, pushed=(pushed,)), after=after)).kind == "kept"


def line(identifier: str, status: int) -> Json:
    return {"line": 1, "identifier": identifier, "status_code": status}


def test_lines_are_told_apart_by_what_became_of_them() -> None:
    first = call(1, "products.update_list", lines=[line("good", 201), line("bad", 422)])
    again = call(2, "products.update_list", lines=[line("good", 204)])
    in_vain = call(3, "products.update_list", lines=[line("bad", 422)])
    assert sends_no_accepted_line_again(evidence(push(first, in_vain))).kind == "kept"
    assert sends_no_accepted_line_again(evidence(push(first, again))) == broken(
        "it sent 1 product (good) again, accepted before", [1, 2]
    )
    assert sends_no_refused_line_again(evidence(push(first, again))).kind == "kept"
    assert sends_no_refused_line_again(evidence(push(first, in_vain))) == broken(
        "it sent 1 product (bad) again, refused before", [1, 3]
    )


def test_lines_that_are_written_by_uuid_are_told_apart_as_well() -> None:
    first = call(
        1, LIST, lines=[{"line": 1, "uuid": "a", "status_code": 422}, {"line": 2, "uuid": "b", "status_code": 204}]
    )
    in_vain = call(2, LIST, lines=[{"line": 1, "uuid": "a", "status_code": 422}])
    assert sends_no_refused_line_again(evidence(push(first))) == kept("1 products were refused, each once")
    assert sends_no_refused_line_again(evidence(push(first, in_vain))) == broken(
        "it sent 1 product (a) again, refused before", [1, 2]
    )


OLD, FRESH = {"identifier": "old"}, {"identifier": "fresh"}
FIRST = push(call(1, LIST, lines=lines("old")), pushed=(OLD,))


def second(*identifiers: str, **more: Any) -> Run:
    return push(call(2, LIST, lines=lines(*identifiers)), **{"pushed": (OLD, FRESH), **more})


def test_what_has_not_changed_is_not_to_be_sent_again() -> None:
    assert sends_no_unchanged_product_again(evidence(FIRST, second("fresh"))) == kept(
        "1 products that had not changed were not sent again"
    )
    assert sends_no_unchanged_product_again(evidence(FIRST, second("old", "fresh"))) == broken(
        "it sent 1 product (old) again, unchanged since the last push", [2]
    )


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ((FIRST,), "there was no second push"),
        ((FIRST, second(ending="raised", why="gone")), "the push ended with an error: gone"),
        ((FIRST, second("old", pushed=({"identifier": "old", "enabled": False},))), "nothing that the first push had"),
        ((push(call(1, LIST, lines=lines("old", status_code=422)), pushed=(OLD,)), second("old")), "nothing that the "),
    ],
)
def test_what_changed_or_was_refused_may_be_sent_again(runs: tuple[Run, ...], why: str) -> None:
    judged = sends_no_unchanged_product_again(evidence(*runs))
    assert (judged.kind, judged.why[: len(why)]) == ("not_seen", why)


NAMING = {"identifier": "naming", "associations": {"PACK": {"products": ["new"]}}}


def test_a_product_that_names_a_later_one_is_written_with_it() -> None:
    run = push(call(1, LIST, lines=lines("naming", "new")), pushed=(NAMING, NEW))
    there = product(11, identifier="naming", associations={"PACK": {"products": ["p1", "new"]}})
    assert writes_a_product_after_those_that_it_names(evidence(run, after=catalog(there, STORED))) == kept(
        "1 products were written with the later ones that they name"
    )


@pytest.mark.parametrize("there", [{}, catalog(product(11, identifier="naming", associations={"PACK": {}}))])
def test_a_product_that_came_before_what_it_names_is_broken(there: dict[str, Json]) -> None:
    run = push(call(1, LIST, lines=lines("naming", "new")), pushed=(NAMING, NEW))
    assert writes_a_product_after_those_that_it_names(evidence(run, after=catalog(STORED) | there)) == broken(
        "1 product (naming) came before what they name, and were not written so", [1]
    )


def test_without_associations_there_is_no_order() -> None:
    assert writes_a_product_after_those_that_it_names(evidence(push(BATCH, **WELL))).kind == "not_seen"


# Models, options, files

ENTITIES: tuple[Json, ...] = ({"identifier": "v", "parent": "m"}, {"code": "m"})
MODELS = "product_models.update_list"
UNKNOWN_PARENT = call(1, LIST, lines=lines("v", status_code=422))


def pushed_models(*calls: Json, **more: Any) -> Run:
    return Run(action="push_models", calls=calls, pushed=ENTITIES, **{"ending": "finished", **more})


def test_a_variant_that_came_first_and_is_lost_is_broken() -> None:
    run = pushed_models(UNKNOWN_PARENT, call(2, MODELS, lines=lines("m")), lacking=("v",))
    assert loses_nothing_that_others_need(evidence(run)) == broken(
        "of 2 entities that it was given, the PIM lacks 1 (v)", [1]
    )
    assert is_refused_nothing_for_what_comes_later(evidence(run)).kind == "not_seen"


def test_a_variant_that_came_first_and_again_is_not_lost_but_was_refused() -> None:
    run = pushed_models(UNKNOWN_PARENT, call(2, MODELS, lines=lines("m")), call(3, LIST, lines=lines("v")))
    assert loses_nothing_that_others_need(evidence(run)) == kept("all 2 entities are stored as they were given")
    assert is_refused_nothing_for_what_comes_later(evidence(run)) == broken(
        "an entity was refused for want of another in 1 of its calls", [1]
    )


def test_models_before_their_variants_keep_both_rules() -> None:
    run = pushed_models(call(1, MODELS, lines=lines("m")), call(2, LIST, lines=lines("v")))
    assert loses_nothing_that_others_need(evidence(run)).kind == "kept"
    assert is_refused_nothing_for_what_comes_later(evidence(run)).kind == "kept"


def test_a_file_refused_because_its_product_is_not_there_is_told() -> None:
    early = call(1, "media_files.create", 422, method="POST")
    run = Run(action="push_media", ending="finished", pushed=ENTITIES[:1], calls=(early, call(2, LIST)))
    assert is_refused_nothing_for_what_comes_later(evidence(run)).kind == "broken"


def test_an_error_excuses_no_file_that_is_missing() -> None:
    run = Run(action="push_media", ending="raised", why="Timeout", pushed=ENTITIES[:1], lacking=("v",))
    assert uploads_the_files_of_products(evidence(run)) == broken(
        "of 1 entities that it was given, the PIM lacks 1 (v); the push_media ended with an error: Timeout"
    )


@pytest.mark.parametrize(
    "run",
    [
        Run(action="push_models", ending="unable", why="the connector has no push_models"),
        Run(
            action="push_models",
            ending="unfinished",
            why="was still at work after 150 s",
            pushed=ENTITIES,
            lacking=("v",),
        ),
        Run(action="push_models", ending="finished"),
        Run(action="push", ending="finished", pushed=ENTITIES),
    ],
)
def test_what_was_not_offered_not_over_or_not_there_is_not_seen(run: Run) -> None:
    assert loses_nothing_that_others_need(evidence(run)).kind == "not_seen"
    assert is_refused_nothing_for_what_comes_later(evidence(run)).kind == "not_seen"
    assert uploads_the_files_of_products(evidence(run)).kind == "not_seen"
