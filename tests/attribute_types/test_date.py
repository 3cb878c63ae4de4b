"""pim: tests/back/Pim/Enrichment/Integration/PQB/Filter/Attribute/Date/DateFilterIntegration.php."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.clock import Clock
from tests.attribute_types.small_pim import SmallPim, complaints, filter_refusal, found, refusal, shown

INVALID = "The a_date attribute requires a valid date. Please use the following format yyyy-mm-dd for dates."


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("2016-06-13", "2016-06-13T00:00:00+00:00"),
        ("2016-06-13T00:00:00Z", "2016-06-13T00:00:00+00:00"),
        ("2016-06-13T00:00:00+02:00", "2016-06-13T00:00:00+02:00"),
        ("2016-06-13 10:11", "2016-06-13T10:11:00+00:00"),
        ("2016-06-13T10:11:12.345-0530", "2016-06-13T10:11:12-05:30"),
        ("2016-02-30", "2016-03-01T00:00:00+00:00"),
    ],
)
def test_a_date_is_shown_with_its_time_and_offset(sent: str, seen: str) -> None:
    assert shown("a_date", sent) == seen


@given(st.dates())
def test_every_day_is_shown_at_midnight_and_stays(day: date) -> None:
    seen = shown("a_date", day.isoformat())
    assert seen == f"{day.isoformat()}T00:00:00+00:00"
    assert shown("a_date", seen) == seen


def test_a_blank_date_removes_the_value() -> None:
    assert shown("a_date", "") is None
    assert shown("a_date", None) is None


@pytest.mark.parametrize("data", ["13/06/2016", "2016-13-01", "2016-06-32", "2016-6-1", "now", "2016-06-13 soon"])
def test_a_date_that_cannot_be_read_is_refused(data: str) -> None:
    assert refusal("a_date", data) == INVALID


def test_a_date_is_a_string() -> None:
    assert refusal("a_date", 20160613) == "The a_date attribute requires a string, a integer was detected."
    assert refusal("a_date", ["2016-06-13"]) == "The a_date attribute requires a string, a array was detected."


def test_a_date_is_within_the_bounds_of_its_attribute() -> None:
    assert complaints("a_bounded_date", "2005-05-25") == []
    assert complaints("a_bounded_date", "2050-12-31") == []
    assert complaints("a_bounded_date", "2005-05-24") == [
        "The a_bounded_date attribute requires a date that should be 2005-05-25 or after."
    ]
    assert complaints("a_bounded_date", "2051-01-01") == [
        "The a_bounded_date attribute requires a date that should be 2050-12-31 or before."
    ]


def test_a_unique_date_is_compared_by_its_day() -> None:
    pim = SmallPim(used={("a_unique_date", "2016-06-13"): "other"})
    assert complaints("a_unique_date", "2016-06-13T10:00:00Z", pim) == [
        "The a_unique_date attribute can not have the same value more than once. "
        "The 2016-06-13 value is already set on another product."
    ]


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("=", "2017-02-06", ["one"]),
        ("=", "2017-2-6", ["one"]),
        ("!=", "2017-02-06", ["two"]),
        ("<", "2017-02-07", ["one"]),
        ("<", "2017-02-06", []),
        (">", "2017-02-05", ["one", "two"]),
        ("BETWEEN", ["2017-02-06", "2017-02-27"], ["one", "two"]),
        ("BETWEEN", ["2017-02-03", "2017-02-05"], []),
        ("NOT BETWEEN", ["2017-02-03", "2017-02-06"], ["two"]),
        ("EMPTY", [], ["nothing"]),
        ("NOT EMPTY", [], ["one", "two"]),
    ],
)
def test_dates_are_found_by_day(operator: str, operand: object, names: list[str]) -> None:
    products = {"one": "2017-02-06", "two": "2017-02-27", "nothing": None}
    assert found("a_date", operator, operand, products) == names


@pytest.mark.parametrize(
    ("operand", "day"),
    [
        ("now", "2026-01-31"),
        ("+1 day", "2026-02-01"),
        ("-2 weeks", "2026-01-17"),
        ("+1 month", "2026-03-03"),
        ("+1month", "2026-03-03"),
        ("-11 months", "2025-03-03"),
        ("+2 years", "2028-01-31"),
    ],
)
def test_relative_days_are_counted_from_the_sandbox_clock(operand: str, day: str) -> None:
    pim = SmallPim(clock=Clock.parse("frozen@2026-01-31T12:00:00Z"))
    assert found("a_date", "=", operand, {"hit": day, "miss": "2000-01-01"}, pim) == ["hit"]


@pytest.mark.parametrize(
    ("operator", "operand", "message"),
    [
        (
            "=",
            "2016-12-12T00:00:00",
            'Property "a_date" expects a string with the format "yyyy-mm-dd" as data, "2016-12-12T00:00:00" given.',
        ),
        (
            "=",
            "2017-02-30",
            'Property "a_date" expects a string with the format "yyyy-mm-dd" as data, "2017-02-30" given.',
        ),
        ("<", None, 'Property "a_date" expects a string with the format "Y-m-d" as data, "" given.'),
        (
            ">",
            "+99999999999 days",
            'Property "a_date" expects a string with the format "yyyy-mm-dd" as data, "+99999999999 days" given.',
        ),
        ("BETWEEN", "2017-01-01", 'Property "a_date" expects an array as data, "string" given.'),
        (
            "BETWEEN",
            [],
            'Property "a_date" expects an array with valid data, '
            'should contain 2 strings with the format "yyyy-mm-dd".',
        ),
        (
            "NOT BETWEEN",
            ["2017-01-01", "now"],
            'Property "a_date" expects a string with the format "yyyy-mm-dd" as data, "now" given.',
        ),
    ],
)
def test_the_value_of_a_date_filter_is_a_day(operator: str, operand: object, message: str) -> None:
    assert filter_refusal("a_date", operator, operand) == message
