"""Time that a socket feels: a delay, a body that drips, no answer at all. Real seconds, whatever the sandbox clock."""

from __future__ import annotations

from typing import Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import number, required, whole
from mock_akeneo.faults._kind import AFTER_APPLY, Drip, Effect, Kind, Stall

DAY: Final = 86_400.0


def _delay(said: Json) -> Effect:
    return Effect(wait=said["seconds"], carried_out="before" if said.get("after_apply") else "after")


DELAY: Final = Kind(
    about="Waits before the call is carried out, or with after_apply before it is answered.",
    keys={"seconds": required(number("Real seconds.", example=0.5, most=DAY)), "after_apply": AFTER_APPLY},
    effect=_delay,
)

DRIP: Final = Kind(
    about="The body comes in small pieces.",
    keys={
        "bytes": whole(1, "Bytes of a piece; 64 if left out.", example=64),
        "seconds": number("Real seconds between two pieces; 0.1 if left out.", example=0.1, most=DAY),
    },
    effect=lambda said: Effect(leaving=Drip(said.get("bytes", 64), said.get("seconds", 0.1))),
)


def _stall(said: Json) -> Effect:
    return Effect(carried_out="before" if said.get("after_apply") else "never", leaving=Stall())


STALL: Final = Kind(
    about="Takes the call and never answers, until the client goes or the server stops.",
    keys={"after_apply": AFTER_APPLY},
    effect=_stall,
)
