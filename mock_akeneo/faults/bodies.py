"""Bodies that are not what they should be, well framed; and a body that the PIM refuses in part."""

from __future__ import annotations

import re
from typing import Final

from mock_akeneo.core.headers import CONTENT_TYPE
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.keys import Key, whole
from mock_akeneo.faults._kind import Effect, Kind, Reply


def _malformed(reply: Reply) -> Reply:
    """The first half, up to the colon of a member: no JSON whatever it was."""
    half, colon, _ = reply.body[: len(reply.body) // 2 + 1].rpartition(b'":')
    return reply._replace(status=_with_body(reply), body=half + colon if colon else b"{")


def _empty(reply: Reply) -> Reply:
    return reply._replace(status=200, body=b"")


def _with_body(reply: Reply) -> int:
    return 200 if reply.status == 204 else reply.status


MALFORMED_JSON: Final = Kind(
    about="The JSON of the answer ends in the middle; the length is told rightly.",
    effect=lambda _: Effect(spoil=_malformed),
)

EMPTY: Final = Kind(
    about="Carries the call out and answers 200 without a body.",
    effect=lambda _: Effect(spoil=_empty),
)


_HEADER: Final = re.compile("[!-~]([ -~]*[!-~])?")


def _wrong_content_type(said: Json) -> Effect:
    told = said.get("content_type", "text/html; charset=UTF-8").encode("latin-1", "replace")

    def spoil(reply: Reply) -> Reply:
        rest = tuple((name, value) for name, value in reply.headers if name != CONTENT_TYPE)
        return reply._replace(headers=(*rest, (CONTENT_TYPE, told)))

    return Effect(spoil=spoil)


WRONG_CONTENT_TYPE: Final = Kind(
    about="The answer is right, but its Content-Type is not.",
    keys={
        "content_type": Key(
            wrong=lambda value: "" if isinstance(value, str) and _HEADER.fullmatch(value) else "is no text of a header",
            example="text/html",
            schema={
                "type": "string",
                "pattern": f"^{_HEADER.pattern}$",
                "description": "What is told instead; text/html; charset=UTF-8 if left out.",
            },
        )
    },
    effect=_wrong_content_type,
)

# The PIM refuses a family that it does not know.
UNKNOWN_FAMILY: Final = "refused_by_a_fault"


def _refuse_lines(said: Json) -> Effect:
    every = said.get("lines", 2)

    def request(body: bytes) -> bytes:
        lines = body.split(b"\n")
        for position in range(every - 1, len(lines), every):
            try:
                item = loads(lines[position])
            except ValueError:
                continue
            if isinstance(item, dict):
                lines[position] = dumps({**item, "family": UNKNOWN_FAMILY})
        return b"\n".join(lines)

    return Effect(request=request)


REFUSE_LINES: Final = Kind(
    about="The PIM refuses some lines of a list of changes with 422 and takes the others, all in one 200.",
    keys={"lines": whole(1, "Every how many lines one is refused; 2 if left out.", example=2)},
    effect=_refuse_lines,
)
