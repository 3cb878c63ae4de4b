"""The PIM is not in the state that the client believes: tokens have ended, the search index is late."""

from __future__ import annotations

from typing import Final

from mock_akeneo.core.keys import number, one_of
from mock_akeneo.faults._kind import Effect, Kind

EXPIRED_TOKEN: Final = Kind(
    about="The tokens of the calling connection expire as the call arrives.",
    keys={"tokens": one_of(("access", "refresh", "both"), "Which tokens; access if left out.")},
    effect=lambda said: Effect(ends=("expired", said.get("tokens", "access"))),
)

REVOKED_TOKEN: Final = Kind(
    about="The tokens of the calling connection are revoked as the call arrives.",
    keys={"tokens": one_of(("both", "access", "refresh"), "Which tokens; both if left out.")},
    effect=lambda said: Effect(ends=("revoked", said.get("tokens", "both"))),
)

STALE_INDEX: Final = Kind(
    about="A list or search of products does not see what was written lately; a GET by code does.",
    keys={"seconds": number("Sandbox seconds by which the index is late; 5 if left out.", example=5, above=0)},
    effect=lambda said: Effect(stale_seconds=said.get("seconds", 5.0)),
)
