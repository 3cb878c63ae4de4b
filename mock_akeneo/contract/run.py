"""Plays scenarios side by side, each on a server of its own, and judges what they left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from json import JSONDecodeError
from threading import Event
from time import sleep
from types import MappingProxyType
from typing import Final, cast

from mock_akeneo.contract.adapters import Adapter, Handover, Job
from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.deliveries import deliveries
from mock_akeneo.contract.evidence import Action, Ending, Evidence, Run
from mock_akeneo.contract.failures import Failures
from mock_akeneo.contract.rules import RULES, Rule
from mock_akeneo.contract.samples import Push, bodies
from mock_akeneo.contract.scenarios import SCENARIOS
from mock_akeneo.contract.stage import Stage
from mock_akeneo.contract.timeline import timeline
from mock_akeneo.contract.verdicts import KINDS, Finding, Verdict, kind_of
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json
from mock_akeneo.scenarios.scenario import PUSHES, Scenario
from mock_akeneo.server import CannotStart

JOBS: Final = 8
"""Most of a scenario is waiting: so many keep two cores busy."""
PATIENCE_SECONDS: Final = 150.0
TRIES_THAT_SETTLE: Final = 20
"""So many failed tries of one call show that a connector never gives up."""
CALLS_IN_VAIN: Final = 50
"""So many refused calls and empty pages on end, and patience over, show a loop."""
CALLS_FOR_ALL: Final = 1000
"""So many calls, and ten more for each product, show a loop as well, whatever they bring."""
BYTES_EACH: Final = 32 << 10
BYTES_FOR_ALL: Final = 64 << 20
"""So many bytes of items or results, and so many more for each product, show a flood."""
DECLINED_THAT_SETTLE: Final = 5
"""So many connections that were given up for the certificate show that it is not taken."""
ASLEEP_SECONDS: Final = 5.0
"""Without a call for so long it is asleep; else it is still at work."""
MORE_EACH_TIME: Final = 10
"""A second push brings the same products, and so many new ones."""
LAST_CALLS_SECONDS: Final = 0.3
"""Until the server has noted the calls that were under way when we ended a connector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What is kept of a played scenario when it was judged; its evidence, products and bodies of calls, is let go.

    `findings`: by rule. `notes`: what could not be played as written, and who did not end by itself, in sentences.
    `told`: the settings that the connector was given. `timeline`: as the report has it.
    """

    told: ConnectorSettings
    timeline: Json
    notes: tuple[str, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)

    @classmethod
    def of(cls, evidence: Evidence, findings: Mapping[str, Finding] = MappingProxyType({})) -> Played:
        ended = (run for run in evidence.runs if run.ending == "unfinished")
        notes = (f"{evidence.scenario}: the {run.action} {run.why}, and was ended" for run in ended)
        return cls(
            told=evidence.told, timeline=timeline(evidence), notes=(*notes, *evidence.unplayed), findings=findings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to. `notes`: what could not be played as written, and who had to be ended, in sentences.

    `known`: rules and verdicts that a baseline names; they fail nothing. `played`: each scenario, by its name.
    `failures`: what mock-akeneo itself could not do, in sentences; they stand among the notes as well.
    """

    connector: str
    flags: tuple[str, ...]
    seed: int
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()
    played: Mapping[str, Played] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    def exit_code(self, *, strict: bool = False, fail_on: Sequence[str] = ()) -> int:
        """3: we failed ourselves; 1: a new fail, or a verdict named in `fail_on`; 0: at least one pass; 5: none."""
        if self.failures:
            return 3
        bad = {"fail", *fail_on, *(("advice",) if strict else ())}
        new = {verdict.kind for verdict in self.verdicts if (verdict.rule, verdict.kind) not in self.known}
        if new & bad:
            return 1
        return 0 if "pass" in new else 5


def chosen(only: Sequence[str] = (), skip: Sequence[str] = ()) -> list[Rule]:
    """The rules that ids, groups (`THR`) or globs name. Raises `ValueError` for a name that fits none."""
    for name in (*only, *skip):
        if not any(_fits(rule, name) for rule in RULES.values()):
            groups = dict.fromkeys(rule.id.partition("-")[0] for rule in RULES.values())
            near = get_close_matches(_spelled(name), [*groups, *RULES], n=1)
            meant = f": did you mean {near[0]}?" if near else f": there are {', '.join(RULES)}"
            raise ValueError(f'no rule is called "{name}"{meant}')
    return [
        rule
        for rule in RULES.values()
        if (not only or any(_fits(rule, name) for name in only)) and not any(_fits(rule, name) for name in skip)
    ]


def _spelled(name: str) -> str:
    """As ids are written: in capitals, and with two digits."""
    return re.sub(r"([A-Z])-?([0-9])$", r"\1-0\2", name.upper())


def _fits(rule: Rule, name: str) -> bool:
    name = name.upper()
    return rule.id.partition("-")[0] == name or fnmatchcase(rule.id, name)


