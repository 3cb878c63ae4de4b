"""Every connector of the zoo against every rule: each planted bug is named by its rule, the correct ones pass all.

What is found in a play is kept in `build/` as it comes: who stops an hour's run goes on where it was, as long as kit
and connectors are what they were. `docs/verdicts.md` is written from it, with the commit that it was proved for.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import certifi
import click

from contract_tests.broken import BROKEN
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import decided, found_in, play
from mock_akeneo.contract.scenarios import SCENARIOS
from mock_akeneo.contract.stage import Stage
from mock_akeneo.contract.verdicts import Finding, Kind, Verdict
from mock_akeneo.core.json_types import dumps, loads
from scripts.benchmarks import forks

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "verdicts.md"
KEPT: Final = ROOT / "build" / "zoo"
CORRECT: Final = ("mock_akeneo.contract.reference:connector", "contract_tests.async_connector:connector")
PATIENCE_SECONDS: Final = 60.0
"""Above every time-out of a correct connector; who hangs or sleeps is waited for no longer."""
JOBS: Final = 20
"""Most of a play is waiting: so many keep two cores busy all the time."""
TELL_SECONDS: Final = 10.0

Play = tuple[str, str]
"""A connector and a scenario."""
Found = dict[str, Finding]
"""What each rule finds in a play."""
Matrix = dict[str, tuple[Verdict, ...]]


def prove(*, whole: bool, jobs: int, only: Sequence[str] = (), loaded: bool = False) -> None:
    """Plays and judges, and writes the page. `whole`: all scenarios for all, else its own and calm for a broken one.

    `only`: parts of the names of connectors, for a sample, of which no page is written. `loaded`: beside as many
    processes that do nothing but count as there are cores; no page is written, but every verdict has to be as it was
    without them.

    Raises `AssertionError` for a bug that its rule does not name, for a correct connector that breaks one, and for a
    play that could not be judged.
    """
    wanted = {
        name: tuple(SCENARIOS)
        if whole or name in CORRECT
        else tuple(s for s in SCENARIOS if s in (BROKEN[name][1], "calm"))
        for name in (*CORRECT, *BROKEN)
        if not only or any(part in name for part in only)
    }
    file = KEPT / f"{'loaded' if loaded else 'quiet'}-{digest()}.jsonl"
    with busy(os.cpu_count() or 1 if loaded else 0), _one_authority():
        troubles = _played(wanted, file, jobs)
    found = kept(file)
    matrix = matrix_of(wanted, found)
    wrong = [*troubles, *_wrong(matrix), *_alarms(wanted, found)]
    if loaded:
        quiet = matrix_of(wanted, kept(KEPT / f"quiet-{digest()}.jsonl"))
        wrong += [
            f"{name}: {rule.rule} was {calm.kind} on a quiet machine and is {rule.kind} on a busy one ({rule.why})"
            for name in wanted
            for rule, calm in zip(matrix[name], quiet[name], strict=True)
            if calm.scenario and rule.kind != calm.kind
        ]
    elif only:
        click.echo("\n".join(_connectors(matrix)))
    elif not troubles:
        PAGE.write_text(page(matrix, whole=whole, jobs=jobs, commit=commit()), "utf-8")
    assert not wrong, "\n  ".join([f"{len(wrong)} things are wrong:", *wrong])


def _played(wanted: Mapping[str, Sequence[str]], file: Path, jobs: int) -> list[str]:
    """Plays what is not kept yet, and keeps it; the plays that failed, in sentences."""
    known = kept(file)
    plays = [(name, scenario) for scenario in SCENARIOS for name in wanted if scenario in wanted[name]]
    missing = [each for each in plays if each not in known]
    # Those that wait and those that work side by side; whoever may wait for a whole time-out does not come last.
    random.Random(0).shuffle(missing)
    missing.sort(key=lambda each: not each[1].startswith("stalled"))
    click.echo(f"{len(plays)} plays, of which {len(plays) - len(missing)} are in {file}", err=True)
    _loaded()
    began, told, done, troubles = monotonic(), monotonic(), 0, list[str]()

    def look() -> None:
        nonlocal told
        if monotonic() > told + TELL_SECONDS:
            told = monotonic()
            left = (told - began) / max(1, done) * (len(missing) - done)
            click.echo(f"{done} of {len(missing)} after {_minutes(told - began)}, {_minutes(left)} left", err=True)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as keeping:
        keeping.seek(0)
        keeping.truncate(keeping.read().rfind(b"\n") + 1)  # what came after a line that was cut short would be lost
        for (name, scenario), came in forks.each(missing, _one, jobs, look):
            done += 1
            if isinstance(came, Exception):
                troubles.append(f"{name} in {scenario} could not be judged: {came}")
                click.echo(troubles[-1], err=True)
                continue
            findings = {rule: [finding.kind, finding.why] for rule, finding in came.items()}
            keeping.write(dumps({"connector": name, "scenario": scenario, "found": findings}) + b"\n")
            keeping.flush()
            for alarm in _alarms([name], {(name, scenario): came}):
                click.echo(alarm, err=True)
    click.echo(f"{done} plays took {_minutes(monotonic() - began)}", err=True)
    return troubles


def _one(task: Play) -> Found:
    """What each rule finds in it; the evidence itself would fill the memory.

    Correct connectors are judged by the rules of other scenarios as well, as `--play` does it.
    """
    name, scenario = task
    factory = PythonFactory(name, start=forks.Forkery().start)
    evidence = play(SCENARIOS[scenario], factory, patience=PATIENCE_SECONDS)
    return {
        rule.id: found_in(rule, SCENARIOS[scenario], evidence)
        for rule in RULES.values()
        if name in CORRECT or scenario in rule.scenarios
    }


def kept(file: Path) -> dict[Play, Found]:
    """What was found up to now. A last line without an end is what was written when it was stopped."""
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    told = [loads(line) for line in lines if line.endswith(b"\n")]
    return {
        (each["connector"], each["scenario"]): {rule: Finding(*finding) for rule, finding in each["found"].items()}
        for each in told
    }


def matrix_of(wanted: Mapping[str, Sequence[str]], found: Mapping[Play, Found]) -> Matrix:
    return {
        name: tuple(
            decided(rule, {s: found[name, s][rule.id] for s in rule.scenarios if s in played and (name, s) in found})
            for rule in RULES.values()
        )
        for name, played in wanted.items()
    }


def _loaded() -> None:
    """Loads the connectors, and the catalogs that scenarios stand on: once for all forks."""
    for connector in CORRECT:
        importlib.import_module(connector.partition(":")[0])
    for name in ("calm", "0-products"):
        with Stage(SCENARIOS[name]) as stage:
            stage.reader.products()


@contextmanager
def _one_authority() -> Iterator[None]:
    """Connectors that know one authority instead of all start sooner, and trust our certificates no more for it."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----\n")
        file.write(first + end)
        file.flush()
        os.environ["SSL_CERT_FILE"] = file.name
        try:
            yield
        finally:
            del os.environ["SSL_CERT_FILE"]


