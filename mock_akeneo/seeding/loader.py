"""Loads a catalog folder: JSON lines as the API returns them, one file for each resource, validated like writes.

A catalog is loaded on top of `standard` (all locales, currencies and measurement families), of which it may
replace a file.
"""

from __future__ import annotations

import gc
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from itertools import chain
from os.path import isdir
from pathlib import Path
from typing import Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.media import is_file_code
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.keys import meant, shown
from mock_akeneo.core.problems import Problem, ValidationFailed
from mock_akeneo.resources import RESOURCES, measurement_families, media_files
from mock_akeneo.rest import endpoints
from mock_akeneo.rest.resource import Resource
from mock_akeneo.seeding import loaded_products
from mock_akeneo.seeding.loaded_products import Later, Put, body_of

STANDARD: Final = "standard"
READ_BYTES: Final = 1024 * 1024  # of a file at once

# The kinds whose bytes lie beside the catalog's files.
_WITH_CONTENT: Final = ("media_file", "category_media_file")

# More of a sentence nobody reads.
_MAX_TOLD: Final = 500

# What is wrong with a line.
_REFUSED: Final = (Problem, ValueError)

# Takes what is wrong with a line.
Wrong = Callable[[str], None]


class CatalogError(ValueError):
    """A catalog that cannot be loaded; the message names file, line and what is wrong."""


class Source(NamedTuple):
    """One file of a catalog folder, in the order in which they are loaded. `kind`: of its documents.

    `into` a catalog gives what writes one line; that gives what is left to do for it when all files are in. `late`: the
    lines that are written behind the others of the file.
    """

    file: str
    kind: str
    into: Callable[[Catalog], Put]
    late: Callable[[bytes], bool] | None = None


def _as_written(resource: Resource) -> Callable[[Catalog, Json], None]:
    """A line is written as a PATCH of the resource would be; it may hold what only GET shows."""
    form = endpoints.as_loaded(resource)

    def put(catalog: Catalog, body: Json) -> None:
        parent = ""
        if form.under:
            parent = form.under.find(str(body.get(form.under.member, "")), catalog, True)
            body = {name: value for name, value in body.items() if name != form.under.member}
        endpoints.upsert(form, str(body.get("code", "")), body, catalog, parent)

    return put


# What a member has to be, in words.
_WORDS: Final[dict[type, str]] = {str: "a text", bool: "true or false", int: "a whole number"}


def _as_it_is(kind: str, **members: type) -> Callable[[Catalog, Json], None]:
    """A line of a kind that the API does not write, with these members besides its code."""

    def put(catalog: Catalog, body: Json) -> None:
        missing = [member for member in ("code", *members) if member not in body]
        if missing:
            raise Problem(422, f'The member "{missing[0]}" is missing.')
        for member, wanted in members.items():
            if type(body[member]) is not wanted:
                raise Problem(422, f'The member "{member}" is {shown(body[member])}, not {_WORDS[wanted]}.')
        code = body["code"]
        if not (is_file_code(code) if kind in _WITH_CONTENT else isinstance(code, str)):
            raise Problem(422, f'The member "code" is {shown(code)}, which is no code of a {kind.replace("_", " ")}.')
        catalog[kind].put(Document(code, dumps(body)))

    return put


def _of(write: Callable[[Catalog, Json], None]) -> Callable[[Catalog], Put]:
    def into(catalog: Catalog) -> Put:
        return lambda line: write(catalog, body_of(line))

    return into


def _measurement_family(catalog: Catalog, body: Json) -> None:
    measurement_families.write(body, catalog)


# Of a media file, besides its code.
_FILE: Final[dict[str, type]] = {
    member: int if member == "size" else str for member in media_files.MEMBERS if member != "code"
}


def _sources() -> tuple[Source, ...]:
    by_kind = {resource.kind: resource for resource in RESOURCES}
    order = (
        ("locales", "locale"),
        ("currencies", "currency"),
        ("measurement_families", "measurement_family"),
        ("attribute_groups", "attribute_group"),
        ("attributes", "attribute"),
        ("attribute_options", "attribute_option"),
        ("categories", "category"),
        ("channels", "channel"),
        ("families", "family"),
        ("family_variants", "family_variant"),
        ("association_types", "association_type"),
        ("groups", "group"),
        ("media_files", "media_file"),
        ("category_media_files", "category_media_file"),
    )
    plain = {
        "locale": _as_it_is("locale"),
        "currency": _as_it_is("currency", enabled=bool),
        "measurement_family": _measurement_family,
        "group": _as_it_is("group"),
        **{kind: _as_it_is(kind, **_FILE) for kind in _WITH_CONTENT},
    }
    structure = tuple(
        Source(file, kind, _of(plain[kind] if kind in plain else _as_written(by_kind[kind])))
        for file, kind in order
        if kind in plain or kind in by_kind
    )
    models = Source("product_models", "product_model", _by_kind("product_model"), loaded_products.below_a_model)
    return (*structure, models, Source("products", "product", _by_kind("product")))


