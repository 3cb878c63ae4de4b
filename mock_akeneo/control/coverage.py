"""How much of a PIM's API is emulated."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mock_akeneo.control.answers import answer
from mock_akeneo.resources.coverage import coverage as rows


async def coverage(request: Request) -> Response:
    return answer({"pim_version": request.app.state.sandboxes.settings.pim_version, **rows()})
