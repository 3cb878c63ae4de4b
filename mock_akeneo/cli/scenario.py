"""`scenario`: named, replayable set-ups, shown, played on a running server, made of a recorded incident."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.printing import echo
from mock_akeneo.cli.running import Running, url_option
from mock_akeneo.core.visible import visible
from mock_akeneo.scenarios.files import SUFFIXES, library, library_files, named, read_file
from mock_akeneo.scenarios.har import from_har
from mock_akeneo.scenarios.scenario import Scenario

T = TypeVar("T")

format_option = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of what is printed."
)


@click.group(cls=Group)
def scenario() -> None:
    """Named set-ups that go the same way each time."""


@scenario.command("list")
@format_option
def list_(format_: str) -> None:
    """List the scenarios."""
    if format_ == "json":
        _print([{"name": one.name, "about": one.about, "needs": list(one.needs)} for one in library().values()])
        return
    widest = max(map(len, library()))
    for one in library().values():
        echo(f"{one.name:{widest}}  {one.about}")


@scenario.command()
@click.argument("name", metavar="NAME|FILE")
@format_option
def show(name: str, format_: str) -> None:
    """Show a scenario as it is written, to copy and change."""
    found = _chosen(name)
    if format_ == "json":
        _print(found.to_json())
    elif _is_file(name):
        echo(Path(name).read_text("utf-8"), nl=False)
    else:
        echo(library_files()[name], nl=False)


@scenario.command()
@click.argument("name", metavar="NAME|FILE")
@url_option
@click.option("--sandbox", default="default", show_default=True, help="The sandbox to play it in.")
@click.option("--reset", is_flag=True, help="Put the sandbox back to its start before, tokens apart.")
@format_option
def play(name: str, url: str | None, sandbox: str, reset: bool, format_: str) -> None:
    """Play a scenario on a running server."""
    chosen = _chosen(name)
    if reset:
        Running(url, sandbox).ask("POST", "/reset", {"keep": ["tokens"]})
    if _is_file(name):
        Running(url).ask("POST", "/scenarios", chosen.to_json())
    played = Running(url, sandbox).ask("POST", f"/scenarios/{chosen.name}/play")
    if format_ == "json":
        _print(played)
        return
    counts = [(len(played["faults"]), "fault"), (len(played["plans"]), "plan"), (played["moves"], "move")]
    told = ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts)
    echo(f"{chosen.name} is played in the sandbox {sandbox} ({told}).\n{visible(chosen.about)}")


@scenario.command("from-har")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the scenario; default: the file's.")
@format_option
def from_har_(file: Path, name: str | None, format_: str) -> None:
    """Turn a recorded incident into a scenario that brings its refusals, errors and waits at the same calls."""
    try:
        har = orjson.loads(file.read_bytes().removeprefix(BOM_UTF8))
    except OSError as error:
        fail(2, f"cannot read {file}: {error.strerror}")
    except ValueError as error:
        fail(2, f"{file} is no JSON: {error}")
    made = _or_fail(lambda: from_har(har, name or re.sub(r"[^A-Za-z0-9_.-]+", "-", file.stem).strip("-_.")))
    if format_ == "json":
        _print(made.to_json())
        return
    import yaml

    echo(yaml.safe_dump(made.to_json(), sort_keys=False, allow_unicode=True, width=110), nl=False)


def _is_file(name: str) -> bool:
    return name.endswith(SUFFIXES)


def _chosen(name: str) -> Scenario:
    return _or_fail(lambda: read_file(Path(name)) if _is_file(name) else named(name))


def _or_fail(make: Callable[[], T]) -> T:
    try:
        return make()
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None


def _print(told: Any) -> None:
    echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
