"""What holds for every attribute type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types.shown_values import EVERYTHING, Asked
from mock_akeneo.attribute_types.stored_values import visible_values
from mock_akeneo.attribute_types.values import (
    merge_values,
    payload_format,
    value_violations,
)
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.problems import Malformed, Problem
from tests.attribute_types.small_pim import IMAGE_KEY, OPTIONS, TEXT_KEY, SmallPim, read, value

PIM = SmallPim()

TEXTS = st.text(max_size=30)
AMOUNTS = st.one_of(
    st.integers(min_value=-(10**15), max_value=10**15),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6).map(
        lambda number: format(number, "f")
    ),
)
CODES = st.sampled_from(["red", "Blue", "fur", "SILK", "wool", "x"])

# What a client may well send for each type; rules may be broken.
SENT: dict[str, st.SearchStrategy[Any]] = {
    "pim_catalog_identifier": TEXTS,
    "pim_catalog_text": TEXTS,
    "pim_catalog_textarea": TEXTS,
    "pim_catalog_number": AMOUNTS,
    "pim_catalog_metric": st.fixed_dictionaries(
        {"amount": AMOUNTS, "unit": st.sampled_from(["WATT", "kilowatt", "KELVIN", "Fahrenheit", "none"])}
    ),
    "pim_catalog_price_collection": st.lists(
        st.fixed_dictionaries({"amount": st.none() | AMOUNTS, "currency": st.sampled_from(["EUR", "USD", "XXX"])}),
        max_size=3,
    ),
    "pim_catalog_boolean": st.booleans(),
    "pim_catalog_date": st.dates().map(str) | st.datetimes().map(lambda moment: moment.isoformat()[:19]),
    "pim_catalog_simpleselect": st.sampled_from(["optionA", "OPTIONB", "none"]),
    "pim_catalog_multiselect": st.lists(
        st.sampled_from(["optionA", "OPTIONA", "optionB", "9", "10", "XL", "xl", "none"]), max_size=4
    ),
    "pim_catalog_file": st.sampled_from([IMAGE_KEY, TEXT_KEY]),
    "pim_catalog_image": st.sampled_from([IMAGE_KEY, TEXT_KEY]),
    "pim_reference_data_simpleselect": CODES,
    "pim_reference_data_multiselect": st.lists(CODES, max_size=4),
    "akeneo_reference_entity": CODES,
    "akeneo_reference_entity_collection": st.lists(CODES, max_size=4),
    "pim_catalog_asset_collection": st.lists(CODES, max_size=4),
    "pim_catalog_table": st.lists(
        st.fixed_dictionaries(
            {"ingredient": st.sampled_from(["sugar", "salt"])},
            optional={"percentage": AMOUNTS, "allergen": st.booleans(), "note": TEXTS},
        ),
        max_size=3,
    ),
    "pim_catalog_product_link": st.fixed_dictionaries(
        {"type": st.sampled_from(["product", "product_model"]), "id": st.text(min_size=1, max_size=5)}
    ),
}

ATTRIBUTES = sorted(PIM.attributes)


def place(code: str) -> dict[str, str | None]:
    about = PIM.attributes[code]
    return {
        "locale": "fr_FR" if about["localizable"] else None,
        "scope": "tablet" if about["scopable"] else None,
    }


@st.composite
def written(draw: st.DrawFn) -> Json:
    """The values of a product after a write of some attributes."""
    codes = draw(st.lists(st.sampled_from(ATTRIBUTES), unique=True, max_size=6))
    payload = {code: [value(draw(SENT[PIM.attributes[code]["type"]]), **place(code))] for code in codes}
    try:
        return merge_values({}, payload, PIM)
    except Malformed:
        return {}


def test_the_table_names_every_type_once() -> None:
    assert {name: type_.name for name, type_ in ATTRIBUTE_TYPES.items()} == {name: name for name in SENT}


@given(written())
def test_sending_back_what_get_shows_changes_nothing(values: Json) -> None:
    values.pop("a_unique_number", None)  # which is kept as it was sent
    assume(visible_values(values, PIM) is values)
    for asked in (EVERYTHING, Asked(types=True, options=True)):
        shown = loads(dumps(read(values, PIM, asked)))
        assert merge_values(values, shown, PIM, updating=True) is values
        # A new product with these values is no other.
        assert merge_values({}, shown, PIM) == values


@given(written())
def test_what_breaks_no_rule_is_sent_back_without_a_complaint(values: Json) -> None:
    if value_violations(values, PIM, uuid="own"):
        return
    shown = visible_values(values, PIM)
    payload_format(shown, PIM)
    assert value_violations(merge_values({}, shown, PIM), PIM, uuid="own") == []


@given(
    st.sampled_from(ATTRIBUTES),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
)
def test_whatever_is_sent_is_accepted_refused_or_told(code: str, data: Any) -> None:
    for updating in (False, True):
        try:
            values = merge_values({}, {code: [value(data, **place(code))]}, PIM, updating=updating)
        except Malformed:
            continue
        value_violations(values, PIM, uuid="own")
        visible_values(values, PIM)
        assert set(values) <= {code}
        for entries in values.values():
            assert list(entries[0]) == ["locale", "scope", "data"]


@given(
    st.sampled_from(ATTRIBUTES),
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
)
def test_whatever_is_filtered_by_is_checked_or_refused_with_422(code: str, operand: Any) -> None:
    about = PIM.attributes[code]
    statuses = set()
    for operator in ATTRIBUTE_TYPES[about["type"]].operators.values():
        try:
            test = operator.test(operator.check(about, operand, PIM))
        except Problem as problem:
            statuses.add(problem.status)
        else:
            assert test([None], [0]) in ([0], [])
    assert statuses <= {422}


@given(written())
def test_every_value_is_found_as_not_empty(values: Json) -> None:
    if value_violations(values, PIM, uuid="own"):
        return
    for code, entries in values.items():
        about = PIM.attributes[code]
        type_ = ATTRIBUTE_TYPES[about["type"]]
        column = type_.column(about, entries[0]["data"], PIM)
        for name, finds in (("NOT EMPTY", True), ("EMPTY", False)):
            operator = type_.operators[name]
            assert operator.test(operator.check(about, None, PIM))([column], [0]) == ([0] if finds else [])
            assert operator.needs_ownership is not finds


POINTED_AT: dict[str, tuple[str, ...]] = {
    **OPTIONS,
    "a_file": (IMAGE_KEY,),
    "an_image": (IMAGE_KEY,),
    "a_color": ("red",),
    "fabrics": ("fur", "silk"),
    "a_designer": ("starck",),
    "designers": ("starck", "aalto"),
    "packshots": ("front", "back"),
    "a_price": ("EUR", "USD"),
    "a_whole_price": ("EUR",),
    "a_scopable_price": ("EUR",),
    "nutrition": ("sugar", "salt"),
    "a_link": ("jack",),
}


@pytest.mark.parametrize("code", [code for code in ATTRIBUTES if code != "a_regexp"])
def test_fakes_keep_the_rules_and_repeat_themselves_with_the_seed(code: str) -> None:
    about = PIM.attributes[code]
    type_ = ATTRIBUTE_TYPES[about["type"]]
    codes = POINTED_AT.get(code, ())
    for seed in range(50):
        fake = type_.fake(about, Chance(seed), codes)
        assert fake == type_.fake(about, Chance(seed), codes)
        payload = {code: [value(fake, **place(code))]}
        payload_format(payload, PIM)
        values = merge_values({}, payload, PIM)
        assert list(values) == [code]
        assert value_violations(values, PIM, uuid="own") == []
