"""A way into the control plane: what is asked, with which members, and what answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.types import ASGIApp

from mock_akeneo.core.json_types import Json

Handler = Callable[[Request], Awaitable[ASGIApp]]

JSON: Final = "application/json"

# JSON Schemas of members and parameters.
TEXT: Final[Json] = {"type": "string"}
NUMBER: Final[Json] = {"type": "number"}
WHOLE: Final[Json] = {"type": "integer"}
FLAG: Final[Json] = {"type": "boolean"}
MOMENT: Final[Json] = {"type": "string", "format": "date-time"}

SANDBOX: Final[Mapping[str, Json]] = {"sandbox": {**TEXT, "description": "Which is meant; default: default."}}


class Way(NamedTuple):
    """One row of the table.

    `takes`: the members of the body, each with its JSON Schema, or the schema of the whole body. `needs`: the members
    that must be there. `query`: the parameters, each with its schema. `of_all`: it is of the whole server, not of one
    sandbox. `status` and `gives`: of the answer when all is well.
    """

    method: str
    path: str
    handler: Handler
    about: str
    takes: Mapping[str, Json] | None = None
    needs: tuple[str, ...] = ()
    schema: Callable[[], Json] | None = None
    query: Mapping[str, Json] = {}
    status: int = 200
    gives: tuple[str, ...] = (JSON,)
    of_all: bool = False

    @property
    def parameters(self) -> Mapping[str, Json]:
        """Of the query."""
        return self.query if self.of_all else {**self.query, **SANDBOX}
