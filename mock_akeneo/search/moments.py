"""Filters on the dates of products and product models, to the second.

Columns and operands are texts `2016-06-25T17:56:12+00:00`, which sort as what they say.
Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Field/DateTimeFilter.php
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from mock_akeneo.attribute_types import Operator, Pim
from mock_akeneo.attribute_types.operators import (
    between,
    differs,
    equals,
    greater,
    is_empty,
    is_not_empty,
    lower,
    not_between,
    wrong_type,
)
from mock_akeneo.attribute_types.php import items, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import ColumnMaker
from mock_akeneo.catalog.product_document import created_of, updated_of
from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Problem

# As PHP's `createFromFormat("Y-m-d H:i:s")` reads it: only minute and second need all their digits.
_DATE: Final = re.compile(r"([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})[ \t\n\r\v\f\xa0]*([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
# Sort before and behind all dates of a catalog.
_EARLIEST: Final = "-"
_LATEST: Final = ":"


def created(pim: Catalog, _kind: str) -> ColumnMaker:
    return created_of if pim.clock.zone is UTC else lambda document: _in_utc(created_of(document))


def updated(pim: Catalog, _kind: str) -> ColumnMaker:
    """The latest of its own and its ancestors'."""
    of = updated_of if pim.clock.zone is UTC else lambda document: _in_utc(updated_of(document))

    def make(document: Document) -> str:
        own = of(document)
        if document.parent is None:
            return own
        return max(own, *(of(model) for model in pim.ancestors(document, indexed=True)), own)

    return make


def _in_utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _moment(value: object, pim: Pim) -> str | None:
    """In UTC, of a text in the PIM's own time zone."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        # What is out of range overflows: the 31st of a short month is the first of the next, minute 61 the next hour.
        start = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=pim.clock.zone)
        local = start + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
        return local.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return _EARLIEST if year < 2 else _LATEST


def a_moment(field: Json, value: object, pim: Pim) -> str:
    moment = _moment(text_of(value), pim)
    if moment is None:
        # The PIM has turned the text into `false` before it complains.
        raise Problem(
            422, f'Property "{field["code"]}" expects a string with the format "Y-m-d H:i:s" as data, "" given.'
        )
    return moment


def two_moments(field: Json, value: object, pim: Pim) -> tuple[str, str]:
    if not isinstance(value, list | dict):
        # It has turned the text into a date or `false` by then.
        given = "boolean" if _moment(text_of(value), pim) is None else "object"
        raise Problem(422, f'Property "{field["code"]}" expects an array as data, "{given}" given.')
    moments = items(value)
    if len(moments) != 2:
        because = 'should contain 2 strings with the format "yyyy-mm-dd H:i:s"'
        raise Problem(422, f'Property "{field["code"]}" expects an array with valid data, {because}.')
    return a_moment(field, moments[0], pim), a_moment(field, moments[1], pim)


def days_ago(field: Json, value: object, pim: Pim) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(field["code"], "an integer", value)
    try:
        return iso(pim.clock.now() - value * 86_400)
    except (ValueError, OverflowError, OSError):
        # Further away than any calendar goes: everything, or nothing, is later.
        return "0" if value > 0 else "9999"


def last_job(field: Json, value: object, pim: Pim) -> str:
    """No job has ever run here."""
    if not isinstance(value, str):
        raise wrong_type(field["code"], "a string", value)
    because = f'The job instance does not exist, "{value}" given.'
    raise Problem(422, f'Property "job_instance" expects a valid code. {because}')


WITH_LINKED_ENTITIES: Final = {
    "=": Operator(equals, a_moment),
    "!=": Operator(differs, a_moment),
    "<": Operator(lower, a_moment),
    ">": Operator(greater, a_moment),
    "BETWEEN": Operator(between, two_moments),
    "NOT BETWEEN": Operator(not_between, two_moments),
    "SINCE LAST N DAYS": Operator(greater, days_ago),
}
DATES: Final = {
    **WITH_LINKED_ENTITIES,
    "SINCE LAST JOB": Operator(greater, last_job),
    # Each document has both dates.
    "EMPTY": Operator(is_empty),
    "NOT EMPTY": Operator(is_not_empty),
}
