"""What a run found, as figures and as tables in Markdown: medians, and how far the rounds lay apart."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.benchmarks.load import Sample

OURS: Final = "mock-akeneo"
CEILING: Final = "bare uvicorn"

SHARE: Final = "share of a core that it got"  # the name of a figure that tells how far the others of its section hold

MANY: Final = 10  # the connections at which the ratios are asked for


@dataclass
class Spread:
    """The same figure from several rounds."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} ({min(self.values):{spec}}–{max(self.values):{spec}})"

    def __bool__(self) -> bool:
        return bool(self.values)

    def json(self) -> dict[str, Any]:
        return {
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "rounds": list(self.values),
        }


@dataclass(frozen=True)
class Figure:
    """One measured thing that is no race. `products`: in the catalog, 0 where their number does not matter."""

    section: str
    name: str
    products: int
    values: Sequence[float]
    unit: str

    @property
    def spread(self) -> Spread:
        return Spread(self.values)


@dataclass
class Results:
    """All figures of a run. `samples`: by operation, connections and contender, one sample a round."""

    samples: dict[tuple[str, int], dict[str, list[Sample]]] = field(default_factory=dict)
    answer_bytes: dict[str, int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    start_seconds: Spread = field(default_factory=lambda: Spread(()))
    idle_megabytes: Spread = field(default_factory=lambda: Spread(()))
    products: int = 0
    bytes_per_product: float | None = None
    products_loaded_per_second: float | None = None
    figures: list[Figure] = field(default_factory=list)

    def several(self, section: str, name: str, products: int | None = None) -> dict[int, list[float]]:
        """By products: the medians of the figures whose name begins so."""
        found: dict[int, list[float]] = {}
        for one in self.figures:
            if one.section == section and one.name.startswith(name) and products in (None, one.products):
                found.setdefault(one.products, []).append(one.spread.median)
        return found

    def rates(self, operation: str, connections: int, contender: str) -> Spread:
        samples = self.samples.get((operation, connections), {}).get(contender, [])
        return Spread([sample.per_second for sample in samples])

    def ratio(self, operation: str, connections: int, other: str) -> Spread:
        """Ours by the other's, each round by itself: what slows the machine for a while slows both."""
        ours, others = (self.rates(operation, connections, name).values for name in (OURS, other))
        return Spread([a / b for a, b in zip(ours, others, strict=False)])

    def own_ratio(self, operation: str, base: str, factor: float = 1.0) -> Spread:
        """One of our operations by another of ours."""
        ours, others = (self.rates(name, MANY, OURS).values for name in (operation, base))
        return Spread([factor * a / b for a, b in zip(ours, others, strict=False)])

    def contenders(self) -> list[str]:
        """In the order in which they were measured."""
        return list(dict.fromkeys(name for cell in self.samples.values() for name in cell))


@dataclass(frozen=True)
class Requirement:
    """A figure that is promised. `measured` gives nothing where it was not measured."""

    sentence: str
    asked: float
    measured: Callable[[Results], float | None]
    at_most: bool = False
    unit: str = ""

    def holds(self, results: Results) -> bool | None:
        value = self.measured(results)
        if value is None:
            return None
        return value <= self.asked if self.at_most else value >= self.asked


def _times(operation: str, other: str) -> Callable[[Results], float | None]:
    return lambda results: _median(results.ratio(operation, MANY, other))


def _median(spread: Spread) -> float | None:
    return spread.median if spread else None


def _worst(section: str, name: str, products: int | None = None) -> Callable[[Results], float | None]:
    """The highest of the figures whose name begins so; of the largest catalog if not told of which."""

    def measured(results: Results) -> float | None:
        found = results.several(section, name, products)
        return max(found[max(found)]) if found else None

    return measured


def _growth(name: str) -> Callable[[Results], float | None]:
    """A figure of the section `reads` of the largest catalog by that of the smallest."""

    def measured(results: Results) -> float | None:
        found = results.several("reads", name)
        return found[max(found)][0] / found[min(found)][0] if len(found) > 1 else None

    return measured


def _times_the_fastest_peer(operation: str) -> Callable[[Results], float | None]:
    def measured(results: Results) -> float | None:
        peers = [name for name in results.contenders() if name not in (OURS, CEILING)]
        return min((r for name in peers if (r := _times(operation, name)(results)) is not None), default=None)

    return measured


PEER: Final = "commercetools-mock"
BUSY: Final = 0.85  # share of a core above which a process counts as working all the time
REQUIREMENTS: Final = (
    Requirement("GET one, times the bare uvicorn app", 0.50, _times("GET one", CEILING)),
    Requirement("list of 100, made anew, times the bare uvicorn app", 0.35, _times("list of 100, made anew", CEILING)),
    Requirement("token POST, times commercetools-mock", 1.0, _times("token POST", PEER)),
    Requirement("GET one, times commercetools-mock", 1.5, _times("GET one", PEER)),
    Requirement("PATCH one, times commercetools-mock", 1.2, _times("PATCH one", PEER)),
    Requirement("list of 100, times commercetools-mock", 5.0, _times("list of 100", PEER)),
    Requirement("PATCH one, times our GET one", 0.30, lambda r: _median(r.own_ratio("PATCH one", "GET one"))),
    Requirement(
        "products per second by PATCH of 100 lines, times PATCH one",
        3.0,
        lambda r: _median(r.own_ratio("PATCH of 100 lines", "PATCH one", factor=100)),
    ),
    Requirement("start to first answer", 0.5, lambda r: _median(r.start_seconds), at_most=True, unit=" s"),
    Requirement("memory idle, minimal catalog", 90, lambda r: _median(r.idle_megabytes), at_most=True, unit=" MB"),
    Requirement("memory per product", 5000, lambda r: r.bytes_per_product, at_most=True, unit=" bytes"),
    Requirement("list of 100, times the fastest peer", 5.0, _times_the_fastest_peer("list of 100")),
    Requirement("loader with validation", 20_000, _worst("load", "loaded with validation"), unit="/s"),
    Requirement("memory per generated product", 5000, _worst("size", "bytes of memory"), at_most=True, unit=" bytes"),
    *(
        Requirement(f"{name}, largest by smallest catalog", 3.0, _growth(name), at_most=True)
        for name in ("GET one", "first page", "middle page", "last page", "PATCH")
    ),
    Requirement("slowest page of a filter, 100 k", 10, _worst("filters", "page of", 100_000), at_most=True, unit=" ms"),
    Requirement(
        "slowest count of a filter, 100 k", 20, _worst("filters", "count of", 100_000), at_most=True, unit=" ms"
    ),
    Requirement(
        "slowest count of a filter, 1 M", 200, _worst("filters", "count of", 1_000_000), at_most=True, unit=" ms"
    ),
    Requirement(
        "slowest first use of an attribute, 100 k",
        300,
        _worst("filters", "first use of attribute", 100_000),
        at_most=True,
        unit=" ms",
    ),
    Requirement("slowest rendering of 100", 4, _worst("rendering", ""), at_most=True, unit=" ms"),
    Requirement(
        "p99 of GET one while others scan", 20, _worst("scans", "p99 of GET one, while"), at_most=True, unit=" ms"
    ),
    Requirement("GET one with limits, fault and journal", 0.75, _worst("guards", "throughput left, by CPU"), unit="×"),
    Requirement("a sandbox is made", 10, _worst("sandboxes", "made"), at_most=True, unit=" ms"),
    Requirement("100 writes are taken back", 2, _worst("sandboxes", "re"), at_most=True, unit=" ms"),
)


def tables(results: Results) -> str:
    parts = (_rates(results), *_figures(results), _requirements(results), _notes(results))
    return "\n\n".join(part for part in parts if part)


def _figures(results: Results) -> Iterable[str]:
    """A table for each section: a row for each name, a column for each number of products."""
    for section in dict.fromkeys(one.section for one in results.figures):
        own = [one for one in results.figures if one.section == section]
        sizes = sorted({one.products for one in own})
        cells = {(one.name, one.products): _told(one) for one in own}
        rows = [
            [name, *(cells.get((name, size), "–") for size in sizes)] for name in dict.fromkeys(o.name for o in own)
        ]
        yield markdown([section, *(f"{size:,} products" if size else "demo catalog" for size in sizes)], rows)


def _told(figure: Figure) -> str:
    spec = ",.0f" if figure.spread.median >= 100 else ".2f"
    told = f"{figure.spread:{spec}}" if len(figure.values) > 1 else f"{figure.spread.median:{spec}}"
    return f"{told} {figure.unit}".rstrip()


def _rates(results: Results) -> str:
    others = [name for name in results.contenders() if name != OURS]
    header = ["operation", "answer", "at once", f"{OURS} /s (min–max)", "CPU µs", "p50 ms", "p99 ms"]
    header += [title for name in others for title in (f"{name} /s (min–max)", "CPU µs", "ours / it (min–max)")]
    rows = []
    for (operation, connections), cell in results.samples.items():
        if OURS not in cell:
            continue
        row = [operation, _size(results.answer_bytes.get(operation, 0)), str(connections)]
        row += [f"{results.rates(operation, connections, OURS):,.0f}", _cpu(cell[OURS])]
        row += [_milliseconds(cell[OURS], share) for share in (0.5, 0.99)]
        for name in others:
            if measured := results.rates(operation, connections, name):
                ratio = results.ratio(operation, connections, name)
                row += [f"{measured:,.0f}", _cpu(cell[name]), f"{ratio:.2f}"]
            else:
                row += ["–", "–", "–"]
        rows.append(row)
    return markdown(header, rows) if rows else ""


def _cpu(several: Sequence[Sample]) -> str:
    return f"{statistics.median(sample.cpu_microseconds for sample in several):,.0f}"


def _milliseconds(several: Sequence[Sample], share: float) -> str:
    return f"{1000 * statistics.median(sample.quantile(share) for sample in several):.2f}"


def _requirements(results: Results) -> str:
    words = {True: "holds", False: "DOES NOT HOLD", None: "not measured"}
    rows = []
    for requirement in REQUIREMENTS:
        value = requirement.measured(results)
        bound = f"{'≤' if requirement.at_most else '≥'} {requirement.asked:g}{requirement.unit}"
        measured = "–" if value is None else f"{value:,.2f}{requirement.unit}"
        rows.append([requirement.sentence, bound, measured, words[requirement.holds(results)]])
    return markdown([f"figure (ratios at {MANY} connections)", "asked", "measured", ""], rows)


def _notes(results: Results) -> str:
    lines = [f"- {name}: {version}" for name, version in results.versions.items()]
    if results.start_seconds:
        lines.append(f"- start to first answer: {results.start_seconds:.3f} s; idle: {results.idle_megabytes:.1f} MB")
    if results.bytes_per_product is not None:
        lines.append(
            f"- {results.products:,} products: {results.bytes_per_product:,.0f} bytes of memory "
            f"each; pushed through the API by one client at {results.products_loaded_per_second or 0:,.0f}/s"
        )
    lines += [f"- {sentence}" for sentence in _doubts(results)]
    lines += [f"- skipped: {reason}" for reason in results.skipped]
    return "\n".join(lines)


def _doubts(results: Results) -> Iterable[str]:
    """What makes the figures less sure: a client that could not ask faster, a machine that did other work.

    With many connections a server works all the time, unless the client is too slow or both must wait for others.
    """
    for figure in results.figures:
        if figure.name == SHARE and figure.spread.median < BUSY:
            of = f"{figure.section} of {figure.products:,}" if figure.products else figure.section
            yield f"the machine was busy with other work: {of} got {figure.spread.median:.0%} of a core"
    if not results.samples:
        return
    seen = [sample for cell in results.samples.values() for several in cell.values() for sample in several]
    yield f"the client used at most {max((s.client_cpu for s in seen), default=0):.0%} of its core"
    starved = set()
    for (operation, connections), cell in results.samples.items():
        for name in (OURS, CEILING) if connections == MANY else ():
            several = cell.get(name, [])
            client = statistics.median(s.client_cpu for s in several) if several else 0
            server = statistics.median(s.server_cpu for s in several) if several else 1
            if client > BUSY > server > 0:
                yield f"the client was the bottleneck: {operation}, {name} (client {client:.0%}, server {server:.0%})"
            elif 0 < server < BUSY and client < BUSY:
                starved.add(operation)
    if starved:
        yield f"the machine was busy with other work, do not trust: {', '.join(sorted(starved))}"


def _size(count: int) -> str:
    return f"{count / 1000:.1f} KB" if count >= 1000 else f"{count} B"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well as plain text."""
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = cells
        figures = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        return f"| {' | '.join([first.ljust(widths[0]), *figures])} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), line(rule), *map(line, rows)])


def as_json(results: Results) -> dict[str, Any]:
    """Everything, for a later comparison. Rates in calls per second, latencies in seconds."""
    return {
        "schema": 1,
        "versions": results.versions,
        "operations": [
            {
                "operation": operation,
                "connections": connections,
                "answer_bytes": results.answer_bytes.get(operation),
                "contenders": {name: _samples(several) for name, several in cell.items()},
            }
            for (operation, connections), cell in results.samples.items()
        ],
        "requirements": [
            {
                "sentence": requirement.sentence,
                "asked": requirement.asked,
                "at_most": requirement.at_most,
                "measured": requirement.measured(results),
                "holds": requirement.holds(results),
            }
            for requirement in REQUIREMENTS
        ],
        "start_seconds": results.start_seconds.json() if results.start_seconds else None,
        "idle_megabytes": results.idle_megabytes.json() if results.idle_megabytes else None,
        "products": results.products,
        "bytes_per_product": results.bytes_per_product,
        "products_loaded_per_second": results.products_loaded_per_second,
        "skipped": results.skipped,
        "figures": [
            {"section": o.section, "name": o.name, "products": o.products, "unit": o.unit, **o.spread.json()}
            for o in results.figures
        ],
    }


def _samples(several: Sequence[Sample]) -> dict[str, Any]:
    return {
        "per_second": Spread([s.per_second for s in several]).json(),
        "p50_seconds": statistics.median(s.quantile(0.5) for s in several),
        "p99_seconds": statistics.median(s.quantile(0.99) for s in several),
        "client_cpu": statistics.median(s.client_cpu for s in several),
        "server_cpu": statistics.median(s.server_cpu for s in several),
        "cpu_microseconds": statistics.median(s.cpu_microseconds for s in several),
    }
