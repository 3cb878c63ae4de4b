"""What one catalog of a size costs, asked over ASGI in this process: sockets would only add noise.

Times are processor time of the one thread that answers, in milliseconds: other work on the machine counts least there.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import orjson

from mock_akeneo.app import App, create_app
from mock_akeneo.catalog.disk import Disk
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.keeping import Keeping
from mock_akeneo.search.fields import FIELDS
from mock_akeneo.seeding.loader import load
from mock_akeneo.seeding.start import fresh
from scripts.benchmarks import stocked
from scripts.benchmarks.load import WrongAnswerError
from scripts.benchmarks.processes import resident_bytes
from scripts.benchmarks.report import SHARE, Figure

API: Final = "/api/rest/v1"
CURSOR: Final = f"{API}/products?pagination_type=search_after&limit=100"
COUNTED: Final = f"{API}/products?limit=100&with_count=true"  # cursors give no count

_SHOP: Final = {"scope": "ecommerce"}
_ENGLISH: Final = {"locale": "en_US"}
# As written into `search`. Some meet most products, some a few, some none, so that a page needs the whole catalog.
FILTERS: Final[Mapping[str, Any]] = {
    "family IN": {"family": [{"operator": "IN", "value": ["clothing"]}]},
    "categories IN CHILDREN": {"categories": [{"operator": "IN CHILDREN", "value": ["master"]}]},
    "enabled =": {"enabled": [{"operator": "=", "value": False}]},
    "parent EMPTY": {"parent": [{"operator": "EMPTY"}]},
    "updated >": {"updated": [{"operator": ">", "value": "2025-12-01 00:00:00"}]},
    "completeness <": {"completeness": [{"operator": "<", "value": 50, **_SHOP}]},
    "identifier CONTAINS": {"sku": [{"operator": "CONTAINS", "value": "-0009"}]},
    "text CONTAINS": {"name": [{"operator": "CONTAINS", "value": "no such word", **_ENGLISH}]},
    "simple select IN": {"color": [{"operator": "IN", "value": ["white"]}]},
    "number >": {"rating": [{"operator": ">", "value": 4}]},
    "price <": {"price": [{"operator": "<", "value": {"amount": "20.00", "currency": "EUR"}}]},
    "date EMPTY": {"release_date": [{"operator": "EMPTY"}]},
}

# What makes a list of 100 be rendered instead of joined.
RENDERED: Final[Mapping[str, str]] = {
    "as it is stored": "",
    "attributes": "&attributes=sku,name,price,color",
    "locales": "&locales=en_US",
    "scope": "&scope=ecommerce",
    "with_attribute_options": "&with_attribute_options=true",
    "with_quality_scores": "&with_quality_scores=true",
    "with_completenesses": "&with_completenesses=true",
    "convert_measurements": "&scope=print&convert_measurements=true",
}


Measured = list[tuple[str, list[float]]]  # names and milliseconds


class Asgi:
    """A client that is logged in."""

    def __init__(self, app: App, token: str) -> None:
        self._app, self._authorization = app, f"Bearer {token}".encode()

    async def ask(self, method: str, target: str, body: bytes = b"", status: int = 200) -> tuple[float, bytes]:
        """Milliseconds, and the body of the answer. Raises `WrongAnswerError`."""
        parts = urlsplit(target)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [
                (b"host", b"localhost"),
                (b"authorization", self._authorization),
                (b"accept", b"application/json"),
                *([(b"content-type", b"application/json")] if body else []),
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 80),
        }
        waiting = [{"type": "http.request", "body": body}]
        sent: list[Any] = []

        async def receive() -> Any:
            return waiting.pop() if waiting else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        began = time.thread_time()
        await self._app(scope, receive, send)
        took = 1000 * (time.thread_time() - began)
        told = b"".join(message.get("body", b"") for message in sent[1:])
        if sent[0]["status"] != status:
            raise WrongAnswerError(f"{method} {target} was answered {sent[0]['status']}: {told[:300]!r}")
        return took, told


async def _several(times: int, ask: Callable[[int], Awaitable[tuple[float, bytes]]]) -> list[float]:
    """The milliseconds of calls after the first."""
    await ask(0)
    return [(await ask(number))[0] for number in range(1, times + 1)]


async def _made(asgi: Asgi, target: str, times: int) -> list[float]:
    """A parameter that nobody knows keeps the page from being one that was made before."""
    return await _several(times, lambda number: asgi.ask("GET", f"{target}&made={number}"))


async def _again(asgi: Asgi, target: str, times: int) -> list[float]:
    return await _several(times, lambda _: asgi.ask("GET", target))


def _searched(filter_: Any, target: str = CURSOR) -> str:
    return f"{target}&search={quote(orjson.dumps(filter_).decode())}"


async def _reads(asgi: Asgi, products: int, times: int) -> Measured:
    def name(number: int) -> str:
        return f"{API}/products/gen-{1 + number * 97 % products:06}"

    def change(number: int) -> bytes:
        entry = {"locale": None, "scope": None, "data": f"changed {number} {time.time_ns()}"}
        return orjson.dumps({"values": {"internal_note": [entry]}})

    uuids = [stored.key for stored in asgi._app.sandboxes.default.catalog["product"]]
    pages = {"first": "", "middle": uuids[len(uuids) // 2], "last": uuids[-101]}
    found = [("GET one", await _several(10 * times, lambda n: asgi.ask("GET", name(n))))]
    for page, after in pages.items():
        target = f"{API}/products-uuid?pagination_type=search_after&limit=100&search_after={after}"
        found.append((f"{page} page of 100", await _made(asgi, target, times)))
    await _again(asgi, target, 1)
    found.append(("a page that was kept", await _again(asgi, target, times)))
    patch = await _several(5 * times, lambda n: asgi.ask("PATCH", name(n), change(n), 204))
    return [*found, ("PATCH of an existing one", patch)]


async def _filters(asgi: Asgi, times: int) -> Measured:
    found = []
    for name, filter_ in FILTERS.items():
        target, counted = _searched(filter_), _searched(filter_, COUNTED)
        what = "field" if filter_.keys() <= FIELDS.keys() else "attribute"
        # A page reads as many products as it needs, a count reads all.
        found.append((f"first use of {what} {name}", [(await asgi.ask("GET", counted))[0]]))
        found.append((f"page of {name}", await _again(asgi, target, times)))
        found.append((f"count of {name}", await _again(asgi, counted, times)))
    return found


async def _rendering(asgi: Asgi, times: int) -> Measured:
    return [(name, await _made(asgi, CURSOR + more, times)) for name, more in RENDERED.items()]


def at_size(products: int, sections: Sequence[str], times: int) -> list[Figure]:
    """Reads, filters and rendering with so many products; the memory that one takes. In a process of its own."""
    stocked.stocked(1, Settings())  # what is imported and made up once is no product's
    empty = resident_bytes(os.getpid())
    walked, began = time.perf_counter(), time.process_time()
    app = stocked.stocked(products, Settings())
    sandbox = app.sandboxes.default
    figures = [
        Figure("size", "bytes of memory each, search index included", products, _memory(empty, products), "bytes"),
        Figure("size", "generated and put into the store", products, [products / (time.process_time() - began)], "/s"),
    ]
    connection = next(iter(sandbox.connections.by_code.values()))
    asgi = Asgi(app, sandbox.issue(connection, connection)["access_token"])

    async def all_sections() -> None:
        parts = {
            "reads": lambda: _reads(asgi, products, times),
            "filters": lambda: _filters(asgi, max(3, times // 10)),
            "rendering": lambda: _rendering(asgi, max(3, times // 5)),
        }
        for section in (name for name in parts if name in sections):
            figures.extend(Figure(section, name, products, ms, "ms") for name, ms in await parts[section]())

    asyncio.run(all_sections())
    return [*figures, _share("size", products, walked, began)]


def _share(section: str, products: int, walked: float, began: float) -> Figure:
    """`walked`, `began`: perf_counter and process_time at the start."""
    share = (time.process_time() - began) / (time.perf_counter() - walked)
    return Figure(section, SHARE, products, [share], "×")


def _memory(before: int, products: int) -> list[float]:
    return [(resident_bytes(os.getpid()) - before) / products]


def loading(products: int) -> list[Figure]:
    """A catalog folder of generated products through the loader, which validates each line; then into a data folder."""
    with tempfile.TemporaryDirectory() as place:
        folder, data = Path(place) / "catalog", Path(place) / "data"
        walked, began = time.perf_counter(), time.process_time()
        stocked.write_folder(products, folder)
        written = time.process_time()
        size = (folder / "products.jsonl").stat().st_size
        before = resident_bytes(os.getpid())
        catalog = load(str(folder), Clock())
        loaded = time.process_time()
        memory = _memory(before, products)
        disk = Disk(data)
        keeping = Keeping(disk, "default", catalog, lambda *_: None, lambda *_: None)
        keeping.fill()
        keeping.commit()
        disk.close()  # what its log holds goes into the file
        kept = sum(file.stat().st_size for file in data.iterdir())
    return [
        Figure("load", "generated and written as JSON lines", products, [products / (written - began)], "/s"),
        Figure("load", "loaded with validation", products, [products / (loaded - written)], "/s"),
        Figure("load", "bytes of a line", products, [size / products], "bytes"),
        Figure("load", "bytes of memory each", products, memory, "bytes"),
        Figure("load", "bytes in a data folder each", products, [kept / products], "bytes"),
        _share("load", products, walked, began),
    ]


def sandboxes(times: int) -> list[Figure]:
    """Making one of the demo catalog, a snapshot, and going back after a hundred writes."""
    app = create_app(Settings(catalog=stocked.CATALOG, port=0))
    all_ = app.sandboxes
    walked, began = time.perf_counter(), time.process_time()
    sandbox = all_.default
    connection = next(iter(sandbox.connections.by_code.values()))
    asgi = Asgi(app, sandbox.issue(connection, connection)["access_token"])
    names = [document.alias for document in sandbox.catalog["product"] if document.alias][:100]
    took = {name: list[float]() for name in ("made", "snapshot", "restored after 100 writes", "reset after 100 writes")}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.thread_time()
        result = act()
        took[name].append(1000 * (time.thread_time() - began))
        return result

    async def write(round_: int) -> None:
        for name in names:
            body = orjson.dumps({"enabled": bool(round_ % 2), "categories": ["master"]})
            await asgi.ask("PATCH", f"{API}/products/{quote(name, safe='')}", body, 204)

    async def rounds() -> None:
        for round_ in range(times):
            timed("made", partial(fresh, all_, f"one-{round_}", sandbox.catalog))
            snapshot = timed("snapshot", sandbox.snapshot)
            await write(round_)
            timed("restored after 100 writes", partial(sandbox.restore, snapshot))
            await write(round_)
            timed("reset after 100 writes", partial(sandbox.reset, ("tokens",)))

    asyncio.run(rounds())
    figures = [Figure("sandboxes", name, 0, ms, "ms") for name, ms in took.items()]
    return [*figures, _share("sandboxes", 0, walked, began)]
