"""Moves: what happens once in mid-run, between two calls, as if somebody else had done it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.clock import END, monotonic
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.keys import Key, Wrong, meant, number, one_of, read, required, schema_of, text, undecided, whole
from mock_akeneo.core.operations import GROUPS, means_something
from mock_akeneo.journal.journal import Entry
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.sandbox.call import Call
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import PRESETS, Limits, WrongLimit, parse_limits
from mock_akeneo.throttling.service_times import ServiceTime

SERVED, UNSERVED = "served", "unserved"

# Who changes the catalog in mid-run: no connection, so its changes are told to all.
JULIA: Final = Connection(
    code="julia", label="Julia", flow_type="other", client_id="", secret="", username="julia", password="", sandbox=""
)
_BY_NAME: Final = {operation.name: operation for operation in OPERATIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveKind:
    """`about`: a sentence; `keys`: its own keys; `act`: does it."""

    about: str
    act: Callable[[Sandbox, Json], object]
    keys: Mapping[str, Key] = field(default_factory=dict)


# Tokens and secrets


def _regenerate_secret(sandbox: Sandbox, said: Json) -> None:
    for connection in list(sandbox.connections.by_code.values()):
        if said.get("connection") in (None, connection.code):
            sandbox.regenerate_secret(connection)


# The catalog


def _ask(sandbox: Sandbox, operation: str, params: tuple[str, ...], body: Json | None = None) -> None:
    """Has the PIM carry out an operation for somebody with all rights. Raises `Problem`."""
    entry = Entry("", "", b"", (), monotonic(), sandbox.clock.now())
    call = Call(sandbox, "", "", b"", {}, entry)
    call.params, call.user, call.json = params, JULIA, body
    call.base = (sandbox.settings.public_url or sandbox.base_url or "http://localhost").encode()
    if body is not None:
        call.body = dumps(body)
    _BY_NAME[operation].respond(call)
    call.commit()


def _create(sandbox: Sandbox, said: Json) -> None:
    given = said["products"]
    bodies = [{"identifier": f"created-{n + 1}"} for n in range(given)] if isinstance(given, int) else given
    for body in bodies:
        flavour = "products_uuid" if body.get("identifier") is None else "products"
        _ask(sandbox, f"{flavour}.create", (), body)


def _update(sandbox: Sandbox, said: Json) -> None:
    for document in list(chosen(sandbox, said["which"])):
        _ask(sandbox, "products_uuid.update", (document.key,), {"values": said["values"]})


def _delete(sandbox: Sandbox, said: Json) -> None:
    for document in list(chosen(sandbox, said["which"])):
        _ask(sandbox, "products_uuid.delete", (document.key,))


def chosen(sandbox: Sandbox, which: str | list[str]) -> Iterator[Document]:
    """The products meant: the first one served that is still there, the last one not served, or these."""
    products = sandbox.catalog["product"]
    if isinstance(which, list):
        found = (products.by_alias(name) or products.get(name) for name in which)
        yield from (document for document in found if document is not None)
    elif which == SERVED:
        found = (products.by_alias(name) or products.get(name) for name in sandbox.served)
        yield from [document for document in found if document is not None][:1]
    else:
        # By identifier, as lists go; what has none comes first.
        waiting = [d for d in products if d.key not in sandbox.served and d.alias not in sandbox.served]
        yield from sorted(waiting, key=lambda document: (document.alias or "").lower())[-1:]


# The table


def limits_of(said: Json) -> Limits | None:
    """What `limits`, a preset by name or a list, and `service_time` say; `None`: nothing. Raises `Wrong`."""
    told = {name: said[name] for name in ("limits", "service_time") if name in said}
    try:
        return parse_limits(told) if told else None
    except WrongLimit as wrong:
        place = () if wrong.index is None else (wrong.index, *((wrong.key,) if wrong.key else ()))
        raise Wrong(wrong.message, ("limits", *place)) from None


def _wrong_limits(value: Any) -> str:
    return "" if isinstance(value, str | list) else f"are no limits: write a list, or one of {', '.join(PRESETS)}"


LIMITS: Final = Key(
    wrong=_wrong_limits,
    example="integration-initial",
    schema={
        "description": "The name of a preset, or a list of limits.",
        "anyOf": [
            {"enum": list(PRESETS)},
            {"type": "array", "items": {"type": "object", "required": ["kind", "limit"]}},
        ],
    },
)


def _wrong_service_time(value: Any) -> str:
    try:
        ServiceTime.parse(value)
    except ValueError:
        return "is no service time"
    return ""


SERVICE_TIME: Final = Key(
    wrong=_wrong_service_time,
    example="20-50",
    schema={
        "description": "How long a call takes: none, pim (as measured on one), milliseconds (50), or a range (20-50).",
        "type": ["string", "number"],
    },
)


def _wrong_which(value: Any) -> str:
    if value in (SERVED, UNSERVED) or (isinstance(value, list) and value and all(isinstance(v, str) for v in value)):
        return ""
    return f"is none of {SERVED}, {UNSERVED} and no list of identifiers"


_WHICH: Final = required(
    Key(
        wrong=_wrong_which,
        example=SERVED,
        schema={
            "description": "A product that a list has served, one that none has served yet, or these.",
            "anyOf": [{"enum": [SERVED, UNSERVED]}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        },
    )
)


def _wrong_products(value: Any) -> str:
    if type(value) is int and value > 0:
        return ""
    bodies = isinstance(value, list) and value and all(isinstance(body, dict) for body in value)
    return "" if bodies else "is no number of products and no list of their bodies"


_PRODUCTS: Final = required(
    Key(
        wrong=_wrong_products,
        example=[{"identifier": "new"}],
        schema={
            "description": "Bodies as POST takes them, or a number of products created-1, created-2 …",
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": {"type": "object"}}],
        },
    )
)
_VALUES: Final = required(
    Key(
        wrong=lambda value: "" if isinstance(value, dict) and value else "is no object of values",
        example={"name": [{"locale": None, "scope": None, "data": "Changed"}]},
        schema={"type": "object", "description": "Values as PATCH takes them."},
    )
)
_CONNECTION: Final = text("mock_connection", "The code of a connection; all if left out.")

MOVES: Final[Mapping[str, MoveKind]] = {
    "advance": MoveKind(
        about="The sandbox clock jumps forwards.",
        keys={"seconds": required(number("Sandbox seconds.", example=3601, most=END))},
        act=lambda sandbox, said: sandbox.clock.advance(said["seconds"]),
    ),
    "expire_tokens": MoveKind(
        about="Tokens expire.",
        keys={"kind": one_of(("access", "refresh", "both"), "Which; access if left out."), "connection": _CONNECTION},
        act=lambda sandbox, said: sandbox.expire(said.get("connection"), said.get("kind", "access")),
    ),
    "revoke_tokens": MoveKind(
        about="Tokens are revoked.",
        keys={"kind": one_of(("both", "access", "refresh"), "Which; both if left out."), "connection": _CONNECTION},
        act=lambda sandbox, said: sandbox.revoke(said.get("connection"), said.get("kind", "both")),
    ),
    "regenerate_secret": MoveKind(
        about="The secret of a connection is regenerated; its tokens end.",
        keys={"connection": _CONNECTION},
        act=_regenerate_secret,
    ),
    "set_limits": MoveKind(
        about="Other limits are in force.",
        keys={"limits": required(LIMITS), "service_time": SERVICE_TIME},
        act=lambda sandbox, said: sandbox.limit(limits_of(said) or Limits()),
    ),
    "create": MoveKind(about="Products are created.", keys={"products": _PRODUCTS}, act=_create),
    "update": MoveKind(about="Values of products are changed.", keys={"which": _WHICH, "values": _VALUES}, act=_update),
    "delete": MoveKind(about="Products are deleted.", keys={"which": _WHICH}, act=_delete),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`do` happens once, after the `nth` call of `operation` was answered and before the next is looked at."""

    operation: str
    nth: int
    do: str
    own: Mapping[str, Any] = field(default_factory=dict)
    told: Json = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, told: Any, operations: Collection[str] = ()) -> Move:
        """Raises `Wrong`."""
        said = read(told, _move_keys(told), "move")
        try:
            after = read(said["after"], _AFTER, "after")
        except Wrong as wrong:
            raise wrong.below("after") from None
        operation = after["operation"]
        if operations and not means_something(operation, operations):
            near = meant(operation, (*GROUPS, *operations))
            raise Wrong(f'"operation": no operation is called "{operation}"{near}', ("after", "operation"))
        own = {name: value for name, value in said.items() if name not in ("after", "do")}
        limits_of(own)
        return cls(operation=operation, nth=after.get("nth", 1), do=said["do"], own=own, told=said)

    def to_json(self) -> Json:
        """As it was told; `parse` reads it back."""
        return dict(self.told)

    def wait_in(self, sandbox: Sandbox) -> None:
        """Happens in this sandbox when its time has come."""
        act, said = MOVES[self.do].act, dict(self.own)
        sandbox.after(self.operation, self.nth, lambda: act(sandbox, said), self.do)


