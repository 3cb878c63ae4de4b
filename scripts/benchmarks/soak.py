"""The command behind `scripts/soak`: heavy proofs, each behind its flag."""

from __future__ import annotations

import random
import secrets
import sys
from collections.abc import Callable

import click

from scripts.benchmarks import changed, clients, control, kill, processes, replay, sandboxes, tests, zoo


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--kill", "with_kill", is_flag=True, help="Writers, kill -9 and restart: nothing acknowledged is lost.")
@click.option("--full", is_flag=True, help="With --kill: the disk is full again and again; what is refused never was.")
@click.option("--rounds", type=click.IntRange(min=1), default=20, show_default=True, help="Kills.")
@click.option("--writers", type=click.IntRange(min=1), default=8, show_default=True, help="Writers at once.")
@click.option("--sandboxes", "with_sandboxes", is_flag=True, help="Many sandboxes in one server: quick, small, freed.")
@click.option("--number", type=click.IntRange(min=10), default=1000, show_default=True, help="Sandboxes.")
@click.option("--replay", "with_replay", is_flag=True, help="The same scenario 100 times: the same journal each time.")
@click.option("--replays", type=click.IntRange(min=2), default=100, show_default=True, help="Plays of the scenario.")
@click.option("--zoo", "with_zoo", is_flag=True, help="All connectors against all rules; writes docs/verdicts.md.")
@click.option("--own", is_flag=True, help="With --zoo: a broken connector plays the scenario of its bug and calm.")
@click.option(
    "--only", multiple=True, metavar="PART", help="With --zoo: connectors with PART in their name. Repeatable."
)
@click.option("--loaded", is_flag=True, help="With --zoo: beside busy processes; the verdicts have to be the same.")
@click.option("--control", "with_control", is_flag=True, help="Calls to the control plane that nobody would write.")
@click.option("--fuzz", "with_fuzz", is_flag=True, help="Calls to all operations of the API, right but for a change.")
@click.option("--cases", type=click.IntRange(min=1), help="So many of them; 10,000 for --control, 100,000 for --fuzz.")
@click.option("--clients", "with_clients", is_flag=True, help="Published clients against all rules; writes their page.")
@click.option("--blocks", is_flag=True, help="Every console block of README and docs, also those that take minutes.")
@click.option("--timed", is_flag=True, help="Tests that wait for real seconds, again and again beside busy loops.")
@click.option("--times", type=click.IntRange(min=1), default=50, show_default=True, help="With --timed: so often.")
@click.option("--interpreters", is_flag=True, help="All tests with every Python that is at hand.")
@click.option("--jobs", type=click.IntRange(min=1), help=f"Scenarios played at once; {zoo.JOBS} for --zoo, else 4.")
@click.option("--seed", type=int, help="Seed of the dice; drawn and printed when left out.")
def main(
    with_kill: bool,
    full: bool,
    rounds: int,
    writers: int,
    with_sandboxes: bool,
    number: int,
    with_replay: bool,
    replays: int,
    with_zoo: bool,
    own: bool,
    only: tuple[str, ...],
    loaded: bool,
    with_control: bool,
    with_fuzz: bool,
    cases: int | None,
    with_clients: bool,
    blocks: bool,
    timed: bool,
    times: int,
    interpreters: bool,
    jobs: int | None,
    seed: int | None,
) -> None:
    """Heavy proofs. Exits with 1 when one fails, and prints the seed that repeats it."""
    proofs: list[Callable[[random.Random], None]] = []
    if with_kill:
        proofs.append(lambda dice: kill.prove(dice, rounds=rounds, writers=writers, full=full))
    if with_sandboxes:
        proofs.append(lambda dice: sandboxes.prove(dice, number=number))
    if with_replay:
        proofs.append(lambda dice: replay.prove(dice, rounds=replays))
    if with_zoo:
        proofs.append(lambda _: zoo.prove(whole=not own, jobs=jobs or zoo.JOBS, only=only, loaded=loaded))
    if with_control:
        proofs.append(lambda dice: control.prove(dice, cases=cases or 10_000))
    if with_fuzz:
        proofs.append(lambda dice: changed.prove(dice, cases=cases or 100_000))
    if with_clients:
        proofs.append(lambda _: clients.prove(jobs=jobs or 4))
    if blocks:
        proofs.append(lambda _: tests.prove_blocks())
    if timed:
        proofs.append(lambda _: tests.prove_timed(times=times))
    if interpreters:
        proofs.append(lambda _: tests.prove_interpreters())
    if not proofs:
        raise click.UsageError(
            "choose a proof: --kill, --sandboxes, --replay, --zoo, --control, --fuzz, --clients, --blocks, --timed or"
            " --interpreters"
        )
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    try:
        for proof in proofs:
            proof(random.Random(seed))
    except processes.StartError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    except AssertionError as failure:
        click.echo(f"FAILED (seed {seed}): {failure}", err=True)
        sys.exit(1)
    click.echo("all held", err=True)


if __name__ == "__main__":
    main(prog_name="scripts/soak")
