"""What goes wrong when the PIM says: wait."""

from __future__ import annotations

import time
from typing import Any

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


class ReadsTheBodyOfA429(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        self.http.event_hooks = {"response": [self.look]}
        return super().patiently(request)

    def look(self, answer: httpx.Response) -> None:
        if answer.status_code == 429:
            answer.read()
            answer.json()["message"]


def reads_the_body_of_a_429_as_json(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, ReadsTheBodyOfA429(settings))


class ReadsSecondsAlone(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        self.http.event_hooks = {"response": [self.look]}
        return super().patiently(request)

    def look(self, answer: httpx.Response) -> None:
        int(answer.headers.get("Retry-After", "0"))


def cannot_read_a_date(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, ReadsSecondsAlone(settings))


class WaitsAFixedBeat(Client):
    def pause(self, attempt: int, told: float | None) -> float:
        return 0.1 if told is None else told


def tries_again_at_a_fixed_beat(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, WaitsAFixedBeat(settings))


class SleepsAsToldWhateverIsTold(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        while (answer := self.http.send(request)).status_code == 429:
            time.sleep(float(answer.headers["Retry-After"]))
        return answer


def sleeps_for_thirty_years(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, SleepsAsToldWhateverIsTold(settings))


def does_not_pace_its_calls(settings: ConnectorSettings) -> ReferenceConnector:
    connector = ReferenceConnector(settings)
    connector.client.pace.limit = 1_000_000
    return connector


class DoublesItsWaits(Client):
    def pause(self, attempt: int, told: float | None) -> float:
        return 0.4 * 2.0**attempt if told is None else told


def comes_back_with_all_others(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, DoublesItsWaits(settings))


def writes_product_by_product(settings: ConnectorSettings) -> ReferenceConnector:
    connector = ReferenceConnector(settings)
    connector.batch = 1
    return connector


class WritesOptionsOneByOne(Client):
    def patch_options(self, attribute: str, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
        url = f"/api/rest/v1/attributes/{attribute}/options"
        answers = [self.patch_lines(url, [option])[0] for option in options]
        return [{**answer, "line": number} for number, answer in enumerate(answers, 1)]


def writes_options_one_by_one(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, WritesOptionsOneByOne(settings))


BROKEN = {
    "writes_options_one_by_one": ("THR-10", "new-options"),
    "writes_product_by_product": ("THR-09", "five-a-minute"),
    "comes_back_with_all_others": ("THR-08", "429-for-all"),
    "waits_half_as_long_as_it_is_told": ("THR-01", "told-to-wait"),
    "dies_of_a_429": ("THR-02", "told-to-wait"),
    "reads_the_body_of_a_429_as_json": ("THR-02", "told-to-wait"),
    "cannot_read_a_date": ("THR-04", "told-a-date"),
    "tries_again_at_a_fixed_beat": ("THR-05", "429-without-retry-after"),
    "sleeps_for_thirty_years": ("THR-06", "absurd-wait"),
    "does_not_pace_its_calls": ("THR-07", "throttled"),
    "takes_as_many_workers_as_it_likes": ("THR-03", "busy"),
}
