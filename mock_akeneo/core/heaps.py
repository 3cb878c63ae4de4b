"""How the C library keeps memory for threads."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_M_ARENA_MAX: Final = -8
"""Of `mallopt(3)`."""


def share_one_heap() -> None:
    """Makes threads that are started from now on allocate from one heap; only glibc has several, and needs to be told.

    It gives each thread a heap of its own, so that they do not wait for each other, which Python's never do. What one
    thread frees is then of no use to the next: many short-lived ones keep hold of a third more than is ever in use.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_M_ARENA_MAX, 1)
