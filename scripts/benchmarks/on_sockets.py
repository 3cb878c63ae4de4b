"""What must be asked over sockets: one call among slow ones, and what limits, faults and journal cost together."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

import orjson

from scripts.benchmarks import akeneo, processes
from scripts.benchmarks.in_process import COUNTED, FILTERS
from scripts.benchmarks.load import Call, Lane, Sample, measure, request
from scripts.benchmarks.report import MANY, SHARE, Figure

_PATIENCE = 600.0  # a server that makes its products first


@contextmanager
def _server(products: int, *flags: str) -> Iterator[processes.Server]:
    command = [sys.executable, "-m", "scripts.benchmarks.stocked", "--products", str(products), *flags]
    server = processes.start(" ".join(["stocked", *flags]), command, first=akeneo.API, patience=_PATIENCE)
    try:
        yield server
    finally:
        server.kill()


def _gets(server: processes.Server, connections: int) -> Call:
    """GET one, of another product on each connection."""
    headers = _headers(server)
    paths = (f"{akeneo.API}/products/gen-{1 + 97 * lane:06}" for lane in range(connections))
    return Call([Lane(request("GET", path, headers)) for path in paths], 200)


def _scans(server: processes.Server, connections: int) -> Call:
    """Lists that have to look at every product: they count what few or none pass."""
    headers = _headers(server)
    filters = (FILTERS["text CONTAINS"], FILTERS["identifier CONTAINS"])
    targets = [f"{COUNTED}&search={quote(orjson.dumps(one).decode())}" for one in filters]
    lanes = [Lane(request("GET", targets[lane % len(targets)], headers)) for lane in range(connections)]
    return Call(lanes, 200)


def _headers(server: processes.Server) -> dict[str, str]:
    host, port = server.address
    return {"Host": f"{host}:{port}", "Authorization": f"Bearer {akeneo.token(server)}", "Accept": "application/json"}


def scans(products: int, rounds: int, seconds: float, clients: ProcessPoolExecutor) -> list[Figure]:
    """GET one on four connections, alone and while two others scan. `clients`: two processes."""
    with _server(products) as server:
        gets, slow = _gets(server, 4), _scans(server, 2)
        clients.submit(measure, server.address, server.pid, slow, 0.5).result()
        alone, meanwhile, scanned = list[Sample](), list[Sample](), list[Sample]()
        for _ in range(rounds):
            alone.append(clients.submit(measure, server.address, server.pid, gets, seconds).result())
            scanning = clients.submit(measure, server.address, server.pid, slow, seconds + 0.5)
            meanwhile.append(clients.submit(measure, server.address, server.pid, gets, seconds).result())
            scanned.append(scanning.result())
    return [
        Figure("scans", "p99 of GET one, alone", products, [1000 * s.quantile(0.99) for s in alone], "ms"),
        Figure(
            "scans", "p99 of GET one, while others scan", products, [1000 * s.quantile(0.99) for s in meanwhile], "ms"
        ),
        Figure(
            "scans", "p50 of GET one, while others scan", products, [1000 * s.quantile(0.5) for s in meanwhile], "ms"
        ),
        Figure("scans", "p50 of a scan meanwhile", products, [1000 * s.quantile(0.5) for s in scanned], "ms"),
        _share(products, "scans", [*alone, *meanwhile]),
    ]


def guards(products: int, rounds: int, seconds: float, clients: ProcessPoolExecutor) -> list[Figure]:
    """GET one with limits, a fault that never strikes and the journal, by GET one without; each round by itself.

    The server without still makes the entries that its journal then throws away.
    """
    with _server(products) as guarded, _server(products, "--bare") as bare:
        taken: dict[str, list[Sample]] = {"guarded": [], "bare": []}
        calls = {"guarded": _gets(guarded, MANY), "bare": _gets(bare, MANY)}
        for _ in range(rounds):
            for name, server in (("guarded", guarded), ("bare", bare)):
                sample = clients.submit(measure, server.address, server.pid, calls[name], max(1.0, seconds)).result()
                taken[name].append(sample)
    pairs = list(zip(taken["guarded"], taken["bare"], strict=True))
    return [
        Figure("guards", "CPU of GET one, guarded", products, [s.cpu_microseconds for s in taken["guarded"]], "µs"),
        Figure("guards", "CPU of GET one, bare", products, [s.cpu_microseconds for s in taken["bare"]], "µs"),
        Figure(
            "guards",
            "throughput left, by CPU",
            products,
            [b.cpu_microseconds / g.cpu_microseconds for g, b in pairs],
            "×",
        ),
        Figure(
            "guards", "throughput left, as measured", products, [g.per_second / b.per_second for g, b in pairs], "×"
        ),
        _share(products, "guards", [sample for several in taken.values() for sample in several]),
    ]


def _share(products: int, section: str, samples: list[Sample]) -> Figure:
    return Figure(section, SHARE, products, [s.server_cpu for s in samples], "×")
