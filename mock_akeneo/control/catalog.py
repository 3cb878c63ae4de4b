"""The catalog as a whole: taken out and brought in as lines, and products generated on top of it."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.disk import NotKept
from mock_akeneo.catalog.media import is_file_code
from mock_akeneo.control.answers import ControlError, answer, members, sandbox_of, text
from mock_akeneo.control.requests import LINES, chunks
from mock_akeneo.control.way import SANDBOX, TEXT, WHOLE
from mock_akeneo.core.json_types import FEW_LEVELS, Json, dumps, json_decode
from mock_akeneo.core.keys import meant, shown
from mock_akeneo.core.problems import Problem
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.seeding.exported import FILES, exported
from mock_akeneo.seeding.grown import grow
from mock_akeneo.seeding.loader import CatalogError, load
from mock_akeneo.seeding.templates import Templates

# Products that are made before other calls have their turns.
_STEPS: Final = 50
MAX_PRODUCTS: Final = 1_000_000

IMPORT: Final = {"catalog": {**TEXT, "description": "demo, minimal, or a folder of the server."}, **SANDBOX}
GENERATE: Final = {
    "products": {**WHOLE, "minimum": 1, "maximum": MAX_PRODUCTS},
    "seed": {**WHOLE, "description": "The same seed makes the same products."},
    **SANDBOX,
}


async def export(request: Request) -> Response:
    sandbox = sandbox_of(request)
    # A copy shares the bytes and stands still while it is read.
    return StreamingResponse(chunks(_lines(sandbox.catalog.fork(sandbox.clock)), after=b"\n"), media_type=LINES)


def _lines(catalog: Catalog) -> Iterator[Json]:
    """`{"resource", "body"}`, and of a media file the bytes too: `content`, in base 64."""
    for file, body in exported(catalog):
        content = catalog.media.content(body["code"]) if file.endswith("media_files") else None
        line = {"resource": file, "body": body}
        yield line if content is None else {**line, "content": b64encode(content).decode()}


async def import_(request: Request) -> Response:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type == LINES:
        sandbox = sandbox_of(request)
        sandbox.take(await _received(request, sandbox))
        return answer(_counts(sandbox))
    data = await members(request, IMPORT)
    sandbox, templates = sandbox_of(request, data), request.app.state.templates
    assert isinstance(templates, Templates)
    try:
        template = await templates.of(text(data, "catalog"))
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    sandbox.take(template.catalog, template.documents)
    return answer(_counts(sandbox))


async def _received(request: Request, sandbox: Sandbox) -> Catalog:
    """The catalog of the lines that were sent, as `export` gives them, whole or not at all."""
    with TemporaryDirectory(prefix="mock-akeneo-") as name:
        folder, contents = Path(name), dict[str, bytes]()
        number = 0
        async with aclosing(_received_lines(request)) as lines:
            async for line in lines:
                number += 1
                if line.strip():
                    _put(folder, contents, number, line)
        try:
            catalog = await asyncio.to_thread(load, name, sandbox.clock)
        except CatalogError as error:
            raise ControlError(422, str(error).replace(f"{name}/", "")) from None
    for code, content in contents.items():
        catalog.media.put(code, content)
    return catalog


async def _received_lines(request: Request) -> AsyncGenerator[bytes, None]:
    rest = b""
    async with aclosing(request.stream()) as body:
        async for chunk in body:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line
    yield rest


def _put(folder: Path, contents: dict[str, bytes], number: int, line: bytes) -> None:
    """Adds a line to the file of its resource, and to `contents` the bytes of a media file."""
    try:
        told: Any = json_decode(line, FEW_LEVELS)
    except ValueError as error:
        raise ControlError(422, f"line {number} is no JSON: {error}") from None
    try:
        file, body = told["resource"], told["body"]
        content = None if told.get("content") is None else b64decode(told["content"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ControlError(422, f'line {number}: write {{"resource": "families", "body": {{…}}}}') from None
    if file not in FILES:
        raise ControlError(422, f'line {number}: there is no resource "{file}"{meant(file, FILES)}')
    if not isinstance(body, dict):
        raise ControlError(422, f'line {number}: the "body" of {file} is a JSON object')
    with (folder / f"{file}.jsonl").open("ab") as lines:
        lines.write(dumps(body) + b"\n")
    if content is not None:
        code = body.get("code")
        if not is_file_code(code):
            raise ControlError(422, f"line {number}: {shown(code)} is no code of a media file")
        contents[code] = content


async def generate(request: Request) -> Response:
    data = await members(request, GENERATE)
    sandbox = sandbox_of(request, data)
    count, seed = data.get("products"), data.get("seed", 0)
    if type(count) is not int or not 1 <= count <= MAX_PRODUCTS:
        raise ControlError(422, f'"products" is a number from 1 to {MAX_PRODUCTS}')
    if type(seed) is not int:
        raise ControlError(422, '"seed" is a whole number')
    before = sandbox.snapshot()
    try:
        steps = grow(sandbox.catalog, count, seed)
        while any(True for _ in islice(steps, _STEPS)):
            sandbox.commit()
            await asyncio.sleep(0)
    except (Problem, ValueError) as error:
        status, told = 422, error.message if isinstance(error, Problem) else str(error)
        if isinstance(error, NotKept):
            status, told = 500, error.reason
        try:
            sandbox.restore(before, ("connections",))
        except NotKept:
            raise ControlError(500, f"not all products were generated, they cannot be kept: {told}") from None
        raise ControlError(status, f"nothing was generated: {told}") from None
    return answer(_counts(sandbox))


def _counts(sandbox: Sandbox) -> Json:
    kinds = ("family", "attribute", "category", "media_file", "product_model", "product")
    return {"sandbox": sandbox.name, **{kind: len(sandbox.catalog[kind]) for kind in kinds}}
