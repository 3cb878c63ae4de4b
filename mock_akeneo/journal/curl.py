"""A call of the journal as a `curl` to paste; secrets are read from the variables that a connector gets too."""

from __future__ import annotations

import re
from shlex import quote
from typing import Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.journal.har import url_of
from mock_akeneo.journal.journal import EXCERPT_BYTES
from mock_akeneo.journal.secrets import HIDDEN

# Which variable holds what the journal has hidden, by the name of the member that held it.
_VARIABLES: Final = {
    "client_secret": "AKENEO_SECRET",
    "secret": "AKENEO_SECRET",
    "password": "AKENEO_PASSWORD",
    "refresh_token": "AKENEO_REFRESH_TOKEN",
    "access_token": "AKENEO_API_KEY",
}
_HIDDEN_MEMBER: Final = re.compile(rf'("({"|".join(_VARIABLES)})"\s*:\s*"){re.escape(HIDDEN)}')
_HIDDEN_PAIR: Final = re.compile(rf"(\b({'|'.join(_VARIABLES)})=){re.escape(HIDDEN)}")
# What curl says by itself.
_OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "user-agent", "expect"}
)


def curl(entry: Json, base: str) -> str:
    """`base`: of the URL of a call that named no host. A body of which only the beginning is kept is `@body`."""
    # To a HEAD with -X curl would wait for a body.
    method = ["-I"] if entry["method"] == "HEAD" else ["-i", "-X", entry["method"]]
    words = ["curl", *method, _with_variables(url_of(entry, base))]
    for name, value in entry["request_headers"].items():
        if name == "authorization":
            words += _authorization(value)
        elif name not in _OWN_HEADERS:
            words += ["-H", _with_variables(f"{name}: {value}")]
    if entry["request_bytes"]:
        whole = entry["body"] is not None and entry["request_bytes"] <= EXCERPT_BYTES
        words += ["--data-binary", _with_variables(entry["body"]) if whole else "@body"]
    return " ".join(words)


def _authorization(value: str) -> list[str]:
    scheme = value.partition(" ")[0].lower()
    if scheme == "basic":
        return ["-u", '"$AKENEO_CLIENT_ID:$AKENEO_SECRET"']
    if scheme == "bearer":
        return ["-H", '"Authorization: Bearer $AKENEO_API_KEY"']
    return ["-H", quote(f"authorization: {value}")]


def _with_variables(text: str) -> str:
    """Quoted for a shell, which puts its variables in the place of what is hidden."""
    quoted = quote(text)
    for pattern in (_HIDDEN_MEMBER, _HIDDEN_PAIR):
        quoted = pattern.sub(lambda found: f"""{found[1]}'"${_VARIABLES[found[2]]}"'""", quoted)
    return quoted
