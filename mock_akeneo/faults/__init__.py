"""What goes wrong on purpose: the table of kinds. `fault` says which calls a fault strikes, `faults` counts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_akeneo.faults._kind import Kind
from mock_akeneo.faults.bodies import EMPTY, MALFORMED_JSON, REFUSE_LINES, WRONG_CONTENT_TYPE
from mock_akeneo.faults.breaking import RESET, RESET_AFTER_APPLY, TRUNCATE
from mock_akeneo.faults.links import DROP_FROM_NEXT, FOREIGN_NEXT, REDIRECT
from mock_akeneo.faults.state import EXPIRED_TOKEN, REVOKED_TOKEN, STALE_INDEX
from mock_akeneo.faults.status import PAYLOAD_TOO_LARGE, STATUS
from mock_akeneo.faults.waiting import DELAY, DRIP, STALL

FAULTS: Final[Mapping[str, Kind]] = {
    "status": STATUS,
    "payload_too_large": PAYLOAD_TOO_LARGE,
    "redirect": REDIRECT,
    "delay": DELAY,
    "drip": DRIP,
    "stall": STALL,
    "reset": RESET,
    "reset_after_apply": RESET_AFTER_APPLY,
    "truncate": TRUNCATE,
    "malformed_json": MALFORMED_JSON,
    "empty": EMPTY,
    "wrong_content_type": WRONG_CONTENT_TYPE,
    "refuse_lines": REFUSE_LINES,
    "drop_from_next": DROP_FROM_NEXT,
    "foreign_next": FOREIGN_NEXT,
    "expired_token": EXPIRED_TOKEN,
    "revoked_token": REVOKED_TOKEN,
    "stale_index": STALE_INDEX,
}

__all__ = ["FAULTS"]
