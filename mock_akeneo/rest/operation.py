"""An operation: one method on one path, as a value."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from mock_akeneo.sandbox.call import Answer, Call

Respond = Callable[[Call], Answer | Awaitable[Answer]]

APPLICATION_JSON: Final = "application/json"
COLLECTION_JSON: Final = "application/vnd.akeneo.collection+json"
MULTIPART: Final = "multipart/form-data"

ROOT: Final = "/api/rest/v1"

_KIND: Final = re.compile(r":[a-z]+\}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """`name` is the one of plans, faults and the journal (`products.update_list`).

    `path`: a template; `{code}` is one segment, `{code:path}` the rest of the path, slashes included; see `routes`.
    `acl`: the right that it needs besides the overall one; `forbidden`: the text of the 403 without it.
    `consumes`: the content type of its body. `route`: its name in the root endpoint's list.
    `read_ahead`: whether the body is read before the operation is called; one of JSON always is.
    """

    name: str
    method: str
    path: str
    respond: Respond
    acl: str | None = None
    forbidden: str = ""
    consumes: str | None = None
    public: bool = False
    route: str = ""
    read_ahead: bool = True

    @property
    def template(self) -> str:
        """The path as documents write it: placeholders without their kinds."""
        return _KIND.sub("}", self.path)


def forbidden(verb: str, entities: str) -> str:
    """The 403 text of an entity right: `verb` is `list`, `create or update` or `delete`.

    Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/Security/AccessDeniedHandler.php, which says `create or update` of
    every method but GET; only the controllers of products have a text of their own for DELETE.
    """
    return f"Access forbidden. You are not allowed to {verb} {entities}."
