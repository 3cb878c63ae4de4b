"""The timeline of a scenario as a picture.

Real time runs from left to right; the sandbox clock is told at its jumps, because hours pass there in one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from mock_akeneo.core.clock import moment
from mock_akeneo.core.json_types import Json

WIDTH: Final = 1000
LEFT: Final = 90
LANE: Final = 14
MAX_LANES: Final = 12
FLIGHT: Final = 36
COLOURS: Final = (
    ("good", "#2e7d32", "2xx, 3xx"),
    ("token", "#1565c0", "a token was asked for"),
    ("unauthorized", "#ef6c00", "401"),
    ("throttled", "#c62828", "429"),
    ("refused", "#6a1b9a", "other 4xx"),
    ("failed", "#5d4037", "5xx, or no answer"),
)
"""Of the calls: name, colour, and what the legend says."""

_COLOUR: Final = {name: colour for name, colour, _ in COLOURS}


def kind_of(call: Json) -> str:
    """The name of the call's colour."""
    status = call["status"]
    if status is None or status >= 500:
        return "failed"
    if status == 401:
        return "unauthorized"
    if status == 429:
        return "throttled"
    if status >= 400:
        return "refused"
    return "token" if call["operation"] == "token" else "good"


def svg(timeline: Json) -> str:
    """One `<svg>` without anything from elsewhere: windows behind, then lanes of calls, calls in flight, tokens."""
    calls: list[Json] = timeline["calls"]
    if not calls:
        return ""
    span = max(max(_end(call) for call in calls), 1.0)
    tokens = list(dict.fromkeys(call["token_id"] for call in calls if call["token_id"]))[:MAX_LANES]
    lanes = _lanes(calls)
    flight_top = 24 + (max(lanes) + 1) * LANE + 8
    token_top = flight_top + FLIGHT + 8
    height = token_top + len(tokens) * LANE + 24
    drawn = (
        *_windows(timeline, span, height),
        *_calls(calls, lanes, span),
        *_flight(calls, span, flight_top),
        *_tokens(calls, tokens, span, token_top),
        *_moves(calls, span, height),
        *_axis(span, height),
    )
    name = escape(timeline["scenario"])
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="calls of {name} over time">{"".join(drawn)}</svg>'
    )


def _end(call: Json) -> float:
    ended: float = call["received_ms"] if call["answered_ms"] is None else call["answered_ms"]
    return ended


def _x(ms: float, span: float) -> float:
    return round(LEFT + (WIDTH - LEFT - 10) * ms / span, 1)


def _lanes(calls: Sequence[Json]) -> list[int]:
    """The lane of each call: the first that is free, so that calls under way at once stand below each other."""
    free: list[float] = []
    lanes = []
    for call in calls:
        lane = next((n for n, until in enumerate(free) if until <= call["received_ms"]), len(free))
        if lane == len(free):
            free.append(0.0)
        free[lane] = _end(call)
        lanes.append(min(lane, MAX_LANES - 1))
    return lanes


def windows(timeline: Json) -> list[tuple[float, float]]:
    """From when to when each fixed window for all calls was open, in milliseconds, as the calls let it be known."""
    found = []
    for limit in timeline["limits"]:
        if limit["kind"] != "fixed_window" or limit.get("methods") or limit.get("paths"):
            continue
        opened, opened_ms = float("-inf"), 0.0
        for call in timeline["calls"]:
            if call["operation"] == "token" and not limit.get("count_tokens"):
                continue
            at = moment(call["at"])
            # The journal tells whole seconds; real milliseconds are finer, and a jump shows in whole seconds alone.
            elapsed = max(at - opened - 1, (call["received_ms"] - opened_ms) / 1000)
            if elapsed >= limit["seconds"] and call["status"] != 429:
                opened, opened_ms = at, call["received_ms"]
                found.append((opened_ms, opened_ms + limit["seconds"] * 1000))
    return found


