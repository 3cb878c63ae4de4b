"""Header fields of answers: their names as a web server and Symfony write them, and the sets that the PIM sends.

HTTP says that the case of a name does not matter; the official PHP client up to version 6 looks for `Location`.
The order within a set is the PIM's. Measured on a Community Edition of April 2024.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

Header = tuple[bytes, bytes]

ALLOW: Final = b"Allow"
CACHE_CONTROL: Final = b"Cache-Control"
CONTENT_DISPOSITION: Final = b"Content-Disposition"
CONTENT_LENGTH: Final = b"Content-Length"
CONTENT_TYPE: Final = b"Content-Type"
DATE: Final = b"Date"
EXPIRES: Final = b"Expires"
LOCATION: Final = b"Location"
RETRY_AFTER: Final = b"Retry-After"
WWW_AUTHENTICATE: Final = b"WWW-Authenticate"

JSON: Final[Header] = (CONTENT_TYPE, b"application/json")
COLLECTION: Final[Header] = (CONTENT_TYPE, b"application/vnd.akeneo.collection+json")
NO_CACHE: Final[Header] = (CACHE_CONTROL, b"no-cache, private")
VARY: Final[Header] = (b"Vary", b"Accept")

OF_JSON: Final = (JSON, NO_CACHE)
OF_LINES: Final = (COLLECTION, NO_CACHE)
OF_NO_CONTENT: Final = (NO_CACHE,)
OF_ROOT: Final = (JSON, (CACHE_CONTROL, b"max-age=0, must-revalidate, private"))
OF_TOKEN: Final = (JSON, (CACHE_CONTROL, b"no-store, private"), (b"Pragma", b"no-cache"))

_ODD: Final = {b"etag": b"ETag", b"www-authenticate": WWW_AUTHENTICATE}


@lru_cache(maxsize=256)
def capitalised(name: bytes) -> bytes:
    """`Content-Type` of `content-type`."""
    return _ODD.get(name.lower()) or name.title()


def capitalised_head(head: bytes) -> bytes:
    """A whole head: the names of all lines below the first."""
    first, *lines = head.split(b"\r\n")
    fields = (line.partition(b":") for line in lines)
    return b"\r\n".join((first, *(capitalised(name) + colon + value for name, colon, value in fields)))
