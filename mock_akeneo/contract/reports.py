"""A report for eyes and for machines."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

import orjson

from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import Report
from mock_akeneo.contract.verdicts import Kind, Verdict
from mock_akeneo.core.json_types import Json

SCHEMA: Final = 1
ORDER: Final[tuple[Kind, ...]] = ("pass", "fail", "advice", "not_seen")
_STYLES: Final[dict[str, str]] = {"pass": "green", "fail": "bold red", "advice": "yellow", "not_seen": "dim"}
_WORDS: Final[dict[str, str]] = {"pass": "pass", "fail": "FAIL", "advice": "advice", "not_seen": "not seen"}


def counts(report: Report) -> dict[str, int]:
    told = Counter(verdict.kind for verdict in report.verdicts)
    return {kind: told[kind] for kind in ORDER}


def reproduce(report: Report, verdict: Verdict) -> str:
    """The command that judges this rule alone."""
    return shlex.join(
        ["mock-akeneo", "contract", "run", *report.flags, "--only", verdict.rule, "--seed", str(report.seed)]
    )


def to_json(report: Report) -> Json:
    """`{"schema", "connector", "seed", "rules": [...], "counts", "notes"}`; `evidence` holds journal ids."""
    return {
        "schema": SCHEMA,
        "connector": report.connector,
        "seed": report.seed,
        "rules": [
            {
                "id": verdict.rule,
                "level": verdict.level,
                "verdict": verdict.kind,
                "sentence": verdict.sentence,
                "scenario": verdict.scenario or None,
                "why": verdict.why,
                "evidence": list(verdict.evidence),
                "reproduce": reproduce(report, verdict),
            }
            for verdict in report.verdicts
        ],
        "counts": counts(report),
        "notes": list(report.notes),
    }


def json_text(report: Report) -> str:
    return orjson.dumps(to_json(report), option=orjson.OPT_INDENT_2).decode() + "\n"


def text(report: Report) -> str:
    """The report as plain text."""
    return "\n".join(line for _, line in _lines(report)) + "\n"


def _lines(report: Report) -> Iterator[tuple[str, str]]:
    """Each line with its style: first the verdicts, then what has to be done about them."""
    yield "bold", f"Contract of {report.connector}"
    yield "", ""
    for verdict in report.verdicts:
        yield _STYLES[verdict.kind], f"  {verdict.rule:<8} {_WORDS[verdict.kind]:<9} {verdict.sentence}"
    for verdict in report.verdicts:
        if verdict.kind in ("fail", "advice"):
            yield "", ""
            yield _STYLES[verdict.kind], f"{verdict.rule} {_WORDS[verdict.kind]} in {verdict.scenario}: {verdict.why}"
            if verdict.evidence:
                yield "", f"  calls:     {', '.join(map(str, verdict.evidence))}"
            yield "", f"  to do:     {RULES[verdict.rule].fix}"
            yield "", f"  reproduce: {reproduce(report, verdict)}"
    unseen = [verdict for verdict in report.verdicts if verdict.kind == "not_seen"]
    if unseen:
        yield "", ""
    for verdict in unseen:
        yield _STYLES["not_seen"], f"{verdict.rule} not seen: {verdict.why}"
    yield "", ""
    for note in report.notes:
        yield "yellow", f"Note: {note}"
    yield "bold", " · ".join(f"{number} {_WORDS[kind].lower()}" for kind, number in counts(report).items())


def show(report: Report, out: TextIO | None = None) -> None:
    """Prints the report; in colour where `out` is a terminal and rich is installed."""
    out = out or sys.stdout
    if not (out.isatty() and find_spec("rich")):
        out.write(text(report))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for style, line in _lines(report):
        console.print(Text(line, style=style), soft_wrap=True)


FORMATS: Final[dict[str, Callable[[Report], str]]] = {".json": json_text, ".txt": text}
"""How a report is written, by the suffix of its file."""


def check_path(path: Path) -> None:
    """Raises `ValueError` where no report could be written."""
    if path.suffix not in FORMATS:
        raise ValueError(f'"{path.name}" has no suffix of a report: write one of {", ".join(FORMATS)}')
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.absolute().parent}")


def write(report: Report, path: Path) -> None:
    path.write_text(FORMATS[path.suffix](report), encoding="utf-8")
