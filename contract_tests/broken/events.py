"""What goes wrong when the PIM tells of a change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import ReferenceConnector


class ChecksNoSignature(ReferenceConnector):
    def signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        return True


def checks_no_signature(settings: ConnectorSettings) -> ReferenceConnector:
    return ChecksNoSignature(settings)


class ChecksWhatIsThere(ReferenceConnector):
    def signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        return "x-akeneo-request-signature" not in headers or super().signed(headers, body)


def checks_a_signature_only_if_there_is_one(settings: ConnectorSettings) -> ReferenceConnector:
    return ChecksWhatIsThere(settings)


class SignsWhatItHasParsed(ReferenceConnector):
    def signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        return super().signed(headers, json.dumps(json.loads(body), separators=(",", ":")).encode())


def signs_what_it_has_parsed(settings: ConnectorSettings) -> ReferenceConnector:
    return SignsWhatItHasParsed(settings)


class HandlesAllThatComes(ReferenceConnector):
    def received(self) -> Iterator[dict[str, Any]]:
        at: dict[str, str] = {}
        for event in self.events:
            product = event["data"]["resource"]
            if event["event_datetime"] >= at.get(product["uuid"], ""):
                at[product["uuid"]] = event["event_datetime"]
                yield product


def handles_an_event_twice(settings: ConnectorSettings) -> ReferenceConnector:
    return HandlesAllThatComes(settings)


class TakesEventsAsTheyCome(ReferenceConnector):
    def received(self) -> Iterator[dict[str, Any]]:
        yield from {event["event_id"]: event["data"]["resource"] for event in self.events}.values()


def takes_events_as_they_come(settings: ConnectorSettings) -> ReferenceConnector:
    return TakesEventsAsTheyCome(settings)


class ReadsBeforeItAnswers(ReferenceConnector):
    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        for event in json.loads(body)["events"]:
            self.client.get(f"/api/rest/v1/products-uuid/{event['data']['resource']['uuid']}")
        return super().receive(headers, body)


def reads_the_product_before_it_answers(settings: ConnectorSettings) -> ReferenceConnector:
    return ReadsBeforeItAnswers(settings)


BROKEN = {
    "checks_no_signature": ("EVT-01", "events"),
    "checks_a_signature_only_if_there_is_one": ("EVT-01", "events"),
    "signs_what_it_has_parsed": ("EVT-02", "events"),
    "handles_an_event_twice": ("EVT-03", "events"),
    "takes_events_as_they_come": ("EVT-04", "events"),
    "reads_the_product_before_it_answers": ("EVT-05", "events"),
}
