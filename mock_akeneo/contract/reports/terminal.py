"""A report for eyes at a terminal, and as commands in the log of a GitHub workflow."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final, TextIO

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible_strings

STYLES: Final[Mapping[str, str]] = {"pass": "green", "fail": "bold red", "advice": "yellow", "not_seen": "dim"}
WORDS: Final[Mapping[str, str]] = {"pass": "pass", "fail": "FAIL", "advice": "advice", "not_seen": "not seen"}


def text(told: Json) -> str:
    """The report as plain text."""
    return "\n".join(line for _, line in _lines(told)) + "\n"


def _lines(told: Json) -> Iterator[tuple[str, str]]:
    """Each line with its style: first the verdicts, then what has to be done about them."""
    told = visible_strings(told)
    yield "bold", f"Contract of {told['connector']}"
    yield "", ""
    for rule in told["rules"]:
        yield STYLES[rule["verdict"]], f"  {rule['id']:<8} {WORDS[rule['verdict']]:<9} {rule['sentence']}"
    for rule in told["rules"]:
        if rule["verdict"] in ("fail", "advice"):
            known = " (known)" if rule["known"] else ""
            yield "", ""
            headline = f"{rule['id']} {WORDS[rule['verdict']]}{known} in {rule['scenario']}: {rule['why']}"
            yield STYLES[rule["verdict"]], headline
            if rule["evidence"]:
                yield "", f"  calls:     {', '.join(map(str, rule['evidence']))}"
            yield "", f"  to do:     {rule['fix']}"
            yield "", f"  reproduce: {rule['reproduce']}"
    unseen = [rule for rule in told["rules"] if rule["verdict"] == "not_seen"]
    if unseen:
        yield "", ""
    for rule in unseen:
        yield STYLES["not_seen"], f"{rule['id']} not seen: {rule['why']}"
    yield "", ""
    for note in told["notes"]:
        yield "yellow", f"Note: {note}"
    yield "bold", summary(told)


def summary(told: Json) -> str:
    """`12 pass · 1 fail · 0 advice · 2 not seen`, and how many of them were known."""
    known = sum(rule["known"] for rule in told["rules"])
    counted = " · ".join(f"{number} {WORDS[kind].lower()}" for kind, number in told["counts"].items())
    return counted + (f" · {known} known" if known else "")


def show(told: Json, out: TextIO | None = None) -> None:
    """Prints the report; in colour where `out` is a terminal, rich is installed, and `NO_COLOR` is not set."""
    out = out or sys.stdout
    # rich leaves the colours out by itself, but makes bold and dim.
    if os.environ.get("NO_COLOR") or not (out.isatty() and find_spec("rich")):
        out.write(text(told))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for style, line in _lines(told):
        console.print(Text(line, style=style), soft_wrap=True)


def workflow_commands(told: Json) -> Iterator[str]:
    """Each new failure as an error, each new advice as a warning of a GitHub workflow."""
    for rule in visible_strings(told["rules"]):
        if rule["verdict"] in ("fail", "advice") and not rule["known"]:
            command = "error" if rule["verdict"] == "fail" else "warning"
            title = _escaped(f"{rule['id']} {rule['sentence']}").replace(":", "%3A").replace(",", "%2C")
            message = _escaped(f"{rule['scenario']}: {rule['why']}\nTo do: {rule['fix']}\n{rule['reproduce']}")
            yield f"::{command} title={title}::{message}"


def _escaped(told: str) -> str:
    return told.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
