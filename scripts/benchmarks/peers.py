"""Other mocks from npm, measured beside ours where node and npm are found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from scripts.benchmarks import commercetools, processes
from scripts.benchmarks.load import Call

FOLDER: Final = Path("build/peers")  # ignored by git; each peer has a folder of its own there
_INSTALL_SECONDS: Final = 300


class NotInstalledError(Exception):
    """Why a peer cannot be measured here."""


@dataclass(frozen=True)
class Peer:
    """A mock to compare with. `script`: serves it, given its folder. `fill`: puts in what `calls` ask for."""

    name: str
    package: str
    script: Path
    fill: Callable[[processes.Server], Any]
    calls: Mapping[str, Callable[[processes.Server, Any, int], Call]]


COMMERCETOOLS: Final = Peer(
    "commercetools-mock", commercetools.PACKAGE, commercetools.SCRIPT, commercetools.fill, commercetools.CALLS
)
PEERS: Final = (COMMERCETOOLS,)


def installed(peer: Peer) -> str:
    """The version of the peer's package, installed by npm when missing. Raises `NotInstalledError`."""
    if not shutil.which("node"):
        raise NotInstalledError("node is not installed")
    described = FOLDER / peer.name / "node_modules" / peer.package / "package.json"
    if not described.exists():
        if not shutil.which("npm"):
            raise NotInstalledError("npm is not installed")
        (FOLDER / peer.name).mkdir(parents=True, exist_ok=True)
        quiet = ("--no-save", "--no-fund", "--no-audit", "--loglevel=error")
        command = ["npm", "install", "--prefix", str(FOLDER / peer.name), *quiet, peer.package]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm install took longer than {_INSTALL_SECONDS} s") from None
        if done.returncode or not described.exists():
            reason = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
            raise NotInstalledError(f"npm could not install {peer.package}: {reason}")
    return str(orjson.loads(described.read_bytes())["version"])


def start(peer: Peer) -> processes.Server:
    return processes.start(peer.name, ["node", str(peer.script), str(FOLDER / peer.name)])
