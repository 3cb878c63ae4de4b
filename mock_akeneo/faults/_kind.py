"""What a kind of fault is: its keys, and what befalls a call that it strikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Key, flag
from mock_akeneo.core.problems import Problem

Headers = tuple[tuple[bytes, bytes], ...]
CarriedOut = Literal["before", "after", "never"]


class Told(NamedTuple):
    """What an answer of a fault may speak of: the sandbox clock's seconds, and the URL as the client asked."""

    now: float
    url: str


class Reply(NamedTuple):
    """An answer of the PIM on its way out, whole."""

    status: int
    headers: Headers
    body: bytes


class Reset(NamedTuple):
    """The connection is reset; nothing is answered."""


class Stall(NamedTuple):
    """Nothing is answered, until the client goes or the server stops."""


class Cut(NamedTuple):
    """`Content-Length` tells the whole body, `bytes` of it come (None: half), then the connection is closed."""

    bytes: int | None


class Drip(NamedTuple):
    """The body comes `bytes` at a time, every `seconds`."""

    bytes: int
    seconds: float


Leaving = Reset | Stall | Cut | Drip


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What befalls a call, in the order of its way; what is left out goes as always.

    `ends`: tokens of its connection end before it is looked at: expired or revoked; access, refresh or both.
    `stale_seconds`: it reads the search index as it was so many sandbox seconds ago.
    `request`: what the PIM reads in place of its body.
    `wait`: real seconds. `carried_out`: before the wait, after it, or never.
    `answer`: what is answered in its place. `spoil`: what becomes of the answer. `leaving`: how it leaves.
    """

    ends: tuple[Literal["expired", "revoked"], str] | None = None
    stale_seconds: float = 0.0
    request: Callable[[bytes], bytes] | None = None
    wait: float = 0.0
    carried_out: CarriedOut = "after"
    answer: Callable[[Told], Problem] | None = None
    spoil: Callable[[Reply], Reply] | None = None
    leaving: Leaving | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to go wrong. `about`: a sentence; `keys`: its own keys; `effect`: of what they say."""

    about: str
    effect: Callable[[Json], Effect]
    keys: Mapping[str, Key] = field(default_factory=dict)


# A key that several kinds have.
AFTER_APPLY: Final = flag("The call is carried out first; then its answer is late, another, or lost.")
