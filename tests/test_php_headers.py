"""The official PHP client up to version 6 takes what it needs from the array of headers, by name and letter case.

It reads `$response->getHeaders()['Location'][0]` behind each upload of a media file, and dies on `location`. PHP and
its packages are not at hand here: this reads the answers as it does, from a real socket.
Source: akeneo/api-php-client: src/Api/ProductMediaFileApi.php
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from mock_akeneo.core.json_types import dumps, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

ROOT = "/api/rest/v1"
BOUNDARY = "b0undary"


def multipart(**fields: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
    return f"{''.join(parts)}{file}--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("transport", ["fast", "plain", "stock"])
def test_an_upload_tells_its_location_in_the_letter_case_that_the_client_looks_for(transport: str) -> None:
    with Server(Settings(catalog="minimal", port=0, transport=transport)) as server:
        calls = HTTPConnection(urlsplit(server.base_url).netloc)

        def call(method: str, path: str, body: bytes, **headers: str) -> tuple[HTTPResponse, bytes]:
            calls.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = calls.getresponse()
            return answer, answer.read()

        def by_name(answer: HTTPResponse) -> dict[str, str]:
            return dict(answer.getheaders())

        password = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
        basic = "Basic MV9tb2NrX2NsaWVudDptb2NrX3NlY3JldA=="
        answer, body = call(
            "POST", "/api/oauth/v1/token", dumps(password), Content_Type="application/json", Authorization=basic
        )
        assert by_name(answer)["Content-Type"] == "application/json"
        bearer = f"Bearer {loads(body)['access_token']}"
        attribute = {"code": "file", "type": "pim_catalog_file", "group": "other", "allowed_extensions": ["txt"]}
        answer, _ = call(
            "POST", f"{ROOT}/attributes", dumps(attribute), Content_Type="application/json", Authorization=bearer
        )
        assert (answer.status, by_name(answer)["Location"]) == (201, f"{server.base_url}{ROOT}/attributes/file")
        call("POST", f"{ROOT}/products", b'{"identifier":"one"}', Content_Type="application/json", Authorization=bearer)
        product = '{"identifier":"one","attribute":"file","scope":null,"locale":null}'
        upload = f"multipart/form-data; boundary={BOUNDARY}"
        answer, body = call(
            "POST", f"{ROOT}/media-files", multipart(product=product), Content_Type=upload, Authorization=bearer
        )
        assert answer.status == 201, body
        location = by_name(answer)["Location"]
        answer, body = call("GET", f"{urlsplit(location).path}/download", b"", Authorization=bearer)
        assert (body, by_name(answer)["Content-Type"]) == (b"hello", "text/plain; charset=UTF-8")
        assert by_name(answer)["Content-Disposition"] == 'attachment; filename="a.txt"'
        calls.close()
