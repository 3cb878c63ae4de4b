"""The bodies of refusals, as the PIM writes them, and what a test asks of an answer."""

from __future__ import annotations

from typing import Any

import httpx

REFERENCE = "http://api.akeneo.com/api-reference.html#"
COLLECTION = "application/vnd.akeneo.collection+json"


def broken(*violations: tuple[str, str]) -> dict[str, Any]:
    """422: rules are broken; pairs of property and message, in the order in which they are told."""
    errors = [{"property": name, "message": message} for name, message in violations]
    return {"code": 422, "message": "Validation failed.", "errors": errors}


def malformed(message: str, anchor: str) -> dict[str, Any]:
    """422: the form of the data is wrong."""
    return {
        "code": 422,
        "message": f"{message} Check the expected format on the API documentation.",
        "_links": {"documentation": {"href": REFERENCE + anchor}},
    }


def problem(status: int, message: str) -> dict[str, Any]:
    return {"code": status, "message": message}


def body(answer: httpx.Response) -> Any:
    """The body, which agrees with the status."""
    found = answer.json()
    if isinstance(found, dict) and "message" in found:
        assert found["code"] == answer.status_code
    return found


def codes(answer: httpx.Response) -> list[str]:
    """The codes of the items of a list."""
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["_embedded"]["items"]]


def lines(api: httpx.Client, path: str, *sent: str) -> list[dict[str, Any]]:
    """The answers to a collection PATCH of these lines."""
    content = "".join(f"{line}\n" for line in sent).encode()
    answer = api.patch(path, content=content, headers={"Content-Type": COLLECTION})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == COLLECTION
    return [httpx.Response(200, content=line).json() for line in answer.text.split("\n")]
