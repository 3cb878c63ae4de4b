"""`contract`: runs the contract rules on a connector, lists and explains them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from mock_akeneo.cli.configuration import fail
from mock_akeneo.contract.adapters import adapter_for
from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.reports import check_path, json_text, show, write
from mock_akeneo.contract.rules import RULES, Rule
from mock_akeneo.contract.run import JOBS, PATIENCE_SECONDS, chosen, run
from mock_akeneo.core.json_types import Json, loads

_FORMAT = click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group()
def contract() -> None:
    """Judge a connector by the rules of a good one."""


@contract.command("run")
@click.option("--connector", metavar="MODULE:FACTORY", help="A Python connector: package.module:factory.")
@click.option("--python", metavar="PATH", help="The Python of the connector's own environment.")
@click.option("--command", metavar="WORDS", help='A connector in any language: "node sync.mjs {action}".')
@click.option(
    "--action", "actions", multiple=True, type=click.Choice(["pull", "push"]), help="What the command offers; both."
)
@click.option("--only", multiple=True, metavar="RULE", help="Rules to judge: THR-01, THR, 'P*'. Repeatable.")
@click.option("--skip", multiple=True, metavar="RULE", help="Rules to leave out. Repeatable.")
@click.option("--catalog", metavar="NAME|PATH", help="Stand on this catalog instead of the scenario's own.")
@click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Products to push, as JSON lines."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of generated products.")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Scenarios played side by side.")
@click.option(
    "--patience", type=float, default=PATIENCE_SECONDS, show_default=True, help="Seconds until a scenario is ended."
)
@click.option("--strict", is_flag=True, help="Advice fails as well.")
@click.option("--fail-on", multiple=True, type=click.Choice(["advice", "not_seen"]), help="Verdicts that fail as well.")
@click.option("--report", "reports", multiple=True, type=click.Path(path_type=Path), help="Write the report to a file.")
@_FORMAT
def run_(
    connector: str | None,
    python: str | None,
    command: str | None,
    actions: Sequence[Action],
    only: Sequence[str],
    skip: Sequence[str],
    catalog: str | None,
    sample: Path | None,
    seed: int,
    jobs: int,
    patience: float,
    strict: bool,
    fail_on: Sequence[str],
    reports: Sequence[Path],
    shape: str,
) -> None:
    """Play scenarios on a connector and judge it. Exit codes: 0 kept, 1 broken, 2 wrong usage, 5 nothing seen."""
    try:
        for path in reports:
            check_path(path)
        adapter = adapter_for(connector=connector, command=command, python=python, actions=actions)
        report = run(
            adapter,
            chosen(only, skip),
            seed=seed,
            jobs=jobs,
            patience=patience,
            catalog=catalog,
            samples=_samples(sample) if sample else (),
            progress=lambda line: click.echo(line, err=True),
        )
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    for path in reports:
        write(report, path)
    if shape == "json":
        click.echo(json_text(report), nl=False)
    else:
        show(report)
    sys.exit(report.exit_code(strict=strict, fail_on=fail_on))


def _samples(path: Path) -> list[Json]:
    """The products of a JSON lines file. Raises `ValueError` with file and line."""
    products = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                product: Any = loads(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: no valid JSON: {error}") from None
            if not isinstance(product, dict):
                raise ValueError(f"{path}:{number}: a product is a JSON object")
            products.append(product)
    if not products:
        raise ValueError(f"{path} holds no products")
    return products


@contract.command("list")
@_FORMAT
def list_(shape: str) -> None:
    """List the rules."""
    if shape == "json":
        rules = [
            {"id": r.id, "level": r.level, "sentence": r.sentence, "scenarios": r.scenarios} for r in RULES.values()
        ]
        click.echo(orjson.dumps(rules, option=orjson.OPT_INDENT_2).decode())
        return
    for rule in RULES.values():
        click.echo(f"{rule.id:<8} {rule.level:<7} {rule.sentence}")


@contract.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Tell what RULE asks for, why, where that comes from, and how to fix a breach."""
    try:
        found = chosen([rule])
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    click.echo("\n\n".join(map(_explained, found)))


def _explained(rule: Rule) -> str:
    level = "a breach fails" if rule.level == "must" else "a breach is advice"
    return "\n".join(
        (
            f"{rule.id}  {rule.sentence}",
            f"  level:     {rule.level} ({level})",
            f"  seen when: {rule.condition}",
            f"  scenarios: {', '.join(rule.scenarios)}",
            f"  why:       {rule.why}",
            f"  to do:     {rule.fix}",
            f"  source:    {rule.source}",
        )
    )