def run(
    adapter: Adapter,
    rules: Sequence[Rule],
    *,
    seed: int = 0,
    jobs: int = JOBS,
    patience: float = PATIENCE_SECONDS,
    catalog: str | None = None,
    samples: Sequence[Json] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Plays what the rules need, `jobs` scenarios at a time, and judges each as soon as it was played.

    Where we fail ourselves the other verdicts are kept. Raises `Unusable` when the connector cannot be started,
    `ValueError` for a catalog that cannot be read.
    """
    failures = Failures()
    wanted = {name for rule in rules for name in rule.scenarios}
    scenarios = [scenario for scenario in SCENARIOS.values() if scenario.name in wanted]
    over = Event()

    def one(scenario: Scenario) -> Played | None:
        progress(f"{scenario.name}: {scenario.about}")
        try:
            left = play(scenario, adapter, seed=seed, patience=patience, catalog=catalog, samples=samples, over=over)
        except JSONDecodeError as error:  # a `ValueError` as well, but no user's
            failures.note(scenario.name, error)
        except (ValueError, CannotStart):
            raise
        except Exception as error:
            failures.note(scenario.name, error)
        else:
            return Played.of(left, failures.judged((rule for rule in rules if scenario.name in rule.scenarios), left))
        return None

    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="contract") as workers:
        try:
            plays = zip(scenarios, workers.map(one, scenarios), strict=True)
            played = {scenario.name: left for scenario, left in plays if left is not None}
        except BaseException:
            over.set()  # whoever still plays ends at once
            raise
    return Report(
        connector=adapter.name,
        flags=adapter.flags,
        seed=seed,
        verdicts=tuple(decided(rule, _findings(rule, played, failures)) for rule in rules),
        notes=(*failures.sentences(), *dict.fromkeys(note for each in played.values() for note in each.notes)),
        played=played,
        failures=failures.sentences(),
    )


def _findings(rule: Rule, played: Mapping[str, Played], failures: Failures) -> dict[str, Finding]:
    """What a rule found in each scenario that shows it; nothing where we failed."""
    if unseen := failures.unseen([rule.id]):
        return unseen
    findings = {name: played[name].findings[rule.id] for name in rule.scenarios if name in played}
    return failures.unseen(rule.scenarios) | findings


def replay(
    adapter: Adapter,
    rules: Sequence[Rule],
    scenario: Scenario,
    *,
    flag: str,
    seed: int = 0,
    patience: float = PATIENCE_SECONDS,
    catalog: str | None = None,
    samples: Sequence[Json] = (),
) -> Report:
    """Plays one scenario and has each rule judge what it can see there. `flag`: what `--play` is told.

    Raises as `run`.
    """
    evidence = play(scenario, adapter, seed=seed, patience=patience, catalog=catalog, samples=samples)
    played = Played.of(evidence, {rule.id: found_in(rule, scenario, evidence) for rule in rules})
    return Report(
        connector=adapter.name,
        flags=(*adapter.flags, "--play", flag),
        seed=seed,
        verdicts=tuple(decided(rule, {scenario.name: played.findings[rule.id]}) for rule in rules),
        notes=tuple(dict.fromkeys(played.notes)),
        played={scenario.name: played},
    )


def found_in(rule: Rule, scenario: Scenario, evidence: Evidence) -> Finding:
    """What a rule finds in any scenario. Only those that are its own can surely be survived: an error that ends
    another one is honest."""
    if scenario.name in rule.scenarios and SCENARIOS.get(scenario.name) == scenario:
        return rule.judge(evidence)
    finding = rule.judge(evidence)
    if finding.kind != "broken":
        return finding
    excused = (
        replace(run, ending="unfinished", why=f"ended with an error: {run.why}") if run.ending == "raised" else run
        for run in evidence.runs
    )
    return rule.judge(replace(evidence, runs=tuple(excused)))


def verdict(rule: Rule, evidence: Mapping[str, Evidence]) -> Verdict:
    return decided(rule, {name: rule.judge(left) for name, left in evidence.items()})


def decided(rule: Rule, findings: Mapping[str, Finding]) -> Verdict:
    """The most telling of what a rule found in each scenario."""
    found = findings or {"": Finding("not_seen", "none of its scenarios was played")}
    scenario, finding = min(found.items(), key=lambda found: KINDS.index(kind_of(found[1], rule.level)))
    kind = kind_of(finding, rule.level)
    why = finding.why
    if kind == "not_seen":
        why = f"it was not seen that {rule.condition}: {why}"
    return Verdict(
        rule=rule.id,
        level=rule.level,
        kind=kind,
        sentence=rule.sentence,
        scenario=scenario,
        why=why,
        evidence=finding.evidence,
    )


def play(
    scenario: Scenario,
    adapter: Adapter,
    *,
    seed: int = 0,
    patience: float = PATIENCE_SECONDS,
    catalog: str | None = None,
    samples: Sequence[Json] = (),
    over: Event | None = None,
) -> Evidence:
    """Plays one scenario once; `over` ends it early. Raises as `run`."""
    with Stage(scenario, catalog=catalog, seed=seed) as stage:
        return play_on(stage, adapter, patience=patience, samples=samples, over=over)


def play_on(
    stage: Stage,
    adapter: Adapter,
    *,
    patience: float = PATIENCE_SECONDS,
    samples: Sequence[Json] = (),
    over: Event | None = None,
) -> Evidence:
    """Plays the scenario that the stage is set for. Raises `Unusable` when the connector cannot be started."""
    scenario, before, told = stage.scenario, stage.before, stage.told()
    deadline = monotonic() + patience
    runs: list[Run] = []
    last_call = 0
    pulled_at: datetime | None = None
    for action in cast(tuple[Action, ...], scenario.needs):
        pushed: list[Json] = []
        refusable: frozenset[str] = frozenset()
        since: datetime | None = None
        delivered: list[Json] = []
        push = Push(**scenario.push)
        if action in PUSHES:
            pushed = stage.entities(action, push)
        elif action == "push":
            pushes = sum(1 for run in runs if run.action == "push")
            pushed, refusable = bodies(
                replace(push, new=push.new + MORE_EACH_TIME * pushes),
                before,
                stage.attributes(),
                samples=samples,
                association_type=stage.association_type(),
            )
        elif action == "receive":
            delivered = deliveries(before, told.webhook_secret, datetime.fromisoformat(stage.clock()["now"]))
        else:
            since, pulled_at = pulled_at, datetime.fromisoformat(stage.clock()["now"])
        stage.watch()
        handover = adapter.run(
            Job(action=action, settings=told, since=since, products=pushed, deliveries=delivered),
            _stop(stage, deadline, patience, len(before) + len(pushed), over or Event()),
        )
        if handover.ending in ("unfinished", "endless"):
            sleep(LAST_CALLS_SECONDS)
        calls = stage.calls(after=last_call)
        last_call = calls[-1]["id"] if calls else last_call
        handover.items = list(stage.reader.handed_over(handover.items))
        run = _run(action, handover, calls, pushed, refusable, stage.reader.asked(calls) if action == "pull" else {})
        leaks = stage.leaks(stdout=handover.stdout, stderr=handover.stderr, error=handover.why)
        since_when = since.isoformat() if since else ""
        lacking = stage.lacking(pushed) if action in PUSHES else ()
        runs.append(
            replace(
                run,
                why=stage.redacted(run.why),
                since=since_when,
                delivered=tuple(delivered),
                leaks=leaks,
                lacking=lacking,
            )
        )
    return Evidence(
        scenario=scenario.name,
        told=told,
        runs=tuple(runs),
        limits=tuple(limit.to_json() for limit in scenario.rules),
        before=before,
        after=stage.reader.products(),
        clock=stage.clock(),
        unplayed=() if any(run.ending == "unable" for run in runs) else stage.unplayed(),
        **stage.went_astray(),
    )


def _run(
    action: Action,
    handover: Handover,
    calls: tuple[Json, ...],
    pushed: list[Json],
    refusable: frozenset[str],
    asked: dict[str, tuple[Json, ...]],
) -> Run:
    return Run(
        action=action,
        ending=handover.ending,
        why=handover.why,
        calls=calls,
        items=tuple(handover.items),
        asked=asked,
        pushed=tuple(pushed),
        refusable=refusable,
        report=handover.report,
        exit=handover.exit,
        stdout=handover.stdout,
        stderr=handover.stderr,
    )


def _stop(
    stage: Stage, deadline: float, patience: float, products: int, over: Event
) -> Callable[[Handover], tuple[Ending, str] | None]:
    """When a connector has to be ended that does not end by itself. `products`: so many it has to do with."""
    most_items, most_calls = 3 * products + 1000, 10 * products + CALLS_FOR_ALL
    most_bytes = products * BYTES_EACH + BYTES_FOR_ALL

    def stop(handover: Handover) -> tuple[Ending, str] | None:
        if over.is_set():
            return "unfinished", "was ended early"
        if stage.untrusted.declines >= DECLINED_THAT_SETTLE:
            return "unfinished", f"gave up {stage.untrusted.declines} connections to a server that it did not trust"
        if stage.watcher.most_tries >= TRIES_THAT_SETTLE:
            return "endless", f"it tried the same call {stage.watcher.most_tries} times in vain"
        if handover.lines > most_items:
            return "endless", f"it handed over {handover.lines} items and more"
        if handover.size > most_bytes:
            return "endless", f"it handed over {handover.size >> 20} MB and more for {products} products"
        if stage.watcher.calls > most_calls:
            return "endless", f"it made {stage.watcher.calls} calls and more for {products} products"
        if monotonic() < deadline:
            return None
        if stage.watcher.in_vain >= CALLS_IN_VAIN:
            return "endless", f"its last {stage.watcher.in_vain} calls brought nothing"
        if monotonic() - stage.watcher.last_call_at < ASLEEP_SECONDS:
            # Whoever writes one by one is slow where calls are few, and no worse for it.
            return "unfinished", f"was still at work after {patience:g} s"
        return "unfinished", f"waited longer than {patience:g} s"

    return stop
