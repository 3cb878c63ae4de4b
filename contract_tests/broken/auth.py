"""What goes wrong with tokens and secrets."""

from __future__ import annotations

import time
from typing import Any

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import AkeneoError, Client, ReferenceConnector


class KeepsADeadToken(Client):
    def renewed(self, stale: str | None) -> str:
        if stale:
            raise AkeneoError("the token is refused")
        return super().renewed(stale)


def never_renews_its_token(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, KeepsADeadToken(settings))


class LosesTheRefusedCall(Client):
    """Renews as it should, but goes on as if the refused page had been an empty last one."""

    def authorized(self, request: httpx.Request) -> httpx.Response:
        answer = self.answered(request, self.renewed(None))
        if answer.status_code == 401:
            self.renewed(request.headers["Authorization"].removeprefix("Bearer "))
            return httpx.Response(200, json={"_embedded": {"items": []}, "_links": {}})
        return answer

    def renewed(self, stale: str | None) -> str:
        if stale is None and self._token:
            return str(self._token["access_token"])
        return super().renewed(stale)


def loses_the_call_that_met_the_expired_token(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LosesTheRefusedCall(settings))


class LogsInForEveryCall(Client):
    def authorized(self, request: httpx.Request) -> httpx.Response:
        self._token = {}
        return super().authorized(request)


def logs_in_for_every_call(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LogsInForEveryCall(settings))


class SendsItsCredentialsInTheBody(Client):
    def token_request(self, grant: dict[str, str]) -> httpx.Request:
        own = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        return self.http.build_request("POST", "/api/oauth/v1/token", json={**grant, **own})


def sends_its_credentials_in_the_body(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, SendsItsCredentialsInTheBody(settings))


class PutsTheSecretIntoTheUrl(Client):
    def token_request(self, grant: dict[str, str]) -> httpx.Request:
        request = super().token_request(grant)
        request.url = request.url.copy_merge_params({"client_secret": self.settings.client_secret})
        return request


def puts_the_secret_into_the_url(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, PutsTheSecretIntoTheUrl(settings))


class PutsTheTokenIntoTheUrl(Client):
    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        token = self._token.get("access_token") or self.renewed(None)
        if "?" in url:
            return super().get(f"{url}&access_token={token}")
        return super().get(url, {**(params or {}), "access_token": token})


def puts_the_token_into_the_url(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, PutsTheTokenIntoTheUrl(settings))


class OnlyRefreshes(Client):
    def logged_in(self) -> dict[str, Any]:
        if self._token:
            raise AkeneoError("the refresh token is refused")
        return super().logged_in()


def only_refreshes(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, OnlyRefreshes(settings))


class LogsInForever(Client):
    def logged_in(self) -> dict[str, Any]:
        while True:
            try:
                return super().logged_in()
            except AkeneoError:
                continue


def logs_in_forever(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LogsInForever(settings))


class RenewsForItself(Client):
    """Whoever meets an expired token asks for another, whatever the others have got by now."""

    def renewed(self, stale: str | None) -> str:
        if stale is None:
            return super().renewed(None)
        self._token = self.logged_in()
        return str(self._token["access_token"])


def renews_for_every_worker(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, RenewsForItself(settings))


class TakesA403ForAnExpiry(Client):
    def authorized(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().authorized(request)
        except AkeneoError as error:
            if ": 403" in str(error):
                self.renewed(self._token["access_token"])
            return super().authorized(request)


def takes_a_403_for_an_expiry(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, TakesA403ForAnExpiry(settings))


class LivesOnTheApiKey(Client):
    api_key = ""

    def renewed(self, stale: str | None) -> str:
        if stale:
            raise AkeneoError("the API key is refused")
        return self.api_key


def lives_on_the_api_key(settings: ConnectorSettings) -> ReferenceConnector:
    client = LivesOnTheApiKey(settings)
    client.api_key = settings.api_key
    return ReferenceConnector(settings, client)


class RenewsByItsOwnClock(Client):
    """Asks for another token after 55 minutes, and raises a 401."""

    def authorized(self, request: httpx.Request) -> httpx.Response:
        if self._token and time.monotonic() > self.renew_at:
            super().renewed(self._token["access_token"])
        return super().authorized(request)

    def renewed(self, stale: str | None) -> str:
        if stale:
            raise AkeneoError("the token is refused")
        self.renew_at = time.monotonic() + 55 * 60
        return super().renewed(stale)


def renews_by_its_own_clock(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, RenewsByItsOwnClock(settings))


BROKEN = {
    "never_renews_its_token": ("AUTH-02", "token-expires-mid-run"),
    "loses_the_call_that_met_the_expired_token": ("AUTH-02", "token-expires-mid-run"),
    "logs_in_for_every_call": ("AUTH-03", "busy"),
    "renews_by_its_own_clock": ("AUTH-02", "token-expires-mid-run"),
    "only_refreshes": ("AUTH-04", "refresh-token-dies"),
    "logs_in_forever": ("AUTH-05", "secret-regenerated-mid-push"),
    "renews_for_every_worker": ("AUTH-06", "token-expires-while-busy"),
    "takes_a_403_for_an_expiry": ("AUTH-07", "refused-calls"),
    "lives_on_the_api_key": ("AUTH-08", "api-key-dies"),
    "sends_its_credentials_in_the_body": ("AUTH-01", "calm"),
    "puts_the_secret_into_the_url": ("SEC-01", "calm"),
    "puts_the_token_into_the_url": ("SEC-01", "calm"),
}
