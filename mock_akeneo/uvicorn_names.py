"""What our transports use of uvicorn's own classes: names that belong to it and that nobody promises.

A test finds them in the code of `transport`, `cycle` and `fast_transport`, and in the version that is installed.
"""

from __future__ import annotations

from typing import Final

PROTOCOL_NAMES: Final = frozenset({
    "_start_asgi_task", "access_logger", "app", "client", "connections", "cycle", "flow",
    "headers", "logger", "loop", "on_body", "on_headers_complete", "on_message_complete", "on_response_complete",
    "parser", "pipeline", "scheme", "server", "server_state", "shutdown", "tasks", "timeout_keep_alive", "transport",
})  # fmt: skip

CYCLE_NAMES: Final = frozenset({
    "access_log", "access_logger", "body", "chunked_encoding", "default_headers", "disconnected",
    "expected_content_length", "flow", "keep_alive", "logger", "message_event", "more_body", "on_response", "receive",
    "response_complete", "response_started", "run_asgi", "scope", "send", "transport", "waiting_for_100_continue",
})  # fmt: skip
