"""Searches the smallest schedule of troubles on which a connector loses, doubles, alters or misreports products.

Hypothesis makes up schedules and shrinks what is found; the rules judge, as they judge every scenario. An error that is
raised is honest and nothing to find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from mock_akeneo.contract.adapters import Adapter, PythonFactory
from mock_akeneo.contract.evidence import Action, Evidence, secrets_of
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play_on
from mock_akeneo.contract.schedule import Schedule, laid_out, scenario_of, troubles_of
from mock_akeneo.contract.stage import CATALOG, Stage
from mock_akeneo.contract.warm import WarmFactory
from mock_akeneo.core.clock import monotonic
from mock_akeneo.scenarios.scenario import Scenario

JUDGES: Final = ("PULL-01", "PULL-02", "PUSH-02", "PUSH-04")
"""The rules that tell what was lost, doubled, altered or misreported, and what came to no end."""
BUDGET_SECONDS: Final = 120.0
PATIENCE_SECONDS: Final = 20.0
EXAMPLES: Final = 10_000
REPEATS: Final = 2
LATEST_CALL: Final = 8
"""Series of troubles begin here at the latest: what coincides can coincide early."""
SERIES: Final = 2
IN_A_ROW: Final = 4


class CannotExplore(Exception):
    """There is nothing to search: why, in a sentence."""


class _Over(BaseException):
    """The budget is spent. No `Exception`, because those are what Hypothesis looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was found: the schedule, the rule that it breaks, and how. `seen`: in so many of `plays` plays."""

    schedule: Schedule
    rule: str
    why: str
    scenario: Scenario
    seen: int
    plays: int = 1 + REPEATS

    @property
    def steady(self) -> bool:
        return self.seen == self.plays


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """`judged`: how many schedules of each action. `notes`: what could not be judged, in sentences."""

    connector: str
    flags: tuple[str, ...]
    seed: int
    judged: Mapping[Action, int]
    loss: Loss | None = None
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0: nothing found; 1: a loss; 5: nothing was judged."""
        if self.loss:
            return 1
        return 0 if any(self.judged.values()) else 5


class _Search:
    """The plays of one action on one stage. Each schedule is played once, however often it is asked for."""

    def __init__(
        self, stage: Stage, adapter: Adapter, action: Action, catalog: str, seed: int, deadline: float
    ) -> None:
        self._stage, self._adapter, self._catalog, self._seed = stage, adapter, catalog, seed
        self.action, self.deadline = action, deadline
        self.found: dict[Schedule, tuple[str, str] | None] = {}
        self.unfinished: list[Schedule] = []

    def play(self, schedule: Schedule) -> Evidence:
        name = f"explore-{self.action}"
        self._stage.again(scenario_of(schedule, name=name, catalog=self._catalog, seed=self._seed))
        return play_on(self._stage, self._adapter, patience=PATIENCE_SECONDS)

    def loses(self, schedule: Schedule) -> bool:
        """Raises `_Over`."""
        if schedule not in self.found:
            if monotonic() > self.deadline:
                raise _Over
            evidence = self.play(schedule)
            self.found[schedule] = broken_rule(evidence)
            if evidence.runs[0].ending == "unfinished":
                self.unfinished.append(schedule)
        return self.found[schedule] is not None

    @property
    def smallest(self) -> Schedule | None:
        losses = [schedule for schedule, broken in self.found.items() if broken]
        return min(losses, key=lambda schedule: schedule.size, default=None)

    def loss(self, schedule: Schedule, connector: str) -> Loss:
        """What was found, after it was played again."""
        first = self.found[schedule]
        assert first
        rule, why = first
        again = [broken_rule(self.play(schedule)) for _ in range(REPEATS)]
        about = f"{connector}: {why}, when {'; '.join(schedule.sentences)}."
        return Loss(
            schedule=schedule,
            rule=rule,
            why=why,
            scenario=scenario_of(
                schedule, name=f"explored-{self.action}", about=about, catalog=self._catalog, seed=self._seed
            ),
            seen=1 + sum(one is not None and one[0] == rule for one in again),
        )

    def judged(self) -> int:
        return len(self.found) - len(self.unfinished)

    def notes(self) -> Iterator[str]:
        if self.unfinished:
            schedule = min(self.unfinished, key=lambda schedule: schedule.size)
            yield (
                f"{len(self.unfinished)} schedules of the {self.action} were not over after {PATIENCE_SECONDS:g} s and "
                f"are not judged, the smallest when {'; '.join(schedule.sentences)}"
            )


