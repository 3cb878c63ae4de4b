"""Every console block of README and docs runs as it is written: pasted into a shell, page by page, from top to bottom.

A page has a shell and a network of its own, so that its blocks serve on port 8080 as they do with a reader. Where no
network can be made, the pages run one after another on the machine's own port 8080.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))

# Blocks that cannot run here, by how they begin.
CANNOT_RUN: Final = {
    "git clone": "it clones the repository and runs all tests, of which this is one",
    "scripts/test ": "it runs all tests, of which this is one",
    "scripts/bench ": "it measures for hours, and only where nothing else runs",
    "mock-akeneo contract run --observe --play": "it waits for a connector that the reader starts",
    "mock-akeneo contract run --observe --webhook": "it waits for a connector that the reader starts",
}
# Blocks that take minutes, since they play every rule: `scripts/soak --blocks` runs them as well.
LONG: Final = (
    "mock-akeneo contract run --command ",
    "mock-akeneo contract run --connector contract_tests.",
    "pytest --pyargs mock_akeneo.contract.suite ",
)
WITH_LONG: Final = "LONG_BLOCKS"

# Commands that end with another code than 0, as the page says.
ENDS: Final = {
    "mock-akeneo contract explore contract_tests.coinciding:": 1,
    "mock-akeneo contract run --connector contract_tests.": 1,
    "mock-akeneo contract run --command 'node contract_tests/node_akeneo_api_connector.mjs": 1,
}
# What a page promises in words, and its blocks have to print. Output that a block shows is looked for anyway.
PROMISED: Final = {
    "README.md": ["HTTP/1.1 429 Too Many Requests", "Retry-After: …", "1 pass · 0 fail · 0 advice · 0 not seen"],
}
# Programs that not every machine has, and how each shows that it works.
PROGRAMS: Final = {"curl": "--version", "node": "--version", "akeneo": "--help"}


class Block(NamedTuple):
    """What is pasted, and what the page shows of its output."""

    commands: str
    output: list[str]

    def begins(self, *beginnings: str) -> bool:
        return self.commands.startswith(beginnings)


def blocks_of(page: Path) -> list[Block]:
    return [block_of(text) for text in re.findall(r"^```console\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)]


def block_of(text: str) -> Block:
    """`$ ` begins a command, which goes on after a backslash; all else is output."""
    commands: list[str] = []
    output: list[str] = []
    goes_on = False
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(line.removeprefix("$ "))
        elif goes_on:
            commands.append(line)
        else:
            output.append(line)
            continue
        goes_on = line.endswith("\\")
    return Block("\n".join(commands) + "\n", [line for line in output if line.strip()])


BLOCKS: Final = {str(page.relative_to(ROOT)): found for page in PAGES if (found := blocks_of(page))}


def runs(block: Block) -> bool:
    return not block.begins(*CANNOT_RUN) and (not block.begins(*LONG) or bool(os.environ.get(WITH_LONG)))


RUN: Final = {page: found for page, blocks in BLOCKS.items() if (found := [block for block in blocks if runs(block)])}


# Runs the words that follow in a network that has a loopback and nothing else.
_WITH_LOOPBACK: Final = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    fcntl.ioctl(asked, 0x8914, struct.pack("16sh14x", b"lo", 0x49))  # SIOCSIFFLAGS: up, loopback, running
os.execvp(sys.argv[1], sys.argv[1:])
"""


def _network_of_its_own() -> list[str] | None:
    """The words before a command that give it one."""
    for flags in ("-n", "-rn"):
        words = ["unshare", flags, "--", sys.executable, "-c", _WITH_LOOPBACK]
        try:
            if subprocess.run([*words, "true"], capture_output=True, timeout=60, check=False).returncode == 0:
                return words
        except OSError:
            break
    return None


NETWORK: Final = _network_of_its_own()
ONE_AFTER_ANOTHER: Final = [pytest.mark.xdist_group("port 8080")] if NETWORK is None else []


def free() -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return tried.connect_ex(("127.0.0.1", 8080)) != 0


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[list[str]]:
    """The words that start the shell of a page. What it leaves running is ended."""
    if NETWORK is None and not free():
        pytest.skip("port 8080 is taken, and no network can be made in which it is free")
    yield [*(NETWORK or ()), "bash"]
    until = time.monotonic() + 30
    while NETWORK is None and not free() and time.monotonic() < until:
        time.sleep(0.05)


# Notes each command that fails. Shells that a command starts are not looked into.
_WATCH: Final = """unset BASH_ENV
trap 'printf "%s %s\\n" "$?" "$BASH_COMMAND" >>"$FAILED_COMMANDS"' ERR
"""


