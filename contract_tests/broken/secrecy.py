"""Secrets where others read them, and refusals that nobody can read about."""

from __future__ import annotations

import sys
from typing import Any

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import AkeneoError, Client, ReferenceConnector


class LogsItsHeaders(Client):
    def answered(self, request: httpx.Request, token: str) -> httpx.Response:
        print(f"{request.method} {request.url} Authorization: Bearer {token}", file=sys.stderr)
        return super().answered(request, token)


def logs_its_headers(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LogsItsHeaders(settings))


def shows_its_settings_in_an_error(settings: ConnectorSettings) -> ReferenceConnector:
    class Dies(ReferenceConnector):
        def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
            raise RuntimeError(f"cannot push with {settings}")

    return Dies(settings)


class FollowsEveryRedirect(Client):
    """By hand, so that the header goes along."""

    def patiently(self, request: httpx.Request) -> httpx.Response:
        answer = super().patiently(request)
        if answer.is_redirect:
            headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
            moved = httpx.Request(request.method, answer.headers["Location"], headers=headers, content=request.content)
            return super().patiently(moved)
        return answer


def takes_its_token_along_a_redirect(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, FollowsEveryRedirect(settings))


class FollowsTheWholeLink(ReferenceConnector):
    def pull(self, since: Any = None) -> Any:
        page = self.client.get("/api/rest/v1/products-uuid", {"pagination_type": "search_after", "limit": "100"})
        while True:
            yield from page["_embedded"]["items"]
            if "next" not in page["_links"]:
                return
            page = self.client.get(self.where(page["_links"]["next"]["href"]))

    def where(self, link: str) -> str:
        return link


def follows_next_to_another_host(settings: ConnectorSettings) -> ReferenceConnector:
    return FollowsTheWholeLink(settings)


class FollowsItsOwnHost(FollowsTheWholeLink):
    """Looks where a link leads, but not whether it is still TLS."""

    def where(self, link: str) -> str:
        url = httpx.URL(link)
        return link if url.netloc == httpx.URL(self.settings.api_url).netloc else url.raw_path.decode()


def follows_next_from_https_to_http(settings: ConnectorSettings) -> ReferenceConnector:
    return FollowsItsOwnHost(settings)


class CountsItsRefusals(ReferenceConnector):
    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        report = super().push(products)
        print(f"{len(report['refused'])} products were refused")
        return {**report, "refused": []}


def counts_refusals_and_names_none(settings: ConnectorSettings) -> ReferenceConnector:
    return CountsItsRefusals(settings)


class LogsTheCallThatFailed(Client):
    def answered(self, request: httpx.Request, token: str) -> httpx.Response:
        answer = super().answered(request, token)
        if answer.is_error:
            print(f"{answer.status_code} for {request.method} {request.url} {dict(request.headers)}", file=sys.stderr)
        return answer


def logs_the_call_that_failed(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LogsTheCallThatFailed(settings))


class TellsNoReason(ReferenceConnector):
    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        report = super().push(products)
        return {**report, "refused": [{**refused, "message": "422"} for refused in report["refused"]]}


def tells_no_reason(settings: ConnectorSettings) -> ReferenceConnector:
    return TellsNoReason(settings)


class HidesTheAnswer(Client):
    def authorized(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().authorized(request)
        except AkeneoError:
            raise RuntimeError("the synchronisation failed") from None


def hides_the_answer_behind_an_error_of_its_own(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, HidesTheAnswer(settings))


def trusts_any_certificate(settings: ConnectorSettings) -> ReferenceConnector:
    connector = ReferenceConnector(settings)
    connector.client.http = httpx.Client(base_url=settings.api_url, verify=False)
    return connector


class EndsQuietlyWithoutAConnection(Client):
    def authorized(self, request: httpx.Request) -> httpx.Response:
        try:
            return super().authorized(request)
        except AkeneoError:
            return httpx.Response(200, json={"_embedded": {"items": []}, "_links": {}}, request=request)


def takes_an_untrusted_server_for_an_empty_one(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, EndsQuietlyWithoutAConnection(settings))


BROKEN = {
    "trusts_any_certificate": ("SEC-04", "untrusted-certificate"),
    "takes_an_untrusted_server_for_an_empty_one": ("SEC-04", "untrusted-certificate"),
    "logs_the_call_that_failed": ("SEC-02", "refused-calls"),
    "tells_no_reason": ("LOG-02", "refused-lines"),
    "hides_the_answer_behind_an_error_of_its_own": ("LOG-03", "refused-calls"),
    "logs_its_headers": ("SEC-02", "calm"),
    "shows_its_settings_in_an_error": ("SEC-02", "calm"),
    "takes_its_token_along_a_redirect": ("SEC-03", "foreign-links"),
    "follows_next_to_another_host": ("SEC-03", "foreign-links"),
    "follows_next_from_https_to_http": ("SEC-05", "behind-tls"),
    "counts_refusals_and_names_none": ("LOG-01", "refused-lines"),
}
