"""A report in every form: JSON is the one that is kept, and all others are made of it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from mock_akeneo.contract.evidence import secrets_of
from mock_akeneo.contract.reports.html import html
from mock_akeneo.contract.reports.junit import junit
from mock_akeneo.contract.reports.markdown import markdown
from mock_akeneo.contract.reports.terminal import show, text
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import Report
from mock_akeneo.contract.verdicts import Kind, Verdict
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible, visible_lines

__all__ = ["check_path", "json_text", "kept_report", "reproduce", "show", "text", "to_json", "with_baseline", "write"]

SCHEMA: Final = 1
ORDER: Final[tuple[Kind, ...]] = ("pass", "fail", "advice", "not_seen")


def reproduce(report: Report, verdict: Verdict) -> str:
    """The command that judges this rule alone."""
    return shlex.join(
        ["mock-akeneo", "contract", "run", *report.flags, "--only", verdict.rule, "--seed", str(report.seed)]
    )


def to_json(report: Report) -> Json:
    """As `docs/contract-report.schema.json` has it; `evidence` holds journal ids of the rule's scenario."""
    told = Counter(verdict.kind for verdict in report.verdicts)
    deciding = dict.fromkeys(verdict.scenario for verdict in report.verdicts)
    secrets = secrets_of(played.told for played in report.played.values())
    shown: Json = {
        "schema": SCHEMA,
        "connector": secrets.redacted(report.connector),
        "seed": report.seed,
        "rules": [
            {
                "id": verdict.rule,
                "level": verdict.level,
                "verdict": verdict.kind,
                "known": (verdict.rule, verdict.kind) in report.known,
                "sentence": verdict.sentence,
                "scenario": verdict.scenario or None,
                "why": verdict.why,
                "evidence": list(verdict.evidence),
                "fix": RULES[verdict.rule].fix,
                "reproduce": secrets.redacted(reproduce(report, verdict)),
            }
            for verdict in report.verdicts
        ],
        "counts": {kind: told[kind] for kind in ORDER},
        "notes": list(report.notes),
        "timelines": [report.played[name].timeline for name in deciding if name in report.played],
    }
    return {name: secrets.hidden(value) for name, value in shown.items()}


def json_text(told: Json) -> str:
    """Indented, with one line for each timeline: those are for pictures, not for eyes."""
    head = visible_lines(orjson.dumps(told | {"timelines": []}, option=orjson.OPT_INDENT_2).decode())
    drawn = ",\n".join(f"    {visible(orjson.dumps(timeline).decode())}" for timeline in told["timelines"])
    return (head.removesuffix("[]\n}") + f"[\n{drawn}\n  ]\n}}" if drawn else head) + "\n"


FORMATS: Final[Mapping[str, Callable[[Json], str]]] = {
    ".json": json_text,
    ".txt": text,
    ".md": markdown,
    ".html": html,
    ".xml": junit,
}
"""How a report is written, by the suffix of its file."""


def check_path(path: Path) -> None:
    """Raises `ValueError` where no report could be written."""
    if path.suffix not in FORMATS:
        raise ValueError(f'"{path.name}" has no suffix of a report: write one of {", ".join(FORMATS)}')
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.absolute().parent}")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file")


def write(told: Json, path: Path) -> None:
    path.write_text(FORMATS[path.suffix](told), encoding="utf-8")


_RULE_KEYS: Final = frozenset(
    {"id", "level", "verdict", "known", "sentence", "scenario", "why", "evidence", "fix", "reproduce"}
)


def kept_report(path: Path) -> Json:
    """A JSON report that was written before. Raises `ValueError` for what is none."""
    try:
        told: Any = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(told, dict) or not isinstance(told.get("rules"), list):
        raise ValueError(f"{path} is no report of the contract: write one with --report FILE.json")
    if told.get("schema") != SCHEMA:
        raise ValueError(f"{path} has schema {told.get('schema')}, and this version reads schema {SCHEMA}")
    whole = {"connector", "seed", "counts", "notes", "timelines"} <= told.keys()
    if not whole or not all(isinstance(rule, dict) and rule.keys() >= _RULE_KEYS for rule in told["rules"]):
        raise ValueError(f"{path} is no whole report of the contract: write it anew with --report FILE.json")
    return told


def with_baseline(report: Report, baseline: Json) -> Report:
    """The report with what the baseline names as known. A note names what of it does not occur any more."""
    named = {(rule["id"], rule["verdict"]): rule["scenario"] for rule in baseline["rules"] if rule["verdict"] != "pass"}
    told = {verdict.rule: verdict.kind for verdict in report.verdicts}
    mended = [f"{rule} passes now: take it out of the baseline" for rule, _ in named if told.get(rule) == "pass"]
    return replace(report, known=frozenset(named), notes=(*report.notes, *mended))