def _windows(timeline: Json, span: float, height: int) -> Iterator[str]:
    for opened, closed in windows(timeline):
        left, right = _x(opened, span), _x(min(closed, span), span)
        yield (
            f'<rect x="{left}" y="18" width="{max(right - left, 1):.1f}" height="{height - 40}" class="window">'
            f"<title>a window, open {opened / 1000:.2f} s to {closed / 1000:.2f} s</title></rect>"
        )


def _calls(calls: Sequence[Json], lanes: Sequence[int], span: float) -> Iterator[str]:
    yield _label("calls", 34)
    for call, lane in zip(calls, lanes, strict=True):
        left, right = _x(call["received_ms"], span), _x(_end(call), span)
        limit = f", refused by {call['refused_by']}" if call["refused_by"] else ""
        fault = ", a fault struck" if call["fault"] else ""
        told = (
            f"#{call['id']} {call['action']}: {call['method']} {call['path']} at {call['received_ms'] / 1000:.2f} s, "
            f"{call['status'] or 'no answer'} after {_end(call) - call['received_ms']:.0f} ms{limit}{fault}"
        )
        yield (
            f'<rect x="{left}" y="{24 + lane * LANE}" width="{max(right - left, 2):.1f}" height="{LANE - 3}" '
            f'fill="{_COLOUR[kind_of(call)]}"><title>{escape(told)}</title></rect>'
        )


def _flight(calls: Sequence[Json], span: float, top: int) -> Iterator[str]:
    """A line that steps up where a call came and down where it was answered."""
    steps = sorted(
        [(call["received_ms"], 1) for call in calls] + [(_end(call), -1) for call in calls],
        key=lambda step: (step[0], -step[1]),
    )
    at_once, most, heights = 0, 1, []
    for ms, step in steps:
        at_once += step
        most = max(most, at_once)
        heights.append((ms, at_once))
    bottom = top + FLIGHT
    path = [f"M{_x(0, span)},{bottom}"]
    path += [f"H{_x(ms, span)}V{bottom - FLIGHT * number / most:.1f}" for ms, number in heights]
    yield _label(f"in flight, ≤ {most}", top + FLIGHT / 2)
    yield f'<path d="{"".join(path)}" class="flight"/>'


def _tokens(calls: Sequence[Json], tokens: Sequence[str], span: float, top: int) -> Iterator[str]:
    """A bar from the first to the last call with the token; a cross where it was not taken any more."""
    for row, token in enumerate(tokens):
        used = [call for call in calls if call["token_id"] == token]
        taken = [call for call in used if call["status"] != 401]
        refused = [call for call in used if call["status"] == 401]
        y = top + row * LANE
        yield _label(token, y + 9)
        if taken:
            left, right = _x(taken[0]["received_ms"], span), _x(_end(taken[-1]), span)
            yield (
                f'<rect x="{left}" y="{y}" width="{max(right - left, 2):.1f}" height="{LANE - 6}" class="life">'
                f"<title>{escape(token)}: {len(taken)} calls, {escape(taken[0]['at'])} to {escape(taken[-1]['at'])}"
                "</title></rect>"
            )
        for call in refused:
            x = _x(call["received_ms"], span)
            yield (
                f'<text x="{x}" y="{y + 9}" fill="{_COLOUR["unauthorized"]}">✕<title>#{call["id"]}: 401 at '
                f"{escape(call['at'])}</title></text>"
            )


def _moves(calls: Sequence[Json], span: float, height: int) -> Iterator[str]:
    for call in calls:
        if call["moved"]:
            x = _x(_end(call), span)
            what = escape(", ".join(map(str, call["moved"])))
            yield f'<path d="M{x},14V{height - 20}" class="move"><title>{what}</title></path>'
            yield f'<text x="{x + 3}" y="14">{what}</text>'


def _axis(span: float, height: int) -> Iterator[str]:
    step = next(step for step in (10, 50, 100, 500, 1000, 5000, 10_000, 60_000, 600_000, span) if span / step <= 12)
    ms = 0.0
    while ms <= span:
        yield f'<text x="{_x(ms, span)}" y="{height - 4}">{ms / 1000:g} s</text>'
        ms += step


def _label(told: str, y: float) -> str:
    return f'<text x="0" y="{y}">{escape(told)}</text>'
