"""Scenario files, YAML or JSON, and the library of ours. What is wrong is told with file and line."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from mock_akeneo.core.keys import Place, Wrong, meant
from mock_akeneo.core.text_files import text_of
from mock_akeneo.scenarios.scenario import Scenario

SUFFIXES: Final = (".yaml", ".yml", ".json")


def scenario_from(text: str, file: str) -> Scenario:
    """`file`: its name; without `name` a scenario is called like its file. Raises `ValueError` as `FILE:LINE: …`."""
    # They need a tenth of a second, which no server waits for that plays no scenario.
    import yaml

    from mock_akeneo.scenarios import written

    told: Any = None
    try:
        if file.endswith(".json"):
            # What is nested too deep for it is refused with its line behind it.
            with suppress(RecursionError):
                told = json.loads(text, parse_int=_number)
            root = written.node_of_json(text)
        else:
            told, root = written.of_yaml(text)
        if isinstance(told, dict):
            told.setdefault("name", Path(file).stem)
        return Scenario.parse(told)
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{error.lineno}: no valid JSON: {error.msg}") from None
    except yaml.YAMLError as error:
        line, why = written.line_of(text, error)
        raise ValueError(f"{file}:{line}: no valid YAML: {why}") from None
    except written.Fault as fault:
        raise ValueError(f"{file}:{fault.line}: {fault.message}") from None
    except Wrong as wrong:
        raise ValueError(f"{file}:{_line(root, wrong.place)}: {wrong.message}") from None


def _number(digits: str) -> float:
    """Python turns no more than 4,300 digits into an integer."""
    return int(digits) if len(digits) <= 300 else float(digits)


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


def read_file(path: Path) -> Scenario:
    """Raises `ValueError` with file, line and what to write."""
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path}: a scenario file ends in {', '.join(SUFFIXES)}")
    return scenario_from(text_of(path, "the scenario"), str(path))


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
