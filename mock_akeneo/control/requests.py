"""The journal: what was asked and answered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import ControlError, answer, sandbox_of, whole
from mock_akeneo.core.clock import moment

DEFAULT_LIMIT = 100


async def requests(request: Request) -> Response:
    query = request.query_params
    limit = whole(request, "limit")
    limit = DEFAULT_LIMIT if limit is None else limit
    if not 1 <= limit <= 10_000:
        raise ControlError(422, '"limit" is 1 to 10000')
    entries = sandbox_of(request).journal.entries(
        since=_moment(request, "since"),
        until=_moment(request, "until"),
        connection=query.get("connection"),
        operation=query.get("operation"),
        status=whole(request, "status"),
        cursor=whole(request, "cursor") or 0,
        limit=limit + 1,
    )
    items = entries[:limit]
    return answer({"items": items, "next": str(items[-1]["id"]) if len(entries) > limit else None})


def _moment(request: Request, name: str) -> float | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        # A plus sign of the zone that was not encoded arrives as a blank.
        return moment(given.replace(" ", "+"))
    except ValueError as error:
        raise ControlError(422, str(error)) from None


async def one_request(request: Request) -> Response:
    given = request.path_params["id"]
    found = sandbox_of(request).journal.get(int(given)) if given.isascii() and given.isdigit() else None
    if found is None:
        raise ControlError(404, f'there is no request "{given}" in the journal')
    return answer(found)


async def clear_requests(request: Request) -> Response:
    return answer({"count": sandbox_of(request).journal.clear()})
