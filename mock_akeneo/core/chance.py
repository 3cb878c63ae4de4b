"""The dice. Handed in wherever something is drawn, so that the same seed gives the same bytes.

A sandbox without a seed draws its secrets and tokens from the machine.
"""

from __future__ import annotations

import random
import secrets
import uuid
from typing import Final

_NAMESPACE: Final = uuid.UUID("6f1d1c1e-9a52-5d0e-8d0f-6d6f636b616b")


class Chance:
    """A source of tokens, secrets, uuids and draws; with a `seed` it repeats itself."""

    __slots__ = ("_random",)

    def __init__(self, seed: int | str | None = None) -> None:
        # Without a seed it starts from the machine's dice; asking those for every token would double its cost.
        self._random = random.Random(secrets.randbits(256) if seed is None else seed)

    def sow(self, seed: int | str) -> None:
        """Repeats itself from now on as a new one of this seed does."""
        self._random.seed(seed)

    def token(self) -> str:
        """An opaque token of 86 characters of `A-Za-z0-9`, as long as Akeneo's own."""
        return f"{self._random.getrandbits(344):086x}"

    def hexadecimal(self, digits: int) -> str:
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def uuid4(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def draw(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        return self._random.randrange(limit)


def derived_uuid(name: str) -> str:
    """The same version 4 shaped uuid for the same `name`, for documents that come without one."""
    return str(uuid.UUID(bytes=uuid.uuid5(_NAMESPACE, name).bytes, version=4))


def admin_token() -> str:
    """A secret for the control plane, from the machine."""
    return secrets.token_urlsafe(24)
