"""Text of others for the eyes of a person: what would steer a terminal, or turn what is read, is spelled out."""

from __future__ import annotations

import re
from typing import Any, Final

# C0, DEL and C1 controls, line and paragraph separators, signs that turn the direction of reading, and halves of
# surrogate pairs, which no terminal can be given.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BUT_LINES: Final = re.compile(_CONTROLS.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def _spelled(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def visible(text: str) -> str:
    """On one line; `\\u001b` for ESC, as JSON spells it."""
    return _CONTROLS.sub(_spelled, text)


def visible_lines(text: str) -> str:
    """The same for a text whose line ends are ours. JSON stays the same JSON."""
    return _BUT_LINES.sub(_spelled, text)


def visible_strings(told: Any) -> Any:
    """JSON with all its strings visible, keys as well."""
    if isinstance(told, str):
        return visible(told)
    if isinstance(told, dict):
        return {visible(key): visible_strings(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [visible_strings(value) for value in told]
    return told
