"""The published clients against every rule; `docs/published-clients.md` is written from it, with the commit."""

from __future__ import annotations

import re
import shlex
from functools import partial
from typing import Final

import click

from contract_tests.published import CLIENTS, Unavailable
from mock_akeneo.contract.reports import to_json
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run
from mock_akeneo.core.json_types import Json
from scripts.benchmarks.zoo import PATIENCE_SECONDS, ROOT, commit

PAGE: Final = ROOT / "docs" / "published-clients.md"
WORDS: Final = {"pass": "pass", "fail": "**fail**", "advice": "advice", "not_seen": "not seen"}
LONGEST_WHY: Final = 240
_OF_A_RUN: Final = re.compile(r"http://127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:+]+")

HEAD: Final = """\
# Published clients on the bench

Written by `scripts/soak --clients` at commit {commit}. Every client played all scenarios behind an adapter of a few
dozen lines (`contract_tests/*_connector.*`) that calls it as its users would and adds nothing of its own: it does not
wait, repeat, or log in.

These are facts about one version and not marks. A client is a library: what it leaves to the program around it (to
wait after a 429, to try again after a 503, to set a time-out) is told as a fail here, because the adapter does not do
it either. Read a fail as: *this is yours to do*. `mock-akeneo contract explain RULE` tells what a rule asks for, and
[clients.md](clients.md) how each client is used.
"""


def prove(*, jobs: int) -> None:
    """Writes the page. Raises `AssertionError` where a client cannot be had, or does not work at all."""
    told: dict[str, Json] = {}
    for name, client in CLIENTS.items():
        click.echo(name, err=True)
        try:
            client.available()
        except Unavailable as error:
            raise AssertionError(f"{name} cannot be judged here: {error}") from None
        report = run(
            client.adapter,
            list(RULES.values()),
            jobs=jobs,
            patience=PATIENCE_SECONDS,
            progress=partial(click.echo, err=True),
        )
        told[name] = to_json(report)
        assert told[name]["counts"]["pass"], f"{name} passes nothing: its adapter does not work"
    PAGE.write_text(page(told, commit=commit()), "utf-8")


def page(told: dict[str, Json], *, commit: str) -> str:
    """The Markdown of reports by the name of the client."""
    lines = [HEAD.format(commit=commit), f"| rule | asks for | {' | '.join(told)} |", f"|---|---|{'---|' * len(told)}"]
    for rule, *others in zip(*(report["rules"] for report in told.values()), strict=True):
        words = (WORDS[each["verdict"]] for each in (rule, *others))
        lines.append(f"| {rule['id']} | {rule['sentence']} | {' | '.join(words)} |")
    for name, report in told.items():
        client = CLIENTS[name]
        counts = ", ".join(f"{number} {WORDS[kind].strip('*')}" for kind, number in report["counts"].items())
        lines += [
            "",
            f"## {name}",
            "",
            f"[{name}]({client.link}) {client.version}: {counts}.",
            "",
            f"The adapter adds {client.adapted} To see it again:",
            "",
            "```console",
            f"$ mock-akeneo contract run {shlex.join(client.adapter.flags)}",
            "```",
            "",
            "| rule | verdict | scenario | why |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {rule['id']} | {WORDS[rule['verdict']]} | {rule['scenario'] or ''} | {cell(rule['why'])} |"
            for rule in report["rules"]
        ]
    return "\n".join(lines) + "\n"


def cell(told: str) -> str:
    """On one line of a table and never as markup, without the ports and moments that only this run had."""
    plain = " ".join(_OF_A_RUN.sub("…", told).split())
    plain = plain if len(plain) <= LONGEST_WHY else f"{plain[:LONGEST_WHY].rstrip()} …"
    return re.sub(r"([\\`*|<])", r"\\\1", plain)
