"""What a test holds of its sandbox, on a server in this process or elsewhere: all of it goes over the control plane,
so the server's loop alone touches the state, and nothing of it shows in the journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from mock_akeneo.app import Asgi
from mock_akeneo.control.routes import PREFIX
from mock_akeneo.core.clock import Clock, iso
from mock_akeneo.core.http_client import Client
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.proxies import PAST_PROXIES
from mock_akeneo.server import Server

API: Final = "/api/rest/v1/"
TIMEOUT_SECONDS: Final = 60.0

# pytest shows a test the line of its own that was refused, and not ours.
__tracebackhide__ = True


_clients: Final[dict[str, httpx.Client]] = {}
"""By the URL of the server: one for all tests of a process."""


def _client(url: str) -> httpx.Client:
    if url in _clients:
        return _clients[url]
    token = os.environ.get("MOCK_AKENEO_ADMIN_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(base_url=url + PREFIX, headers=headers, timeout=TIMEOUT_SECONDS, mounts=PAST_PROXIES)
    return _clients.setdefault(url, client)


def disconnect(url: str) -> None:
    """Closes the connections to a server that is about to stop."""
    if client := _clients.pop(url, None):
        client.close()


class Control:
    """The control plane of one sandbox of the server at `url`."""

    def __init__(self, url: str, sandbox: str) -> None:
        self.url, self.sandbox = url, sandbox

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer's JSON. Raises `ValueError` with what the control plane says is wrong."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        return asked(self.url, method, path, body, {"sandbox": self.sandbox, **given})


def asked(url: str, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> Any:
    """As `Control`, of the server as a whole. Raises `ConnectionError` when there is none."""
    try:
        answer = _client(url).request(method, path, params=query, json={} if body is None else body)
    except httpx.TransportError as error:
        raise ConnectionError(f"no mock-akeneo answers at {url}: {error}") from None
    if answer.is_success:
        if answer.headers.get("Content-Type", "").startswith("application/x-ndjson"):
            return [loads(line) for line in answer.content.splitlines()]
        return loads(answer.content) if answer.content else None
    try:
        detail = loads(answer.content)["detail"]
    except (ValueError, TypeError, KeyError):
        detail = f"{method} {url}{PREFIX}{path} was answered {answer.status_code}"
    raise ValueError(detail)


class ClockHandle:
    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.fromisoformat(self._control("GET", "/clock")["now"]).astimezone(UTC)

    def advance(self, seconds: float) -> datetime:
        """Moves forwards, in every mode; gives the new now."""
        told = self._control("POST", "/clock/advance", {"seconds": seconds})
        return datetime.fromisoformat(told["now"]).astimezone(UTC)


class LimitsHandle:
    def __init__(self, control: Control) -> None:
        self._control = control

    def set(self, limits: str | list[Json] | None = None, *, service_time: str | float | None = None) -> None:
        """A preset or a list of limits, and how long a call takes, from now on. Raises `ValueError`.

        What is not given stays as it is, but a preset brings its service time.
        """
        given = {"preset" if isinstance(limits, str) else "limits": limits, "service_time": service_time}
        self._control("PUT", "/limits", {name: value for name, value in given.items() if value is not None})

    def get(self) -> list[Json]:
        limits: list[Json] = self._control("GET", "/limits")["limits"]
        return limits

    @property
    def service_time(self) -> str:
        """How long a call takes: `none`, `pim`, `50` or `20-50` (milliseconds)."""
        told: str = self._control("GET", "/limits")["service_time"]
        return told

    def usage(self) -> Json:
        """What each limit has counted for whom."""
        usage: Json = self._control("GET", "/limits/usage")
        return usage


class FaultsHandle:
    def __init__(self, control: Control) -> None:
        self._control = control

    def plant(self, **fault: Any) -> Json:
        """As `POST /_mock/v1/faults` takes it: `plant(operation="@pull", kind="reset", times=1)`."""
        planted: Json = self._control("POST", "/faults", fault)
        return planted

    def plan(self, **plan: Any) -> Json:
        """As `POST /_mock/v1/plans` takes it: what befalls each call, step by step."""
        running: Json = self._control("POST", "/plans", plan)
        return running

    def all(self) -> list[Json]:
        """The faults at work, then the plans."""
        return [*self._control("GET", "/faults")["items"], *self._control("GET", "/plans")["items"]]

    def clear(self) -> None:
        """Removes all faults and plans."""
        self._control("DELETE", "/faults")
        self._control("DELETE", "/plans")


class TokensHandle:
    def __init__(self, control: Control) -> None:
        self._control = control

    def expire(self, kind: str = "access") -> int:
        """Lets the live tokens end now; how many. `kind`: access, refresh or both."""
        count: int = self._control("POST", "/tokens/expire", {"kind": kind})["count"]
        return count

    def revoke(self, kind: str = "both") -> int:
        """Makes the tokens unknown; how many."""
        count: int = self._control("POST", "/tokens/revoke", {"kind": kind})["count"]
        return count


class JournalHandle:
    """The calls of the sandbox as JSON, oldest first."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def entries(self, **filters: Any) -> list[Json]:
        """`filters`: since, until, connection, operation, status, limit, cursor."""
        entries: list[Json] = self._control("GET", "/requests", format="ndjson", **filters)
        return entries

    def clear(self) -> None:
        self._control("DELETE", "/requests")

    def __iter__(self) -> Iterator[Json]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self.entries())


