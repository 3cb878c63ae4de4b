"""A mistyped name, value or file is answered with one sentence, which says what to write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_akeneo.cli import main
from mock_akeneo.core.settings import Settings
from mock_akeneo.oauth.acls import ACLS
from mock_akeneo.server import Server

IDENTIFIER = 'no main identifier: give one attribute of type pim_catalog_identifier "is_main_identifier": true'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal", clock="frozen")) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """The current one: with folders that are called like files, and catalogs that lack their attributes."""
    for name in ("report.json", "categories-only", "products-only", "families-only"):
        (tmp_path / name).mkdir()
    (tmp_path / "categories-only/categories.jsonl").write_text('{"code":"master"}\n')
    (tmp_path / "products-only/products.jsonl").write_text('{"identifier":"a"}\n{"identifier":"b"}\n')
    (tmp_path / "families-only/families.jsonl").write_text('{"code":"a"}\n{"code":"b"}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOCK_AKENEO_URL", server.base_url)
    return tmp_path


REFERENCE = ("--connector", "mock_akeneo.contract.reference:connector")
CREDENTIALS = ("--client-id", "a", "--secret", "b", "--username", "c", "--password", "d")
CLOCK = "Commands: advance, freeze, real, scale, show."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        # Names of commands
        (("reset",), 'There is no command "reset". Did you mean "snapshot reset"?'),
        (("advance", "1h"), 'There is no command "advance". Did you mean "clock advance"?'),
        (("clock", "advnce"), f'There is no command "advnce". Did you mean "advance"? {CLOCK}'),
        (("clock", "xyz"), f'There is no command "xyz". {CLOCK}'),
        (("contract", "exlpain", "THR-01"), 'There is no command "exlpain". Did you mean "explain"? Commands: '),
        # Names of rules and rights
        (("contract", "explain", "THR-1"), 'no rule is called "THR-1": did you mean THR-01?'),
        (("contract", "explain", "pull9"), 'no rule is called "pull9": did you mean PULL-09?'),
        (("contract", "run", *REFERENCE, "--only", "AUTH-2"), 'no rule is called "AUTH-2": did you mean AUTH-02?'),
        (
            ("connection", "create", "shop", "--deny", "nothing"),
            f'unknown right "nothing": write one of {", ".join(ACLS)}',
        ),
        # Addresses
        (("clock", "show", "--url", "nope"), '"nope" is no URL of a server: write http://127.0.0.1:8080'),
        (("status", "--url", "ftp://a"), '"ftp://a" is no URL of a server: write http://127.0.0.1:8080'),
        (("catalog", "import", "new", "--from", "nope", *CREDENTIALS), '--from: "nope" is no URL of a server: '),
        (("contract", "run", "--observe", "--public-url", "x"), '--public-url is "x": write http:// or https://'),
        # Numbers
        (("contract", "run", "--observe", "--idle", "-1"), "-1.0 is not in the range 0<=x<=31536000."),
        (("contract", "run", *REFERENCE, "--patience", "nan"), "nan is no number of seconds."),
        (("wait", "--timeout", "nan"), "nan is no number of seconds."),
        (("serve", "--index-lag", "inf"), "inf is not in the range 0<=x<=31536000."),
        (("serve", "--token-lifetime", "9" * 20), f"{'9' * 20} is not in the range 1<=x<=315360000."),
        (("serve", "--products", "9" * 20), f"{'9' * 20} is not in the range 0<=x<=10000000."),
        # Files and folders
        (("contract", "run", *REFERENCE, "--report", "report.json"), "report.json is a folder: name a file"),
        (("serve", "--ready-file", "report.json"), "--ready-file: report.json is a folder: name a file"),
        (("serve", "--ready-file", ""), "an empty path names nothing."),
        (("serve", "--data", ""), "an empty path names nothing."),
        (("serve", "--catalog", ""), 'there is no catalog "": give demo, minimal, or a folder of JSON lines'),
        (("serve", "--catalog", "products-only"), f"products-only: there is no attributes.jsonl, so {IDENTIFIER}"),
        # Words of a command
        (("contract", "run", "--command", "'"), "the command cannot be read: No closing quotation"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_sentence(folder: Path, words: tuple[str, ...], told: str) -> None:
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert told in last
    assert sorted(path.name for path in folder.iterdir()) == [
        "categories-only", "families-only", "products-only", "report.json",
    ]  # fmt: skip


@pytest.mark.parametrize("catalog", ["categories-only", "products-only", "families-only"])
def test_a_catalog_without_attributes_is_told_once(folder: Path, catalog: str) -> None:
    done = CliRunner().invoke(main, ["catalog", "lint", catalog], catch_exceptions=False)
    assert (done.exit_code, done.output) == (1, f"{catalog}: there is no attributes.jsonl, so {IDENTIFIER}\n")
