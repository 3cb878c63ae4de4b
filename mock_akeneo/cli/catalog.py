"""`catalog`: folders of JSON lines, generated, checked, taken out of a running server, read from a PIM."""

from __future__ import annotations

import dataclasses
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click
import orjson

from mock_akeneo.catalog.media import is_file_code
from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.printing import echo
from mock_akeneo.cli.running import Running, format_option, on_a_server
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import shown
from mock_akeneo.core.visible import visible
from mock_akeneo.health import parts_of


@click.group(cls=Group)
def catalog() -> None:
    """Catalogs as folders of JSON lines."""


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--catalog", "base", default="demo", show_default=True, help="What they stand on: demo, minimal, a folder."
)
@click.option("--families", type=click.IntRange(1, 12), help="Instead of a catalog: a shop of so many families.")
@click.option("--products", type=click.IntRange(1), default=1000, show_default=True, help="How many products.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same bytes.")
@format_option
def generate(folder: Path, base: str, families: int | None, products: int, seed: int, form: str) -> None:
    """Write a structure and made-up products on it to FOLDER, to be served with --catalog FOLDER."""
    from mock_akeneo.core.clock import Clock
    from mock_akeneo.seeding.generated import generate as generated
    from mock_akeneo.seeding.grown import structure_of
    from mock_akeneo.seeding.loader import load
    from mock_akeneo.seeding.shop import shop

    try:
        structure = shop(families) if families else structure_of(load(base, Clock("frozen")))
        made = generated(structure, products, seed)
    except ValueError as error:
        fail(2, str(error))
    new_folder(folder)

    def lines() -> Iterator[Json]:
        for field in dataclasses.fields(structure):
            yield from ({"resource": field.name, "body": body} for body in getattr(structure, field.name))
        for body, content in made.media_files:
            yield {"resource": "media_files", "body": body, "content": content}
        yield from ({"resource": "product_models", "body": body} for body in made.product_models)
        with click.progressbar(made.products, length=products, label="products", file=sys.stderr) as progress:
            yield from ({"resource": "products", "body": body} for body in progress)

    Running("", form=form).tell(write(folder, lines()), lambda told: summary(folder, told))


@catalog.command()
@click.argument("folder", metavar="NAME|FOLDER")
@format_option
def lint(folder: str, form: str) -> None:
    """Check a folder: each line is written as the PIM would write it. Exit code 1 when something is wrong."""
    from mock_akeneo.seeding.loader import CatalogError
    from mock_akeneo.seeding.loader import lint as wrong_in

    try:
        found = wrong_in(folder)
    except CatalogError as error:
        fail(2, str(error))
    if form == "json":
        echo(orjson.dumps({"catalog": folder, "problems": found}, option=orjson.OPT_INDENT_2).decode())
    else:
        echo("\n".join(map(visible, found)) or f"{folder} is good")
    sys.exit(1 if found else 0)


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path))
@on_a_server
def export(server: Running, folder: Path) -> None:
    """Write what a sandbox holds to FOLDER, media files included."""
    new_folder(folder)
    lines = (orjson.loads(line) for line in server.lines("/catalog/export", {}) if line)
    server.tell(write(folder, lines), lambda told: summary(folder, told))


@catalog.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "source", metavar="URL", required=True, help="Base URL of the PIM.")
@click.option("--client-id", envvar="AKENEO_CLIENT_ID", help="Default: AKENEO_CLIENT_ID.")
@click.option("--secret", envvar="AKENEO_SECRET", help="Default: AKENEO_SECRET; a flag may be read by others.")
@click.option("--username", envvar="AKENEO_USERNAME", help="Default: AKENEO_USERNAME.")
@click.option("--password", envvar="AKENEO_PASSWORD", help="Default: AKENEO_PASSWORD; a flag may be read by others.")
@click.option("--products", type=click.IntRange(0), help="How many products at most, of models too; default: all.")
@click.option("--media/--no-media", default=True, show_default=True, help="Whether to download media files.")
@format_option
def import_(
    folder: Path,
    source: str,
    client_id: str | None,
    secret: str | None,
    username: str | None,
    password: str | None,
    products: int | None,
    media: bool,
    form: str,
) -> None:
    """Read a real PIM through its REST API into FOLDER, to be served with --catalog FOLDER."""
    from mock_akeneo.cli.pim_reader import Access, Reader, Unreadable

    told = {"client-id": client_id, "secret": secret, "username": username, "password": password}
    if missing := [name for name, value in told.items() if not value]:
        variables = ", ".join(f"AKENEO_{name.upper().replace('-', '_')}" for name in missing)
        raise click.UsageError(f"Credentials are missing: set {variables}.")
    try:
        parts_of(source)
    except ValueError as error:
        raise click.UsageError(f"--from: {error}") from None
    new_folder(folder)
    access = Access(source.rstrip("/"), client_id or "", secret or "", username or "", password or "")
    try:
        reader = Reader(access, products=products, media=media, note=lambda text: echo(text, err=True))
        counts = write(folder, reader.lines())
    except Unreadable as error:
        fail(4, str(error))
    Running("", form=form).tell(counts, lambda told: summary(folder, told))


def new_folder(folder: Path) -> None:
    """Makes it; what holds files already is refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            fail(2, f"{folder} is not empty: choose a new folder")
    except OSError as error:
        fail(2, f"{folder} cannot be used: {error.strerror}")


def write(folder: Path, lines: Iterable[Json]) -> dict[str, int]:
    """Writes lines as `/catalog/export` gives them to the files of a catalog folder; how many of each resource."""
    try:
        return _written(folder, lines)
    except OSError as error:
        fail(2, f"{folder} cannot be written: {error.strerror}")
        raise AssertionError from None


def _written(folder: Path, lines: Iterable[Json]) -> dict[str, int]:
    counts: dict[str, int] = {}
    files: dict[str, BinaryIO] = {}
    with ExitStack() as open_files:
        for line in lines:
            resource, content = line["resource"], line.get("content")
            if resource not in files:
                files[resource] = open_files.enter_context((folder / f"{resource}.jsonl").open("wb"))
            files[resource].write(orjson.dumps(line["body"]) + b"\n")
            counts[resource] = counts.get(resource, 0) + 1
            if content is not None:
                _write_content(folder / "media", line["body"]["code"], content)
    return counts


def _write_content(folder: Path, code: str, content: str | bytes) -> None:
    """`content`: bytes, or base 64 of them. A code that leads out of the folder is somebody's trick."""
    if not is_file_code(code):
        fail(2, f"{shown(code)} is no code of a media file")
    file = folder / code
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b64decode(content) if isinstance(content, str) else content)
    except OSError as error:
        fail(2, f"{file} cannot be written: {error.strerror}")


def summary(folder: Path, counts: dict[str, int]) -> str:
    return f"{folder}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
