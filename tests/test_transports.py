"""Which transport serves, and what is said of it."""

from __future__ import annotations

import logging

import pytest
import uvicorn

from mock_akeneo.core.settings import Settings
from mock_akeneo.throttling.limits import PRESETS
from mock_akeneo.transports import STOCK_LACKS, TRIED, calls_of_a_connection, chosen


def test_the_installed_version_of_uvicorn_was_tried() -> None:
    assert tuple(map(int, uvicorn.__version__.split(".")[:2])) in TRIED


@pytest.mark.parametrize(
    ("asked", "version", "served", "told"),
    [
        ("fast", "0.54.0", "fast", None),
        ("plain", "0.45.1", "plain", None),
        ("stock", "0.54.0", "stock", f"--transport stock lacks {STOCK_LACKS}"),
        (
            "fast",
            "9.1.0",
            "stock",
            "uvicorn 9.1.0 was not tried: --transport stock is used, which lacks",
        ),
        ("plain", "1.0rc1", "stock", "uvicorn 1.0rc1 was not tried: --transport stock is used"),
        ("stock", "9.1.0", "stock", "--transport stock lacks"),
    ],
)
def test_a_version_that_was_not_tried_runs_on_stock_with_one_line(
    asked: str, version: str, served: str, told: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert chosen(asked, version) == served
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [line.startswith(told or "-") for line in lines] == ([True] if told else [])


def test_a_connection_ends_after_100_calls_with_the_limits_of_a_self_hosted_pim() -> None:
    assert {name: calls_of_a_connection(Settings(limits=name)) for name in PRESETS} == {
        "none": 0,
        "akeneo-saas": 0,
        "integration-initial": 100,
        "integration-ongoing": 100,
        "integration-high-volume": 100,
    }
    assert calls_of_a_connection(Settings(limits="integration-ongoing", keep_alive_max=0)) == 0
    assert calls_of_a_connection(Settings(keep_alive_max=7)) == 7
