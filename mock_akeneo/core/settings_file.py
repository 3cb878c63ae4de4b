"""The file that keeps settings: `mock-akeneo.toml`, else `[tool.mock-akeneo]` of `pyproject.toml`.

Imports nothing that costs: `wait` reads it every few seconds.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NAMES = ("mock-akeneo.toml", "pyproject.toml")


class Kept(NamedTuple):
    """The settings of a file, its name, and its text, which knows their lines."""

    name: str
    text: str
    values: dict[str, Any]


def kept(folder: str = ".") -> Kept | None:
    """The settings of the first file that has some. Raises `ValueError` with what is wrong with it."""
    for name in NAMES:
        try:
            with open(f"{folder}/{name}", encoding="utf-8-sig") as file:
                text = file.read()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            if name == NAMES[0]:
                raise ValueError(f"{name} cannot be read: {error}") from None
            continue
        if name != NAMES[0] and "mock-akeneo" not in text:
            continue
        # Few folders have such a file, and it takes a while to load what reads one.
        import tomllib

        try:
            values: Any = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            # The project file of somebody else is theirs to mend.
            if name == NAMES[0]:
                why = "it is nested too deep" if isinstance(error, RecursionError) else error
                raise ValueError(f"{name} cannot be read: {why}") from None
            continue
        if name != NAMES[0]:
            values = values.get("tool", {})
            values = values.get("mock-akeneo", {}) if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            raise ValueError(f"{name}: tool.mock-akeneo is no table: write [tool.mock-akeneo]")
        if values:
            return Kept(name, text, values)
    return None