def environment(folder: Path) -> dict[str, str]:
    left_out = re.compile(r"MOCK_AKENEO_|AKENEO_|PYTEST|(https?|all|no)_proxy$", re.IGNORECASE)
    kept = {name: value for name, value in os.environ.items() if not left_out.match(name)}
    (folder / "watch").write_text(_WATCH)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": programs, "BASH_ENV": str(folder / "watch"), "FAILED_COMMANDS": str(folder / "failed")}


def missing(block: Block, env: dict[str, str]) -> list[str]:
    named = [name for name in PROGRAMS if re.search(rf"(^|[\s(|'\"]){name} ", block.commands)]
    return [
        name
        for name in named
        if shutil.which(name, path=env["PATH"]) is None
        or subprocess.run(
            [name, PROGRAMS[name]], env={**env, "BASH_ENV": ""}, capture_output=True, check=False
        ).returncode
    ]


def pasted(shell: list[str], folder: Path, env: dict[str, str], text: str) -> str:
    """What the shell prints, both streams as a terminal mixes them."""
    with (
        (folder / "output").open("w+b") as output,
        subprocess.Popen(
            shell, cwd=folder / "repository", env=env, stdin=subprocess.PIPE, stdout=output, stderr=output,
            start_new_session=True,
        ) as process,
    ):  # fmt: skip
        try:
            process.communicate(text.encode(), timeout=280)
        finally:
            # The servers that it leaves behind, too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        output.seek(0)
        return output.read().decode("utf-8", "replace")


def as_shown(line: str) -> re.Pattern[str]:
    """`…` stands for anything."""
    return re.compile("^" + ".*".join(map(re.escape, line.rstrip().split("…"))), re.MULTILINE)


@pytest.mark.parametrize("page", [pytest.param(page, marks=ONE_AFTER_ANOTHER) for page in RUN])
def test_a_page_can_be_pasted_into_a_shell_from_top_to_bottom(page: str, shell: list[str], tmp_path: Path) -> None:
    # The repository as a reader has it, where what a block writes does not stay.
    (tmp_path / "repository").mkdir()
    for file in ROOT.iterdir():
        if not file.name.startswith("."):
            (tmp_path / "repository" / file.name).symlink_to(file)
    env = environment(tmp_path)
    wanting = {block.commands: found for block in RUN[page] if (found := missing(block, env))}
    blocks = [block for block in RUN[page] if block.commands not in wanting]
    if blocks:
        marked = "".join(f"{block.commands}echo '== end of block {n}'\n" for n, block in enumerate(blocks, 1))
        output = pasted(shell, tmp_path, env, marked)
        noted = tmp_path / "failed"
        failed = [
            line
            for line in (noted.read_text().splitlines() if noted.exists() else [])
            if not any(line.startswith(f"{code} {beginning}") for beginning, code in ENDS.items())
        ]
        assert not failed, output
        # A command that reads what was pasted behind it would swallow these.
        assert [f"== end of block {n}" in output for n in range(1, len(blocks) + 1)] == [True] * len(blocks), output
        assert "Traceback" not in output
        shown = [line for block in blocks for line in block.output]
        for line in (*shown, *(PROMISED.get(page, ()) if not wanting else ())):
            assert as_shown(line).search(output), f"{page} shows {line!r}, but:\n{output}"
    if wanting:
        pytest.skip(f"{', '.join(sorted({name for found in wanting.values() for name in found}))} is not here")


def test_the_lists_name_blocks_that_are_there() -> None:
    every = [block for blocks in BLOCKS.values() for block in blocks]
    for beginning in (*CANNOT_RUN, *LONG):
        assert any(block.begins(beginning) for block in every), beginning
    for beginning in ENDS:
        assert any(beginning in block.commands for block in every), beginning
    assert PROMISED.keys() <= BLOCKS.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_to_be_pasted_stands_in_a_console_block(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(re.findall(r"^ *(?:```|~~~)(\S*)$", text, re.M)) <= {"", "console", "python", "json", "js", "yaml"}
    in_blocks = "".join(re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S))
    assert re.findall(r"^ *\$ .*$", text, re.M) == re.findall(r"^ *\$ .*$", in_blocks, re.M)


def test_commands_go_on_after_a_backslash_and_output_is_not_run() -> None:
    assert block_of("$ curl a \\\n    -d b\n{}\n\n$ done\n") == Block("curl a \\\n    -d b\ndone\n", ["{}"])
