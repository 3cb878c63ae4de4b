"""`contract`: runs the contract rules on a connector, lists and explains them."""

from __future__ import annotations

import os
import select
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import click
import orjson

from mock_akeneo.cli.configuration import Seconds, fail
from mock_akeneo.cli.configuration import public_url as checked_public_url
from mock_akeneo.cli.explore import explore_
from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.printing import echo
from mock_akeneo.contract.adapters import adapter_for
from mock_akeneo.contract.connector import environment
from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.failures import own_failure
from mock_akeneo.contract.observation import IDLE_SECONDS, Observation, Trigger, observe
from mock_akeneo.contract.reports import check_path, json_text, kept_report, show, to_json, with_baseline, write
from mock_akeneo.contract.reports.terminal import workflow_commands
from mock_akeneo.contract.rules import PROFILES, RULES, Rule
from mock_akeneo.contract.run import JOBS, PATIENCE_SECONDS, chosen, replay, run
from mock_akeneo.contract.scenarios import scenario_named
from mock_akeneo.contract.stage import SERVED
from mock_akeneo.core.heaps import share_one_heap
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.rest.guard import own_hosts
from mock_akeneo.scenarios.files import SUFFIXES, read_file
from mock_akeneo.scenarios.scenario import NEEDS, Scenario
from mock_akeneo.server import CannotStart

_REPORT = click.option(
    "--report", "reports", multiple=True, type=click.Path(path_type=Path),
    help="Write the report to a file: .json, .txt, .md, .html, or .xml for JUnit. Repeatable.",
)  # fmt: skip
_FORMAT = click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group(cls=Group)
def contract() -> None:
    """Judge a connector by the rules of a good one."""


contract.add_command(explore_)


@contract.command("run")
@click.option("--connector", metavar="MODULE:FACTORY", help="A Python connector: package.module:factory.")
@click.option("--python", metavar="PATH", help="The Python of the connector's own environment.")
@click.option("--command", metavar="WORDS", help='A connector in any language: "node sync.mjs {action}".')
@click.option(
    "--action",
    "actions",
    multiple=True,
    type=click.Choice(NEEDS),
    help="What the command offers, repeatable; pull and push if left out.",
)
@click.option("--observe", "observed", is_flag=True, help="Serve, and judge whatever calls until Enter or --idle.")
@click.option("--trigger", metavar="URL", help="As --observe, and start the connector by a POST to URL.")
@click.option("--webhook", metavar="URL", help="Where the connector of --observe or --trigger takes events.")
@click.option(
    "--host",
    default=SERVED.host,
    show_default=True,
    help="Host of --observe. Off loopback its end takes a token: MOCK_AKENEO_ADMIN_TOKEN, else one that is printed.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of --observe; 0 takes a free one.")
@click.option(
    "--public-url",
    metavar="URL",
    callback=lambda _, __, told: told if told is None else checked_public_url(told),
    help="How the connector of --observe comes there, if it runs elsewhere.",
)
@click.option(
    "--play",
    metavar="NAME|FILE",
    help="The only scenario to play, judged by every rule; --observe plays calm, with --webhook events.",
)
@click.option(
    "--idle", type=Seconds(), default=IDLE_SECONDS, show_default=True, help="Seconds without a call that end --observe."
)
@click.option("--only", multiple=True, metavar="RULE", help="Rules to judge: THR-01, THR, 'P*'. Repeatable.")
@click.option("--profile", type=click.Choice(list(PROFILES)), help="A selection of rules by name, besides --only.")
@click.option("--skip", multiple=True, metavar="RULE", help="Rules to leave out. Repeatable.")
@click.option("--catalog", metavar="NAME|PATH", help="Stand on this catalog instead of the scenario's own.")
@click.option(
    "--sample", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Products to push, as JSON lines."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of generated products.")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Scenarios played side by side.")
