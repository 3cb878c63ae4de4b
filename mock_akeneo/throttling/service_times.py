"""How long a call takes: `none`, `pim`, fixed or drawn milliseconds. `TABLE` is what `pim` means.

Source: measured on a PIM of April 2024 on two quiet cores, one call at a time: median and 90th percentile.
A call is carried out first, then its time passes, then the answer leaves: what it wrote is there before the
caller knows it, as on a PIM, which commits before it answers. Calls for a token take their time too. What is not
carried out takes none: a 429 of a limit, the answers that faults give in the PIM's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final, NamedTuple

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.operations import matches

MOST_MS: Final = 3_600_000


class Row(NamedTuple):
    """The median in milliseconds: `first`, and `each` for every item of a page or line of a batch.

    `p90`: the 90th percentile by the median. `operations`: patterns; a call belongs to the first row that it fits.
    """

    operations: tuple[str, ...]
    first: float
    each: float = 0.0
    p90: float = 1.1


# Pages lie on a straight line through what was measured; where only a page of 100 was, through what an empty call
# takes (35). Measured are those with figures on the right; the others are like their nearest kin.
TABLE: Final = (
    Row(("token",), 36, p90=41 / 36),  # 36, p90 41
    Row(("products*.list", "*.search", "product_models.list"), 444, 0.56, 1.12),  # 10: 450, p90 482; 100: 500, p90 580
    Row(("products*.get", "product_models.get"), 70, p90=78 / 70),  # 70, p90 78
    Row(("products*.create", "product_models.create"), 96, p90=110 / 96),  # 96, p90 110
    Row(("products*.update", "product_models.update"), 133, p90=153 / 133),  # one value: 133, p90 153
    Row(("products*.delete", "product_models.delete"), 77, p90=83 / 77),  # 77, p90 83
    Row(("products*.update_list", "product_models.update_list"), 113, 24.2, 364 / 355),  # 10: 355, p90 364; 100: 2530
    Row(("*.update_list",), 35, 36, 364 / 355),
    Row(("*media_files.create",), 127, p90=141 / 127),  # 50 KB: 127, p90 141
    Row(("attributes.list", "families.list"), 35, 0.45, 85 / 80),  # 100: 80, p90 85
    Row(("*.list",), 35, 0.08, 47 / 43),  # categories, 100: 43, p90 47
    Row(("*.create", "*.update", "*.delete"), 71, p90=77 / 71),  # PATCH of structure: 63 to 79, p90 65 to 89
    Row(("*",), 43, p90=47 / 43),  # GET attribute: 43, p90 47
)
# What a line takes besides one that changes something: 100 created 3010, 100 refused 1390 (100 unchanged 1650, which
# the answer does not tell from changed).
LINES: Final = {201: 29.0 / 24.2, 422: 12.8 / 24.2}
# What the PIM refuses before the operation, by status: 401: 35, p90 37; 404 of a product: 61, p90 64.
REFUSED: Final = Row(("*",), 35, p90=37 / 35)
NOT_FOUND: Final = Row(("*",), 61, p90=64 / 61)
# These are found by the operation itself, which has worked by then.
_WORKED: Final = frozenset((200, 201, 204, 422))

_NORMAL: Final = NormalDist()
_P90: Final = _NORMAL.inv_cdf(0.9)
_LEAST, _MOST = 0.01, 0.99  # one draw in a hundred is cut at each end


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """`text`: as it is written. `bounds`: fixed or drawn evenly between, milliseconds; `None`: by `TABLE`.

    `rests`: with a frozen clock calls take no time. So it is where a preset or a scenario brings it, which does not
    freeze the clock itself: who freezes it to count calls in a window need not move it for each call.
    """

    text: str
    bounds: tuple[float, float] | None = None
    rests: bool = False

    @property
    def is_none(self) -> bool:
        return self.text == "none"

    @classmethod
    def parse(cls, value: object) -> ServiceTime:
        """Raises `ValueError` with what to write."""
        if value == "none":
            return NONE
        if value == "pim":
            return PIM
        text = f"{value}" if isinstance(value, str) or type(value) in (int, float) else ""
        told = re.fullmatch(r"(\d{1,7}(?:\.\d{1,6})?)(?:-(\d{1,7}(?:\.\d{1,6})?))?", text, re.ASCII)
        if told is None:
            shown = value if isinstance(value, str) else repr(value)
            raise ValueError(f'"{shown[:60]}" is no service time: write none, pim, or milliseconds such as 50 or 20-50')
        low = float(told[1])
        high = low if told[2] is None else float(told[2])
        if high < low:
            raise ValueError(f"the service time {text} ends before it begins: write {told[2]}-{told[1]}")
        if high > MOST_MS:
            raise ValueError(f"the service time {text} is too long: write at most {MOST_MS} milliseconds")
        return cls(text, (low, high)) if high else NONE

    def milliseconds(
        self, dice: Chance, operation: str | None, status: int, items: int, lines: Sequence[Json]
    ) -> float:
        """Of one call, drawn. `items`: of the page; `lines`: of the batch, with their `status_code`."""
        if self.bounds is not None:
            low, high = self.bounds
            return low if low == high else low + (high - low) * dice.draw()
        row, count = (NOT_FOUND if status == 404 else REFUSED), 0.0
        if status in _WORKED:
            row = _row(operation or "")
            count = items
            if lines:
                count = sum(LINES.get(line.get("status_code", 0), 1.0) for line in lines)
        sigmas = _NORMAL.inv_cdf(min(_MOST, max(_LEAST, dice.draw()))) / _P90
        spread: float = row.p90**sigmas
        return (row.first + row.each * count) * spread


NONE: Final = ServiceTime("none", (0.0, 0.0))
PIM: Final = ServiceTime("pim")
PRESET: Final = ServiceTime("pim", rests=True)


@lru_cache(maxsize=256)
def _row(operation: str) -> Row:
    return next(row for row in TABLE if any(matches(pattern, operation) for pattern in row.operations))
