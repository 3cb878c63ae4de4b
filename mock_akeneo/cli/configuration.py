"""Where a setting comes from: flag, then environment, then file, then default. Unknown keys are errors."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from math import isnan
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_type_hints

import click

from mock_akeneo.cli.printing import echo
from mock_akeneo.core.settings import SETTING_NAMES, Settings
from mock_akeneo.core.settings_file import kept
from mock_akeneo.core.visible import visible
from mock_akeneo.rest.guard import host_name

PREFIX: Final = "MOCK_AKENEO_"
F = TypeVar("F", bound=Callable[..., Any])
# Secrets are given by environment or file, never by a flag that others can read.
# What the commands read that talk to a running server.
CLIENT_VARIABLES: Final = ("url",)
NO_FLAG: Final = ("client_id", "secret", "username", "password", "admin_token")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "sync": ("normal", "full"),
    "when_busy": ("reject", "queue"),
    "pim_version": ("saas", "7.0", "6.0", "5.0"),
    "transport": ("fast", "plain", "stock"),
}
YEAR_SECONDS: Final = 365 * 86_400


class Seconds(click.FloatRange):
    """So many as a wait or a time-out can be; not NaN, which is below and above nothing."""

    def __init__(self) -> None:
        super().__init__(0, YEAR_SECONDS)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        converted = super().convert(value, param, ctx)
        if isnan(converted):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return converted


class Named(click.Path):
    """The path of a file or folder that may be made; an empty one would be the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("an empty path names nothing.", param, ctx)
        return super().convert(value, param, ctx)


RANGES: Final[dict[str, Any]] = {
    "port": click.IntRange(0, 65535),
    "products": click.IntRange(0, 10_000_000),
    "token_lifetime": click.IntRange(1, 10 * YEAR_SECONDS),
    "index_lag": Seconds(),
    "max_body": click.IntRange(0),
    "max_request_line": click.IntRange(0),
    "keep_alive_max": click.IntRange(0),
    "keep_alive_timeout": click.IntRange(1, YEAR_SECONDS),
}
_HINTS: Final = get_type_hints(Settings)


class _Host(click.ParamType):  # type: ignore[type-arg]  # generic from 8.3 on
    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return host_name(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


# Of which there may be several: a flag may be repeated, a variable has commas, a file a list.
SEVERAL: Final[dict[str, Any]] = {"allowed_host": _Host()}


def _type(name: str) -> type:
    hint = _HINTS[name]
    kind: type = next(t for t in get_args(hint) if t is not type(None)) if isinstance(hint, UnionType) else hint
    return kind


def _param(name: str) -> Any:
    if name in CHOICES:
        return click.Choice(CHOICES[name])
    if name in RANGES:
        return RANGES[name]
    if name in SEVERAL:
        return SEVERAL[name]
    kind = _type(name)
    return Named() if kind is Path else kind


def settings_options(command: F) -> F:
    """The flags of `serve`, one for each setting."""
    for setting in reversed(fields(Settings)):
        if setting.name in NO_FLAG:
            continue
        default = "" if setting.default in (None, (), MISSING) else f"  [default: {setting.default}]"
        option = click.option(
            "--" + setting.name.replace("_", "-"),
            setting.name,
            type=_param(setting.name),
            default=None,
            multiple=setting.name in SEVERAL,
            help=setting.metadata["help"] + default,
        )
        command = option(command)
    return command


def settings_from(flags: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None) -> Settings:
    """Flags over environment over `mock-akeneo.toml` or `[tool.mock-akeneo]` over defaults. Raises `UsageError`."""
    values: dict[str, Any] = dict(defaults or {})
    values.update(_from_file(Path.cwd()))
    values.update(_from_environment(os.environ))
    values.update({name: value for name, value in flags.items() if value not in (None, ())})
    url, ready_file = values.get("public_url"), values.get("ready_file")
    if url is not None:
        public_url(url)
    if ready_file is not None and not os.access(ready_file.parent, os.W_OK):
        raise click.UsageError(f"--ready-file: {ready_file.parent} is no folder that can be written to")
    if ready_file is not None and ready_file.is_dir():
        raise click.UsageError(f"--ready-file: {ready_file} is a folder: name a file")
    return Settings(**values)


def public_url(told: str) -> str:
    """As it is. Raises `UsageError` where no link could begin with it."""
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", told):
        raise click.UsageError(f'--public-url is "{told}": write http:// or https:// and a host')
    return told


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or not text:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in CLIENT_VARIABLES:
            continue
        if name not in SETTING_NAMES:
            near = get_close_matches(name, SETTING_NAMES, 1)
            hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
            raise click.UsageError(f"the environment variable {variable} is no setting{hint}")
        found[name] = _converted(name, text, variable)
    return found


def _from_file(folder: Path) -> dict[str, Any]:
    try:
        file = kept(str(folder))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    found = {}
    for key, value in file.values.items() if file else ():
        assert file is not None
        name, where = key.replace("-", "_"), f"{file.name}:{_line(file.text, key)}"
        if name not in SETTING_NAMES:
            near = get_close_matches(name, SETTING_NAMES, 1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(f'{where}: "{key}" is no setting{hint}')
        found[name] = _converted(name, value, f"{where}: {key}")
    return found


def _line(text: str, key: str) -> int:
    """The line of a setting, as far as one can see without the table it stands in."""
    written = re.search(rf"""^\s*["']?{re.escape(key)}["']?\s*=""", text, re.MULTILINE)
    return text.count("\n", 0, written.end()) + 1 if written else 1


def _converted(name: str, value: Any, where: str) -> Any:
    if name in SEVERAL:
        several = value if isinstance(value, list) else str(value).split(",")
        return tuple(_one(name, one.strip() if isinstance(one, str) else one, where) for one in several)
    return _one(name, value, where)


def _one(name: str, value: Any, where: str) -> Any:
    param = _param(name)
    kind = param if isinstance(param, click.ParamType) else click.types.convert_type(param)
    try:
        return kind.convert(str(value), None, None)
    except click.BadParameter as error:
        raise click.UsageError(f"{where}: {error.message}") from None


def fail(code: int, message: str) -> None:
    """Says one sentence on stderr and ends with `code`."""
    echo(f"Error: {visible(message)}", err=True)
    sys.exit(code)
