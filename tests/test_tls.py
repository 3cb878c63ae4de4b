"""`--tls`: https with a throw-away authority or with the user's own certificate."""

from __future__ import annotations

import re
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from mock_akeneo.tls import certificate_of, throw_away
from tests.cli.test_serve import run, serving

ROOT = "/api/rest/v1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal", tls="auto")) as server:
        yield server


def trusting(server: Server) -> ssl.SSLContext:
    assert server.certificate is not None
    assert server.certificate.authority is not None
    return ssl.create_default_context(cafile=str(server.certificate.authority))


def test_who_trusts_the_authority_is_served_and_its_links_lead_to_https(server: Server) -> None:
    assert server.base_url == f"https://127.0.0.1:{server.port}"
    with httpx.Client(base_url=server.base_url, verify=trusting(server), trust_env=False) as http:
        routes = http.get(ROOT).json()
        assert routes["host"] == f"https://127.0.0.1:{server.port}"
        by_name = http.get(f"https://localhost:{server.port}{ROOT}").json()
        assert by_name["host"] == f"https://localhost:{server.port}"


def test_who_does_not_trust_it_is_not(server: Server) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(server.base_url + ROOT, trust_env=False)


def test_a_port_of_its_own_shows_the_same_certificate(server: Server) -> None:
    with httpx.Client(base_url=server.base_url, verify=trusting(server), trust_env=False) as http:
        made = http.post("/_mock/v1/sandboxes", json={"port": 0}).json()
        assert made["base_url"].startswith("https://127.0.0.1:")
        assert http.get(made["base_url"] + ROOT).json()["host"] == made["base_url"]


def test_a_fault_resets_a_connection_under_tls_too(server: Server) -> None:
    with httpx.Client(base_url=server.base_url, verify=trusting(server), trust_env=False) as http:
        http.post("/_mock/v1/faults", json={"operation": "root.get", "kind": "reset", "times": 1})
        with pytest.raises(httpx.TransportError):
            http.get(ROOT)
        assert http.get(ROOT).status_code == 200


def test_the_ready_line_tells_the_authority(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    with serving("--tls", "auto", "--ready-file", str(file)) as (ready, _):
        assert ready["base_url"].startswith("https://")
        context = ssl.create_default_context(cafile=ready["ca"])
        assert httpx.get(ready["base_url"] + ROOT, verify=context, trust_env=False).status_code == 200
        assert httpx.Response(200, content=file.read_bytes()).json() == ready
    # It is gone with the server.
    assert not Path(ready["ca"]).exists()


def test_a_certificate_of_the_user_is_shown(tmp_path: Path) -> None:
    made = throw_away("pim.example")
    with serving("--tls", f"{made.chain},{made.key}") as (ready, _):
        assert "ca" not in ready
        context = ssl.create_default_context(cafile=str(made.authority))
        assert httpx.get(ready["base_url"] + ROOT, verify=context, trust_env=False).status_code == 200


def test_a_child_is_told_whom_to_trust() -> None:
    script = (
        "import os, ssl, urllib.request as u;"
        "print(u.urlopen(os.environ['AKENEO_BASE_URL'] + '/api/rest/v1').status,"
        " os.environ['SSL_CERT_FILE'] == os.environ['NODE_EXTRA_CA_CERTS'] == os.environ['REQUESTS_CA_BUNDLE'])"
    )
    done = run("exec", "--catalog", "minimal", "--tls", "auto", "--", sys.executable, "-c", script)
    assert (done.returncode, done.stdout) == (0, "200 True\n"), done.stderr


@pytest.mark.parametrize(
    ("told", "detail"),
    [
        ("yes", '--tls "yes": write auto, or CERT,KEY: the paths of two PEM files'),
        ("a.pem,", '--tls "a.pem,": write auto, or CERT,KEY: the paths of two PEM files'),
        ("/no/cert.pem,/no/key.pem", "--tls: /no/cert.pem cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_certificate_is_told(told: str, detail: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(detail)}$"):
        certificate_of(told, "127.0.0.1")


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    one, other = throw_away("127.0.0.1"), throw_away("127.0.0.1")
    done = run("serve", "--catalog", "minimal", "--port", "0", "--tls", f"{one.chain},{other.key}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: --tls: {one.chain} and {other.key} are no certificate and its key in PEM: ")


def test_auto_without_trustme_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ValueError, match=r"^--tls auto needs trustme: pip install 'mock-akeneo\[tls\]'$"):
        certificate_of("auto", "127.0.0.1")
