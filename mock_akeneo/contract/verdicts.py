"""What a judge finds and what becomes of it: pass, fail, advice or not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["pass", "fail", "advice", "not_seen"]
Level = Literal["must", "should"]

KINDS: tuple[Kind, ...] = ("fail", "advice", "pass", "not_seen")
"""The most telling first: of several scenarios that show a rule, the first kind that occurs decides."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one judge says of one scenario. `why`: one sentence; `evidence`: journal ids that prove it."""

    kind: Literal["kept", "broken", "not_seen"]
    why: str
    evidence: tuple[int | str, ...] = ()


def kept(why: str, evidence: Iterable[int | str] = ()) -> Finding:
    return Finding("kept", why, tuple(evidence))


def broken(why: str, evidence: Iterable[int | str] = ()) -> Finding:
    return Finding("broken", why, tuple(evidence))


def not_seen(why: str) -> Finding:
    return Finding("not_seen", why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A rule's verdict. `scenario`: the one that decided it, empty when none was played."""

    rule: str
    level: Level
    kind: Kind
    sentence: str
    scenario: str
    why: str
    evidence: tuple[int | str, ...] = ()


def kind_of(finding: Finding, level: Level) -> Kind:
    """A breach of a `should` rule is advice, never a failure."""
    if finding.kind == "broken":
        return "fail" if level == "must" else "advice"
    return "pass" if finding.kind == "kept" else "not_seen"
