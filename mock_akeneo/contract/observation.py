"""Observed connectors: we serve and watch, somebody else starts them. Only what was asked and answered is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from time import sleep
from typing import Final, Literal

import httpx

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.contract.connector import ConnectorSettings, environment
from mock_akeneo.contract.deliveries import Sending, deliveries
from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.rules import Rule
from mock_akeneo.contract.run import Played, Report, verdict
from mock_akeneo.contract.stage import SERVED, Stage
from mock_akeneo.control.routes import PREFIX
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.proxies import PAST_PROXIES
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.scenario import Scenario

IDLE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.1
CONNECT_SECONDS: Final = 10.0
RUN_ID: Final = "1"
HANDS_NOTHING_OVER: Final = "an observed connector hands nothing over"
NAMES_NO_ENDPOINT: Final = "no --webhook says where the observed connector takes deliveries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is observed: `done` is the URL that ends it by a POST, off loopback with `admin_token` as bearer token."""

    settings: ConnectorSettings
    scenario: Scenario
    run_id: str
    done: str
    admin_token: str | None


class _TheRun:
    """The only run of an observed server, as `control.contract.Judge` has it."""

    def __init__(self, scenario: Scenario) -> None:
        self.ended = Event()
        self._play, self._state = scenario.name, "running"

    def start(self, play: str, port: int) -> Json:
        raise ValueError(f'run {RUN_ID} is being observed: POST to "/contract/runs/{RUN_ID}/done" ends it')

    def runs(self) -> list[Json]:
        return [{"id": RUN_ID, "state": self._state, "play": self._play}]

    def run(self, id_: str) -> Json:
        return {run["id"]: run for run in self.runs()}[id_]

    def done(self, id_: str) -> Json:
        self.run(id_)
        self._state = "done"
        return self.run(id_)

    def told(self, id_: str) -> None:
        self.ended.set()


class Trigger:
    """Starts a connector by a POST to its URL. `trouble`: why that failed; empty as long as it did not."""

    def __init__(self, url: str) -> None:
        """Raises `ValueError` for what is no URL."""
        if not url.startswith(("http://", "https://")) or not url.isprintable() or " " in url:
            raise ValueError(f'--trigger takes a URL, not "{url}"')
        self.url, self.trouble = url, ""

    def __call__(self, observation: Observation) -> None:
        """Does not wait: a connector may answer when all its work is done."""
        body = {
            "run": observation.run_id,
            "settings": environment(observation.settings),
            "done": observation.done,
            **({"admin_token": observation.admin_token} if observation.admin_token else {}),
        }
        Thread(target=self._post, args=(body,), name="trigger", daemon=True).start()

    def _post(self, body: Json) -> None:
        try:
            with httpx.Client(timeout=httpx.Timeout(None, connect=CONNECT_SECONDS), mounts=PAST_PROXIES) as client:
                answer = client.post(self.url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            self.trouble = f"{self.url} cannot be reached: {error}"
        else:
            if not answer.is_success:
                self.trouble = f"{self.url} answered {answer.status_code}: the connector was not started"


def observe(
    scenario: Scenario,
    rules: Sequence[Rule],
    *,
    announce: Callable[[Observation], None],
    trigger: Trigger | None = None,
    webhook: str | None = None,
    ended: Callable[[], bool] = lambda: False,
    served: Settings = SERVED,
    public_url: str | None = None,
    idle: float = IDLE_SECONDS,
    catalog: str | None = None,
    seed: int = 0,
) -> Report:
    """Serves until `ended()`, a POST to `done`, or `idle` seconds without a call after the first, or after the
    trigger; judges then. `served`: where; `public_url`: how the connector comes there, where it is elsewhere.
    `webhook`: where it takes deliveries of events, which begin when that takes connections.

    Raises `ConnectionError` when the trigger failed, `ValueError` for a `webhook` that is no URL.
    """
    the_run = _TheRun(scenario)

    def app(settings: Settings, template: Catalog) -> App:
        made = create_app(settings, template)
        made.judge = lambda: the_run
        return made

    with Stage(scenario, catalog=catalog, seed=seed, served=served, app=app) as stage:
        before, told = stage.reader.products(), stage.told()
        if public_url:
            told = replace(told, api_url=public_url.rstrip("/"))
        observation = Observation(
            settings=told,
            scenario=scenario,
            run_id=RUN_ID,
            done=f"{told.api_url}{PREFIX}/contract/runs/{RUN_ID}/done",
            admin_token=stage.admin_token,
        )
        delivered = deliveries(before, told.webhook_secret, datetime.fromisoformat(stage.clock()["now"]))
        sending = Sending(webhook, delivered) if webhook else None
        try:
            announce(observation)
            began = monotonic()
            if trigger:
                trigger(observation)
            while not (the_run.ended.is_set() or ended()):
                if trigger and trigger.trouble:
                    raise ConnectionError(trigger.trouble)
                last = max(began, stage.watcher.last_call_at)
                if sending and sending.is_under_way():
                    began = monotonic()
                elif (stage.watcher.calls or trigger or sending) and monotonic() > last + idle:
                    break
                sleep(LOOK_SECONDS)
        finally:
            if sending:
                sending.end()
        evidence = Evidence(
            scenario=scenario.name,
            told=told,
            runs=(_run("run", stage), _run("pull"), _run("push"), _receipt(sending, delivered)),
            limits=tuple(limit.to_json() for limit in scenario.rules),
            before=before,
            after=stage.reader.products(),
            clock=stage.clock(),
            unplayed=stage.unplayed(),
            **stage.went_astray(),
        )
    return Report(
        connector="an observed connector",
        flags=(
            *(("--trigger", trigger.url) if trigger else ("--observe",)),
            *(("--webhook", webhook) if webhook else ()),
            "--play",
            scenario.name,
        ),
        seed=seed,
        # Whatever the scenario, each rule judges what it can see.
        verdicts=tuple(verdict(rule, {scenario.name: evidence}) for rule in rules),
        notes=evidence.unplayed,
        played={scenario.name: Played.of(evidence)},
    )


def _run(action: Literal["run", "pull", "push"], stage: Stage | None = None) -> Run:
    calls = stage.calls() if stage else ()
    return Run(action=action, ending="unable", why=HANDS_NOTHING_OVER, calls=calls)


def _receipt(sending: Sending | None, delivered: Sequence[Json]) -> Run:
    """What came of the deliveries. What an observed connector made of them nobody sees."""
    if sending is None or sending.trouble:
        return Run(action="receive", ending="unable", why=sending.trouble if sending else NAMES_NO_ENDPOINT)
    return Run(action="receive", ending="finished", delivered=tuple(delivered), report=sending.report(shows=False))
