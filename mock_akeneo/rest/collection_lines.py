"""PATCH on a list: one JSON object a line, one answer a line.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/Stream/StreamResourceResponse.php
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mock_akeneo.core.headers import OF_LINES
from mock_akeneo.core.json_types import Json, json_decode, php_dumps
from mock_akeneo.core.problems import INVALID_JSON, Malformed, Problem
from mock_akeneo.sandbox.call import Answer, Call

MAX_LINES: Final = 100
MAX_LINE_BYTES: Final = 1_000_000

Upsert = Callable[[str, Json], int]


def split(body: bytes) -> list[bytes]:
    """The lines; one line feed at the end makes none. Raises `Problem` 413 for too many."""
    if not body:
        return []
    lines = body.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if len(lines) > MAX_LINES:
        raise Problem(413, f"Too many resources to process, {MAX_LINES} is the maximum allowed.")
    return lines


def answer_lines(
    call: Call, key_name: str, anchor: str, upsert: Upsert, known_as: Callable[[str], str] = str
) -> Answer:
    """Does each line by itself, in order; a line sees what earlier ones did, an error stops nothing.

    `upsert(key, payload)` gives 201 or 204, or raises a `Problem`; `known_as` is how the key stands in the answer.
    """
    results: list[Json] = []
    answers: list[str] = []
    for number, line in enumerate(split(call.body), 1):
        result: Json = {"line": number}
        try:
            key, payload = _read(line, key_name)
            result[key_name] = known_as(key)
            result["status_code"] = upsert(key, payload)
            results.append(result)
        except Problem as problem:
            if isinstance(problem, Malformed) and not problem.link:
                problem.link = anchor
            body = problem.body()
            result["status_code"] = body.pop("code")
            results.append(result.copy())
            result.update(body)
        answers.append(php_dumps(result))
    call.entry.lines = results
    return Answer(200, "\n".join(answers).encode(), OF_LINES)


def _read(line: bytes, key_name: str) -> tuple[str, Json]:
    if len(line) > MAX_LINE_BYTES:
        raise Problem(413, "Line is too long.")
    try:
        data: Any = json_decode(line)
    except ValueError:
        data = None
    if data is None:
        raise Problem(400, INVALID_JSON)
    key = data.get(key_name) if isinstance(data, dict) else None
    if key is None or (isinstance(key, str) and not key.strip()):
        raise Problem(422, f"{key_name.capitalize()} is missing.")
    if not isinstance(key, str):
        raise Problem(422, f"{key_name} must be of type string.")
    return key, data