def _by_kind(kind: str) -> Callable[[Catalog], Put]:
    return lambda pim: loaded_products.into(pim, kind)


SOURCES: Final = _sources()
_IDENTIFIED: Final = ("family", "family_variant", "product_model", "product")


def folder_of(catalog: str) -> Path:
    """The folder of `demo`, `minimal` or a path. Raises `CatalogError`."""
    if catalog in ("demo", "minimal", STANDARD):
        packed = Path(str(files("mock_akeneo"))) / "fixtures" / catalog
        return packed if packed.is_dir() else Path(__file__).parents[2] / "fixtures" / catalog
    path = Path(catalog)
    # A name that no file can have is no error to it.
    if not catalog or not isdir(path):
        raise CatalogError(f'there is no catalog "{catalog}": give demo, minimal, or a folder of JSON lines')
    return path


def load(catalog: str, clock: Clock, *, index_lag: float = 0.0) -> Catalog:
    """The whole catalog, or nothing. Raises `CatalogError` for the first line that breaks a rule."""
    pim = _filled(catalog, clock, _refuse)
    pim.mark()
    pim.index_lag = index_lag
    return pim


def lint(catalog: str) -> list[str]:
    """All that is wrong with a catalog folder, with file and line. Raises `CatalogError` when there is none."""
    found: list[str] = []
    known = [source.file for source in SOURCES]
    for file in sorted(folder_of(catalog).glob("*.jsonl")):
        if file.stem not in known:
            found.append(f"{file}: no resource is called so{meant(file.stem, known)}")
    _filled(catalog, Clock("frozen"), found.append)
    return found


def _refuse(told: str) -> None:
    raise CatalogError(told)


def _filled(catalog: str, clock: Clock, wrong: Wrong) -> Catalog:
    folder = folder_of(catalog)
    standard = folder_of(STANDARD)
    pim = Catalog(clock)
    enabled = gc.isenabled()
    gc.disable()
    try:
        left: list[tuple[str, Later]] = []
        for source in SOURCES:
            file = folder / f"{source.file}.jsonl"
            if not file.exists():
                file = standard / f"{source.file}.jsonl"
            if source.kind in _IDENTIFIED and not _has_main_identifier(pim):
                continue  # it is told below
            if file.exists():
                left += _load_file(pim, file, source, wrong)
        for place, later in left:
            try:
                later()
            except _REFUSED as problem:
                wrong(f"{place}: {_told(problem)}")
        _take_contents(pim, folder / "media")
    finally:
        if enabled:
            gc.enable()
    if not _has_main_identifier(pim):
        there = (folder / "attributes.jsonl").exists()
        lacking = "attributes.jsonl has" if there else "there is no attributes.jsonl, so"
        wrong(
            f"{folder}: {lacking} no main identifier: give one attribute of type "
            'pim_catalog_identifier "is_main_identifier": true'
        )
    return pim


def _has_main_identifier(pim: Catalog) -> bool:
    return any(document.data.get("is_main_identifier") for document in pim["attribute"])


def _load_file(pim: Catalog, file: Path, source: Source, wrong: Wrong) -> list[tuple[str, Later]]:
    """Writes all lines of a file; what is left to do, and for which line."""
    lines: Iterable[tuple[int, bytes]] = _lines(file, wrong)
    if (late := source.late) is not None:
        lines = sorted(lines, key=lambda line: late(line[1]))
    put, left = source.into(pim), []
    for number, line in lines:
        try:
            later = put(line)
        except _REFUSED as problem:
            wrong(f"{file}:{number}: {_told(problem)}")
        else:
            if later is not None:
                left.append((f"{file}:{number}", later))
    return left


def _take_contents(pim: Catalog, folder: Path) -> None:
    """The bytes of media files lie in `media/<code>`; they stay there. A file without bytes cannot be downloaded."""
    for document in chain.from_iterable(pim[kind].in_order_of_creation() for kind in _WITH_CONTENT):
        file = (folder / document.key).resolve()
        if file.is_relative_to(folder.resolve()) and file.is_file():
            pim.media.put(document.key, file)


def _lines(file: Path, wrong: Wrong) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb", READ_BYTES) as lines:
            for number, line in enumerate(lines, 1):
                if number == 1 and line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                    wrong(f"{file}:1: the file is UTF-16: save it as UTF-8")
                    return
                if number == 1 and line.startswith(BOM_UTF8):
                    wrong(f"{file}:1: the file begins with a byte order mark: save it as UTF-8 without one")
                    line = line.removeprefix(BOM_UTF8)
                if not line.isspace():
                    yield number, line
    except OSError as error:
        wrong(f"{file} cannot be read: {error.strerror}")


def _told(problem: Problem | ValueError) -> str:
    if isinstance(problem, ValidationFailed):
        told = " ".join(f"{v.property}: {v.message}" for v in problem.violations)
    else:
        told = problem.message if isinstance(problem, Problem) else str(problem)
    return told if len(told) <= _MAX_TOLD else told[: _MAX_TOLD - 3] + "..."