@click.option(
    "--patience", type=Seconds(), default=PATIENCE_SECONDS, show_default=True, help="Seconds until a scenario is ended."
)
@click.option("--strict", is_flag=True, help="Advice fails as well.")
@click.option("--fail-on", multiple=True, type=click.Choice(["advice", "not_seen"]), help="Verdicts that fail as well.")
@click.option("--baseline", metavar="FILE", type=click.Path(path_type=Path), help="JSON report of known failures.")
@_REPORT
@_FORMAT
def run_(
    connector: str | None,
    python: str | None,
    command: str | None,
    actions: Sequence[Action],
    observed: bool,
    trigger: str | None,
    webhook: str | None,
    host: str,
    port: int,
    public_url: str | None,
    play: str | None,
    idle: float,
    only: Sequence[str],
    profile: str | None,
    skip: Sequence[str],
    catalog: str | None,
    sample: Path | None,
    seed: int,
    jobs: int,
    patience: float,
    strict: bool,
    fail_on: Sequence[str],
    baseline: Path | None,
    reports: Sequence[Path],
    shape: str,
) -> None:
    """Play scenarios on a connector and judge it.

    Exit codes: 0 kept, 1 broken, 2 wrong usage, 3 mock-akeneo itself failed, 4 no answer at --trigger, 5 nothing seen.
    """
    try:
        known = kept_report(baseline) if baseline else None
        for path in reports:
            check_path(path)
        rules = chosen((*only, *PROFILES.get(profile or "", ())), skip)
        if observed or trigger:
            if connector or command:
                raise ValueError("--observe starts no connector: leave --connector and --command out")
            report = observe(
                _scenario(play or ("events" if webhook else "calm")),
                rules,
                announce=partial(_announce, trigger=trigger),
                trigger=Trigger(trigger) if trigger else None,
                webhook=webhook,
                ended=_Enter(),
                served=_served(host, port, public_url),
                public_url=public_url,
                idle=idle,
                catalog=catalog,
                seed=seed,
            )
        else:
            if webhook:
                raise ValueError("--webhook is for --observe and --trigger: a command takes events by --action receive")
            adapter = adapter_for(connector=connector, command=command, python=python, actions=actions)
            samples = _samples(sample) if sample else []
            if play:
                report = replay(
                    adapter,
                    rules,
                    _scenario(play),
                    flag=play,
                    seed=seed,
                    patience=patience,
                    catalog=catalog,
                    samples=samples,
                )
            else:
                share_one_heap()
                report = run(
                    adapter,
                    rules,
                    seed=seed,
                    jobs=jobs,
                    patience=patience,
                    catalog=catalog,
                    samples=samples,
                    progress=lambda line: echo(line, err=True),
                )
    except CannotStart as error:
        fail(3, str(error))
        raise AssertionError from None
    except ConnectionError as error:
        fail(4, str(error))
        raise AssertionError from None
    except JSONDecodeError as error:
        fail(3, own_failure(error))
        raise AssertionError from None
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    except Exception as error:
        fail(3, own_failure(error))
        raise AssertionError from None
    report = replace(
        report,
        flags=(
            *report.flags,
            *_words(
                catalog=catalog,
                sample=sample,
                patience=f"{patience:g}" if patience != PATIENCE_SECONDS else None,
                host=host if host != SERVED.host else None,
                public_url=public_url,
            ),
        ),
    )
    if known:
        report = with_baseline(report, known)
    told = to_json(report)
    _tell(told, reports, shape)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for command_line in workflow_commands(told):
            echo(command_line, err=True)
    sys.exit(report.exit_code(strict=strict, fail_on=fail_on))


def _words(**given: object) -> tuple[str, ...]:
    """The flags that have a value, as words of a command."""
    pairs = ((f"--{name.replace('_', '-')}", str(value)) for name, value in given.items() if value is not None)
    return tuple(word for pair in pairs for word in pair)


def _tell(told: Json, reports: Sequence[Path], shape: str) -> None:
    for path in reports:
        write(told, path)
    if shape == "json":
        echo(json_text(told), nl=False)
    else:
        show(told)


@contract.command("report")
@click.argument("file", type=click.Path(path_type=Path))
@_REPORT
@_FORMAT
def report_(file: Path, reports: Sequence[Path], shape: str) -> None:
    """Show a kept JSON report, or write it in another form with --report."""
    try:
        for path in reports:
            check_path(path)
        told = kept_report(file)
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    _tell(told, reports, shape)


def _scenario(name: str) -> Scenario:
    """One of the kit's, or a file's. Raises `ValueError`."""
    return read_file(Path(name)) if name.endswith(SUFFIXES) else scenario_named(name)


def _served(host: str, port: int, public_url: str | None) -> Settings:
    """A connector that runs elsewhere may tell the name by which it comes here."""
    token = os.environ.get("MOCK_AKENEO_ADMIN_TOKEN")
    return Settings(host=host, port=port, admin_token=token, allowed_host=own_hosts(Settings(public_url=public_url)))


def _announce(observation: Observation, *, trigger: str | None) -> None:
    """Says on stderr what the connector needs, what starts it, and how the run ends."""
    told = environment(observation.settings)
    exports = "\n".join(f"  export {name}={shlex.quote(value)}" for name, value in told.items())
    token = observation.admin_token
    if token and token == os.environ.get("MOCK_AKENEO_ADMIN_TOKEN"):
        # Whoever set it knows it.
        bearer = ' -H "Authorization: Bearer $MOCK_AKENEO_ADMIN_TOKEN"'
    else:
        bearer = f" -H {shlex.quote(f'Authorization: Bearer {token}')}" if token else ""
    echo(
        f"Observing run {observation.run_id}: {observation.scenario.about}\n\n{exports}\n\n"
        f"{f'A POST to {trigger} starts the connector.' if trigger else 'Start your connector now.'} "
        f"The run ends with Enter, or with: curl -X POST{bearer} {observation.done}",
        err=True,
    )


class _Enter:
    """Whether Enter was pressed. A stdin that is closed or empty says nothing."""

    def __init__(self) -> None:
        self._open = True

    def __call__(self) -> bool:
        if not self._open or not select.select([sys.stdin], [], [], 0)[0]:
            return False
        self._open = bool(sys.stdin.readline())
        return self._open


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
        echo(orjson.dumps(rules, option=orjson.OPT_INDENT_2).decode())
        return
    for rule in RULES.values():
        echo(f"{rule.id:<8} {rule.level:<7} {rule.sentence}")


@contract.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Tell what RULE asks for, why, where that comes from, and how to fix a breach."""
    try:
        found = chosen([rule])
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    echo("\n\n".join(map(_explained, found)))


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
