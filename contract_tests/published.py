"""Published clients on the bench: which they are, where they come from, and how the kit reaches them."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson

from mock_akeneo.contract.adapters import Adapter, Command, PythonFactory

ROOT: Final = Path(__file__).parents[1]
NODE: Final = ROOT / "tests" / "clients" / "node"
# Ignored by git, and kept: one run installs for all that follow, until the versions change.
INSTALLED: Final = ROOT / "build" / "clients"
INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-fund", "--no-audit", "--loglevel=error")
INSTALL_SECONDS: Final = 100


class Unavailable(Exception):
    """A client cannot be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`adapter`: from the root of the repository. `available` raises `Unavailable`. `adapted`: what the adapter does
    and not the client, for docs."""

    link: str
    version: str
    adapter: Adapter
    available: Callable[[], object]
    adapted: str


def node_modules() -> Path:
    """The folder of the Node clients, in the versions of the lock file. Raises `Unavailable`."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Unavailable(f"{program} is not installed")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    wanted, kept = (NODE / "package-lock.json").read_bytes(), INSTALLED / "installed-package-lock.json"
    with (INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may come at once
        if not kept.exists() or kept.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(NODE / name, INSTALLED / name)
            try:
                done = subprocess.run(INSTALL, cwd=INSTALLED, capture_output=True, text=True, timeout=INSTALL_SECONDS)
            except subprocess.TimeoutExpired:
                raise Unavailable(f"npm could not install the clients within {INSTALL_SECONDS} s") from None
            if done.returncode:
                raise Unavailable(f"npm could not install the clients: {done.stderr.strip()}")
            kept.write_bytes(wanted)
    return INSTALLED / "node_modules"


def _importable(module: str) -> Callable[[], object]:
    def look() -> object:
        try:
            return import_module(module)
        except ImportError as error:
            raise Unavailable(str(error)) from None

    return look


def _factory(name: str) -> PythonFactory:
    return PythonFactory(f"contract_tests.{name}_connector:connector")


CLIENTS: Final = {
    "pyakeneo": Published(
        link="https://pypi.org/project/pyakeneo/",
        version=version("pyakeneo"),
        adapter=_factory("pyakeneo"),
        available=_importable("pyakeneo"),
        adapted="the `search` by `updated` of a second pull. The client cuts collections itself, after a 413.",
    ),
    "akeneo-api-client": Published(
        link="https://pypi.org/project/akeneo-api-client/",
        version=version("akeneo-api-client"),
        adapter=_factory("akeneo_api_client"),
        available=_importable("akeneo_api_client"),
        adapted="the `search` by `updated` of a second pull, collections of 100, and the uuids: the client knows "
        "products by uuid alone, so a list by identifiers tells those that are there, and new ones get a random one.",
    ),
    "akeneo-cli": Published(
        link="https://pypi.org/project/akeneo-cli/",
        version=version("akeneo-cli"),
        adapter=_factory("akeneo_cli"),
        available=_importable("akeneo_cli.client"),
        adapted="the `search` by `updated` of a second pull, `search_after` with the client's `get_next_page` (its "
        "`all=True` goes by page numbers only), collections of 100, and reading the lines of their answers.",
    ),
    "node-akeneo-api": Published(
        link="https://www.npmjs.com/package/node-akeneo-api",
        version=orjson.loads((NODE / "package.json").read_bytes())["dependencies"]["node-akeneo-api"],
        adapter=Command("node contract_tests/node_akeneo_api_connector.mjs {action}"),
        available=node_modules,
        adapted="the `search` by `updated` of a second pull. It calls `get` and `patchVndAkeneoCollection`; the "
        "client's `importProducts`, which sends up to 16 collections at once, tells no result of a line and is not "
        "played. Its warnings and errors go to stderr.",
    ),
}
"""The clients that are judged, by the name of their package."""
