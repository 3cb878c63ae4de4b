"""How long a call takes: what may be written, and that the table says what was measured."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

import pytest

from mock_akeneo.core.chance import Chance
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.throttling.service_times import NONE, PIM, TABLE, ServiceTime, _row


@pytest.mark.parametrize(
    ("said", "text", "bounds"),
    [
        ("none", "none", (0, 0)),
        (0, "none", (0, 0)),
        ("0-0", "none", (0, 0)),
        ("pim", "pim", None),
        (50, "50", (50, 50)),
        (0.5, "0.5", (0.5, 0.5)),
        ("50", "50", (50, 50)),
        ("20-50", "20-50", (20, 50)),
        ("0-2.5", "0-2.5", (0, 2.5)),
        ("3600000", "3600000", (3_600_000, 3_600_000)),
    ],
)
def test_a_service_time_is_none_that_of_a_pim_or_milliseconds(said: Any, text: str, bounds: Any) -> None:
    time = ServiceTime.parse(said)
    assert (time.text, time.bounds) == (text, bounds)
    assert ServiceTime.parse(time.text) == time


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("fast", '"fast" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("PIM", '"PIM" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("", '"" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("-5", '"-5" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("50ms", '"50ms" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        (True, '"True" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        (None, '"None" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        (float("inf"), '"inf" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        (1e300, '"1e+300" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        (-1, '"-1" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ([50], '"[50]" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("٥٠", '"٥٠" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("9" * 5000, f'"{"9" * 60}" is no service time: write none, pim, or milliseconds such as 50 or 20-50'),
        ("50-20", "the service time 50-20 ends before it begins: write 20-50"),
        ("3600001", "the service time 3600001 is too long: write at most 3600000 milliseconds"),
    ],
)
def test_what_is_no_service_time_is_told_with_what_to_write(said: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as told:
        ServiceTime.parse(said)
    assert str(told.value) == message


def draws(time: ServiceTime, *call: Any, number: int = 4000) -> list[float]:
    dice = Chance("draws")
    return [time.milliseconds(dice, *call) for _ in range(number)]


def lines(number: int, status: int) -> list[dict[str, int]]:
    return [{"line": line, "status_code": status} for line in range(1, number + 1)]


@pytest.mark.parametrize(
    ("operation", "status", "items", "batch", "middle", "p90"),
    [
        ("products.get", 200, 1, (), 70, 78),
        ("products_uuid.get", 200, 1, (), 70, 78),
        ("products.list", 200, 10, (), 450, 482),
        ("products.list", 200, 100, (), 500, 580),
        ("products.update", 204, 0, (), 133, 153),
        ("products.create", 201, 0, (), 96, 110),
        ("products.delete", 204, 0, (), 77, 83),
        ("products.update_list", 200, 0, lines(10, 204), 355, 364),
        ("products_uuid.update_list", 200, 0, lines(100, 204), 2530, None),
        ("products.update_list", 200, 0, lines(100, 201), 3010, None),
        ("products.update_list", 200, 0, lines(100, 422), 1390, None),
        ("attributes.get", 200, 1, (), 43, 47),
        ("categories.list", 200, 100, (), 43, 47),
        ("attributes.list", 200, 100, (), 80, 85),
        ("families.list", 200, 100, (), 80, 85),
        ("families.update", 204, 0, (), 71, 77),
        ("token", 200, 0, (), 36, 41),
        ("media_files.create", 201, 0, (), 127, 141),
        ("products.list", 401, 0, (), 35, 37),
        ("products.get", 404, 0, (), 61, 64),
    ],
)
def test_the_table_says_what_was_measured(
    operation: str, status: int, items: int, batch: Any, middle: float, p90: float | None
) -> None:
    drawn = draws(PIM, operation, status, items, batch)
    assert median(drawn) == pytest.approx(middle, rel=0.02)
    if p90 is not None:
        assert quantiles(drawn, n=10)[-1] == pytest.approx(p90, rel=0.05)
    assert max(drawn) < 1.5 * middle


def test_what_the_operation_refuses_takes_as_long_as_what_it_does() -> None:
    assert draws(PIM, "products.update", 422, 0, ()) == draws(PIM, "products.update", 204, 0, ())


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {_row(operation.name) for operation in OPERATIONS} == set(TABLE)


def test_milliseconds_are_the_same_for_every_call_and_a_range_is_drawn_evenly() -> None:
    assert set(draws(ServiceTime.parse(50), "products.list", 200, 100, ())) == {50}
    drawn = draws(ServiceTime.parse("20-50"), "token", 401, 0, ())
    assert 20 <= min(drawn) < 21
    assert 49 < max(drawn) < 50
    assert median(drawn) == pytest.approx(35, abs=1)
    assert draws(ServiceTime.parse("20-50"), "products.get", 200, 1, ()) == drawn
    assert set(draws(NONE, "token", 200, 0, ())) == {0}
