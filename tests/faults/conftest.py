from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.kit import Pim, running_pim


@pytest.fixture
def on_socket() -> Iterator[Pim]:
    with running_pim() as pim:
        yield pim