_AFTER: Final[Mapping[str, Key]] = {
    "operation": required(text("@pull", f"A name or glob of operations, or {' or '.join(GROUPS)}.")),
    "nth": whole(1, "After how many such calls; 1 if left out."),
}


def _wrong_do(value: Any) -> str:
    if isinstance(value, str) and value in MOVES:
        return ""
    return f"is no move{meant(value, MOVES) or ': write one of ' + ', '.join(MOVES)}"


_DO: Final = Key(wrong=_wrong_do, example="advance", schema={"enum": list(MOVES)}, required=True)
_WHEN: Final = required(
    Key(
        wrong=lambda value: "" if isinstance(value, dict) else "is no object",
        example={"operation": "@pull", "nth": 1},
        schema=schema_of(_AFTER),
    )
)


def _move_keys(told: Any) -> Mapping[str, Key]:
    do: Any = told.get("do") if isinstance(told, dict) else None
    return {**(undecided(told, "do") if _wrong_do(do) else MOVES[do].keys), "after": _WHEN, "do": _DO}


def move_schema() -> Json:
    """The JSON Schema of a move: one form for each."""
    return {
        "oneOf": [
            {
                "title": name,
                "description": kind.about,
                **schema_of(
                    {
                        "after": _WHEN,
                        "do": Key(wrong=_wrong_do, example=name, schema={"const": name}, required=True),
                        **kind.keys,
                    }
                ),
            }
            for name, kind in MOVES.items()
        ]
    }
