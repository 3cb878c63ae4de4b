"""`faults`: lets calls go wrong on purpose on a running server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import orjson

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, table
from mock_akeneo.core.json_types import Json


@click.group(cls=Group)
def faults() -> None:
    """What goes wrong on purpose."""


@faults.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List the faults and plans at work."""
    told = {"faults": server.get("/faults")["items"], "plans": server.get("/plans")["items"]}
    server.tell(told, _shown)


@faults.command()
@click.argument("operation")
@click.argument("kind")
@click.argument("keys", nargs=-1, metavar="[KEY=VALUE]...")
@on_a_server
def add(server: Running, operation: str, kind: str, keys: Sequence[str]) -> None:
    """Plant a fault: `faults add products.list delay seconds=0.5 times=2`, `faults add @pull status status=503`."""
    told = {"operation": operation, "kind": kind, **dict(map(_member, keys))}
    server.tell(server.ask("POST", "/faults", told), lambda made: made["id"])


@faults.command()
@click.argument("operation")
@click.argument("steps", nargs=-1, required=True)
@on_a_server
def plan(server: Running, operation: str, steps: Sequence[str]) -> None:
    """Plan each call: `faults plan products.update_list ok 429 reset_after_apply '{"kind":"delay","seconds":3}'`."""
    told = {"operation": operation, "steps": [_step(step) for step in steps]}
    server.tell(server.ask("POST", "/plans", told), lambda made: made["id"])


@faults.command()
@click.argument("id_", metavar="ID")
@on_a_server
def remove(server: Running, id_: str) -> None:
    """Remove one fault or plan."""
    server.ask("DELETE", f"/{'plans' if id_.startswith('plan') else 'faults'}/{id_}")


@faults.command()
@on_a_server
def clear(server: Running) -> None:
    """Remove all faults and plans."""
    count = server.ask("DELETE", "/faults")["count"] + server.ask("DELETE", "/plans")["count"]
    server.tell({"count": count}, lambda told: f"{told['count']} removed")


def _member(told: str) -> tuple[str, Any]:
    name, equals, value = told.partition("=")
    if not equals or not name:
        raise click.UsageError(f'"{told}" is no KEY=VALUE.')
    try:
        return name, orjson.loads(value)
    except ValueError:
        return name, value


def _step(told: str) -> Any:
    if not told.startswith("{"):
        return told
    try:
        return orjson.loads(told)
    except ValueError as error:
        raise click.UsageError(f"{told} is no JSON: {error}") from None


def _shown(told: Json) -> str:
    planted = [{**_where(one), "told": _rest(one), "struck": one["struck"]} for one in told["faults"]]
    planned = [{**_where(one), "told": f"remaining: {_texts(one['remaining'])}"} for one in told["plans"]]
    rows = [*planted, *planned]
    return table(rows, ("id", "calls", "told", "struck")) if rows else "nothing goes wrong"


def _where(one: Json) -> Json:
    return {"id": one["id"], "calls": one.get("operation") or f"{one.get('method', '*')} {one.get('path', '*')}"}


def _rest(one: Json) -> str:
    hidden = ("id", "operation", "method", "path", "struck", "kind")
    more = " ".join(f"{name}={_text(value)}" for name, value in one.items() if name not in hidden)
    return f"{one['kind']} {more}".rstrip()


def _texts(steps: Sequence[Any]) -> str:
    return " ".join(map(_text, steps)) or "nothing"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
