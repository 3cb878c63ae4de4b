"""The command behind `scripts/bench`: rounds of ours, the ceiling and the peers in turn; then tables."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import platform
import socket
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click
import httpx
import orjson

from scripts.benchmarks import akeneo, in_process, on_sockets, peers, processes
from scripts.benchmarks.load import Call, Sample, WrongAnswerError, measure, pin
from scripts.benchmarks.report import CEILING, MANY, OURS, REQUIREMENTS, Figure, Results, Spread, as_json, tables

CONNECTIONS: Final = (1, MANY)
SECTIONS: Final = ("race", "load", "reads", "filters", "rendering", "sandboxes", "scans", "guards")
OF_A_SIZE: Final = ("reads", "filters", "rendering")  # they share the making of a catalog
SIZES: Final = (1_000, 100_000)
MILLION: Final = 1_000_000
FIRST_PRODUCTS: Final = 2000  # enough to ask for; memory per product is counted beyond them


@dataclass(frozen=True)
class Pace:
    """How long a run takes. `seconds`: of one measurement; `starts`: of our server, for its start-up time.

    `times`: how often a call is asked in process; `loaded`: the products that the loader is given.
    """

    rounds: int
    seconds: float
    warm_up_seconds: float
    starts: int
    products: int
    times: int
    loaded: int


USUAL: Final = Pace(rounds=7, seconds=1.5, warm_up_seconds=0.5, starts=7, products=20_000, times=100, loaded=100_000)
QUICK: Final = Pace(rounds=3, seconds=0.35, warm_up_seconds=0.15, starts=3, products=5_000, times=30, loaded=5_000)


@dataclass(frozen=True)
class Contender:
    """A server in the race. `call`: an operation on so many connections; None where it has no such one."""

    name: str
    server: processes.Server
    call: Callable[[str, int], Call | None]


@dataclass(frozen=True)
class Answer:
    """One whole answer. `headers`: those that the ceiling repeats."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def say(text: str) -> None:
    click.echo(text, err=True)


def ask(server: processes.Server, call: Call) -> Answer:
    """The answer to the first request of a call. Raises `WrongAnswerError` at a refusal, also of one line."""
    lane = call.lanes[0]
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(lane.bytes_of(lane.first))
        told = http.client.HTTPResponse(connection, method=lane.request.split(b" ", 1)[0].decode())
        told.begin()
        body = told.read()
    if told.status != call.status:
        raise WrongAnswerError(f"answered {told.status}: {body[:300].decode(errors='replace')}")
    if "collection" in (told.getheader("Content-Type") or ""):
        for line in body.splitlines():
            if orjson.loads(line)["status_code"] >= 300:
                raise WrongAnswerError(f"refused a line: {line[:300].decode(errors='replace')}")
    own = {"connection", "date", "server", "transfer-encoding"}
    headers = [(name.lower(), value) for name, value in told.getheaders() if name.lower() not in own]
    return Answer(told.status, headers, body)


def ours(server: processes.Server) -> Contender:
    token = akeneo.token(server)
    return Contender(OURS, server, lambda operation, n: akeneo.CALLS[operation](server, token, n))


def ceiling(server: processes.Server, original: Contender, answers: dict[str, Answer]) -> Contender:
    """Is asked what ours is asked, and answers the bytes that ours answered once."""

    def call(operation: str, connections: int) -> Call | None:
        answer = answers[operation]
        told = orjson.dumps({"status": answer.status, "headers": answer.headers}).decode()
        httpx.put(server.base_url, content=answer.body, headers={"x-answer": told})
        return original.call(operation, connections)

    return Contender(CEILING, server, call)


def peer(peer: peers.Peer, server: processes.Server) -> Contender:
    filled = peer.fill(server)

    def call(operation: str, connections: int) -> Call | None:
        make = peer.calls.get(operation)
        return make(server, filled, connections) if make else None

    return Contender(peer.name, server, call)


def start_ups(times: int) -> tuple[Spread, Spread]:
    """Seconds from the start of the process to its first answer, and MB in RAM then; minimal catalog."""
    seconds, megabytes = [], []
    for _ in range(times):
        server = akeneo.serve(*akeneo.LIMITS, name="start-up", core=None)
        seconds.append(server.start_seconds)
        megabytes.append(processes.resident_bytes(server.pid) / 1e6)
        server.stop()
    return Spread(seconds), Spread(megabytes)


def load(server: processes.Server, products: int, results: Results) -> None:
    """Fills the catalog, and counts what each product beyond the first ones costs."""
    akeneo.fill(server, range(min(products, FIRST_PRODUCTS)))
    before, began = processes.resident_bytes(server.pid), time.perf_counter()
    more = products - FIRST_PRODUCTS
    if more > 0:
        akeneo.fill(server, range(FIRST_PRODUCTS, products))
        results.products_loaded_per_second = more / (time.perf_counter() - began)
        results.bytes_per_product = (processes.resident_bytes(server.pid) - before) / more
    results.products = products


def race(
    contenders: Sequence[Contender],
    operations: Sequence[str],
    pace: Pace,
    client: ProcessPoolExecutor,
    results: Results,
) -> None:
    """Round by round, each contender in turn, so that a slow moment of the machine meets all of them."""

    def sample(contender: Contender, operation: str, connections: int, seconds: float) -> Sample | None:
        server, call = contender.server, contender.call(operation, connections)
        if call is None:
            return None
        return client.submit(measure, server.address, server.pid, call, seconds).result()

    for operation in operations:
        for connections in CONNECTIONS:
            cell: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
            for seconds in (pace.warm_up_seconds, *[pace.seconds] * pace.rounds):
                for contender in [c for c in contenders if c.name in cell]:
                    try:
                        taken = sample(contender, operation, connections, seconds)
                    except (WrongAnswerError, OSError, httpx.HTTPError) as error:
                        results.skipped.append(f"{contender.name}, {operation} at {connections}: {error}")
                        taken = None
                    if taken is None:
                        del cell[contender.name]
                    elif seconds == pace.seconds:
                        cell[contender.name].append(taken)
            results.samples[operation, connections] = cell
            say(f"{operation}, {connections} at once: " + ", ".join(_rate(name, cell[name]) for name in cell))


