"""A scenario's own server, and all that the kit touches of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.media import Media
from mock_akeneo.contract import entities
from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.elsewhere import UNTRUSTED as UNTRUSTED_CERTIFICATE
from mock_akeneo.contract.elsewhere import Elsewhere
from mock_akeneo.contract.gateway import CERTIFICATE, Gateway
from mock_akeneo.contract.products import by_identifier
from mock_akeneo.contract.reading import Reader
from mock_akeneo.contract.samples import Push, bodies
from mock_akeneo.contract.scenarios import API_KEY, BEHIND_TLS, ELSEWHERE, IN_THE_CLEAR, UNTRUSTED
from mock_akeneo.core.clock import Clock, monotonic
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.journal.journal import Entry
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.moves import MOVES
from mock_akeneo.scenarios.play import play
from mock_akeneo.scenarios.scenario import Scenario
from mock_akeneo.seeding.start import template_of
from mock_akeneo.server import Server

CATALOG: Final = "demo"
WEBHOOK_SECRET: Final = "mock_webhook_secret"
CLOCK: Final = "real"
SERVED: Final = Settings(port=0)
"""On this machine, on a free port."""
UNLIMITED: Final = {"throttle_limit": 500, "throttle_seconds": 60, "concurrent_connections": 5}
"""What a connector is told where no limit is in force: the figures of the install guide."""


_READING: Final = Lock()


@lru_cache(maxsize=4)
def _template(catalog: str, clock: str) -> tuple[Catalog, dict[str, Json]]:
    """Most scenarios stand on the same catalog: it is read once, and its bytes are shared, as are its products.

    Those are there when a stage has read them.
    """
    return template_of(Settings(catalog=catalog, clock=clock)), {}


def _state_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="connector-state-", ignore_cleanup_errors=True)


class Watcher:
    """Looks at the judged calls as they are answered, on the server's loop.

    `most_tries`: of one call that failed each time; `in_vain`: calls on end that were put off, or that gave an
    empty page.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.last_call_at = monotonic()
        self.most_tries = 0
        self.in_vain = 0
        self._tries: dict[tuple[object, ...], int] = {}

    def __call__(self, entry: Entry) -> None:
        self.calls += 1
        self.last_call_at = monotonic()
        failed = entry.status is None or entry.status >= 400
        put_off = entry.status is None or entry.status in (401, 408, 429) or entry.status >= 500
        empty = entry.items is not None and not entry.items
        self.in_vain = self.in_vain + 1 if put_off or empty else 0
        if failed:
            same = (entry.connection, entry.method, entry.path, entry.query, entry.body_sha256)
            self._tries[same] = self._tries.get(same, 0) + 1
            self.most_tries = max(self.most_tries, self._tries[same])


