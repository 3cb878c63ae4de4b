"""What is answered is what `/openapi.json` tells: Schemathesis asks for whatever the document allows, and for more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

# A PIM refuses by rules that no schema can tell, and takes more than it documents: PHP's arrays for objects, any text
# for a switch.
NOT_OF_A_PIM: Final[list[schemathesis.CheckFunction]] = [positive_data_acceptance, negative_data_rejection]
# The same examples each time.
FIXED: Final = settings(
    max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

COLLECTION: Final = "application/vnd.akeneo.collection+json"


@schemathesis.deserializer("application/json")
def document_of(context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """Schemathesis takes a collection for JSON, too; the document tells of one line, and so we look at the first."""
    if response.headers["content-type"] != [COLLECTION]:
        return response.json()
    line = response.text.partition("\n")[0]
    return json.loads(line) if line else {"status_code": 200}


SERVER: Final = Server(Settings(port=0, catalog="demo", clock="frozen"))
schema = schemathesis.openapi.from_asgi("/openapi.json", SERVER.app)


@pytest.fixture(scope="module", autouse=True)
def _stopped() -> Iterator[None]:
    """It is asked as an application, and never started."""
    yield
    SERVER.stop()


def headers() -> dict[str, str]:
    connection = next(iter(SERVER.sandbox.connections.by_code.values()))
    return {"Authorization": f"Bearer {SERVER.sandbox.issue(connection, connection)['access_token']}"}


HEADERS: Final = headers()


def begin_anew() -> None:
    """The same catalog and the same dice, so that the same calls get the same answers."""
    SERVER.sandbox.reset(keep=("tokens", "connections"))
    SERVER.sandbox.chance.sow(0)


@pytest.fixture(autouse=True)
def _untouched() -> None:
    begin_anew()


@schema.parametrize()
@FIXED
def test_each_answer_is_as_told(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=HEADERS, excluded_checks=NOT_OF_A_PIM)


class Chains(schema.as_state_machine()):  # type: ignore[misc]
    """Calls that follow each other: what one has made the next reads, changes, deletes."""

    def setup(self) -> None:
        begin_anew()

    def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
        return {"headers": HEADERS}

    def validate_response(self, response: Any, case: schemathesis.Case[Any], **more: Any) -> None:
        case.validate_response(response, excluded_checks=NOT_OF_A_PIM)


TestChains = Chains.TestCase
TestChains.settings = settings(FIXED, max_examples=40, stateful_step_count=10)
