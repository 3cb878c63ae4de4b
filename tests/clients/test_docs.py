"""`docs/clients.md` works as it stands: every block is run against a server and prints what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from mock_akeneo.core.json_types import loads
from mock_akeneo.server import Server

_ROOT: Final = Path(__file__).parents[2]
_BLOCK: Final = re.compile(r"^## (\S+)\n(?:(?!^## ).)*?```(python|js)\n(.*?)```", re.DOTALL | re.MULTILINE)
_BLOCKS: Final = {
    title: (language, code) for title, language, code in _BLOCK.findall((_ROOT / "docs/clients.md").read_text())
}


@pytest.mark.parametrize("title", _BLOCKS)
def test_a_block_prints_what_it_says(server: Server, request: pytest.FixtureRequest, title: str) -> None:
    language, code = _BLOCKS[title]
    settings = server.settings
    environment = {
        **os.environ,
        "AKENEO_BASE_URL": server.base_url,
        "AKENEO_CLIENT_ID": settings.client_id,
        "AKENEO_SECRET": settings.secret,
        "AKENEO_USERNAME": settings.username,
        "AKENEO_PASSWORD": settings.password,
    }
    if title == "akeneo-cli":
        pytest.importorskip("akeneo_cli.client", reason="akeneo-cli needs libmagic", exc_type=ImportError)
    if language == "js":
        environment["NODE_PATH"] = str(request.getfixturevalue("node_modules"))
    command = {"python": [sys.executable, "-c", code], "js": ["node", "-e", code]}[language]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    [said] = re.findall(r"(?:#|//) (\[.*\])", code)
    assert (done.stdout, done.stderr) == (f"{said}\n", "")


def test_every_client_that_is_tested_has_a_block() -> None:
    tested = {file.stem.removeprefix("test_").replace("_", "-") for file in Path(__file__).parent.glob("test_*.py")}
    assert _BLOCKS.keys() == tested - {"docs"}


def test_the_command_of_akeneo_cli_works_with_variables_of_other_names() -> None:
    pytest.importorskip("akeneo_cli.client", reason="akeneo-cli needs libmagic", exc_type=ImportError)
    [command] = re.findall(r"^\$ (mock-akeneo exec --env .*)$", (_ROOT / "docs/clients.md").read_text(), re.MULTILINE)
    programs = {name: str(Path(sys.executable).with_name(name)) for name in ("mock-akeneo", "akeneo")}
    words = [programs.get(word, word) for word in command.split()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert len(loads(done.stdout)["_embedded"]["items"]) == 1
