"""What layers in front of a PIM answer in its name.

Unsure: nobody has published their bodies; the page is ours, shaped like a gateway's.
"""

from __future__ import annotations

from http import HTTPStatus

# Source: spec: responses.429Error, for option writes; apidocs: content/rest-api/good-practices.md
TOO_MANY = "You have exceeded the limit of API requests per second."


def phrase(status: int) -> str:
    """`Bad Gateway` of 502."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def html_page(status: int) -> bytes:
    title = f"{status} {phrase(status)}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    ).encode()
