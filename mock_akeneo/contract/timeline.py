"""What happened over time in a played scenario, as a report tells it."""

from __future__ import annotations

from typing import Final

from mock_akeneo.contract.evidence import Evidence, refused_by
from mock_akeneo.core.json_types import Json

MAX_CALLS: Final = 400
"""So many calls of a scenario are told; the others are counted."""


def timeline(evidence: Evidence) -> Json:
    """`{"scenario", "runs", "limits", "calls", "left_out"}`; milliseconds are counted from the first call on."""
    calls = [(run.action, call) for run in evidence.runs for call in run.calls]
    began = min((call["received_ms"] for _, call in calls), default=0.0)
    return {
        "scenario": evidence.scenario,
        "runs": [{"action": run.action, "ending": run.ending, "why": run.why} for run in evidence.runs],
        "limits": list(evidence.limits),
        "calls": [_call(action, call, began) for action, call in calls[:MAX_CALLS]],
        "left_out": max(0, len(calls) - MAX_CALLS),
    }


def _call(action: str, call: Json, began: float) -> Json:
    answered = call["answered_ms"]
    return {
        "id": call["id"],
        "action": action,
        "at": call["at"],
        "received_ms": round(call["received_ms"] - began, 1),
        "answered_ms": None if answered is None else round(answered - began, 1),
        "method": call["method"],
        "path": call["path"],
        "operation": call["operation"],
        "status": call["status"],
        "refused_by": refused_by(call) or None,
        "in_flight": call["in_flight"],
        "token_id": call["token_id"],
        "fault": bool(call["fault"]),
        "moved": list(call["moved"]),
    }
