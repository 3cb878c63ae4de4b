"""Where a setting comes from: flag, then environment, then file, then default. Unknown keys are errors."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_type_hints

import click

from mock_akeneo.core.settings import SETTING_NAMES, Settings

PREFIX: Final = "MOCK_AKENEO_"
F = TypeVar("F", bound=Callable[..., Any])
# Secrets are given by environment or file, never by a flag that others can read.
# What the commands read that talk to a running server.
CLIENT_VARIABLES: Final = ("url",)
NO_FLAG: Final = ("client_id", "secret", "username", "password", "admin_token")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "when_busy": ("reject", "queue"),
    "pim_version": ("saas", "7.0", "6.0", "5.0"),
}
_HINTS: Final = get_type_hints(Settings)


def _type(name: str) -> type:
    hint = _HINTS[name]
    kind: type = next(t for t in get_args(hint) if t is not type(None)) if isinstance(hint, UnionType) else hint
    return kind


def _param(name: str) -> Any:
    if name in CHOICES:
        return click.Choice(CHOICES[name])
    kind = _type(name)
    if kind is Path:
        return click.Path(path_type=Path)
    return click.IntRange(0, 65535) if name == "port" else kind


def settings_options(command: F) -> F:
    """The flags of `serve`, one for each setting."""
    for setting in reversed(fields(Settings)):
        if setting.name in NO_FLAG:
            continue
        default = "" if setting.default in (None, MISSING) else f"  [default: {setting.default}]"
        option = click.option(
            "--" + setting.name.replace("_", "-"),
            setting.name,
            type=_param(setting.name),
            default=None,
            help=setting.metadata["help"] + default,
        )
        command = option(command)
    return command


def settings_from(flags: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None) -> Settings:
    """Flags over environment over `mock-akeneo.toml` or `[tool.mock-akeneo]` over defaults. Raises `UsageError`."""
    values: dict[str, Any] = dict(defaults or {})
    values.update(_from_file(Path.cwd()))
    values.update(_from_environment(os.environ))
    values.update({name: value for name, value in flags.items() if value is not None})
    return Settings(**values)


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
    for file, table in ((folder / "mock-akeneo.toml", None), (folder / "pyproject.toml", "mock-akeneo")):
        if not file.is_file():
            continue
        try:
            data: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            if table is not None:
                continue
            raise click.UsageError(f"{file.name} cannot be read: {error}") from None
        if table is not None:
            data = data.get("tool", {}).get(table, {})
        if not data:
            continue
        found = {}
        for key, value in data.items():
            name = key.replace("-", "_")
            if name not in SETTING_NAMES:
                near = get_close_matches(name, SETTING_NAMES, 1)
                hint = f'; did you mean "{near[0]}"?' if near else ""
                raise click.UsageError(f'{file.name}: "{key}" is no setting{hint}')
            found[name] = _converted(name, value, f"{file.name}: {key}")
        return found
    return {}


def _converted(name: str, value: Any, where: str) -> Any:
    param = _param(name)
    kind = param if isinstance(param, click.ParamType) else click.types.convert_type(param)
    try:
        return kind.convert(str(value), None, None)
    except click.BadParameter as error:
        raise click.UsageError(f"{where}: {error.message}") from None


def fail(code: int, message: str) -> None:
    """Says one sentence on stderr and ends with `code`."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
