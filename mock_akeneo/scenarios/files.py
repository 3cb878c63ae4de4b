"""Scenario files, YAML or JSON, and the library of ours. What is wrong is told with file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from mock_akeneo.core.keys import Place, Wrong, meant
from mock_akeneo.scenarios.scenario import Scenario

SUFFIXES: Final = (".yaml", ".yml", ".json")


def scenario_from(text: str, file: str) -> Scenario:
    """`file`: its name; without `name` a scenario is called like its file. Raises `ValueError` as `FILE:LINE: …`."""
    import yaml  # needs a tenth of a second, which no server waits for that plays no scenario

    is_json = file.endswith(".json")
    # What JSON calls a blank, YAML does not always; a tab stands in no text of JSON.
    written = text.replace("\t", " ") if is_json else text
    try:
        told: Any = json.loads(text) if is_json else yaml.safe_load(text)
        root = yaml.compose(written, Loader=yaml.SafeLoader)
        for line, key in _doubled(root):
            raise ValueError(f'{file}:{line}: the key "{key}" stands here for the second time')
        if isinstance(told, dict):
            told.setdefault("name", Path(file).stem)
        return Scenario.parse(told)
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{error.lineno}: no valid JSON: {error.msg}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = ' (quote what begins with "@")' if error.problem and "'@'" in error.problem else ""
        raise ValueError(f"{file}:{mark.line + 1 if mark else 1}: no valid YAML: {error.problem}{hint}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{file}:1: no valid YAML: {error}") from None
    except Wrong as wrong:
        raise ValueError(f"{file}:{_line(root, wrong.place)}: {wrong.message}") from None


def _line(node: Any, place: Place) -> int:
    """The line of what lies at `place`, as deep as it leads."""
    line: int = node.start_mark.line if node is not None else 0
    for step in place:
        if isinstance(node.value, str):
            break
        if isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line
        else:
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
    return line + 1


def _doubled(node: Any) -> Iterator[tuple[int, str]]:
    """Line and name of the keys that an object has twice."""
    if node is None or isinstance(node.value, str):
        return
    known = set()
    for child in node.value:
        if isinstance(child, tuple):
            key, child = child
            if key.value in known:
                yield key.start_mark.line + 1, key.value
            known.add(key.value)
        yield from _doubled(child)


def read_file(path: Path) -> Scenario:
    """Raises `ValueError` with file, line and what to write."""
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path}: a scenario file ends in {', '.join(SUFFIXES)}")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    return scenario_from(text, str(path))


def library_files() -> dict[str, str]:
    """The text of each scenario of ours, by name."""
    folder = files("mock_akeneo.scenarios") / "library"
    found = {Path(file.name).stem: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".yaml")}
    return dict(sorted(found.items()))


@cache
def library() -> dict[str, Scenario]:
    """The scenarios of ours, by name."""
    return {name: scenario_from(text, f"{name}.yaml") for name, text in library_files().items()}


def named(name: str) -> Scenario:
    """One of ours. Raises `ValueError` with what was meant."""
    if name not in library():
        near = meant(name, library()) or f": there are {', '.join(library())}"
        raise ValueError(f'no scenario is called "{name}"{near}')
    return library()[name]
