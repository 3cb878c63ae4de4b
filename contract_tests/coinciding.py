"""Connectors whose one planted bug shows only when two things coincide: `contract explore` must find both.

Each is the reference connector, and as right as that in every trouble that comes alone. It waits only as long as it is
told, so that a search does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.reference import AkeneoError, Client, ReferenceConnector

PRODUCTS = "/api/rest/v1/products-uuid"


class Hasty(Client):
    def pause(self, attempt: int, told: float | None) -> float:
        return told or 0


class TakesAnErrorAfterARenewalForTheEnd(Hasty):
    """With a new token it tries once, without patience, and takes whatever comes."""

    def authorized(self, request: httpx.Request) -> httpx.Response:
        token = self._token.get("access_token") or self.renewed(None)
        answer = self.answered(request, token)
        if answer.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self.renewed(token)}"
            answer = self.http.send(request)
            if answer.status_code >= 500 and request.method == "GET":
                return httpx.Response(200, json={"_embedded": {"items": []}, "_links": {}}, request=request)
        return answer.raise_for_status()


def takes_an_error_after_a_renewal_for_the_end(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, TakesAnErrorAfterARenewalForTheEnd(settings))


class ReportsARefusedRepeatAsRefused(ReferenceConnector):
    """Repeats a batch that a gateway gave up; if the repeat has to wait, or fails as well, it takes it for refused."""

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        given_up = False

        def look(answer: httpx.Response) -> None:
            nonlocal given_up
            if given_up and answer.status_code in (429, 502, 503, 504):
                raise AkeneoError("it failed twice")
            given_up = answer.status_code == 504

        self.client.http.event_hooks = {"response": [look]}
        try:
            return super().push_batch(products)
        except AkeneoError as error:
            if str(error) != "it failed twice":
                raise
            return [(product["identifier"], str(error)) for product in products]


def reports_a_refused_repeat_as_refused(settings: ConnectorSettings) -> ReferenceConnector:
    return ReportsARefusedRepeatAsRefused(settings, Hasty(settings))


class BeginsAnewWhenLoggedOut(ReferenceConnector):
    """Begins the list anew with a new token, and skips as many products as it has handed over already."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        handed = skipped = 0
        client, url = self.client, f"{PRODUCTS}?pagination_type=search_after&limit=100"
        first: str | None = url
        token = client.renewed(None)
        while first:
            answer = client.answered(client.http.build_request("GET", first), token)
            if answer.status_code == 401:
                token, first, skipped = client.renewed(token), url, 0
                continue
            page = answer.raise_for_status().json()
            for item in page["_embedded"]["items"]:
                skipped += 1
                if skipped > handed:
                    handed += 1
                    yield item
            following = page["_links"].get("next")
            first = following and httpx.URL(following["href"]).raw_path.decode()


def begins_anew_when_logged_out(settings: ConnectorSettings) -> ReferenceConnector:
    return BeginsAnewWhenLoggedOut(settings, Hasty(settings))


class RenewsOnce(Hasty):
    """A renewal that fails is not tried again, and the old token is held for the new one."""

    failed = False

    def authorized(self, request: httpx.Request) -> httpx.Response:
        token = self._token.get("access_token") or self.renewed(None)
        while (answer := self.answered(request, token)).status_code == 401:
            token = self.renewed(token)
        return answer.raise_for_status()

    def renewed(self, stale: str | None) -> str:
        if stale is None:
            return super().renewed(None)
        if not self.failed:
            answer = self.http.send(
                self.token_request(
                    {
                        "grant_type": "refresh_token",
                        "refresh_token": self._token["refresh_token"],
                    }
                )
            )
            self.failed = answer.status_code >= 500
            if answer.status_code == 400:
                self._token = self.logged_in()
            elif not self.failed:
                self._token = answer.raise_for_status().json()
        token: str = self._token["access_token"]
        return token


def renews_once(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, RenewsOnce(settings))


ENDS_THE_TOKEN = {"hour", "tokens"}

COINCIDING: dict[str, tuple[Action, str, list[set[str]]]] = {
    "takes_an_error_after_a_renewal_for_the_end": ("pull", "PULL-01", [ENDS_THE_TOKEN, {"502", "503"}]),
    "begins_anew_when_logged_out": ("pull", "PULL-01", [ENDS_THE_TOKEN, {"deleted-served", "created"}]),
    "renews_once": ("pull", "PULL-01", [ENDS_THE_TOKEN, {"token-503"}]),
    "reports_a_refused_repeat_as_refused": ("push", "PUSH-02", [{"lost-504"}, {"429", "502", "503", "lost-504"}]),
}
"""Factory to the action, the rule that names it, and the two troubles that must coincide."""
