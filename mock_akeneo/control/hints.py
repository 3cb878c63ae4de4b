"""What a refused call most likely meant: told by the journal, never in the answer of the API.

A hint is a function of one call that yields whole sentences; it looks at the catalog as it is now. Those of the call's
status are asked, and those of every call to a list that takes many items.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from itertools import islice
from typing import Final

from mock_akeneo.control import value_hints
from mock_akeneo.control.answers import as_number
from mock_akeneo.core.clock import iso
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.query_strings import parameters
from mock_akeneo.journal.journal import EXCERPT_BYTES, Entry
from mock_akeneo.journal.secrets import SCHEMES
from mock_akeneo.oauth.grants import credentials
from mock_akeneo.resources import OPERATIONS, RESOURCES, operations_of
from mock_akeneo.rest.callers import token_members
from mock_akeneo.rest.guard import FLAG, Guard
from mock_akeneo.rest.negotiation import effective_method, given_token, media_type
from mock_akeneo.rest.operation import APPLICATION_JSON, COLLECTION_JSON, ROOT, Operation
from mock_akeneo.rest.routes import Routes
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes

MAX_SENTENCES: Final = 5
# Keys that are looked at for a similar one: all of a small kind, the neighbours in a large one.
_NEIGHBOURS: Final = 500
_UUID: Final = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ALIKE: Final = 0.8
# The one list that takes a JSON array.
_ARRAYS: Final = "measurement_families.update_list"
_KINDS: Final = {resource.name: resource.kind for resource in RESOURCES} | {
    "product_models": "product_model",
    "media_files": "media_file",
    "category_media_files": "category_media_file",
}


class Missed:
    """A call as a hint looks at it. `params`: what the placeholders of its path stood for."""

    def __init__(self, entry: Entry, sandbox: Sandbox, sandboxes: Sandboxes) -> None:
        self.entry, self.sandbox, self.sandboxes, self.pim = entry, sandbox, sandboxes, sandbox.catalog
        found = _routes(sandbox.pim_version).find(entry.path)
        self.methods: Mapping[str, Operation] = found[0] if found else {}
        self.params = found[1] if found else ()
        self.headers = dict(entry.headers)
        self.method = (
            effective_method(self.headers, entry.query, entry.body) if entry.method == "POST" else entry.method
        )
        self.operation = self.methods.get("GET" if self.method == "HEAD" else self.method)
        self.query = parameters(entry.query)

    def items(self) -> Iterator[Json]:
        """The items that were sent, one or many; of a list those that were refused."""
        entry = self.entry
        cut = entry.request_bytes > EXCERPT_BYTES
        if entry.lines is None:
            texts = [] if cut else [entry.body]
        else:
            refused = {line["line"] for line in entry.lines if line.get("status_code", 0) >= 400}
            lines = entry.body.split(b"\n")
            kept = lines[:-1] if cut else lines
            texts = [line for number, line in enumerate(kept, 1) if number in refused]
        for text in texts:
            try:
                item = loads(text)
            except ValueError:
                continue
            if isinstance(item, dict):
                yield item


def hint(entry: Entry, sandbox: Sandbox, sandboxes: Sandboxes) -> str | None:
    """Up to five sentences, or nothing."""
    missed = Missed(entry, sandbox, sandboxes)
    rules = [*_BY_STATUS.get(entry.status or 0, ()), *_OF_LISTS]
    told = islice(dict.fromkeys(sentence for rule in rules for sentence in rule(missed)), MAX_SENTENCES)
    # They quote what was sent.
    return sandboxes.secrets.redacted(" ".join(sentence[0].upper() + sentence[1:] for sentence in told)) or None


@cache
def _routes(version: str) -> Routes:
    return Routes(operations_of(version))


# 404


def the_path_is_another(missed: Missed) -> Iterator[str]:
    if missed.methods:
        return
    path, version = missed.entry.path, missed.sandbox.pim_version
    if _newest().find(path):
        yield f'the PIM {version} does not answer {path}; a newer one does: serve --pim-version "saas".'
        return
    if found := re.fullmatch(f"({ROOT}/products-uuid)/([^/]+)", path):
        yield f"{found[1]} takes uuids; by identifier ask {ROOT}/products/{found[2]}."
        return
    near = _near_path(path, _routes(version))
    if near is not None:
        yield f"there is nothing at {path}: did you mean {near}?"


def _newest() -> Routes:
    return _routes("saas")


def _near_path(path: str, routes: Routes) -> str | None:
    """The most similar path that there is; placeholders are filled with what stood in their place."""
    given = path.rstrip("/").split("/")
    for whole in ("/".join(given), ROOT + path, "/api" + path, re.sub("/+", "/", path), path.lower()):
        if whole != path and routes.find(whole):
            return whole
    templates = sorted({operation.path for operation in OPERATIONS})
    best, score = None, _ALIKE
    for segments in (template.split("/") for template in templates if template.count("/") == len(given) - 1):
        alike = [
            SequenceMatcher(None, one, other).ratio()
            for one, other in zip(given[1:], segments[1:], strict=True)
            if not other.startswith("{")
        ]
        if min(alike) > 0.5 and (mean := sum(alike) / len(alike)) > score:
            filled = [one if other.startswith("{") else other for one, other in zip(given, segments, strict=True)]
            best, score = "/".join(filled), mean
    return best or next(iter(get_close_matches(path, templates, 1, _ALIKE)), None)


def the_code_is_another(missed: Missed) -> Iterator[str]:
    """Of what the path names, and of what it lies under."""
    if missed.operation is None or not missed.params:
        return
    name = missed.operation.name.partition(".")[0]
    code = missed.params[-1]
    if name == "products":
        if _UUID.fullmatch(code):
            yield f"the path names a uuid: ask {ROOT}/products-uuid/{code}."
        else:
            yield from _near_code("product", "identifier", code, missed.pim.index("product").orders["identifier"].keys)
    elif name == "products_uuid":
        yield from _near_code("product", "uuid", code, missed.pim["product"].keys)
    elif name in _KINDS:
        yield from _near_document(_KINDS[name], missed)


def _near_document(kind: str, missed: Missed) -> Iterator[str]:
    parent, code = missed.params[0], missed.params[-1]
    under = next((resource.under for resource in RESOURCES if resource.kind == kind), None)
    if under is None:
        yield from _near_code(kind.replace("_", " "), "code", code, missed.pim[kind].keys)
        return
    above = under.member
    if missed.pim.data(above, parent) is None:
        yield from _near_code(above, "code", parent, missed.pim[above].keys)
    elif len(missed.params) > 1:
        siblings = [d.data["code"] for d in missed.pim[kind] if d.data.get(above, parent) == parent]
        yield from _near_code(f"{kind.replace('_', ' ')} of {parent}", "code", code, sorted(siblings))


def _near_code(what: str, word: str, code: str, keys: list[str]) -> Iterator[str]:
    place = bisect_left(keys, code.lower())
    window = keys if len(keys) <= 2 * _NEIGHBOURS else keys[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
    near = get_close_matches(code.lower(), window, 1)
    if near and near[0] != code.lower():
        yield f'there is no {what} with the {word} "{code}": did you mean "{near[0]}"?'
    elif not near:
        yield f'there is no {what} with the {word} "{code}", nor a similar one.'


# 405, 406, 415


def the_method_is_another(missed: Missed) -> Iterator[str]:
    if missed.methods:
        offered = ", ".join(missed.methods)
        upsert = "; PATCH creates what is not there" if "PATCH" in missed.methods else ""
        yield f"{missed.entry.path} does not take {missed.method}, it takes {offered}{upsert}."


def the_accept_header_is_too_narrow(missed: Missed) -> Iterator[str]:
    yield "send Accept: application/json, or no such header."


def the_content_type_is_another(missed: Missed) -> Iterator[str]:
    operation = missed.operation
    if operation is None or operation.consumes is None:
        return
    wanted = operation.consumes
    given = media_type(missed.headers.get(b"content-type"))
    has = f"it was sent as {given}" if given else "it was sent without one"
    form = "one JSON object a line, no array" if wanted == COLLECTION_JSON else "one JSON object"
    yield f"the operation {operation.name} takes Content-Type: {wanted} ({form}); {has}."
    lists = [one for one in OPERATIONS if one.name == f"{operation.name}_list"]
    if given == COLLECTION_JSON and wanted == APPLICATION_JSON and lists:
        yield f"many at once go to PATCH {lists[0].path}."


# 401, 403


def the_token_is_another(missed: Missed) -> Iterator[str]:
    entry = missed.entry
    if entry.operation == "token":
        return
    value = given_token(missed.headers, entry.query, entry.body)
    if not value:
        header = missed.headers.get(b"authorization", b"").decode("latin-1")
        scheme = header.partition(" ")[0]
        # What is no scheme may be the secret itself.
        named = f"is of the scheme {scheme}" if scheme.lower() in SCHEMES else "names no scheme that is known"
        sent = f"its Authorization header {named}" if header else "it has no Authorization header"
        yield f"send Authorization: Bearer TOKEN: {sent}."
        return
    token = missed.sandboxes.bearers.get(b"Bearer " + value)
    if token is None:
        yield (
            "nobody knows this token: it was revoked, ended more than a day ago, or was issued by another server or "
            "before a restart."
        )
    elif token.connection.sandbox != missed.sandbox.name:
        yield f'this token belongs to the sandbox "{token.connection.sandbox}".'
    elif token.expires_at <= entry.at:
        yield f"this token expired at {iso(token.expires_at)}; the call came at {iso(entry.at)}."


def the_caller_is_somebody_else(missed: Missed) -> Iterator[str]:
    entry, guard = missed.entry, Guard.of(missed.sandboxes.settings)
    if guard is None or entry.connection is not None or entry.fault is not None:
        return
    if told := guard.told(entry.method, entry.path, entry.headers):
        yield f"{told}; {FLAG} is repeatable, and MOCK_AKENEO_ALLOWED_HOST takes several with commas."


def the_role_lacks_a_right(missed: Missed) -> Iterator[str]:
    entry = missed.entry
    connection = missed.sandbox.connections.by_code.get(entry.connection or "")
    if connection is None or missed.operation is None:
        return
    for acl in ("pim_api_overall_access", missed.operation.acl):
        if acl is not None and acl not in connection.role:
            yield (
                f'the role of "{connection.code}" lacks "{acl}": PATCH /_mock/v1/connections/{connection.code} '
                f'{{"role": {{"{acl}": true}}}}.'
            )


# 422


def the_credentials_are_wrong(missed: Missed) -> Iterator[str]:
    """Which of them, which the PIM does not tell."""
    entry, connections = missed.entry, missed.sandbox.connections
    if entry.operation != "token":
        return
    members = token_members(missed.headers, entry.body) or {}
    client_id, secret = credentials(missed.headers.get(b"authorization"), members)
    connection = connections.by_client_id.get(client_id)
    if not client_id:
        yield "no client id was sent: neither in a Basic header nor in the body."
    elif connection is None:
        elsewhere = missed.sandboxes.clients.get(client_id)
        yield (
            f'the client id belongs to the sandbox "{elsewhere.sandbox}".'
            if elsewhere
            else "no connection has this client id."
        )
    elif secret != connection.secret:
        yield f'the secret is not that of the connection "{connection.code}".'
    elif members.get("grant_type") == "password":
        username = members.get("username")
        user = connections.by_username.get(username) if isinstance(username, str) else None
        if user is None:
            yield "no connection has this user name."
        elif members.get("password") != user.password:
            yield f'the password is not that of the connection "{user.code}".'


def the_query_names_what_is_not_there(missed: Missed) -> Iterator[str]:
    page, limit = (as_number(missed.query.get(name, "")) for name in ("page", "limit"))
    if limit is not None and not 1 <= limit <= 100:
        yield f"a page holds 1 to 100 items, not {limit}."
    if page is not None and limit is not None and page * limit > 10_000:
        yield 'behind 10000 items only pages by "pagination_type=search_after" go on.'
    yield from value_hints.in_query(missed.query, missed.pim)


def the_body_names_what_is_not_there(missed: Missed) -> Iterator[str]:
    for item in missed.items():
        yield from value_hints.in_item(item, missed.pim)


# Lists that take many items


def an_array_was_sent_for_lines(missed: Missed) -> Iterator[str]:
    operation, start = missed.operation, missed.entry.body.lstrip()[:1]
    if operation is None or not operation.name.endswith(".update_list"):
        return
    if operation.name == _ARRAYS and start == b"{":
        yield "this list takes a JSON array: put the objects between [ and ], with commas."
    elif operation.name != _ARRAYS and start == b"[":
        yield "the body is a JSON array: send one JSON object a line, without brackets and commas."
    elif operation.name != _ARRAYS and start == b"{" and _is_pretty(missed.entry.body):
        yield "an object goes over several lines: write each item on one line."


def _is_pretty(body: bytes) -> bool:
    first = body.lstrip().partition(b"\n")[0]
    return not first.rstrip().endswith(b"}")


def refused_lines_name_what_is_not_there(missed: Missed) -> Iterator[str]:
    if missed.entry.lines is not None:
        yield from the_body_names_what_is_not_there(missed)


# 500


def the_data_folder_failed(missed: Missed) -> Iterator[str]:
    if missed.entry.not_kept is not None:
        yield f"{missed.entry.not_kept} All is as it was before, and reads go on: make room, and repeat the call."


_Rule = Callable[[Missed], Iterator[str]]

_BY_STATUS: Final[Mapping[int, tuple[_Rule, ...]]] = {
    401: (the_token_is_another,),
    403: (the_caller_is_somebody_else, the_role_lacks_a_right),
    404: (the_path_is_another, the_code_is_another),
    405: (the_method_is_another,),
    406: (the_accept_header_is_too_narrow,),
    415: (the_content_type_is_another,),
    422: (the_credentials_are_wrong, the_query_names_what_is_not_there, the_body_names_what_is_not_there),
    500: (the_data_folder_failed,),
}
_OF_LISTS: Final[tuple[_Rule, ...]] = (an_array_was_sent_for_lines, refused_lines_name_what_is_not_there)
