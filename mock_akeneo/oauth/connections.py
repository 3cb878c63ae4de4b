"""Connections: an OAuth client, an API user and a role under one code.

Source: pim: src/Akeneo/Connectivity/Connection/back/Domain/Settings/, .../Resources/translations/validators.en_US.yml
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.oauth.acls import ACLS, role_with

FLOW_TYPES: Final = ("data_source", "data_destination", "other")
MAX_CONNECTIONS: Final = 50
_ROW: Final = ("code", "label", "flow_type", "client_id", "secret", "username", "password", "auditable")


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One connection. `role`: the granted rights. `sandbox`: the name of the sandbox it belongs to."""

    code: str
    label: str
    flow_type: str
    client_id: str
    secret: str
    username: str
    password: str
    sandbox: str
    auditable: bool = False
    role: frozenset[str] = field(default_factory=lambda: frozenset(ACLS))

    def body(self) -> Json:
        """As the control plane shows it; secret and password are shown once only, by whoever made them."""
        return {
            "code": self.code,
            "label": self.label,
            "flow_type": self.flow_type,
            "client_id": self.client_id,
            "secret": None,
            "username": self.username,
            "password": None,
            "auditable": self.auditable,
            "type": "default",
            "role": {name: name in self.role for name in ACLS},
        }

    def row(self) -> Json:
        """For keeping: all there is to it."""
        return {**{name: getattr(self, name) for name in _ROW}, "role": sorted(self.role)}

    @classmethod
    def from_row(cls, row: Json, sandbox: str) -> Connection:
        return cls(**{**row, "role": frozenset(row["role"]), "sandbox": sandbox})

    def become(self, row: Json) -> None:
        """Is as a row of the same client says: whoever holds it holds the same connection."""
        for name in _ROW:
            setattr(self, name, row[name])
        self.role = frozenset(row["role"])


class InvalidConnection(ValueError):
    """A connection that cannot be made; `errors` as `{"name", "reason"}`."""

    def __init__(self, errors: list[Json]) -> None:
        super().__init__(" ".join(str(error["reason"]) for error in errors))
        self.errors = errors


class Connections:
    """The connections of one sandbox, by code, by client id and by user name.

    `clients` holds the client ids of all sandboxes of a server: the credentials choose the sandbox.
    """

    def __init__(self, sandbox: str, chance: Chance, clients: dict[str, Connection] | None = None) -> None:
        self._sandbox, self._chance = sandbox, chance
        self._clients = {} if clients is None else clients
        self._made = 0
        self.by_code: dict[str, Connection] = {}
        self.by_client_id: dict[str, Connection] = {}
        self.by_username: dict[str, Connection] = {}

    def create(
        self,
        code: str,
        *,
        label: str | None = None,
        flow_type: str = "other",
        client_id: str | None = None,
        secret: str | None = None,
        username: str | None = None,
        password: str | None = None,
        role: object = None,
    ) -> Connection:
        """Makes one; what is not given is generated as the PIM does. Raises `InvalidConnection`."""
        label = code if label is None else label
        errors = list(self._errors(code, label, flow_type))
        if errors:
            raise InvalidConnection(errors)
        self._made += 1
        connection = Connection(
            code=code,
            label=label,
            flow_type=flow_type,
            client_id=client_id or f"{self._made}_{self._chance.hexadecimal(50)}",
            secret=secret or self._chance.hexadecimal(50),
            username=username or f"{code}_{self._chance.below(9999) + 1:04}",
            password=password or self._chance.hexadecimal(10),
            sandbox=self._sandbox,
        )
        if role is not None:
            connection.role = role_with(connection.role, role)
        self.add(connection)
        return connection

    def _errors(self, code: object, label: object, flow_type: object) -> list[Json]:
        reasons: list[tuple[str, str]] = []
        if not isinstance(code, str) or not code:
            reasons.append(("code", "Connection code is required."))
        elif len(code) < 3:
            reasons.append(("code", "Connection code is too short. It should have 3 characters or more."))
        elif len(code) > 100:
            reasons.append(("code", "Connection code is too long. It should have 100 characters or less."))
        elif not re.fullmatch(r"[0-9a-zA-Z_]+", code):
            reasons.append(("code", "Connection code may contain only letters, numbers and underscores."))
        elif code in self.by_code:
            reasons.append(("code", "Connection code must be unique."))
        if not isinstance(label, str) or not 3 <= len(label) <= 100:
            reasons.append(("label", "Connection label should have 3 to 100 characters."))
        if flow_type not in FLOW_TYPES:
            text = "Connection flow type can only be 'data_source', 'data_destination' or 'other'."
            reasons.append(("flow_type", text))
        if len(self.by_code) >= MAX_CONNECTIONS:
            reasons.append(("", f"There are {MAX_CONNECTIONS} connections already, as many as a PIM allows."))
        return [{"name": name, "reason": reason} for name, reason in reasons]

    def add(self, connection: Connection) -> None:
        self.by_code[connection.code] = connection
        self.by_client_id[connection.client_id] = connection
        self.by_username[connection.username] = connection
        self._clients.setdefault(connection.client_id, connection)

    def remove(self, code: str) -> Connection:
        connection = self.by_code.pop(code)
        del self.by_client_id[connection.client_id]
        del self.by_username[connection.username]
        if self._clients.get(connection.client_id) is connection:
            del self._clients[connection.client_id]
        return connection

    def put_in_order(self, codes: Iterable[str]) -> None:
        """These come first, in this order: the first connection is the one that a sandbox shows."""
        self.by_code = {code: self.by_code[code] for code in dict.fromkeys((*codes, *self.by_code))}

    def regenerate_secret(self, connection: Connection) -> str:
        """The new secret. Its tokens have to be ended by the caller."""
        connection.secret = self._chance.hexadecimal(50)
        return connection.secret

    def regenerate_password(self, connection: Connection) -> str:
        connection.password = self._chance.hexadecimal(10)
        return connection.password
