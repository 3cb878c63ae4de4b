"""Exchanges that were recorded from a real PIM: how one is played again, and where the answers differ.

A line of `recorded/*.jsonl` is one exchange: `steps`, requests in order, of which the answer to number `step` was
recorded: `expected`, the whole of it or one `line` or `item`. In its texts `@@` stands for eight letters,
`%uNAME%` for a made UUID, `$[1:uuid]` for what the answer to step 1 said, and `<<token>>` for a credential; in its
answers `BASE` for the base URL, `<now>` for a moment of the play, and `MEDIA_` for the made part of a media code.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import md5
from typing import Any
from urllib.parse import quote

import httpx

PREFIX = "dbcdfghj"
ABSENT = "(absent)"
COMPARED_HEADERS = (
    "content-type",
    "location",
    "content-disposition",
    "allow",
    "link",
    "www-authenticate",
    "retry-after",
    "x-frame-options",
    "x-robots-tag",
    "accept-ranges",
    "content-language",
)
# Members that Akeneo's own service has come to show since the exchanges were recorded.
NEWER = {"attribute_type", "common_attributes", "decimal_places", "decimal_places_strategy", "is_mandatory"}
NEWER |= {"label", "metadata", "symbol"}
HOURS = 4 * 3600

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_MEDIA = re.compile(r"[0-9a-f](?:\\?(?:/|%2F)[0-9a-f]){3}\\?(?:/|%2F)[0-9a-f]{30,50}_")
_TOKEN = re.compile(r'"(access_token|refresh_token)":"\w+"')


class Player:
    """Sends the steps of exchanges. `credentials`: what `<<client_id>>` and the like stand for."""

    def __init__(self, api: httpx.Client, credentials: Mapping[str, str], now: Callable[[], float]) -> None:
        self._api, self._credentials, self._now = api, credentials, now

    def differences(self, exchange: Any) -> list[str]:
        """Plays it; one sentence for each place where the answer is not the recorded one."""
        answers: list[httpx.Response] = []
        for step in exchange["steps"][: exchange["step"] + 1]:
            answers.append(self.send(step, answers))
        return list(self._compare(exchange, answers[-1]))

    def send(self, step: Any, before: list[httpx.Response]) -> httpx.Response:
        def fill(text: str) -> str:
            text = re.sub(r"\$\[(\d+):(\w+)\]", lambda m: _told(before[int(m[1])], m[2]), text)
            text = re.sub(r"%u(\w+)%", lambda m: _made_uuid(PREFIX + m[1]), text)
            text = re.sub(r"<<(\w+)>>", lambda m: self._credentials.get(m[1], m[0]), text)
            return text.replace("@@", PREFIX)

        content, kind = _body(step, fill)
        headers = {"Content-Type": kind, "Authorization": self._authorization(step.get("auth", "bearer"))}
        headers |= {
            name.title(): text if text is None else fill(text) for name, text in (step.get("headers") or {}).items()
        }
        request = httpx.Request(
            step["method"],
            self._api.base_url,
            headers={name: text for name, text in headers.items() if text is not None},
            content=content,
            extensions={"target": (fill(step["path"]) + _query(step.get("query"), fill)).encode()},
        )
        return self._api.send(request)

    def _authorization(self, kind: str) -> str | None:
        if kind == "none":
            return None
        if kind == "bearer":
            return "Bearer " + self._credentials["token"]
        pair = f"{self._credentials['client_id']}:{self._credentials['secret']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def _compare(self, exchange: Any, answer: httpx.Response) -> Iterator[str]:
        expected, names = exchange["expected"], Names()
        body = _parsed(self._told_apart(answer.content.decode("utf-8", "replace")))
        if "line" in exchange:
            rows = body if isinstance(body, list) else [body]
            found = [row for row in rows if isinstance(row, dict) and row.get("line") == exchange["line"]]
            yield from names.differences(expected, found[0] if found else ABSENT, "line")
        elif "item" in exchange:
            items = body.get("_embedded", {}).get("items", []) if isinstance(body, dict) else []
            found = [
                item for item in items if exchange["item"] in map(str, map(item.get, ("code", "identifier", "uuid")))
            ]
            yield from names.differences(expected, found[0] if found else ABSENT, "item")
        else:
            yield from names.differences(expected["status"], answer.status_code, "status")
            for name in COMPARED_HEADERS:
                given = self._told_apart(answer.headers.get(name, ABSENT))
                yield from names.differences(expected["headers"].get(name, ABSENT), given, name)
            yield from names.differences(expected["body"], body, "body")

    def _told_apart(self, text: str) -> str:
        """Made names and moments of this play as the recording has them."""
        base = str(self._api.base_url).rstrip("/").removesuffix("/api/rest/v1")
        text = text.replace(base.replace("/", "\\/"), "BASE").replace(base, "BASE").replace(PREFIX, "@@")
        text = _MEDIA.sub("MEDIA_", _MOMENT.sub(self._moment, text))
        return _TOKEN.sub(r'"\1":"<token>"', text)

    def _moment(self, match: re.Match[str]) -> str:
        try:
            at = datetime.fromisoformat(match[0])
        except ValueError:
            return match[0]
        now = datetime.fromtimestamp(self._now(), UTC)
        return "<now>" if abs((at - now).total_seconds()) < HOURS else match[0]


class Names:
    """Which made UUID of ours stands for which recorded one: one to one in an exchange."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def _same(self, recorded: str, given: str) -> bool:
        if recorded == given:
            return True
        if _UUID.sub("UUID", recorded) != _UUID.sub("UUID", given):
            return False
        pairs = zip(_UUID.findall(recorded), _UUID.findall(given), strict=False)
        return all(self._ours.setdefault(a, b) == b and self._theirs.setdefault(b, a) == a for a, b in pairs)

    def differences(self, recorded: Any, given: Any, path: str) -> Iterator[str]:
        if isinstance(recorded, dict) and isinstance(given, dict):
            given = {key: value for key, value in given.items() if key not in NEWER or key in recorded}
            for key in recorded | given:
                yield from self.differences(recorded.get(key, ABSENT), given.get(key, ABSENT), f"{path}/{key}")
            if recorded.keys() == given.keys() and list(recorded) != list(given):
                yield f"{path}: the keys are recorded in the order {list(recorded)}, ours {list(given)}"
        elif isinstance(recorded, list) and isinstance(given, list) and len(recorded) == len(given):
            for number, (theirs, ours) in enumerate(zip(recorded, given, strict=True)):
                yield from self.differences(theirs, ours, f"{path}/{number}")
        elif isinstance(recorded, str) and isinstance(given, str):
            if not self._same(recorded, given):
                yield f"{path}: recorded {recorded!r}, ours {given!r}"
        elif type(recorded) is not type(given) or recorded != given:
            yield f"{path}: recorded {recorded!r}, ours {given!r}"


