"""Published clients are asked to work with the demo shop on a real port; each test begins with it untouched."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from tests.clients.outcomes import TESTS

_NODE: Final = Path(__file__).parent / "node"
# Ignored by git, and kept: one run installs for all that follow, until the versions change.
_INSTALLED: Final = Path(__file__).parents[2] / "build" / "clients"
_INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-fund", "--no-audit", "--loglevel=error")
_INSTALL_SECONDS: Final = 100


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with Server(Settings(catalog="demo", port=0)) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Iterator[Server]:
    """The server; what a test does to it is undone."""
    _server.call(_server.sandbox.connections.create, TESTS)
    yield _server
    _server.call(_server.sandbox.reset)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the Node clients, in the versions of the lock file; the test is skipped where it cannot be had."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    wanted, kept = (_NODE / "package-lock.json").read_bytes(), _INSTALLED / "installed-package-lock.json"
    with (_INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may come at once
        if not kept.exists() or kept.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(_NODE / name, _INSTALLED / name)
            try:
                done = subprocess.run(
                    _INSTALL, cwd=_INSTALLED, capture_output=True, text=True, timeout=_INSTALL_SECONDS
                )
            except subprocess.TimeoutExpired:
                pytest.skip(f"npm could not install the clients within {_INSTALL_SECONDS} s")
            if done.returncode:
                pytest.skip(f"npm could not install the clients: {done.stderr.strip()}")
            kept.write_bytes(wanted)
    return _INSTALLED / "node_modules"
