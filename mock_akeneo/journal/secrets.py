"""The secrets of a server: what must not be shown, and must not stand where others read it.

They are known in three ways. By place: what a member, parameter or header of such a name holds is a secret, whosoever
it is. By value: those of this server's connections, subscriptions and control plane, however they are spelled (plain,
URL-encoded, escaped as in JSON, in base64 alone or within something). By form: tokens, so that their number costs
nothing.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote, quote_plus

from mock_akeneo.journal.spellings import View, decoded, unquoted, views

HIDDEN: Final = "***"
SHORTEST: Final = 8
"""A value with fewer characters stands in many a word: it is hidden by place alone."""

# Of a token (`core.chance.Chance.token`), plain, and three digits at a time in base64.
_TOKEN: Final = re.compile(rb"[0-9A-Fa-f]{86,}")
_TRIPLE: Final = rb"[MNOYZ][DTjzGWm2][ABEFIJMNQRUVYZcdghkl][wxyz0-5h-m]"
_TOKEN_IN_BASE64: Final = re.compile(rb"(?:%b){28,}" % _TRIPLE)
# What may be the beginning of one where a text was cut.
_CUT_TOKEN: Final = re.compile(rb"(?:%b){3,}[A-Za-z0-9]{0,3}\Z" % _TRIPLE)
_CUT_DIGITS: Final = 8
_UNFINISHED: Final = re.compile(rb"(?:%[0-9A-Fa-f]?|\\+(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?)?\Z")
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SHORTEST_CUT: Final = 4
_LONGEST_CUT: Final = 1000
# Whether there may be one is seen sooner in a text that tells only which signs could be a token's.
_DIGITS: Final = bytes(49 if chr(sign) in "0123456789abcdefABCDEF" else 48 for sign in range(256))
_MANY_DIGITS: Final = b"1" * 86
_SIGNS: Final = bytes(49 if re.fullmatch(rb"[A-Za-z0-9]", bytes((sign,))) else 48 for sign in range(256))
_MANY_SIGNS: Final = b"1" * 112

# Names end so that hold a secret, whatever their value; and what stands between such a name and its value.
_ENDS: Final = (b"secret", b"password", b"passwd", b"passphrase", b"pwd", b"token", b"api_key", b"api-key", b"apikey")
_MEMBER: Final = re.compile(
    rb"""\\*["']\s*[:=]>?\s*\[?\s*[bu]?
    (?: "(?P<double>(?:[^"\\]|\\.)*) | '(?P<single>(?:[^'\\]|\\.)*)
      | (?P<escape>\\+)"(?P<nested>.*?)(?:(?<!\\)(?P=escape)"|\Z)
      | (?!null\b|true\b|false\b)(?P<bare>[^\s"'\\,}\[\]{]+) )""",
    re.VERBOSE | re.DOTALL,
)
_HELD: Final = ("double", "single", "nested", "bare")
_PAIR: Final = re.compile(rb"\]?(?:\[\w*\])?=")
_PAIRED: Final = re.compile(rb""""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^&\s]*""", re.DOTALL)
_PART: Final = re.compile(rb"""["']?[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]*)""")
_USER: Final = re.compile(rb"""://[^/\s:@"'?#]*:([^/\s@"']+)@""")
_SECRET_HEADER: Final = re.compile("authori[sz]ation|cookie|credential|token|secret|passw|pwd|api-?key|-auth$|^auth$")
SCHEMES: Final = frozenset({"basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey", "oauth", "hmac"})
"""Of the header `Authorization`. Another first word may be the secret itself."""

_Span = tuple[int, int]


@lru_cache(maxsize=512)
def is_secret(header: str) -> bool:
    """Whether a header of this name is there to carry a secret."""
    return _SECRET_HEADER.search(header) is not None


class Needle(NamedTuple):
    """How a secret is spelled. `before`, `behind`: signs beside it that hold some of its bits as well."""

    text: bytes
    before: int = 0
    behind: int = 0


@lru_cache(maxsize=1024)
def needles_of(secret: str) -> tuple[Needle, ...]:
    """All spellings of a value that decoding does not undo."""
    plain = {secret.encode("utf-8", "surrogatepass")}
    try:
        latin = secret.encode("latin-1")
    except UnicodeEncodeError:
        latin = None
    # A header is read as Latin-1 and a body as UTF-8, whatever the client meant.
    plain.add(secret.encode("utf-8", "surrogatepass").decode("latin-1").encode())
    if latin is not None:
        plain |= {latin, latin.decode("utf-8", "replace").encode()}
    found = {Needle(text) for text in (*plain, *map(unquoted, plain)) if len(text) >= SHORTEST}
    encoded = plain | {quote(secret, safe="", errors="replace").encode(), quote_plus(secret, errors="replace").encode()}
    for text in encoded:
        for shift in range(3):
            # A base64 sign is six bits: how many stand before the secret's own, and how many it has alone.
            signs = b64encode(b"\0" * shift + text)
            first, last = (0, 2, 3)[shift], (shift + len(text)) * 8 // 6
            needle = Needle(signs[first:last], int(shift > 0), int((shift + len(text)) % 3 > 0))
            found |= {needle, needle._replace(text=needle.text.translate(_URL_SAFE))}
    return tuple(sorted(found))


_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
# A form writes a blank as a plus.
_FORM: Final = bytes.maketrans(b"+", b" ")


class Secrets:
    """Those of all sandboxes of a server, past and present. An owner's are forgotten with it."""

    __slots__ = ("__weakref__", "_by_owner", "_needles", "_with_blanks")

    def __init__(self) -> None:
        self._by_owner: dict[str, set[str]] = {}
        self._needles: tuple[Needle, ...] | None = ()
        self._with_blanks: tuple[Needle, ...] = ()

    def add(self, secret: str, owner: str = "") -> None:
        if secret:
            self._by_owner.setdefault(owner, set()).add(secret)
            self._needles = None

    def forget(self, owner: str) -> None:
        if self._by_owner.pop(owner, None):
            self._needles = None

    @property
    def needles(self) -> tuple[Needle, ...]:
        if self._needles is None:
            words = {word for words in self._by_owner.values() for word in words if len(word) >= SHORTEST}
            found = {needle for word in words for needle in needles_of(word)}
            self._with_blanks = tuple(needle for needle in found if b" " in needle.text)
            self._needles = tuple(found)
        return self._needles

    def stands_in(self, text: str) -> bool:
        """Whether one of our secrets, or a token, stands in `text`; a short one has to be all of it."""
        if len(text) < SHORTEST:
            return any(text in words for words in self._by_owner.values())
        return any(map(self._found, decoded(text.encode("utf-8", "surrogatepass"))))

    def suspects(self, text: str, *, cut: bool = False) -> bool:
        """Whether `redacted` may change it: a quick look."""
        return any(
            self._found(each) or _names_a_place(each) or (cut and self._cut_at(each) < len(each))
            for each in decoded(text.encode("utf-8", "surrogatepass"))
        )

    def _found(self, text: bytes) -> bool:
        for needle in self.needles:
            if needle.text in text:
                return True
        if self._with_blanks and b"+" in text:
            text = text.translate(_FORM)
            if any(needle.text.translate(_FORM) in text for needle in self._with_blanks):
                return True
        return _holds_token(text)

    def redacted(self, text: str, *, cut: bool = False) -> str:
        """`text` with every secret hidden, by place, value and form. `cut`: it may end within one."""
        if not self.suspects(text, cut=cut):
            return text
        raw = text.encode("utf-8", "surrogatepass")
        spans: list[_Span] = []
        for view, quotes_show in views(raw):
            if quotes_show:
                spans += _by_place(view, raw)
            spans += self._by_value(view, cut)
        return _covered(raw, spans) if spans else text

    def hidden(self, told: Any) -> Any:
        """JSON whose texts hold none of our secrets and no token; its members keep their names."""
        if isinstance(told, str):
            if len(told) < SHORTEST:
                return told
            raw = told.encode("utf-8", "surrogatepass")
            if not any(map(self._found, decoded(raw))):
                return told
            return _covered(raw, [span for view, _ in views(raw) for span in self._by_value(view, cut=False)])
        if isinstance(told, dict):
            return {name: self.hidden(value) for name, value in told.items()}
        if isinstance(told, list | tuple):
            return [self.hidden(value) for value in told]
        return told

    def header(self, name: str, value: str) -> str:
        """A header's value, hidden where the header is there to carry a secret; a scheme that is known stays."""
        if not is_secret(name):
            return self.redacted(value)
        scheme, blank, _ = value.partition(" ")
        return f"{scheme} {HIDDEN}" if blank and scheme.lower() in SCHEMES else HIDDEN

    def _by_value(self, view: View, cut: bool) -> Iterator[_Span]:
        text = view.text
        for needle in self.needles:
            for at, end in _places(text, needle.text):
                yield view.origin(max(0, at - needle.before), min(len(text), end + needle.behind))
        if self._with_blanks and b"+" in text:
            for needle in self._with_blanks:
                for at, end in _places(text.translate(_FORM), needle.text.translate(_FORM)):
                    yield view.origin(at, end)
        if _holds_token(text):
            for form in (_TOKEN, _TOKEN_IN_BASE64):
                for found in form.finditer(text):
                    yield view.origin(*found.span())
        if cut and (at := self._cut_at(text)) < len(text):
            yield view.origin(at, len(text))

    def _cut_at(self, text: bytes) -> int:
        """Where the beginning of a secret begins that ends the text; its length, if there is none."""
        whole = len(text)
        # The cut may go through the escape of one sign.
        text = text[: _UNFINISHED.search(text, max(0, whole - 6)).start()]  # type: ignore[union-attr]
        first = max(0, len(text) - _LONGEST_CUT)
        found = []
        if (at := len(text.rstrip(b"0123456789abcdefABCDEF"))) <= len(text) - _CUT_DIGITS:
            found.append(at)
        if last := _CUT_TOKEN.search(text, max(first, len(text.rstrip(_LETTERS)))):
            found.append(last.start())
        for word, *_ in self.needles:
            at = text.find(word[:_SHORTEST_CUT], first)
            while at >= 0 and not word.startswith(text[at:]):
                at = text.find(word[:_SHORTEST_CUT], at + 1)
            if at >= 0:
                found.append(at)
        return min(found, default=whole)


def _places(text: bytes, word: bytes) -> Iterator[_Span]:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        yield at, end
        at = text.find(word, end)


def _holds_token(text: bytes) -> bool:
    if len(text) < len(_MANY_DIGITS):
        return False
    return _MANY_DIGITS in text.translate(_DIGITS) or (
        _MANY_SIGNS in text.translate(_SIGNS) and _TOKEN_IN_BASE64.search(text) is not None
    )


def _names_a_place(text: bytes) -> bool:
    lower = text.lower()
    return any(end in lower for end in _ENDS) or (b"://" in lower and b"@" in lower)


def _by_place(view: View, raw: bytes) -> Iterator[_Span]:
    """The values of what is called like a secret."""
    text = view.text
    if b"://" in text:
        for found in _USER.finditer(text):
            yield view.origin(*found.span(1))
    lower = text.lower()
    in_parts = b"form-data" in lower
    for end in _ENDS:
        at = lower.find(end)
        while at >= 0:
            at += len(end)
            if member := _MEMBER.match(text, at):
                yield view.origin(*next(member.span(name) for name in _HELD if member[name] is not None))
            elif pair := _PAIR.match(text, at):
                # It ends where it does as it was sent: what is encoded in a value separates nothing.
                start = view.origin(at, pair.end())[1]
                value = _PAIRED.match(raw, start)
                yield start, value.end() if value else start
            elif in_parts and (part := _PART.match(text, at)):
                yield view.origin(*part.span(1))
            at = lower.find(end, at)


def _covered(raw: bytes, spans: list[_Span]) -> str:
    """The text with these parts hidden; what lies between quotes stays between quotes."""
    parts: list[bytes] = []
    last = 0
    for start, end in sorted(spans):
        if not parts or start > last:
            parts += (raw[last:start], HIDDEN.encode())
        last = max(last, end)
    return b"".join((*parts, raw[last:])).decode("utf-8", "replace")
