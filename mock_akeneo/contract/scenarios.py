"""The scenarios that the kit plays, in the same format as all others. `SCENARIOS` is their table, the longest first.

What is asked for a second time builds on the first: a second `pull` is told since when, a second `push` brings the same
products and some new ones.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.scenarios.scenario import Scenario
from mock_akeneo.throttling.limits import PRESETS

ELSEWHERE: Final = "http://elsewhere.example"
"""Stands for a foreign host, which the stage opens; what arrives there is evidence."""

UNTRUSTED: Final = "untrusted-certificate"
"""In this scenario the settings lead to a listener with a certificate that nobody signed but itself."""

BEHIND_TLS: Final = "behind-tls"
"""In this scenario the settings lead to a gateway that speaks TLS; the PIM behind it names http in its links."""

IN_THE_CLEAR: Final = "http://in-the-clear.example"
"""Stands for that gateway's own address, but for the scheme."""

API_KEY: Final = "api_key"
"""A connection of this name, if a move names it, is the one that the API key belongs to."""


def _move(operation: str, nth: int, do: str, **own: Any) -> Json:
    return {"after": {"operation": operation, "nth": nth}, "do": do, **own}


def _both(kind: str, **own: Any) -> list[Json]:
    """The same fault for reading and for writing."""
    return [{"operation": group, "kind": kind, **own} for group in ("@pull", "@push")]


def _too_many(**own: Any) -> Json:
    return {"kind": "status", "status": 429, **own}


def _name(text: str | None) -> Json:
    return {"name": [{"locale": "en_US", "scope": None, "data": text}]}


# With one call at a time and one in each window, whoever waits as told is let in at the next try: no worker is
# refused again because another was faster, and tries can stay bounded.
_ONE_AT_ONCE: Final[Json] = {"name": "concurrent-connections", "kind": "concurrency", "limit": 1}
_ONE_IN_TWO_SECONDS: Final[Json] = {"name": "throttle", "kind": "fixed_window", "limit": 1, "seconds": 2}
# As short as a fast PIM's: who calls more at once than is allowed is refused, and a run grows no longer.
_SERVED: Final = "20-50"
_TWO_AT_ONCE: Final[Json] = {"name": "concurrent-connections", "kind": "concurrency", "limit": 2}

OPTION_WRITES: Final = "option-writes-per-second"
_THREE_OPTION_WRITES_A_SECOND: Final[Json] = next(
    limit.to_json() for limit in PRESETS["akeneo-saas"].rules or () if limit.name == OPTION_WRITES
)

_LOGIN_PAGE: Final[Json] = {"kind": "status", "status": 200, "body": "html"}

