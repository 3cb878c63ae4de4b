"""What goes wrong when the PIM says: wait."""

from __future__ import annotations

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import AkeneoError, Client, ReferenceConnector


class WaitsHalfAsLong(Client):
    def pause(self, attempt: int, told: float | None) -> float:
        return super().pause(attempt, told) / 2


def waits_half_as_long_as_it_is_told(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, WaitsHalfAsLong(settings))


class DiesOfA429(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        answer = self.http.send(request)
        if answer.status_code == 429:
            raise AkeneoError("Too Many Requests")
        return answer


def dies_of_a_429(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, DiesOfA429(settings))


def takes_as_many_workers_as_it_likes(settings: ConnectorSettings) -> ReferenceConnector:
    connector = ReferenceConnector(settings)
    connector.workers = 8
    return connector


BROKEN = {
    "waits_half_as_long_as_it_is_told": ("THR-01", "throttled"),
    "dies_of_a_429": ("THR-02", "throttled"),
    "takes_as_many_workers_as_it_likes": ("THR-03", "busy"),
}