def _rate(name: str, several: Sequence[Sample]) -> str:
    rate = statistics.median(s.per_second for s in several)
    return f"{name} {rate:,.0f}/s"


def run(pace: Pace, operations: Sequence[str], beside: Sequence[peers.Peer], results: Results) -> None:
    results.versions = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {processes.PINS}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        CEILING: ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "httptools")),
    }
    with ExitStack() as running:

        def up(server: processes.Server) -> processes.Server:
            running.callback(server.stop)
            return server

        say(f"Starting our server {pace.starts} times ...")
        results.start_seconds, results.idle_megabytes = start_ups(pace.starts)
        our_server = up(akeneo.serve(*akeneo.LIMITS))
        say(f"Pushing {pace.products:,} products ...")
        load(our_server, pace.products, results)
        contenders = [ours(our_server)]
        answers = {}
        for operation in operations:
            try:
                call = contenders[0].call(operation, 1)
                assert call is not None
                answers[operation] = ask(our_server, call)
                results.answer_bytes[operation] = len(answers[operation].body)
            except WrongAnswerError as error:
                results.skipped.append(f"{operation}: our server {error}")
        bare = [sys.executable, "-m", "scripts.benchmarks.ceiling"]
        contenders.append(ceiling(up(processes.start(CEILING, bare)), contenders[0], answers))
        for each in beside:
            try:
                results.versions[each.name] = f"{each.package} {peers.installed(each)}"
                contenders.append(peer(each, up(peers.start(each))))
            except (peers.NotInstalledError, processes.StartError, httpx.HTTPError) as error:
                results.versions.pop(each.name, None)
                results.skipped.append(f"{each.name}: {error}")
                say(f"Skipped {each.name}: {error}")
        client = running.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=pin))
        race(contenders, list(answers), pace, client, results)


def apart(section: str, sizes: Sequence[int], chosen: Sequence[str], pace: Pace) -> list[Figure]:
    """The figures of the sections besides the race; what counts memory has a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, spawn, initializer=pin) as clients:
        if section == "scans":
            return on_sockets.scans(sizes[-1], pace.rounds, pace.seconds, clients)
        if section == "guards":
            return on_sockets.guards(sizes[0], pace.rounds, pace.seconds, clients)
    found: list[Figure] = []
    jobs: dict[str, list[Callable[[], list[Figure]]]] = {
        "sandboxes": [partial(in_process.sandboxes, pace.times)],
        "load": [partial(in_process.loading, size) for size in (sizes[0], pace.loaded)],
        "size": [partial(in_process.at_size, size, chosen, pace.times) for size in sizes],
    }
    for job in jobs[section]:
        with ProcessPoolExecutor(1, spawn) as one:
            found += one.submit(job).result()
    return found


PEERS: Final = click.Choice(["none", "usual", "all"])
FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="A run of about one minute instead of seven.")
@click.option("--json", "json_file", type=FILE, metavar="FILE", help="Write all figures to FILE.")
@click.option("--products", type=click.IntRange(min=FIRST_PRODUCTS), help="Products in our catalog.")
@click.option("--million", is_flag=True, help="One million products, too; takes long and up to 10 GB of memory.")
@click.option(
    "--section",
    "sections",
    multiple=True,
    type=click.Choice([*SECTIONS, "all"]),
    help="What to measure; repeatable. race, if none is given.",
)
@click.option("--only", multiple=True, metavar="GLOB", help='Measure these operations, e.g. "PATCH*"; repeatable.')
@click.option(
    "--peers",
    "with_peers",
    type=PEERS,
    default="usual",
    help="Other mocks from npm: usual is commercetools-mock.",
)
@click.option("--check", is_flag=True, help="Exit with 1 if a promised figure does not hold.")
def main(
    quick: bool,
    json_file: Path | None,
    products: int | None,
    million: bool,
    sections: tuple[str, ...],
    only: tuple[str, ...],
    with_peers: str,
    check: bool,
) -> None:
    """Measures our server beside a bare uvicorn app that answers the same bytes, and beside other mocks."""
    pace = QUICK if quick else USUAL
    pace = Pace(**{**vars(pace), "products": products or pace.products})
    chosen = SECTIONS if "all" in sections else sections or ("race",)
    sizes = (*SIZES, MILLION) if million else SIZES
    operations = [o for o in akeneo.CALLS if not only or any(fnmatch(o, glob) for glob in only)]
    if not operations:
        raise click.UsageError(f"nothing to measure: the operations are {', '.join(akeneo.CALLS)}")
    beside = {"none": (), "usual": peers.PEERS, "all": peers.ALL_PEERS}[with_peers]
    results = Results()
    try:
        if "race" in chosen:
            run(pace, operations, beside, results)
        for section in dict.fromkeys("size" if s in OF_A_SIZE else s for s in chosen if s != "race"):
            say(f"Measuring {section} ...")
            results.figures += apart(section, SIZES if section == "scans" else sizes, chosen, pace)
    except (processes.StartError, akeneo.RefusedError) as error:
        say(str(error))
        sys.exit(3)
    click.echo(tables(results))
    if json_file:
        json_file.write_bytes(orjson.dumps(as_json(results), option=orjson.OPT_INDENT_2))
    if check and any(requirement.holds(results) is False for requirement in REQUIREMENTS):
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="scripts/bench")
