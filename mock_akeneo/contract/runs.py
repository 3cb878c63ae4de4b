"""The contract runs of a server: each is observed on a port of its own until somebody says that it is done."""

from __future__ import annotations

from dataclasses import replace
from queue import SimpleQueue
from threading import Event, Thread

from mock_akeneo.contract.connector import environment
from mock_akeneo.contract.observation import Observation, observe
from mock_akeneo.contract.reports import to_json
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import Report
from mock_akeneo.contract.scenarios import scenario_named
from mock_akeneo.contract.stage import SERVED
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.scenario import Scenario
from mock_akeneo.server import CannotStart


class _Run:
    """One of them, in a thread. It ends by `done` alone: nobody has to hurry."""

    def __init__(self, id_: str, scenario: Scenario, served: Settings) -> None:
        self.id, self.scenario = id_, scenario
        self.done = Event()
        self._begun: SimpleQueue[Observation | Exception] = SimpleQueue()
        self._report: Report | None = None
        self._trouble = ""
        self.thread = Thread(target=self._observe, args=(served,), name=f"contract-run-{id_}", daemon=True)
        self.thread.start()
        begun = self._begun.get()
        if isinstance(begun, Exception):
            raise begun
        self._observation = begun

    def _observe(self, served: Settings) -> None:
        try:
            self._report = observe(
                self.scenario,
                list(RULES.values()),
                announce=self._begun.put,
                ended=self.done.is_set,
                served=served,
                idle=float("inf"),
            )
        except Exception as error:
            self._trouble = f"{type(error).__name__}: {error}"
            self._begun.put(error)

    def to_json(self) -> Json:
        """`state`: running, done or failed; the `report` of one that is done."""
        told: Json = {"id": self.id, "state": "running", "play": self.scenario.name}
        if self._report is not None:
            return told | {"state": "done", "report": to_json(self._report)}
        if self._trouble:
            return told | {"state": "failed", "why": self._trouble}
        return told | {"settings": environment(self._observation.settings)}


class Runs:
    """All runs of one server, as `control.contract.Judge` has it; `served`: each has its host and its admin token."""

    def __init__(self, served: Settings = SERVED) -> None:
        self._served = served
        self._by_id: dict[str, _Run] = {}

    def start(self, play: str, port: int) -> Json:
        """Raises `ValueError` for a scenario that is not there, or a port that is taken."""
        id_ = str(len(self._by_id) + 1)
        try:
            run = self._by_id[id_] = _Run(id_, scenario_named(play), replace(self._served, port=port))
        except CannotStart as error:
            raise ValueError(str(error)) from None
        return run.to_json()

    def runs(self) -> list[Json]:
        return [{name: run.to_json()[name] for name in ("id", "state", "play")} for run in self._by_id.values()]

    def run(self, id_: str) -> Json:
        return self._by_id[id_].to_json()

    def done(self, id_: str) -> Json:
        run = self._by_id[id_]
        run.done.set()
        run.thread.join()
        return run.to_json()

    def told(self, id_: str) -> None:
        """This server was there before the run, and stays."""
