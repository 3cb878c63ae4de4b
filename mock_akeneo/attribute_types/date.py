"""pim_catalog_date: ISO 8601 at midnight of the server's time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final

from mock_akeneo.attribute_types import _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    between,
    differs,
    equals,
    greater,
    lower,
    not_between,
    wrong_type,
)
from mock_akeneo.attribute_types.php import is_blank, items
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, Problem, Violation

_FORMAT: Final = "yyyy-mm-dd"
_MOMENT: Final = re.compile(
    r"(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])"
    r"(?:(?:[Tt]|\s+)([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?)?"
    r"(?:\s*(?:UTC|GMT|([+-])(\d{2}):?(\d{2})?|([A-IK-Za-ik-z])))?\s*",
    re.ASCII,
)
# PHP knows the time zones of the military: A to M (without J) east of UTC, N to Y west of it.
_ZONES: Final = {letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", 1)} | {
    letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", 1)
}
# The calendar is the same again after so many years; Python's begins with the year 1.
_CYCLE: Final = 400
_DAY: Final = re.compile(r"(\d{1,4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_RELATIVE: Final = re.compile(r"now|([+-]\d+)\s?(day|week|month|year)s?", re.ASCII)


def moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The moment of a text that starts with `YYYY-MM-DD`; `None` when it is no date. `zone`: where it names none.

    What lies before the year 1 is told as its beginning. As in PHP, the 31st of a short month is the first of the next,
    and day 0 the last of the month before. Unsure: the words that PHP reads too (`2020-01-01 noon`, `Europe/Paris`)
    count as no date here.
    """
    if text.startswith("-"):
        return _EARLIEST
    found = _found(text, zone)
    if found is None:
        return None
    when, before = found
    return when if not before else when.replace(year=when.year - before) if when.year > before else _EARLIEST


_EARLIEST: Final = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)


@lru_cache(maxsize=8192)
def _found(text: str, zone: tzinfo) -> tuple[datetime, int] | None:
    """A moment, and how many years before it the text means."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, off_hours, off_minutes, letter = match.groups()
    before = _CYCLE if int(year) < 2 else 0
    if text.rstrip()[-3:] in ("UTC", "GMT") or letter in ("Z", "z"):
        zone = UTC
    elif letter:
        zone = timezone(timedelta(hours=_ZONES[letter.upper()]))
    elif sign:
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes or 0))
        if offset >= timedelta(days=1):
            return None
        zone = timezone(-offset if sign == "-" else offset)
    try:
        start = _rolled(int(year) + before, int(month), int(day)).replace(tzinfo=zone)
        return start + timedelta(hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0)), before
    except (ValueError, OverflowError):
        return None


def _rolled(year: int, month: int, day: int) -> datetime:
    """The day counted from the first of the month, whatever the month's length; month 0 is December before."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return datetime(year, month, 1) + timedelta(days=day - 1)


def accept(attribute: Json, data: object, pim: Pim) -> str | None:
    if is_blank(data):
        return None
    if not isinstance(data, str):
        raise Malformed(f"The {attribute['code']} attribute requires a string, a {php_type(data)} was detected.")
    found = _found(data, pim.clock.zone)
    if found is None:
        raise Malformed(
            f"The {attribute['code']} attribute requires a valid date. "
            f"Please use the following format {_FORMAT} for dates."
        )
    when, before = found
    text = when.isoformat()[:25]  # some zones were off by seconds once; PHP tells the minutes
    if not before:
        return text
    year = when.year - before
    return f"{'-' * (year < 0)}{abs(year):04}{text[4:]}"


def is_within_bounds(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    first, last = attribute["date_min"], attribute["date_max"]
    if not first and not last:
        return
    when = moment(data)
    if when is None:
        return
    requires = f"The {attribute['code']} attribute requires a date that should be"
    if first and (earliest := moment(first)) is not None and when < earliest:
        yield broken(attribute, channel, locale, f"{requires} {first[:10]} or after.")
    if last and (latest := moment(last)) is not None and when > latest:
        yield broken(attribute, channel, locale, f"{requires} {last[:10]} or before.")


def day_of(data: Any) -> str:
    day: str = data.partition("T")[0]
    return day


def column(_attribute: Json, data: Any, _pim: Pim) -> str:
    return day_of(data)


def a_day(attribute: Json, value: object, pim: Pim) -> str:
    """`2017-02-06`, or a day counted from now: `now`, `+3 days`, `-2 weeks`."""
    if isinstance(value, str) and (relative := _RELATIVE.fullmatch(value)) is not None:
        now = datetime.fromtimestamp(pim.clock.now(), pim.clock.zone)
        day = _counted(now, relative[1] or "0", relative[2] or "day")
    else:
        day = _exact_day(value)
    if day is None:
        raise _no_day(attribute, value)
    return day


def _counted(now: datetime, told: str, unit: str) -> str | None:
    """As PHP counts: a month after January 31 is March 3."""
    try:
        number = int(told)  # raises for what has thousands of digits
        if unit in ("day", "week"):
            return f"{now + timedelta(days=number * (7 if unit == 'week' else 1)):%Y-%m-%d}"
        months = number * (12 if unit == "year" else 1)
        return f"{_rolled(now.year, now.month + months, now.day):%Y-%m-%d}"
    except (ValueError, OverflowError):
        return None


def _exact_day(value: object) -> str | None:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    # PHP has a year 0, a leap year. Out of range nothing overflows: the filter looks at the warnings.
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year or 4, month)[1]):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def _no_day(attribute: Json, value: object) -> Problem:
    # What is no text is refused elsewhere, in PHP's own format.
    wanted, given = (_FORMAT, value) if isinstance(value, str) else ("Y-m-d", "")
    return Problem(
        422, f'Property "{attribute["code"]}" expects a string with the format "{wanted}" as data, "{given}" given.'
    )


def two_days(attribute: Json, value: object, _pim: Pim) -> tuple[str, str]:
    if not isinstance(value, list | dict):
        raise wrong_type(attribute["code"], "an array", value)
    if len(value) != 2:
        because = f'should contain 2 strings with the format "{_FORMAT}"'
        raise Problem(422, f'Property "{attribute["code"]}" expects an array with valid data, {because}.')
    days = []
    for one in items(value):
        day = _exact_day(one)
        if day is None:
            raise _no_day(attribute, one)
        days.append(day)
    return days[0], days[1]


OPERATORS: Final[Mapping[str, Operator]] = {
    "=": Operator(equals, a_day),
    "!=": Operator(differs, a_day),
    "<": Operator(lower, a_day),
    ">": Operator(greater, a_day),
    "BETWEEN": Operator(between, two_days),
    "NOT BETWEEN": Operator(not_between, two_days),
    **EMPTINESS,
}


def fake(attribute: Json, chance: Chance, _codes: Sequence[str]) -> str:
    first = moment(attribute["date_min"] or "") or datetime(2020, 1, 1, tzinfo=UTC)
    last = moment(attribute["date_max"] or "")
    days = 2000 if last is None else max(0, min(2000, (last - first).days))
    return f"{first + timedelta(days=chance.below(days + 1)):%Y-%m-%d}"


DATE: Final = AttributeType(
    name="pim_catalog_date",
    accept=accept,
    unchanged=_unchanged.scalar,
    rules=(is_within_bounds,),
    unique_text=day_of,
    operators=OPERATORS,
    column=column,
    fake=fake,
)