@contextmanager
def busy(number: int) -> Iterator[None]:
    counting = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(number)]
    try:
        yield
    finally:
        for process in counting:
            process.kill()
            process.wait()


def _wrong(matrix: Matrix) -> list[str]:
    wrong = []
    for name, verdicts in matrix.items():
        caught = {verdict.rule: verdict for verdict in verdicts if verdict.kind in ("fail", "advice")}
        if name in CORRECT:
            wrong += [f"{name} does not show {v.rule}: {v.why}" for v in verdicts if v.kind == "not_seen"]
        elif BROKEN[name][0] not in caught:
            wrong.append(f"{name} is not caught by {BROKEN[name][0]}")
    return wrong


def _alarms(wanted: Iterable[str], found: Mapping[Play, Found]) -> list[str]:
    """The false ones: whatever a correct connector is found guilty of."""
    return [
        f"{name} breaks {rule} in {scenario}: {finding.why}"
        for (name, scenario), findings in found.items()
        if name in wanted and name in CORRECT
        for rule, finding in findings.items()
        if finding.kind == "broken"
    ]


def page(matrix: Matrix, *, whole: bool, jobs: int, commit: str) -> str:
    told = "Every connector" if whole else "A broken connector played the scenario of its bug and `calm`, a correct one"
    others = Counter(v.rule for name, verdicts in matrix.items() for v in verdicts if _caught(v) and name in BROKEN)
    lines = [
        "# Rules and connectors",
        "",
        f"Written by `scripts/soak --zoo{'' if whole else ' --own'}` at commit {commit}. {told} played",
        f"all scenarios, {jobs} plays at a time on {os.cpu_count()} cores, so under load.",
        "`scripts/soak --zoo --loaded` has to come to the same verdicts beside processes that take all cores.",
        "",
        "## Rules",
        "",
        "Each rule has to name the bugs that were planted for it. *Also broken by* counts the others that it finds",
        "guilty: one bug breaks many rules, as a connector that dies of a 429 loses products as well.",
        "",
        "| rule | level | asks for | bugs planted for it | also broken by |",
        "|---|---|---|---|---|",
    ]
    for rule in RULES.values():
        own = [name for name, (named, _) in BROKEN.items() if named == rule.id]
        caught = {name for name in own if any(v.rule == rule.id and _caught(v) for v in matrix[name])}
        titles = ", ".join(_title(name) + ("" if name in caught else " (**missed**)") for name in own)
        more = others[rule.id] - len(caught)
        lines.append(f"| {rule.id} | {rule.level} | {rule.sentence} | {titles} | {more or '–'} |")
    lines += [
        "",
        "## Connectors",
        "",
        "A broken connector is the reference with one bug; the rule in bold is the one that names it.",
        "",
        *_connectors(matrix),
    ]
    return "\n".join(lines) + "\n"


def _connectors(matrix: Matrix) -> list[str]:
    lines = ["| connector | fail | advice | pass | not seen |", "|---|---|---|---|---|"]
    for name, verdicts in matrix.items():
        own = BROKEN.get(name, ("", ""))[0]
        failed, advised = (
            ", ".join(f"**{rule}**" if rule == own else rule for rule in _only(verdicts, kind)) or "–"
            for kind in ("fail", "advice")
        )
        passed, unseen = len(_only(verdicts, "pass")), len(_only(verdicts, "not_seen"))
        lines.append(f"| {_title(name)} | {failed} | {advised} | {passed} | {unseen} |")
    return lines


def _title(name: str) -> str:
    return name.rpartition(":")[2].replace("_", " ") if name in BROKEN else f"`{name}`"


def _only(verdicts: Sequence[Verdict], kind: Kind) -> list[str]:
    return [verdict.rule for verdict in verdicts if verdict.kind == kind]


def _caught(verdict: Verdict) -> bool:
    return verdict.kind in ("fail", "advice")


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02} min"


def digest() -> str:
    """Of all that decides a verdict: the code of server, kit and connectors, and the catalogs."""
    files = [f for folder in ("mock_akeneo", "contract_tests", "fixtures") for f in (ROOT / folder).rglob("*.*")]
    read = hashlib.sha256()
    for file in sorted(f for f in files if f.suffix in (".py", ".jsonl", ".pem", ".json")):
        read.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return read.hexdigest()[:12]


def commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--", "mock_akeneo", "contract_tests", "fixtures")
    return git("rev-parse", "--short", "HEAD") + (" with changes that are not committed" if changed else "")
