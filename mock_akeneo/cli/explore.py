"""`contract explore`: searches the smallest schedule of troubles on which a connector loses data."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import orjson

from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.printing import echo
from mock_akeneo.contract.adapters import adapter_for
from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.explore import BUDGET_SECONDS, EXAMPLES, CannotExplore, Exploration, Loss, explore
from mock_akeneo.contract.rules import RULES
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible
from mock_akeneo.scenarios.files import SUFFIXES


@click.command("explore")
@click.argument("factory", metavar="[CONNECTOR]", required=False)
@click.option("--connector", metavar="MODULE:FACTORY", help="The same as CONNECTOR: package.module:factory.")
@click.option("--python", metavar="PATH", help="The Python of the connector's own environment.")
@click.option("--command", metavar="WORDS", help='A connector in any language: "node sync.mjs {action}".')
@click.option("--action", "actions", multiple=True, type=click.Choice(["pull", "push"]), help="What to explore; both.")
@click.option("--catalog", metavar="NAME|PATH", help="Stand on this catalog instead of demo.")
@click.option(
    "--budget", type=click.FloatRange(min=0), default=BUDGET_SECONDS, show_default=True, help="Seconds to search."
)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=EXAMPLES,
    show_default=True,
    help="Schedules of each action at most, a bound that does not depend on the speed of the machine.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the schedules and of all dice.")
@click.option(
    "--out",
    "--scenario",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found as a scenario: .yaml or .json.",
)
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explore_(
    factory: str | None,
    connector: str | None,
    python: str | None,
    command: str | None,
    actions: Sequence[Action],
    catalog: str | None,
    budget: float,
    examples: int,
    seed: int,
    out: Path | None,
    shape: str,
) -> None:
    """Search the smallest schedule of troubles on which CONNECTOR loses, doubles, alters or misreports products, or
    never ends.

    Exit codes: 0 nothing found, 1 found, 2 wrong usage, 5 nothing could be judged.
    """
    actions = tuple(dict.fromkeys(actions))
    try:
        if factory and connector:
            raise ValueError("name the connector once: as CONNECTOR or by --connector")
        if out and (out.suffix not in SUFFIXES or not out.absolute().parent.is_dir()):
            raise ValueError(f"cannot write {out}: name a file that ends in {', '.join(SUFFIXES)}, in a folder")
        found = explore(
            adapter_for(connector=factory or connector, command=command, python=python, actions=actions),
            actions=actions or ("pull", "push"),
            budget=budget,
            seed=seed,
            examples=examples,
            catalog=catalog,
            progress=lambda line: echo(line, err=True),
        )
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        fail(2, 'Hypothesis searches, and it is not installed: pip install "mock-akeneo[contract]"')
    except CannotExplore as error:
        fail(5, str(error))
    except ValueError as error:
        fail(2, str(error))
    if found.loss and out:
        out.write_text(scenario_text(found.loss.scenario.to_json(), out.suffix), encoding="utf-8")
    echo(orjson.dumps(to_json(found), option=orjson.OPT_INDENT_2).decode() if shape == "json" else text(found, out))
    sys.exit(found.exit_code)


def scenario_text(told: Json, suffix: str = ".yaml") -> str:
    if suffix == ".json":
        return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"
    import yaml

    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110)
    return text


def text(found: Exploration, out: Path | None) -> str:
    lines = []
    for action, count in found.judged.items():
        lost = found.loss is not None and found.loss.schedule.action == action
        lines.append(f"{action}: {count} schedules, {'a loss' if lost else 'nothing lost'}")
    lines += found.notes
    if loss := found.loss:
        lines += ["", f"The {loss.schedule.action} fails {loss.rule}: {visible(loss.why)}"]
        lines += [f"  - {sentence}" for sentence in loss.schedule.sentences]
        lines += [f"  {seen(loss)}", ""]
        if out:
            lines.append(f"Again: {again(found, out)}")
        else:
            lines.append(scenario_text(loss.scenario.to_json()).rstrip())
    return "\n".join(lines)


def seen(loss: Loss) -> str:
    """How often it was seen, with the word that a reader must know."""
    return f"{'steady' if loss.steady else 'unsteady'}: seen in {loss.seen} of {loss.plays} plays"


def again(found: Exploration, out: Path) -> str:
    """The command that plays what was found again."""
    assert found.loss
    words = ["mock-akeneo", "contract", "run", *found.flags, "--play", str(out), "--only", found.loss.rule]
    return shlex.join(words)


def to_json(found: Exploration) -> Json:
    loss = found.loss
    return {
        "schema": 1,
        "connector": found.connector,
        "seed": found.seed,
        "judged": dict(found.judged),
        "notes": list(found.notes),
        "loss": loss
        and {
            "action": loss.schedule.action,
            "rule": loss.rule,
            "sentence": RULES[loss.rule].sentence,
            "why": loss.why,
            "schedule": list(loss.schedule.sentences),
            "seen": loss.seen,
            "plays": loss.plays,
            "steady": loss.steady,
            "scenario": loss.scenario.to_json(),
        },
    }