def broken_rule(evidence: Evidence) -> tuple[str, str] | None:
    """The first of the judges that finds something, and what it says."""
    for rule in JUDGES:
        finding = RULES[rule].judge(evidence)
        if finding.kind == "broken":
            return rule, secrets_of([evidence.told]).redacted(finding.why)
    return None


def explore(
    adapter: Adapter,
    *,
    actions: Sequence[Action] = ("pull", "push"),
    budget: float = BUDGET_SECONDS,
    seed: int = 0,
    examples: int = EXAMPLES,
    catalog: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Exploration:
    """Searches one action after the other until something is found, `budget` real seconds are over, or `examples`
    schedules of each were made up.

    Raises `CannotExplore` when there is nothing to search, `Unusable` when the connector cannot be started,
    `ValueError` for a catalog that cannot be read, `ImportError` without Hypothesis.
    """
    import hypothesis  # noqa: F401  (told before anything is played)

    catalog = catalog or CATALOG
    ends = monotonic() + budget
    judged: dict[Action, int] = {}
    notes: list[str] = []
    loss: Loss | None = None
    stands = scenario_of(Schedule(actions[0]), name="explore", catalog=catalog, seed=seed)
    with _warm(adapter) as connector, Stage(stands) as stage:
        for position, action in enumerate(actions):
            share = (ends - monotonic()) / (len(actions) - position)
            search = _Search(stage, connector, action, catalog, seed, monotonic() + share)
            calm = search.play(Schedule(action))
            if calm.runs[0].ending == "unable":
                continue
            if trouble := _fails_calmly(calm):
                raise CannotExplore(f"{trouble}, though nothing stands in the way: begin with contract run")
            calls = sum(call["operation"] != "token" for call in calm.runs[0].calls)
            progress(f"{action}: {calls} calls when nothing stands in the way, finished")
            _hunt(search, max(1, min(calls, LATEST_CALL)), examples, seed)
            judged[action] = search.judged()
            notes += search.notes()
            progress(f"{action}: {judged[action]} schedules judged")
            if smallest := search.smallest:
                loss = search.loss(smallest, adapter.name)
                break
    if not judged:
        raise CannotExplore(f"the connector has no {' and no '.join(actions)}")
    return Exploration(
        connector=adapter.name, flags=adapter.flags, seed=seed, judged=judged, loss=loss, notes=tuple(notes)
    )


@contextmanager
def _warm(adapter: Adapter) -> Iterator[Adapter]:
    if isinstance(adapter, PythonFactory):
        with WarmFactory(adapter) as warm:
            yield warm
    else:
        yield adapter


def _fails_calmly(evidence: Evidence) -> str:
    [run] = evidence.runs
    if run.ending != "finished":
        return f"the {run.action} did not finish: {run.why}"
    broken = broken_rule(evidence)
    return f"{broken[0]} fails: {broken[1]}" if broken else ""


def _hunt(search: _Search, calls: int, examples: int, seed: int) -> None:
    """Has Hypothesis make up schedules, and smaller ones of what loses, until it knows no more or time is over."""
    from hypothesis import Phase, find, settings, strategies
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.errors import Flaky, NoSuchExample

    row = strategies.lists(strategies.sampled_from(troubles_of(search.action)), min_size=1, max_size=IN_A_ROW)
    series = strategies.lists(strategies.tuples(strategies.integers(1, calls), row), min_size=1, max_size=SERIES)
    with TemporaryDirectory() as home:
        set_hypothesis_home_dir(home)  # it would leave a folder where the user stands
        try:
            find(
                series.map(partial(laid_out, search.action)),
                search.loses,
                settings=settings(
                    max_examples=examples, database=None, deadline=None, phases=(Phase.generate, Phase.shrink)
                ),
                random=Random(seed),
            )
        except (_Over, NoSuchExample, Flaky):
            return  # what was played is known to the search
        finally:
            set_hypothesis_home_dir(None)
