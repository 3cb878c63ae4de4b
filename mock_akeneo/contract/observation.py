"""Observed connectors: we serve and watch, somebody else starts them. Only what was asked and answered is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from time import sleep
from typing import Any, Final, Literal

from starlette.responses import JSONResponse

from mock_akeneo.app import App, create_app
from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.rules import Rule
from mock_akeneo.contract.run import Report, verdict
from mock_akeneo.contract.stage import Stage
from mock_akeneo.control.routes import PREFIX, Guard
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.scenario import Scenario

IDLE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.1
RUN_ID: Final = "1"
HANDS_NOTHING_OVER: Final = "an observed connector hands nothing over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is observed: `done` is the URL that ends it by a POST."""

    settings: ConnectorSettings
    scenario: Scenario
    run_id: str
    done: str


class ObservedApp(App):
    """The application, and `POST /_mock/v1/contract/runs/{id}/done`."""

    def __init__(self, settings: Settings, done: Event) -> None:
        super().__init__(settings, create_app(settings).sandboxes)
        self._done = done
        self._end = Guard(self._ended, admin_token=None)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == f"{PREFIX}/contract/runs/{RUN_ID}/done":
            await self._end(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _ended(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            self._done.set()
            await JSONResponse({"id": RUN_ID, "done": True})(scope, receive, send)
        else:
            await JSONResponse({"title": "POST ends the run"}, 405, {"Allow": "POST"})(scope, receive, send)


def observe(
    scenario: Scenario,
    rules: Sequence[Rule],
    *,
    announce: Callable[[Observation], None],
    ended: Callable[[], bool] = lambda: False,
    port: int = 0,
    idle: float = IDLE_SECONDS,
    catalog: str | None = None,
    seed: int = 0,
) -> Report:
    """Serves until `ended()`, a POST to `done`, or `idle` seconds without a call after the first; judges then."""
    done = Event()
    with Stage(scenario, catalog=catalog, seed=seed, port=port, app=lambda s: ObservedApp(s, done)) as stage:
        before, told = stage.products(), stage.told()
        announce(
            Observation(
                settings=told,
                scenario=scenario,
                run_id=RUN_ID,
                done=f"{told.api_url}{PREFIX}/contract/runs/{RUN_ID}/done",
            )
        )
        while not (
            done.is_set() or ended() or (stage.watcher.calls and monotonic() > stage.watcher.last_call_at + idle)
        ):
            sleep(LOOK_SECONDS)
        evidence = Evidence(
            scenario=scenario.name,
            told=told,
            runs=(_run("run", stage), _run("pull"), _run("push")),
            limits=tuple(limit.to_json() for limit in scenario.limits or ()),
            before=before,
            after=stage.products(),
            clock=stage.clock(),
            unplayed=stage.unplayed(),
            foreign=tuple(stage.elsewhere.calls),
        )
    return Report(
        connector="an observed connector",
        flags=("--observe", "--play", scenario.name),
        seed=seed,
        # Whatever the scenario, each rule judges what it can see.
        verdicts=tuple(verdict(rule, {scenario.name: evidence}) for rule in rules),
        notes=evidence.unplayed,
    )


def _run(action: Literal["run", "pull", "push"], stage: Stage | None = None) -> Run:
    calls = stage.calls() if stage else ()
    return Run(action=action, ending="unable", why=HANDS_NOTHING_OVER, calls=calls)
