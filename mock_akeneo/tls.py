"""`--tls`: the certificate that a server shows; a throw-away one is signed by an authority made for it alone."""

from __future__ import annotations

import atexit
import shutil
import ssl
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NamedTuple

AUTO: Final = "auto"
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class Certificate(NamedTuple):
    """PEM files. `authority`: of the one that signed it, for clients; None where the user gave the certificate."""

    chain: Path
    key: Path
    authority: Path | None = None


def certificate_of(told: str | None, host: str) -> Certificate | None:
    """`auto`, or `CERT,KEY`: two files. None: no TLS. Raises `ValueError` with what to do."""
    if told is None:
        return None
    if told == AUTO:
        return throw_away(host)
    chain, comma, key = told.partition(",")
    if not comma or not chain or not key:
        raise ValueError(f'--tls "{told}": write auto, or CERT,KEY: the paths of two PEM files')
    certificate = Certificate(Path(chain), Path(key))
    for file in certificate[:2]:
        assert file is not None
        try:
            file.read_bytes()
        except OSError as error:
            raise ValueError(f"--tls: {file} cannot be read: {error.strerror}") from None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except ssl.SSLError as error:
        raise ValueError(f"--tls: {chain} and {key} are no certificate and its key in PEM: {error}") from None
    return certificate


def throw_away(host: str) -> Certificate:
    """A certificate for `host` and this machine's own names, and its authority, gone with the process."""
    try:
        import trustme
    except ImportError:
        raise ValueError("--tls auto needs trustme: pip install 'mock-akeneo[tls]'") from None
    folder = Path(mkdtemp(prefix="mock-akeneo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    authority = trustme.CA(organization_name="mock-akeneo")
    names = dict.fromkeys((*_LOCAL, host) if host not in ("0.0.0.0", "::") else _LOCAL)
    issued = authority.issue_cert(*names)
    certificate = Certificate(folder / "server.pem", folder / "server.key", folder / "ca.pem")
    certificate.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    certificate.key.touch(mode=0o600)
    certificate.key.write_bytes(issued.private_key_pem.bytes())
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return certificate
