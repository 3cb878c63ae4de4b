"""Connections that break: real TCP behaviour on a socket."""

from __future__ import annotations

from typing import Final

from mock_akeneo.core.keys import whole
from mock_akeneo.faults._kind import Cut, Effect, Kind, Reset

RESET: Final = Kind(
    about="Resets the connection before the call is carried out.",
    effect=lambda _: Effect(carried_out="never", leaving=Reset()),
)

RESET_AFTER_APPLY: Final = Kind(
    about="Carries the call out, then resets the connection: the answer is lost.",
    effect=lambda _: Effect(leaving=Reset()),
)

TRUNCATE: Final = Kind(
    about="Tells the whole length, sends a part of the body and closes the connection.",
    keys={"bytes": whole(0, "Bytes of the body that come; half of it if left out.", example=100)},
    effect=lambda said: Effect(leaving=Cut(said.get("bytes"))),
)
