"""A text as its readers decode it: what is written with `%41` or `\\u0041` is an `A`, and one knows where it stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

# What was encoded so often is read by nobody.
_ROUNDS: Final = 3

Spelled = Callable[["re.Match[bytes]"], bytes]


class View:
    """A text after some of its escapes were decoded. `above`: the text before, None for the first."""

    __slots__ = ("_at", "_ends", "_starts", "_widths", "above", "text")

    def __init__(self, text: bytes, above: View | None = None) -> None:
        self.text, self.above = text, above
        # Of each escape: where it stands here and how wide it is, and where it began and ended above.
        self._at: list[int] = []
        self._widths: list[int] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def decoded(self, escape: re.Pattern[bytes], spelled: Spelled) -> View:
        """The view below; this one, if nothing is escaped."""
        parts: list[bytes] = []
        last = length = 0
        below = View(b"", self)
        for found in escape.finditer(self.text):
            start, end = found.span()
            meant = spelled(found)
            parts += (self.text[last:start], meant)
            length += start - last
            below._at.append(length)
            below._widths.append(len(meant))
            below._starts.append(start)
            below._ends.append(end)
            length += len(meant)
            last = end
        if not parts:
            return self
        below.text = b"".join((*parts, self.text[last:]))
        return below

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where in the first text a part of this one stands."""
        view: View | None = self
        while view is not None and view.above is not None:
            start, end = view._above(start, first=True), view._above(end - 1, first=False) if end > start else -1
            end = max(start, end)
            view = view.above
        return start, end

    def _above(self, at: int, *, first: bool) -> int:
        """Where the byte at `at` begins above (`first`), or ends."""
        one = 0 if first else 1
        nth = bisect_right(self._at, at) - 1
        if nth < 0:
            return at + one
        behind = at - self._at[nth] - self._widths[nth]
        if behind < 0:
            return self._starts[nth] if first else self._ends[nth]
        return self._ends[nth] + behind + one


_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
# Quotes and backslashes are left to the next: in a value they end nothing.
_CODE: Final = re.compile(
    rb"\\+u([dD][89abAB][0-9A-Fa-f]{2})\\+u([dD][c-fC-F][0-9A-Fa-f]{2})"
    rb"|\\+u(?!00(?:22|27|5[cC]))([0-9A-Fa-f]{4})|\\+x(?!22|27|5[cC])([0-9A-Fa-f]{2})"
)
_QUOTED: Final = re.compile(rb"""\\+(?:(["'/])|(?:u00|x)(22|27|5[cC]))|\\{2,}""")
# Base64 is broken into lines of 64 or 76 characters; whether it may be is seen sooner by its signs alone.
_SIGNS: Final = bytes(49 if re.fullmatch(rb"[A-Za-z0-9+/]", bytes((sign,))) else 48 for sign in range(256))
_MANY_SIGNS: Final = b"1" * 60
_WRAPPED: Final = re.compile(rb"(?<=[A-Za-z0-9+/]{60})(?:\r?\n|\\+r\\+n|\\+n)(?=[A-Za-z0-9+/=])")


def _code(found: re.Match[bytes]) -> bytes:
    high, low, unit, byte = found.groups()
    if byte:
        return bytes((int(byte, 16),))
    if unit:
        return chr(int(unit, 16)).encode("utf-8", "surrogatepass")
    return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00).encode()


def _quoted(found: re.Match[bytes]) -> bytes:
    sign, code = found.groups()
    return sign or (bytes((int(code, 16),)) if code else b"\\")


def unquoted(text: bytes) -> bytes:
    """Without the backslashes that stand before quotes and slashes, and with one for each row of them."""
    return _QUOTED.sub(_quoted, text)


def _percent(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))


# What is decoded in turn: by which sign one sees that there may be something, and whether quotes that belong to a
# value still differ from those that end it.
_STEPS: Final = ((b"%", _PERCENT, _percent, True), (b"\\", _CODE, _code, True), (b"\\", _QUOTED, _quoted, False))


def views(text: bytes) -> Iterator[tuple[View, bool]]:
    """The text, and what it is when it is decoded step by step; whether quotes that belong to a value still show."""
    view = View(text)
    yield view, True
    for _ in range(_ROUNDS):
        before = view
        for sign, escape, spelled, quotes_show in _STEPS:
            if sign in view.text and (below := view.decoded(escape, spelled)) is not view:
                view = below
                yield view, quotes_show
        if view is before:
            break
    if _MANY_SIGNS in view.text.translate(_SIGNS) and (whole := view.decoded(_WRAPPED, lambda _: b"")) is not view:
        yield whole, False


def decoded(text: bytes) -> Iterator[bytes]:
    """The texts of `views`, without the trouble of knowing where their parts stood."""
    yield text
    for _ in range(_ROUNDS):
        before = text
        for sign, escape, spelled, _ in _STEPS:
            if sign in text and (below := escape.sub(spelled, text)) != text:
                text = below
                yield text
        if text is before:
            break
    if _MANY_SIGNS in text.translate(_SIGNS) and (whole := _WRAPPED.sub(b"", text)) != text:
        yield whole
