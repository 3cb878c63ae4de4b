"""How much of a PIM's API we are: every operation is emulated, partial (it says what it lacks) or absent (501)."""

from __future__ import annotations

from collections import Counter
from typing import Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.versions import first_with
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.resources.absent import ABSENT, ELSEWHERE, PARTIAL
from mock_akeneo.rest.operation import Operation

STATUSES: Final = ("emulated", "partial", "absent")
_ABSENT: Final = frozenset(row.operation.name for row in ABSENT)

# What is answered otherwise than by 501.
EMULATED: Final = tuple(operation for operation in OPERATIONS if operation.name not in _ABSENT)


def coverage() -> Json:
    """`since`: the first version of the PIM that has the operation, of those that we answer like."""
    rows = [
        *(_row(one, "partial" if one.name in PARTIAL else "emulated", PARTIAL.get(one.name, "")) for one in EMULATED),
        *(_row(row.operation, "absent", row.note, row.since) for row in ABSENT),
    ]
    count = Counter(row["status"] for row in rows)
    return {
        "counts": {status: count[status] for status in STATUSES},
        "operations": rows,
        "elsewhere": [{"where": where, "what": what} for where, what in ELSEWHERE],
    }


def _row(operation: Operation, status: str, note: str, since: str = "") -> Json:
    return {
        "operation": operation.name,
        "method": operation.method,
        "path": operation.template,
        "status": status,
        "since": since or first_with(operation.name),
        "note": note,
    }
