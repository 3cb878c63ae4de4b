"""Our application with any number of generated products, put into its store as they are.

They stand on the structure of the demo catalog, whose own products would make small catalogs unlike large ones.

Nothing is validated here, so that a million are there in minutes; the section `load` measures the way with validation.
As a command: a server with them, which prints its ready line.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

import click
import orjson

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.product_document import product_document
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.faults.fault import Fault
from mock_akeneo.search.percentages import completeness_of
from mock_akeneo.seeding.generated import Generated, generate
from mock_akeneo.seeding.loader import STANDARD, folder_of
from mock_akeneo.seeding.structure import Structure
from mock_akeneo.server import Server

CATALOG: Final = "demo"
SEED: Final = 0
IDENTIFIER: Final = "sku"


def _lines(name: str) -> list[Json]:
    folders = (folder_of(CATALOG), folder_of(STANDARD))
    file = next((file for folder in folders if (file := folder / f"{name}.jsonl").exists()), None)
    return [orjson.loads(line) for line in file.read_bytes().splitlines()] if file else []


def generated(products: int) -> Generated:
    return generate(Structure(**{field.name: _lines(field.name) for field in fields(Structure)}), products, SEED)


def write_folder(products: int, folder: Path) -> None:
    """A catalog folder: the demo catalog's structure, and generated products instead of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder_of(CATALOG).glob("*.jsonl"):
        (folder / file.name).write_bytes(file.read_bytes())
    made = generated(products)
    _write(folder / "media_files.jsonl", (file.body for file in made.media_files))
    _write(folder / "product_models.jsonl", made.product_models)
    _write(folder / "products.jsonl", made.products)


def _write(file: Path, bodies: Iterable[Json]) -> None:
    with file.open("wb") as lines:
        lines.writelines(orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE) for body in bodies)


def documents(kind: str, bodies: Iterable[Json]) -> Iterator[Document]:
    """What the loader stores for generated bodies, less associations and default values."""
    for body in bodies:
        values = body["values"]
        if kind == "product":
            values = {IDENTIFIER: values[IDENTIFIER], **values}  # the loader merges it before the others
        yield product_document(kind, {**body, "values": values, "associations": {}, "quantified_associations": {}})


def stocked(products: int, settings: Settings) -> App:
    """The demo catalog with `products` generated products instead of its own."""
    app = create_app(replace(settings, catalog=CATALOG, port=0))
    sandbox, made = app.sandboxes.default, generated(products)
    gc.disable()
    for kind in ("product", "product_model"):
        for document in list(sandbox.catalog[kind]):
            sandbox.catalog[kind].delete(document.key)
    for file in made.media_files:
        sandbox.catalog["media_file"].put(Document(file.body["code"], orjson.dumps(file.body)))
    for kind, bodies in (("product_model", made.product_models), ("product", made.products)):
        sandbox.catalog.load(kind, documents(kind, bodies))
    for kind in ("product", "product_model"):
        for document in sandbox.catalog[kind].in_order_of_creation():
            completeness_of(sandbox.catalog).filled(document)  # the loader notes it, while it cuts the values
    sandbox.mark()
    for kind in ("product_model", "product"):
        sandbox.catalog.index(kind)
    gc.collect()
    gc.freeze()
    gc.enable()
    return app


# Waits for a call that does not come, and looks at each until then.
NEVER: Final = {"kind": "status", "status": 503, "operation": "products.get", "nth": 1_000_000_000}
# They count every call and refuse none.
LIMITS: Final = replace(
    Settings(),
    limits="integration-high-volume",
    throttle_limit=1_000_000_000,
    concurrent_connections=1000,
    service_time="none",
    keep_alive_max=0,
)


@click.command()
@click.option("--products", type=int, default=0)
@click.option("--guarded/--bare", default=True, help="With limits, a fault and the journal, or without them.")
def main(products: int, guarded: bool) -> None:
    """Serves until it is killed."""
    app = stocked(products, LIMITS if guarded else Settings())
    sandbox, settings = app.sandboxes.default, app.settings
    if guarded:
        sandbox.faults.plant(Fault.parse(NEVER))
    else:
        sandbox.journal.add = lambda entry: None  # type: ignore[method-assign]
    told = {name: getattr(settings, name) for name in ("client_id", "secret", "username", "password")}
    with Server(app.settings, app=app) as server:
        click.echo(orjson.dumps({"base_url": server.base_url, **told}))
        signal.pause()


if __name__ == "__main__":
    main()