class CatalogHandle:
    """What the sandbox holds now, as the API shows it; read in a copy, where no limit or fault stands in the way."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def all(self, path: str) -> list[Json]:
        """Every item of a list: `all("products")`, `all("attributes/color/options")`. Raises `KeyError`."""
        items: list[Json] = []
        with self._copy() as reader:
            url: str | None = API + path
            while url:
                page = _found(reader.get(url), path)
                items += page["_embedded"]["items"]
                url = page["_links"].get("next", {}).get("href")
        return items

    def one(self, path: str) -> Json:
        """`one("products/1111111195")`. Raises `KeyError` when there is none."""
        with self._copy() as reader:
            return _found(reader.get(API + path), path)

    @contextmanager
    def _copy(self) -> Iterator[httpx.Client]:
        """A client of a sandbox that begins with what this one holds."""
        url = self._control.url
        copy = asked(url, "POST", "/sandboxes", {"from": self._control.sandbox})
        try:
            beside = Control(url, copy["name"])
            beside("PUT", "/limits", "none")
            token = beside("POST", "/tokens")["access_token"]
            with Client(
                base_url=url,
                headers={"Authorization": f"Bearer {token}"},
                timeout=TIMEOUT_SECONDS,
                mounts=PAST_PROXIES,
            ) as reader:
                yield reader
        finally:
            asked(url, "DELETE", f"/sandboxes/{copy['name']}")


def _found(answer: httpx.Response, path: str) -> Json:
    if answer.status_code == 404:
        raise KeyError(path)
    told: Json = loads(answer.raise_for_status().content)
    return told


class Akeneo:
    """One isolated PIM and the credentials that lead to it. `told`: the answer to `POST /_mock/v1/sandboxes`."""

    def __init__(self, url: str, told: Json, server: Server | None = None) -> None:
        control = Control(url, told["name"])
        self.name: str = told["name"]
        self.base_url: str = told["base_url"]
        self.client_id: str = told["client_id"]
        self.secret: str = told["secret"]
        self.username: str = told["username"]
        self.password: str = told["password"]
        self.env = {
            "AKENEO_BASE_URL": self.base_url,
            "AKENEO_CLIENT_ID": self.client_id,
            "AKENEO_SECRET": self.secret,
            "AKENEO_USERNAME": self.username,
            "AKENEO_PASSWORD": self.password,
            "AKENEO_API_KEY": control("POST", "/tokens")["access_token"],
        }
        self.clock = ClockHandle(control)
        self.limits = LimitsHandle(control)
        self.tokens = TokensHandle(control)
        self.faults = FaultsHandle(control)
        self.journal = JournalHandle(control)
        self.catalog = CatalogHandle(control)
        self._control, self._server = control, server

    def app(self) -> Asgi:
        """The same PIM without a socket, for `httpx.ASGITransport`. Raises `ValueError` when it is elsewhere."""
        if self._server is None:
            raise ValueError("the server runs elsewhere: there is no application in this process")
        return self._server.asgi(self._server.sandboxes.by_name[self.name])

    def close(self) -> None:
        """Frees the sandbox; its credentials lead nowhere from now on."""
        asked(self._control.url, "DELETE", f"/sandboxes/{self.name}")


def fresh(
    server: Server | str,
    *,
    catalog: str | None = None,
    limits: str | list[Json] | None = None,
    service_time: str | float | None = None,
    faults: list[Json] | None = None,
    clock: str | None = None,
) -> Akeneo:
    """A new sandbox of a server in this process, or of the one at a URL; of the server's catalog or of `catalog`.

    Raises `ValueError` with what to write.
    """
    start = Clock.parse(clock) if clock else None
    url = server if isinstance(server, str) else server.base_url
    told = asked(url, "POST", "/sandboxes", {"catalog": catalog} if catalog else {})
    control = Control(url, told["name"])
    try:
        if start is not None and isinstance(server, Server):
            server.call(server.sandboxes.by_name[told["name"]].restart_clock, start)
        elif start is not None:
            at = {"at": iso(start.now())} if start.mode == "frozen" else {}
            control("PUT", "/clock", {"mode": start.mode, "scale": start.scale, **at})
        if limits is not None or service_time is not None:
            LimitsHandle(control).set(limits, service_time=service_time)
        for fault in faults or ():
            control("POST", "/plans" if "steps" in fault else "/faults", fault)
        return Akeneo(url, told, server if isinstance(server, Server) else None)
    except BaseException:
        asked(url, "DELETE", f"/sandboxes/{told['name']}")
        raise
