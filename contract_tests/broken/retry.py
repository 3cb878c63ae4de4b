"""What goes wrong when the way is bad: errors, broken connections, lost answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import AkeneoError, Client, ReferenceConnector, TooLarge


class DiesOf(Client):
    """Gives up at the first answer of some statuses."""

    statuses: frozenset[int] = frozenset()

    def patiently(self, request: httpx.Request) -> httpx.Response:
        self.http.event_hooks = {"response": [self.look]}
        return super().patiently(request)

    def look(self, answer: httpx.Response) -> None:
        if answer.status_code in self.statuses:
            raise AkeneoError(f"the PIM answered {answer.status_code}")


class DiesOfA5xx(DiesOf):
    statuses = frozenset({500, 502, 503})


class DiesOfA408(DiesOf):
    statuses = frozenset({408})


def dies_of_a_server_error(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, DiesOfA5xx(settings))


def dies_of_a_408(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, DiesOfA408(settings))


class TakesA5xxForTheEnd(ReferenceConnector):
    """Ends a list quietly, and counts a batch as written, when the PIM has a bad moment."""

    def __init__(self, settings: ConnectorSettings) -> None:
        super().__init__(settings, DiesOfA5xx(settings))
        self.get = self.client.get
        self.client.get = self.page  # type: ignore[method-assign]

    def page(self, url: str, params: dict[str, str] | None = None) -> Any:
        try:
            return self.get(url, params)
        except AkeneoError:
            return {"_embedded": {"items": []}, "_links": {}}

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        try:
            return super().push_batch(products)
        except AkeneoError:
            return [(product["identifier"], None) for product in products]


def takes_a_server_error_for_the_end(settings: ConnectorSettings) -> ReferenceConnector:
    return TakesA5xxForTheEnd(settings)


class DiesOfABrokenConnection(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        try:
            return self.http.send(request)
        except httpx.TransportError as error:
            raise AkeneoError("the connection broke") from error


def dies_of_a_broken_connection(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, DiesOfABrokenConnection(settings))


class ReportsALostAnswerAsRefused(ReferenceConnector):
    def __init__(self, settings: ConnectorSettings) -> None:
        super().__init__(settings, DiesOfABrokenConnection(settings))

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        try:
            return super().push_batch(products)
        except AkeneoError as error:
            return [(product["identifier"], str(error)) for product in products]


def reports_a_lost_answer_as_refused(settings: ConnectorSettings) -> ReferenceConnector:
    return ReportsALostAnswerAsRefused(settings)


class TakesWhatItCannotReadForNothing(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        answer = self.http.send(request)
        try:
            answer.json()
        except ValueError:
            if request.method == "GET":
                return httpx.Response(200, json={"_embedded": {"items": []}, "_links": {}}, request=request)
        return answer


def takes_what_it_cannot_read_for_an_empty_page(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, TakesWhatItCannotReadForNothing(settings))


def has_no_time_out(settings: ConnectorSettings) -> ReferenceConnector:
    connector = ReferenceConnector(settings)
    connector.client.http.timeout = httpx.Timeout(None)
    return connector


class RepeatsWhateverFails(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        for _ in range(3):
            answer = super().patiently(request)
            if answer.is_success or answer.status_code == 401:
                break
        return answer


def repeats_a_refused_call(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, RepeatsWhateverFails(settings))


class NeverGivesUp(Client):
    def patiently(self, request: httpx.Request) -> httpx.Response:
        while (answer := self.http.send(request)).status_code >= 500:
            pass
        return answer


def never_gives_up(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, NeverGivesUp(settings))


class TakesA413ForABadMoment(Client):
    """And sends what is too large again, as it is."""

    def patiently(self, request: httpx.Request) -> httpx.Response:
        answer = super().patiently(request)
        return super().patiently(request) if answer.status_code == 413 else answer


def sends_again_what_is_too_large(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, TakesA413ForABadMoment(settings))


class RefusesWhatIsTooLarge(ReferenceConnector):
    """Gives a batch up that is too large, with all its products."""

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        try:
            self.client.patch_lines("/api/rest/v1/products", products)
        except TooLarge as error:
            return [(product["identifier"], str(error)) for product in products]
        return super().push_batch(products)


def gives_a_large_batch_up(settings: ConnectorSettings) -> ReferenceConnector:
    return RefusesWhatIsTooLarge(settings)


BROKEN = {
    "sends_again_what_is_too_large": ("RET-09", "too-large"),
    "gives_a_large_batch_up": ("RET-09", "too-large"),
    "dies_of_a_server_error": ("RET-01", "server-errors"),
    "takes_a_server_error_for_the_end": ("RET-01", "server-errors"),
    "dies_of_a_broken_connection": ("RET-02", "broken-connections"),
    "reports_a_lost_answer_as_refused": ("RET-03", "answer-lost"),
    "takes_what_it_cannot_read_for_an_empty_page": ("RET-04", "spoiled-answers"),
    "has_no_time_out": ("RET-05", "stalled-page"),
    "dies_of_a_408": ("RET-06", "408"),
    "repeats_a_refused_call": ("RET-07", "refused-calls"),
    "never_gives_up": ("RET-08", "endless-503"),
}