class Stage:
    """Use as a context manager. `served`: where; catalog, seed and clock are those of the scenario."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        catalog: str | None = None,
        seed: int = 0,
        served: Settings = SERVED,
        app: Callable[[Settings, Catalog], App] = create_app,
    ) -> None:
        self.scenario = scenario
        self.watcher = Watcher()
        settings = replace(
            served,
            catalog=catalog or scenario.catalog or CATALOG,
            seed=seed or scenario.seed,
            clock=scenario.clock or CLOCK,
        )
        with _READING:
            template, self._alike = _template(settings.catalog, settings.clock)
        self._server = Server(settings, app=app(settings, template))
        self.reader = Reader(self._server, self._alike)
        self._state = _state_folder()
        self._files = TemporaryDirectory(prefix="connector-files-", ignore_cleanup_errors=True)
        self._given = Media()
        self.elsewhere = Elsewhere()
        self.untrusted = Elsewhere(UNTRUSTED_CERTIFICATE)
        self.gateway = Gateway()

    def __enter__(self) -> Stage:
        self._server.start()
        self.elsewhere.start()
        self.untrusted.start()
        at = urlsplit(self._server.base_url)
        self.gateway.start((str(at.hostname), int(at.port or 0)))
        if self.scenario.products:
            # Their uuids decide the order of lists.
            self._server.call(self._sandbox.chance.sow, f"{self.scenario.seed}/stock")
            stock, _ = bodies(
                Push(new=self.scenario.products, updates=0), self.reader.products(), self.attributes(), called="stock"
            )
            self._server.call(lambda: MOVES["create"].act(self._sandbox, {"products": stock}))
        self._server.call(self._sandbox.mark)
        self._sandbox.journal.listeners.append(lambda entry: self.watcher(entry))
        self._server.call(self._set)
        return self

    def again(self, scenario: Scenario) -> None:
        """Puts the sandbox back to what it was when it was entered, and sets a scenario of the same catalog there."""
        self.scenario = scenario
        self._state.cleanup()
        self._state = _state_folder()
        self._server.call(self._sandbox.reset)
        self._server.call(self._set)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.elsewhere.stop()
        self.untrusted.stop()
        self.gateway.stop()
        self._server.stop()
        self._state.cleanup()
        self._files.cleanup()

    @property
    def _sandbox(self) -> Sandbox:
        return self._server.sandbox

    def _set(self) -> None:
        """Sets limits, faults, plans and moves; on the server's loop. Catalog and clock are as it was started."""
        sandbox, scenario = self._sandbox, self.scenario
        if any(move.own.get("connection") == API_KEY for move in scenario.moves):
            sandbox.add_connection(sandbox.connections.create(API_KEY))
        addresses = {ELSEWHERE: self.elsewhere.url, IN_THE_CLEAR: f"http://{self.gateway.address}"}
        faults = tuple(
            replace(fault, own={**fault.own, "to": addresses[fault.own["to"]]})
            if fault.own.get("to") in addresses
            else fault
            for fault in scenario.faults
        )
        play(replace(scenario, catalog=None, products=0, clock=None, faults=faults), sandbox)

    @property
    def admin_token(self) -> str | None:
        """What the control plane demands; nothing on loopback."""
        return self._server.app.admin_token

    def told(self) -> ConnectorSettings:
        """The settings for the connector, with a fresh token as its API key."""
        settings, limits = self._server.settings, told_limits(self.scenario)
        connections = self._sandbox.connections.by_code
        connection = connections.get(API_KEY) or next(iter(connections.values()))
        token = self._server.call(self._sandbox.issue, connection, connection)
        urls = {UNTRUSTED: self.untrusted.url, BEHIND_TLS: f"https://{self.gateway.address}"}
        return ConnectorSettings(
            api_url=urls.get(self.scenario.name, self._server.base_url),
            client_id=settings.client_id,
            client_secret=settings.secret,
            username=settings.username,
            password=settings.password,
            api_key=token["access_token"],
            state_folder=self._state.name,
            webhook_secret=WEBHOOK_SECRET,
            ca_file=str(CERTIFICATE) if self.scenario.name == BEHIND_TLS else "",
            **limits,
        )

    def watch(self) -> None:
        """What was called before does not count for what comes now."""
        self.watcher = Watcher()

    def calls(self, after: int = 0) -> tuple[Json, ...]:
        """The journal behind the call `after`, oldest first."""
        return tuple(self._server.call(lambda: self._sandbox.journal.entries(cursor=after)))

    def clock(self) -> Json:
        def read(clock: Clock) -> Json:
            return {"mode": clock.mode, "now": clock.iso(), "offset": clock.offset, "scale": clock.scale}

        return self._server.call(read, self._sandbox.clock)

    def leaks(self, **outputs: str) -> tuple[str, ...]:
        """The names of those outputs in which a secret of this PIM stands."""
        stands_in = self._sandbox.secrets.stands_in
        return tuple(name for name, text in outputs.items() if self._server.call(stands_in, text))

    def went_astray(self) -> dict[str, Any]:
        """What arrived where it should not have, as `Evidence` has it; paths without secrets."""
        declined = self.untrusted.declined()
        calls = {
            "foreign": self.elsewhere.calls,
            "untrusted": self.untrusted.calls,
            "in_the_clear": self.gateway.in_the_clear,
        }
        return {"declined": declined} | {
            name: tuple(call | {"path": self.redacted(call["path"])} for call in list(each))
            for name, each in calls.items()
        }

    def redacted(self, text: str) -> str:
        """What a connector said, without secrets; it may have been cut within one."""
        return self._server.call(lambda: self._sandbox.secrets.redacted(text, cut=True))

    def unplayed(self) -> tuple[str, ...]:
        """The plans that were not used up and the moves that never came, in sentences."""

        def look() -> list[str]:
            plans = [running.to_json() for running in self._sandbox.faults.plans.values() if not running.is_over()]
            waiting = [f"the move {move.name} after {move.operation}" for move in self._sandbox.moves]
            return [f"the plan for {plan.get('operation') or plan['path']}" for plan in plans] + waiting

        return tuple(f"{self.scenario.name}: {what} was not used up" for what in self._server.call(look))

    @cached_property
    def before(self) -> Mapping[str, Json]:
        """The products when it was entered, which is when it is asked first."""
        products = self.reader.products()
        if not self.scenario.products:
            self._alike.update(products)
        return products

    def attributes(self) -> list[Json]:
        return list(self._documents("attribute").values())

    def _documents(self, kind: str) -> dict[str, Json]:
        """As they are kept, by code."""
        return self._server.call(lambda: {document.key: document.data for document in self._sandbox.catalog[kind]})

    def entities(self, action: str, push: Push) -> list[Json]:
        """What `push_models`, `push_options` or `push_media` is given."""
        if action == "push_models":
            return entities.models(
                push.models,
                self.before.values(),
                self.reader.product_models(),
                self._documents("family_variant"),
            )
        if action == "push_options":
            return entities.options(push.options, self.attributes())
        folder = Path(self._files.name)
        made = entities.media(push.files, self.attributes(), folder)
        for file in folder.iterdir():
            # A connector may do with its files what it likes.
            self._given.put(str(file), file.read_bytes())
        return made

    def lacking(self, pushed: Sequence[Json]) -> tuple[str, ...]:
        """The names of those `entities` that the PIM does not hold by now."""

        def is_file(code: str, path: str) -> bool:
            return self._server.call(self._sandbox.catalog.media.digest, code) == self._given.digest(path)

        held = entities.Held(
            products=by_identifier(self.reader.products()),
            product_models=self.reader.product_models(),
            options=frozenset(
                (option["attribute"], option["code"]) for option in self._documents("attribute_option").values()
            ),
            is_file=is_file,
        )
        return entities.lacking(pushed, held)

    def association_type(self) -> str | None:
        """One that is neither quantified nor two-way, if there is any."""

        def look() -> list[str]:
            types = [document.data for document in self._sandbox.catalog["association_type"]]
            return [t["code"] for t in types if not t.get("is_quantified") and not t.get("is_two_way")]

        return next(iter(self._server.call(look)), None)


def told_limits(scenario: Scenario) -> dict[str, Any]:
    """`throttle_limit`, `throttle_seconds` and `concurrent_connections` as the scenario has them in force."""
    told: dict[str, Any] = dict(UNLIMITED)
    for limit in scenario.rules:
        if limit.methods or limit.paths:
            continue
        if limit.kind == "concurrency":
            told["concurrent_connections"] = min(limit.limit, told["concurrent_connections"])
        else:
            told |= {"throttle_limit": limit.limit, "throttle_seconds": limit.seconds}
    return told