_TABLE: Final[tuple[Json, ...]] = (
    {
        "name": "stalled-page",
        "about": "The second page is never answered.",
        "needs": ["pull"],
        "faults": [{"operation": "@pull", "kind": "stall", "nth": 2}],
    },
    {
        "name": "stalled-batch",
        "about": "One batch is never answered.",
        "needs": ["push"],
        "faults": [{"operation": "@push", "kind": "stall", "nth": 2}],
    },
    {
        "name": "10001-products",
        "about": "A catalog of one product more than can be read by numbers of pages.",
        "needs": ["pull"],
        "catalog": "minimal",
        "products": 10_001,
    },
    {
        "name": "throttled",
        "about": "Only one call in each 2 seconds is let in; the others are answered 429 with Retry-After.",
        "limits": [_ONE_IN_TWO_SECONDS, _ONE_AT_ONCE],
        "service_time": _SERVED,
        "push": {"new": 201, "updates": 0},
    },
    {
        "name": "429-without-retry-after",
        "about": "Four calls on end are answered 429, and none is told how long to wait.",
        "limits": [_ONE_AT_ONCE],
        "service_time": _SERVED,
        "faults": _both("status", status=429, nth=2, times=4),
        "push": {"new": 101, "updates": 0},
    },
    {
        "name": "five-a-minute",
        "about": "Five calls a minute are let in, as in the first days of an installation, and there is little to do.",
        "catalog": "minimal",
        "products": 20,
        "limits": [
            {"name": "throttle", "kind": "fixed_window", "limit": 5, "seconds": 60},
            {"name": "concurrent-connections", "kind": "concurrency", "limit": 5},
        ],
        "service_time": _SERVED,
        "push": {"new": 30, "updates": 0},
    },
    {
        "name": "429-for-all",
        "about": "The first 25 writes are answered 429, and none is told how long to wait.",
        "needs": ["push"],
        "faults": [{"operation": "@push", "kind": "status", "status": 429, "times": 25}],
        "push": {"new": 480, "updates": 0},
    },
    {
        "name": "busy",
        "about": "Two calls at once are allowed, each takes a while, and there is enough to write for many workers.",
        "limits": [_TWO_AT_ONCE],
        "service_time": _SERVED,
        "push": {"new": 640},
    },
    {
        "name": "told-a-date",
        "about": "A 429 tells the moment until which to wait, as an HTTP date.",
        "faults": _both("status", status=429, retry_after=2, retry_after_form="http_date", nth=2),
    },
    {
        "name": "told-to-wait",
        "about": "Some calls are answered 429 with Retry-After, in the PIM's JSON and as a gateway's page of HTML.",
        "plans": [
            {"operation": group, "steps": [_too_many(retry_after=1, body="html"), "ok", _too_many(retry_after=2)]}
            for group in ("@pull", "@push")
        ],
    },
    {
        "name": "absurd-wait",
        "about": "One 429 asks for a wait of thirty years.",
        "faults": _both("status", status=429, retry_after=999_999_999, nth=2),
    },
    {
        "name": "server-errors",
        "about": "Calls are answered 503, 502 with a page of HTML, and 500; each goes through at the next try.",
        "products": 150,
        "plans": [
            {
                "operation": group,
                "steps": ["ok", "503", "ok", {"kind": "status", "status": 502, "body": "html"}, "ok", "500"],
            }
            for group in ("@pull", "@push")
        ],
        "push": {"new": 440},
    },
    {
        "name": "broken-connections",
        "about": "The connection is reset before the answer, and another answer ends in the middle.",
        "products": 150,
        "plans": [{"operation": group, "steps": ["ok", "reset", "ok", "truncate"]} for group in ("@pull", "@push")],
        "push": {"new": 440},
    },
    {
        "name": "answer-lost",
        "about": "Writes are carried out, but the answer is lost: once by a reset, once behind a 504.",
        "needs": ["push"],
        "plans": [
            {
                "operation": "@push",
                "steps": [
                    "reset_after_apply",
                    "ok",
                    {"kind": "status", "status": 504, "body": "html", "after_apply": True},
                ],
            }
        ],
        "push": {"new": 240},
    },
    {
        "name": "spoiled-answers",
        "about": "With 200 come a body that is no JSON, nothing at all, and the page of a login.",
        "products": 150,
        "plans": [
            {
                "operation": group,
                "steps": ["ok", "malformed_json", "ok", "empty", "ok", _LOGIN_PAGE],
            }
            for group in ("@pull", "@push")
        ],
        "push": {"new": 340},
    },
    {
        "name": "408",
        "about": "One page and one batch are answered 408.",
        "faults": _both("status", status=408, nth=2),
    },
    {
        "name": "endless-503",
        "about": "From the second page and the second batch on everything is answered 503.",
        "faults": _both("status", status=503, retry_after=0, nth=2, every=1),
    },
    {
        "name": "refused-calls",
        "about": "From the second page on all is answered 403, from the second batch on 422. Neither will change.",
        "faults": [
            {"operation": "@pull", "kind": "status", "status": 403, "nth": 2, "every": 1},
            {"operation": "@push", "kind": "status", "status": 422, "nth": 2, "every": 1},
        ],
    },
    {
        "name": "token-expires-mid-run",
        "about": "An hour passes after the first page and again after the first batch: the access token has expired.",
        "moves": [_move(group, 1, "advance", seconds=3601) for group in ("@pull", "@push")],
        "push": {"new": 640},
    },
    {
        "name": "token-expires-while-busy",
        "about": "The access token ends while many calls are under way; all of them are refused at once.",
        "needs": ["push"],
        "faults": [{"operation": "@push", "kind": "delay", "seconds": 0.3}],
        "moves": [_move("@push", 1, "expire_tokens")],
        "push": {"new": 640},
    },
    {
        "name": "refresh-token-dies",
        "about": "Both tokens end after the first page and after the first batch; only the password leads back.",
        "moves": [_move(group, 1, "expire_tokens", kind="both") for group in ("@pull", "@push")],
    },
    *(
        {
            "name": f"secret-regenerated-mid-{action}",
            "about": f"The secret is regenerated in the middle of a {action}. Nothing leads back.",
            "needs": [action],
            "moves": [_move(f"@{action}", 1, "regenerate_secret")],
            "push": {"new": 640},
        }
        for action in ("push", "pull")
    ),
    {
        "name": "api-key-dies",
        "about": "The API key that the connector was given ends; what it logged in for by itself does not.",
        "moves": [_move(group, 1, "expire_tokens", connection=API_KEY) for group in ("@pull", "@push")],
        "push": {"new": 240},
    },
    {
        "name": "drift",
        "about": "Between the pages products are deleted, created and changed.",
        "needs": ["pull"],
        "products": 150,
        "moves": [
            _move("@pull", 1, "delete", which="served"),
            # One only: wherever its uuid lets it stand, more is deleted before the third page than comes in.
            _move("@pull", 1, "create", products=[{"identifier": "drift-1"}]),
            _move("@pull", 2, "delete", which="served"),
            _move("@pull", 2, "delete", which="unserved"),
            _move("@pull", 2, "update", which="unserved", values=_name("Changed between two pages")),
        ],
    },
    {
        "name": "delta",
        "about": "After a whole pull products are changed, one loses a value, one is new; then comes a second pull.",
        "needs": ["pull", "pull"],
        "moves": [
            _move("@pull", 1, "advance", seconds=60),
            _move("@pull", 1, "update", which=["book-nordlicht"], values=_name(None)),
            _move("@pull", 1, "update", which=["a/b/c", "tent pole 3"], values=_name("Changed since then")),
            _move("@pull", 1, "create", products=[{"identifier": "new-since-then"}]),
        ],
    },
    {
        "name": "index-lag",
        "about": "What was just pushed is not yet found by lists.",
        "needs": ["push", "pull"],
        "faults": [{"operation": "@pull", "kind": "stale_index", "seconds": 600}],
    },
    {
        "name": "refused-lines",
        "about": "Among the pushed products are some that the PIM refuses, in every batch.",
        "needs": ["push"],
        "push": {"new": 220, "refused": 20},
    },
    {
        "name": "pushed-again",
        "about": "The same products are pushed twice, the second time with some new ones among them.",
        "needs": ["push", "push"],
        "push": {"new": 120},
    },
    {
        "name": "associated-products",
        "about": "Among the pushed products are some that name one which comes later in their associations.",
        "needs": ["push"],
        "push": {"new": 120, "updates": 0, "associated": 10},
    },
    {
        "name": "models-and-variants",
        "about": "Product models are pushed with what stands below them, and the variants come first.",
        "needs": ["push_models"],
        "push": {"models": 12},
    },
    {
        "name": "new-options",
        "about": "Products are pushed with the new options that they use; three writes of options a second are let in.",
        "needs": ["push_options"],
        "limits": [_THREE_OPTION_WRITES_A_SECOND, _ONE_AT_ONCE],
        "service_time": _SERVED,
        "push": {"options": 20},
    },
    {
        "name": "media-files",
        "about": "Products are pushed with a file each; an upload meets a 429, a 503, a reset, or its answer is lost.",
        "needs": ["push_media"],
        "plans": [
            {
                "operation": "media_files.create",
                "steps": [
                    "ok",
                    _too_many(retry_after=1),
                    "ok",
                    "503",
                    "ok",
                    "reset_after_apply",
                    "ok",
                    "reset",
                ],
            }
        ],
        "push": {"files": 6},
    },
    {
        "name": "too-large",
        "about": "The first batch is too large for the gateway, which answers 413 with a page of HTML.",
        "needs": ["push"],
        "faults": [{"operation": "products*.update_list", "kind": "status", "status": 413, "body": "html", "times": 1}],
        "push": {"new": 120, "updates": 0},
    },
    {
        "name": "events",
        "about": "Deliveries of the Events API come twice, late and forged, while the PIM itself is slow.",
        "needs": ["receive"],
        "faults": [{"operation": "*", "kind": "delay", "seconds": 0.8}],
    },
    {
        "name": UNTRUSTED,
        "about": "At the PIM's address somebody else answers, with a certificate that is not to be trusted.",
        "push": {"new": 10, "updates": 0},
    },
    {
        "name": "foreign-links",
        "about": "The link to the next page names another host; the next page itself and a write are redirected there.",
        "faults": [
            {"operation": "@pull", "kind": "foreign_next", "to": ELSEWHERE, "nth": 1},
            {"operation": "@pull", "kind": "redirect", "status": 302, "to": ELSEWHERE, "nth": 2},
            {"operation": "@push", "kind": "redirect", "status": 307, "to": ELSEWHERE, "nth": 1},
        ],
    },
    {
        "name": BEHIND_TLS,
        "about": "A gateway speaks TLS; the PIM behind it names http in links, and in redirects of a page and a write.",
        "faults": [
            {"operation": "@pull", "kind": "redirect", "status": 302, "to": IN_THE_CLEAR, "nth": 2},
            {"operation": "@push", "kind": "redirect", "status": 307, "to": IN_THE_CLEAR, "nth": 1},
        ],
        "push": {"new": 10, "updates": 0},
    },
    {
        "name": "without-identifier",
        "about": "Three products without identifier are created before the first page is read.",
        "needs": ["pull"],
        "catalog": "minimal",
        "products": 12,
        "moves": [_move("token", 1, "create", products=[{"enabled": True}] * 3)],
    },
    {
        "name": "round-trip",
        "about": "Products are pushed; then everything is pulled.",
        "needs": ["push", "pull"],
        "push": {"new": 110},
    },
    *(
        {
            "name": f"{number}-products",
            "about": f"A catalog of {number} product{'s' * (number != 1)}.",
            "needs": ["pull"],
            "catalog": "minimal",
            "products": number,
        }
        for number in (0, 1, 10, 100, 101)
    ),
    {
        "name": "calm",
        "about": "Nothing stands in the way: a pull of the whole catalog and a push of new and known products.",
        "push": {"new": 140},
    },
)

SCENARIOS: Final[dict[str, Scenario]] = {told["name"]: Scenario.parse(told) for told in _TABLE}


def scenario_named(name: str) -> Scenario:
    """Raises `ValueError` with what was meant."""
    if name not in SCENARIOS:
        near = get_close_matches(name, SCENARIOS, n=1)
        meant = f': did you mean "{near[0]}"?' if near else f": it knows {', '.join(sorted(SCENARIOS))}"
        raise ValueError(f'no scenario is called "{name}"{meant}')
    return SCENARIOS[name]
