"""The secrets of one sandbox, past and present: what must not be shown, and must not stand where others read it."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"
_TOKEN: Final = re.compile(r"[0-9a-f]{86}")
# Members that hold a secret by their name, whatever their value.
_NAMES: Final = "client_secret|password|refresh_token|access_token|secret"
_MEMBER: Final = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"?')
_PAIR: Final = re.compile(rf"(\b(?:{_NAMES})=)[^&\s]*")
_SECRET_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "x-pim-token"})


class Secrets:
    """Client secrets and passwords by value; tokens by their form (86 hexadecimal digits) and value."""

    __slots__ = ("_tokens", "_words")

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._tokens: set[str] = set()

    def add(self, secret: str) -> None:
        (self._tokens if _TOKEN.fullmatch(secret) else self._words).add(secret)

    def add_tokens(self, *tokens: str) -> None:
        """Tokens that we gave, which have that form."""
        self._tokens.update(tokens)

    def stands_in(self, text: str) -> bool:
        """Whether one of our secrets or tokens stands in `text`."""
        return any(word in text for word in self._words) or any(found in self._tokens for found in _TOKEN.findall(text))

    def redacted(self, text: str) -> str:
        """`text` with every secret hidden: known values, and whatever a member of such a name holds."""
        text = _PAIR.sub(rf"\1{HIDDEN}", _MEMBER.sub(rf'\1"{HIDDEN}"', _TOKEN.sub(HIDDEN, text)))
        for word in self._words:
            text = text.replace(word, HIDDEN)
        return text

    def header(self, name: str, value: str) -> str:
        """A header's value, hidden where the header is there to carry a secret; its scheme stays."""
        if name not in _SECRET_HEADERS:
            return self.redacted(value)
        scheme, blank, _ = value.partition(" ")
        return f"{scheme} {HIDDEN}" if blank else HIDDEN
