"""The house: imports run down only, so that each room can be understood without those above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mock_akeneo"
CONTRACT_TESTS = PACKAGE.parent / "contract_tests"

# From the ground up. Rooms on one floor do not know each other.
FLOORS = (
    "core",
    "catalog oauth throttling faults journal",
    "attribute_types webhooks",
    "sandbox",
    "search",
    "rest",
    "resources",
    "seeding",
    "scenarios",
    "control",
    "app tls health request_parser cycle uvicorn_names",
    "transport",
    "fast_transport",
    "transports",
    "server",
    "contract",
    "cli",
    "__main__",
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms.split()}


def imports_of(file: Path) -> list[str]:
    """The modules of ours that a file imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports name the module in full"
            found.append(node.module or "")
        elif isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
    return [name for name in found if name.split(".")[0] == "mock_akeneo"]


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_only_downwards(file: Path) -> None:
    here = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports_of(file):
        there = name.split(".")[1] if "." in name else "core"
        if here == "__init__":
            raise AssertionError(f"{file}: the package itself imports nothing")
        assert there in FLOOR, f"{file}: {there} has no floor"
        assert there == here or FLOOR[there] < FLOOR[here], f"{file}: {here} may not import {there}"


def test_a_row_of_a_table_does_not_import_its_table() -> None:
    """A table imports its rows; a row that imported the table would close a circle."""
    for table in ("resources", "attribute_types", "contract.rules"):
        folder = PACKAGE / table.replace(".", "/")
        rows = {name.removeprefix(f"mock_akeneo.{table}.") for name in imports_of(folder / "__init__.py")}
        for file in sorted(folder.glob("*.py")):
            if file.stem in rows:
                for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                    if isinstance(node, ast.ImportFrom) and node.module == f"mock_akeneo.{table}":
                        tables = [alias.name for alias in node.names if alias.name.isupper()]
                        assert not tables, f"{file} imports {tables} of its own table"


def test_the_clock_and_the_dice_are_asked_in_core_only() -> None:
    """Time and chance are handed in: only `core.clock` and `core.chance` know the machine's."""
    # Seconds that a socket or a person feels are real: children, probes and the bench of a person waiting.
    real = {"contract", "cli", "health"}
    for file in FILES:
        here = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if here in real or file.name in ("clock.py", "chance.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    assert alias.name not in ("time", "secrets"), f"{file} imports {alias.name}"
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in ("time", "secrets"), f"{file} imports from {node.module}"


def test_contract_tests_use_the_face_only() -> None:
    """They import the kit, the server and the settings, and so prove that these suffice."""
    for file in sorted(CONTRACT_TESTS.rglob("*.py")):
        for name in imports_of(file):
            allowed = ("mock_akeneo.contract", "mock_akeneo.server", "mock_akeneo.core.settings")
            assert name.startswith(allowed), f"{file} imports {name}"
