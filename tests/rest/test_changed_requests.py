"""What is right but for a change or two gets an answer of a PIM, whatever the operation."""

from __future__ import annotations

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from tests.conftest import TECHNICAL
from tests.rest.fuzzing import ask


def test_no_changed_request_is_answered_500() -> None:
    """`scripts/soak --fuzz` asks 100,000."""
    assert ask(create_app(Settings(catalog=str(TECHNICAL), clock="frozen")), cases=300, number=1) == []