def _made_uuid(name: str) -> str:
    return str(uuid.UUID(bytes=md5(name.encode()).digest(), version=4))


def _query(query: Any, fill: Callable[[str], str]) -> str:
    if not query:
        return ""
    if isinstance(query, str):
        return "?" + fill(query)
    return "?" + "&".join(f"{quote(fill(name), safe='[]')}={quote(fill(value), safe='')}" for name, value in query)


def _body(step: Any, fill: Callable[[str], str]) -> tuple[bytes | None, str | None]:
    """The bytes and the content type of a step."""
    if "lines" in step:
        rows = (row["raw"] if "raw" in row else _dumped(row["body"]) for row in step["lines"])
        return _encoded(fill("\n".join(rows))), "application/vnd.akeneo.collection+json"
    if "json" in step:
        return _encoded(fill(_dumped(step["json"]))), "application/json"
    if "text" in step:
        return _encoded(fill(step["text"])), "application/json"
    if "base64" in step:
        return base64.b64decode(step["base64"]), "application/json"
    if "form" in step:
        pairs = (f"{quote(fill(name))}={quote(fill(value))}" for name, value in step["form"])
        return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
    if "parts" in step:
        parts = (b"--truth\r\n" + _part(part, fill) + b"\r\n" for part in step["parts"])
        return b"".join(parts) + b"--truth--\r\n", "multipart/form-data; boundary=truth"
    return None, None


def _part(part: Any, fill: Callable[[str], str]) -> bytes:
    head = f'Content-Disposition: form-data; name="{part["name"]}"'
    if "filename" in part:
        head += f'; filename="{fill(part["filename"])}"'
    if part.get("type"):
        head += f"\r\nContent-Type: {part['type']}"
    data = base64.b64decode(part["base64"]) if "base64" in part else fill(part["text"]).encode()
    return head.encode() + b"\r\n\r\n" + data


def _dumped(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _parsed(text: str) -> Any:
    """A body: JSON, lines of JSON as a list, else text."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    rows = [row for row in text.split("\n") if row]
    try:
        return [json.loads(row) for row in rows] if len(rows) > 1 and rows[0].startswith("{") else text
    except ValueError:
        return text


def _told(answer: httpx.Response, what: str) -> str:
    """What an answer said: the end of its `Location` (`uuid`, `media`), or a member of its body."""
    location = answer.headers.get("location", "")
    if what == "media":
        return str(location.partition("/media-files/")[2])
    if what == "uuid" and location:
        return str(location.rpartition("/")[2])
    return str(answer.json()[what])
