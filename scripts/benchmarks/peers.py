"""Other mocks from npm, measured beside ours where node and npm are found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from scripts.benchmarks import commercetools, processes, static_mocks
from scripts.benchmarks.load import Call

FOLDER: Final = Path("build/peers")  # ignored by git; each peer has a folder of its own there
_INSTALL_SECONDS: Final = 300


class NotInstalledError(Exception):
    """Why a peer cannot be measured here."""


@dataclass(frozen=True)
class Peer:
    """A mock to compare with.

    `program`: runs it. `command`: writes what it serves into its folder, gives what serves it on a
    port. `calls`: by the names of our own operations. `fill`: puts in through its API what they ask for.
    """

    name: str
    package: str
    command: Callable[[Path, int], Sequence[str]]
    calls: Mapping[str, Callable[[processes.Server, Any, int], Call]]
    fill: Callable[[processes.Server], Any] = static_mocks.nothing
    program: str = "node"


COMMERCETOOLS: Final = Peer(
    "commercetools-mock",
    commercetools.PACKAGE,
    commercetools.command,
    commercetools.CALLS,
    fill=commercetools.fill,
)
JSON_SERVER: Final = Peer("json-server", "json-server", static_mocks.json_server, static_mocks.JSON_SERVER_CALLS)
PRISM: Final = Peer("Prism", "@stoplight/prism-cli", static_mocks.prism, static_mocks.CALLS)
MOCKOON: Final = Peer("Mockoon", "@mockoon/cli", static_mocks.mockoon, static_mocks.CALLS)
WIREMOCK: Final = Peer("WireMock", "wiremock", static_mocks.wiremock, static_mocks.CALLS, program="java")

PEERS: Final = (COMMERCETOOLS,)  # in each run
ALL_PEERS: Final = (COMMERCETOOLS, JSON_SERVER, PRISM, MOCKOON, WIREMOCK)


def folder(peer: Peer) -> Path:
    return FOLDER / peer.name.lower()


def installed(peer: Peer) -> str:
    """The version of the peer's package, installed by npm when missing. Raises `NotInstalledError`."""
    if not shutil.which(peer.program):
        raise NotInstalledError(f"{peer.program} is not installed")
    described = folder(peer) / "node_modules" / peer.package / "package.json"
    if not described.exists():
        if not shutil.which("npm"):
            raise NotInstalledError("npm is not installed")
        folder(peer).mkdir(parents=True, exist_ok=True)
        quiet = ("--no-save", "--no-fund", "--no-audit", "--loglevel=error")
        command = ["npm", "install", "--prefix", str(folder(peer)), *quiet, peer.package]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm install took longer than {_INSTALL_SECONDS} s") from None
        if done.returncode or not described.exists():
            reason = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
            raise NotInstalledError(f"npm could not install {peer.package}: {reason}")
    return str(orjson.loads(described.read_bytes())["version"])


def start(peer: Peer) -> processes.Server:
    port = processes.free_port()
    return processes.start(peer.name, peer.command(folder(peer), port), port=port)
