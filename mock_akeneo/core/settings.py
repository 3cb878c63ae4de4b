"""What the user chose: one frozen value, made once from flags, environment, file, preset and default, handed in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of `serve`, by the names of its flags. A field's `help` is the flag's help text."""

    host: str = field(default="127.0.0.1", metadata={"help": "Address to listen on."})
    port: int = field(default=8080, metadata={"help": "Port to listen on; 0 takes a free one and prints it."})
    catalog: str = field(
        default="demo", metadata={"help": "Catalog to start with: demo, minimal, or a folder of JSON lines."}
    )
    products: int = field(default=0, metadata={"help": "Products to generate on top of the catalog."})
    seed: int = field(
        default=0, metadata={"help": "Seed of generated products and service times: same seed, same bytes."}
    )
    data: Path | None = field(
        default=None,
        metadata={"help": "Folder that keeps the catalog between runs; without it all is in memory."},
    )
    sync: str = field(
        default="normal",
        metadata={"help": "What a write to --data outlives: normal: kill -9; full: a power cut too, but it is slower."},
    )
    limits: str = field(default="none", metadata={"help": "Limits: a preset or a JSON file."})
    throttle_limit: int | None = field(default=None, metadata={"help": "Requests per window and connection."})
    throttle_seconds: float | None = field(default=None, metadata={"help": "Length of the window in seconds (60)."})
    concurrent_connections: int | None = field(default=None, metadata={"help": "Calls at once per connection."})
    when_busy: str | None = field(
        default=None,
        metadata={"help": "What happens to a call above --concurrent-connections: reject or queue."},
    )
    service_time: str | None = field(
        default=None,
        metadata={
            "help": "How long a call takes: none, pim (as measured on one), or milliseconds, 50 or 20-50. "
            "Default: as the limits say."
        },
    )
    token_lifetime: int = field(default=3600, metadata={"help": "Seconds an access token lives."})
    index_lag: float = field(default=0.0, metadata={"help": "Seconds until lists and searches see a write."})
    pim_version: str = field(default="saas", metadata={"help": "The PIM to answer like: saas, 7.0, 6.0 or 5.0."})
    clock: str = field(default="real", metadata={"help": "The sandbox clock: real, frozen, frozen@ISO or x60."})
    time_zone: str = field(
        default="UTC",
        metadata={"help": "Time zone of the PIM's machine, such as Europe/Paris: of its dates and filters."},
    )
    transport: str = field(
        default="fast",
        metadata={"help": "How bytes become calls: fast; plain, without short cuts; stock, uvicorn with h11 as it is."},
    )
    max_body: int = field(
        default=128 << 20, metadata={"help": "Largest body in bytes; a larger one is answered 403. 0: no bound."}
    )
    max_request_line: int = field(
        default=8190, metadata={"help": "Longest request line in bytes; a longer one is answered 414. 0: no bound."}
    )
    keep_alive_max: int | None = field(
        default=None,
        metadata={
            "help": "Calls after which a connection is closed, 0: never. Default: 100, as Apache, with the limits "
            "integration-…, else 0."
        },
    )
    keep_alive_timeout: int = field(default=5, metadata={"help": "Seconds until an idle connection is closed."})
    public_url: str | None = field(
        default=None, metadata={"help": "Base of the links in answers; default: as the client asked."}
    )
    allowed_host: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Another name that this machine goes by, for calls and web pages. On loopback only local names are "
            "answered."
        },
    )
    ready_file: Path | None = field(default=None, metadata={"help": "File to write the ready line to, when ready."})
    tls: str | None = field(default=None, metadata={"help": "auto, or CERT,KEY: serve https."})
    client_id: str = field(default="1_mock_client", metadata={"help": "Client id of the default connection."})
    secret: str = field(default="mock_secret", metadata={"help": "Secret of the default connection."})
    username: str = field(default="mock_user", metadata={"help": "User name of the default connection."})
    password: str = field(default="mock_password", metadata={"help": "Password of the default connection."})
    admin_token: str | None = field(default=None, metadata={"help": "Bearer token of the control plane off loopback."})


SETTING_NAMES = tuple(f.name for f in fields(Settings))
