"""A running server as the commands see it: its control plane, and what it answers as text or JSON."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, wraps
from typing import Any, Final

import click
import httpx
import orjson

from mock_akeneo import health
from mock_akeneo.cli.configuration import PREFIX, fail
from mock_akeneo.cli.printing import echo
from mock_akeneo.core.http_client import Client
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible

_SECONDS: Final = 60


url_option = click.option(
    "--url",
    show_default="MOCK_AKENEO_URL, else by its ready file or settings, else http://127.0.0.1:8080",
    help="The running server.",
)
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of what is printed."
)


class Running:
    """The control plane of a running server, as one sandbox is seen through it. What is refused ends the command."""

    def __init__(self, url: str | None, sandbox: str | None = None, form: str = "text") -> None:
        self.told_url, self.sandbox, self.form = url, sandbox, form

    @cached_property
    def url(self) -> str:
        """As told, else where the server of this environment listens."""
        try:
            url = self.told_url or health.address()
            health.parts_of(url)
            return url.rstrip("/")
        except health.NotReady as error:
            fail(4, f"no mock-akeneo is ready: {error}")
        except ValueError as error:
            fail(2, str(error))
        raise AssertionError

    def get(self, path: str, **query: object) -> Any:
        return self.ask("GET", path, **query)

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """What is answered, as JSON; None where there is nothing to tell. `query`: None is left out."""
        try:
            json.dumps(body, allow_nan=False)
        except ValueError:
            fail(2, "no number of JSON is infinite or none at all: write another one")
        with self._client() as http:
            answer = http.request(method, path, json=body, params=self._params(query))
            self._check(answer)
            return orjson.loads(answer.content) if answer.content else None

    def text(self, path: str, **query: object) -> bytes:
        """What is answered, as it is."""
        with self._client() as http:
            answer = http.get(path, params=self._params(query))
            self._check(answer)
            return answer.content

    def lines(self, path: str, query: Mapping[str, object], *, endless: bool = False) -> Iterator[str]:
        """What is answered, line by line, as it comes."""
        seconds = None if endless else _SECONDS
        with (
            self._client() as http,
            http.stream(
                "GET", path, params=self._params(query), timeout=httpx.Timeout(_SECONDS, read=seconds)
            ) as answer,
        ):
            if answer.is_error:
                answer.read()
            self._check(answer)
            yield from answer.iter_lines()

    def _params(self, query: Mapping[str, object]) -> dict[str, Any]:
        told = {"sandbox": self.sandbox, **query}
        return {name: value for name, value in told.items() if value is not None}

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        token = os.environ.get(f"{PREFIX}ADMIN_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with Client(
                base_url=f"{self.url}/_mock/v1",
                headers=headers,
                timeout=_SECONDS,
                trust_env=False,
                verify=trust(self.url, *health.authorities()),
            ) as http:
                yield http
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            fail(4, f"no mock-akeneo answers at {self.url}: {error}")

    def _check(self, answer: httpx.Response) -> None:
        if not answer.is_error:
            return
        try:
            detail = str(orjson.loads(answer.content)["detail"])
        except (ValueError, KeyError, TypeError):
            fail(4, f"{self.url} is no mock-akeneo: it answered {answer.status_code} to {answer.request.url.path}")
        fail(2, detail)

    # Telling

    def tell(self, told: Any, shown: Callable[[Any], str] | None = None) -> None:
        """Prints an answer: as JSON, or as `shown` makes text of it."""
        if self.form == "json":
            echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        elif told is not None:
            echo((shown or pairs)(told))


def trust(url: str, *authorities: str) -> ssl.SSLContext | bool:
    """Whom to trust: the authorities of `SSL_CERT_FILE`, else those of the system; and those of more files.

    Costs nothing without https.
    """
    if not url.startswith("https"):
        return True
    file: str | None = None
    try:
        context = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
        for file in authorities:
            context.load_verify_locations(file)
    except OSError as error:
        fail(2, f"{file or 'SSL_CERT_FILE'} cannot be read: {error.strerror or error}")
        raise AssertionError from None
    return context


def on_a_server(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the flags `--url`, `--sandbox`, `--format`, and a `Running` as its first argument."""

    @wraps(command)
    def run(*args: Any, url: str | None, sandbox: str | None, form: str, **more: Any) -> Any:
        return command(Running(url, sandbox, form), *args, **more)

    sandbox_option = click.option("--sandbox", metavar="NAME", help="The sandbox that is meant.  [default: default]")
    return url_option(sandbox_option(format_option(run)))


# Text


def table(items: Iterable[Json], columns: Sequence[str]) -> str:
    """Rows under a heading, each column as wide as its widest cell."""
    rows = [[column.upper().replace("_", " ") for column in columns]]
    rows += [[_cell(item.get(column)) for column in columns] for item in items]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def rows_of(*columns: str) -> Callable[[Json], str]:
    """Shows the `items` of an answer as a table."""
    return lambda told: table(told["items"], columns)


def pairs(told: Json) -> str:
    """One member a line."""
    width = max(map(len, told), default=0)
    return "\n".join(f"{visible(name):{width}}  {_cell(value)}" for name, value in told.items())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return visible(str(value))
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return visible(", ".join(map(str, value))) or "-"
    return orjson.dumps(value).decode()
