"""Files that users write by hand: of a size that somebody could have written, and where in them a fault is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 10_000_000
_STRUCTURE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', re.DOTALL)


def text_of(file: Path, what: str) -> str:
    """`what`: what it holds, `the limits`. A byte order mark is no part of it. Raises `ValueError`."""
    try:
        with file.open("rb") as lines:
            data = lines.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ValueError(f"cannot read {what} in {file}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"cannot read {what} in {file}: it is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{file}:{line}: not UTF-8") from None


def too_deep(text: str, levels: int) -> int | None:
    """The line of a JSON text in which it is nested deeper than so many levels, if it is."""
    depth = 0
    for found in _STRUCTURE.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > levels:
            return text.count("\n", 0, found.start()) + 1
    return None
