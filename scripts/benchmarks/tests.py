"""The tests again: with the blocks that take minutes, many times on a busy machine, and with every interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from scripts.benchmarks.zoo import ROOT, busy

# What waits for real seconds, sockets or processes, and so could depend on how fast they are.
TIMED: Final = (
    "tests/test_connections.py",
    "tests/test_fast_transport.py",
    "tests/test_server.py",
    "tests/cli/test_wait.py",
    "tests/contract/test_adapters.py",
    "tests/contract/test_observation.py",
    "tests/contract/test_reference.py",
    "tests/contract/test_warm.py",
    "tests/core/test_clock.py",
    "tests/faults/test_on_sockets.py",
    "tests/faults/test_slots.py",
    "tests/throttling/test_limiter.py",
    "tests/throttling/test_service.py",
)
BUSY_LOOPS: Final = 2
OLDEST: Final = (3, 11)


def prove_blocks() -> None:
    """Every console block of README and docs, also those that play all rules. Raises `AssertionError`."""
    _pytest("tests/test_blocks.py", LONG_BLOCKS="1")


def prove_timed(*, times: int) -> None:
    """The timed tests, again and again beside busy loops. Raises `AssertionError`."""
    with busy(BUSY_LOOPS):
        for number in range(1, times + 1):
            click.echo(f"timed tests, {number} of {times}", err=True)
            _pytest(*TIMED)


def prove_interpreters() -> None:
    """`scripts/test` with each Python that is at hand. Raises `AssertionError`."""
    found = dict(_interpreters())
    assert found, "no interpreter was found"
    failed = []
    for version, path in sorted(found.items()):
        name = ".".join(map(str, version))
        click.echo(f"Python {name} ({path})", err=True)
        done = subprocess.run([ROOT / "scripts/test"], env={**os.environ, "PYTHON": str(path)}, check=False)
        if done.returncode:
            failed.append(name)
    assert not failed, f"the tests fail with Python {', '.join(failed)}"


def _pytest(*words: str, **more: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **more}, check=False)
    assert done.returncode == 0, " ".join(command[1:])


def _interpreters() -> Iterator[tuple[tuple[int, ...], Path]]:
    """The version and place of each on the path, and of each that pyenv has."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [path for folder in folders for path in folder.glob("python3.[0-9][0-9]")]
    candidates += pyenv.glob("versions/3.*/bin/python")
    for path in candidates:
        told = subprocess.run(
            [path, "-c", "import venv, ensurepip, sys; print(*sys.version_info[:3])"],
            capture_output=True,
            text=True,
            check=False,
        )
        version = tuple(map(int, told.stdout.split()))
        if told.returncode == 0 and version >= OLDEST:
            yield version, path
