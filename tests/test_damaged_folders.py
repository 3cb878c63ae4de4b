"""A data folder that is damaged, cut off or somebody else's: one sentence, exit code 2, and nothing is done to it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_akeneo.app import create_app
from mock_akeneo.catalog.disk import DataFolderError
from mock_akeneo.core.settings import Settings
from tests.cli.test_serve import run

INSTEAD = ": put a copy in its place, or use a new folder"


def kept(folder: Path) -> Path:
    """A folder as a server leaves it, with something of everything; its file."""
    app = create_app(Settings(catalog="demo", clock="frozen", data=folder))
    sandbox = app.sandboxes.default
    connection = sandbox.connections.by_code["mock_connection"]
    sandbox.issue(connection, connection)
    sandbox.commit()
    app.close()
    return folder / "catalog.sqlite3"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("good") / "data").parent


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "data"))


def statement(sql: str) -> Callable[[Path], object]:
    def change(file: Path) -> None:
        db = sqlite3.connect(file)
        with db:
            assert db.execute(sql).rowcount != 0
        db.close()

    return change


def body(kind: str, value: str) -> Callable[[Path], object]:
    """Another body in the first row of a kind."""
    first = f"(SELECT rowid FROM documents WHERE kind = '{kind}' ORDER BY rowid LIMIT 1)"
    return statement(f"UPDATE documents SET key = 'x', body = {value} WHERE rowid = {first}")


def truncated(file: Path) -> None:
    with file.open("r+b") as data:
        data.truncate(file.stat().st_size // 3)


def foreign(file: Path) -> None:
    file.unlink()
    statement("CREATE TABLE notes (text)")(file)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def one_text_of_a_product_spoilt(file: Path) -> None:
    data = file.read_bytes()
    place = data.index(b'"values":{"', data.index(b'"family":"clothing","categories":'))
    file.write_bytes(data[:place] + b'"values":["' + data[place + 11 :])


def bytes_of(kind: str, text: str) -> Callable[[Path], object]:
    return body(kind, f"CAST('{text}' AS BLOB)")


def is_damaged(what: str) -> str:
    return f"its {what} is damaged{INSTEAD}"


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (
        lambda file: file.write_bytes(b"garbage" * 1000),
        f"its catalog.sqlite3 is damaged (file is not a database){INSTEAD}",
    ),
    "truncated": (truncated, f"its catalog.sqlite3 is damaged (database disk image is malformed){INSTEAD}"),
    "emptied": (emptied, f"its catalog.sqlite3 is empty{INSTEAD}"),
    "gone": (Path.unlink, f"its catalog.sqlite3 is missing{INSTEAD}"),
    "foreign": (foreign, "its catalog.sqlite3 is another program's: use a new folder"),
    "another table": (
        statement("CREATE TABLE notes (text)"),
        "its catalog.sqlite3 is another program's: use a new folder",
    ),
    "no JSON": (bytes_of("family", '{"code'), is_damaged('family "x"')),
    "no bytes": (body("family", "5"), is_damaged('family "x"')),
    "no object": (bytes_of("attribute_option", "[]"), is_damaged('attribute option "x"')),
    "no product": (bytes_of("product", '"uuid":5'), is_damaged('product "x"')),
    "no model": (bytes_of("product_model", '"code":"a",'), is_damaged('product model "x"')),
    "no connection": (bytes_of("connection", "{}"), is_damaged('connection "x"')),
    "no token": (bytes_of("token", '{"id":"access-1"}'), is_damaged('token "x"')),
    "of a later version": (
        statement("UPDATE documents SET kind = 'robot' WHERE kind = 'group'"),
        "this version does not know its rows of the kind robot: use a new folder",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_told_in_one_sentence_and_left_as_it_is(name: str, folder: Path) -> None:
    damage, told = DAMAGES[name]
    file = folder / "catalog.sqlite3"
    damage(file)
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(DataFolderError) as refused:
        create_app(Settings(clock="frozen", data=folder))
    assert str(refused.value) == f"cannot use the data folder {folder}: {told}"
    # A row is looked at later than the file, which may have been touched by then.
    assert "sqlite3" not in told or (file.read_bytes() if file.exists() else None) == before


def test_a_spoilt_text_of_a_product_is_found(folder: Path) -> None:
    one_text_of_a_product_spoilt(folder / "catalog.sqlite3")
    with pytest.raises(DataFolderError, match=r'its product "[0-9a-f-]{36}" is damaged: put a copy in its place'):
        create_app(Settings(clock="frozen", data=folder))


def test_another_format_a_file_and_a_folder_without_rights_are_told(folder: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(folder / "catalog.sqlite3")
    db.execute("PRAGMA user_version = 7")
    db.close()
    with pytest.raises(DataFolderError) as refused:
        create_app(Settings(clock="frozen", data=folder))
    assert str(refused.value) == f"{folder} was written by another version (format 7): use a new folder"
    file = tmp_path / "file"
    file.write_text("")
    done = run("serve", "--port", "0", "--data", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: cannot use the data folder {file}: File exists\n"


def test_a_first_start_that_was_killed_at_once_is_none(tmp_path: Path) -> None:
    """SQLite makes its file before it writes to it."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "catalog.sqlite3").write_bytes(b"")
    create_app(Settings(catalog="minimal", clock="frozen", data=folder)).close()
