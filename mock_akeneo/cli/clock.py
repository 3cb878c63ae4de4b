"""`clock`: shows and moves the sandbox clock of a running server."""

from __future__ import annotations

import re
from typing import Final

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server
from mock_akeneo.core.clock import END, MAX_SCALE
from mock_akeneo.core.json_types import Json

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "": 1}
_DURATION: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(d|h|m|s|)")


def seconds_of(ctx: click.Context, param: click.Parameter, told: str | None) -> float | None:
    """Of `90`, `1h30m` or `14d`."""
    if told is None:
        return None
    if not re.fullmatch(f"({_DURATION.pattern})+", told):
        raise click.BadParameter(f'"{told}" is no duration: write 90, 1h30m or 14d')
    seconds = sum(float(amount) * _UNITS[unit] for amount, unit in _DURATION.findall(told))
    if seconds > END:
        raise click.BadParameter("the clock ends with the year 9999, which is earlier")
    return seconds


@click.group(cls=Group)
def clock() -> None:
    """The clock that tokens, windows and time stamps go by."""


@clock.command()
@on_a_server
def show(server: Running) -> None:
    """Show mode and time."""
    server.tell(server.get("/clock"), _shown)


@clock.command()
@click.argument("duration", required=False, callback=seconds_of)
@click.option("--to", metavar="MOMENT", help="Until 2026-01-01T00:00:00Z instead.")
@on_a_server
def advance(server: Running, duration: float | None, to: str | None) -> None:
    """Move it forwards by DURATION (90, 1h30m, 14d); what falls due is done."""
    if (duration is None) == (to is None):
        raise click.UsageError("Give a DURATION or --to.")
    body = {"seconds": duration} if to is None else {"to": to}
    server.tell(server.ask("POST", "/clock/advance", body), lambda told: told["now"])


@clock.command()
@click.option("--at", metavar="MOMENT", help="Where it stands: 2026-01-01T00:00:00Z; default: now.")
@on_a_server
def freeze(server: Running, at: str | None) -> None:
    """Let it stand still."""
    _set(server, {"mode": "frozen", "at": at})


@clock.command()
@click.argument("factor", type=click.FloatRange(0, MAX_SCALE, min_open=True))
@on_a_server
def scale(server: Running, factor: float) -> None:
    """Let it run FACTOR times as fast."""
    _set(server, {"mode": "scaled", "scale": factor})


@clock.command()
@click.option("--at", metavar="MOMENT", help="Where it goes on: 2026-01-01T00:00:00Z; default: now.")
@on_a_server
def real(server: Running, at: str | None) -> None:
    """Let it run as time does."""
    _set(server, {"mode": "real", "at": at})


def _set(server: Running, body: Json) -> None:
    told = {name: value for name, value in body.items() if value is not None}
    server.tell(server.ask("PUT", "/clock", told), _shown)


def _shown(told: Json) -> str:
    scaled = f" x{told['scale']:g}" if told["mode"] == "scaled" else ""
    return f"{told['now']}  {told['mode']}{scaled}, {round(told['offset']) or 0:+d} s"
