"""What layers in front of a PIM answer in its name.

Unsure: nobody has published their bodies; the page is ours, shaped like a gateway's.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

# Source: spec: responses.429Error, for option writes; apidocs: content/rest-api/good-practices.md
TOO_MANY = "You have exceeded the limit of API requests per second."


def phrase(status: int) -> str:
    """`Bad Gateway` of 502."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


# The phrases of Apache, where Python has others or changes them.
_PHRASES: Final = {408: "Request Timeout", 414: "Request-URI Too Long"}

WEB_PAGE: Final = b"text/html; charset=iso-8859-1"
"""The content type of a web server's own pages."""


WHY: Final = {
    400: "what was sent is no HTTP, or a header field is too long, or one too many",
    408: "the rest of a call did not come in time",
    414: "the request line is too long",
}
"""What a web server writes into its log."""


def web_server_page(status: int) -> bytes:
    """What a web server says of a call that reaches no PIM. Shaped like Apache's, without its sentences."""
    title = _PHRASES.get(status) or phrase(status)
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n'
        f"<html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n</body></html>\n"
    ).encode()


def web_server_answer(status: int) -> bytes:
    """The whole answer, after which the connection ends."""
    page = web_server_page(status)
    head = f"HTTP/1.1 {status} {_PHRASES.get(status) or phrase(status)}\r\n".encode()
    fields = b"Content-Type: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (WEB_PAGE, len(page))
    return head + fields + page


def html_page(status: int) -> bytes:
    title = f"{status} {phrase(status)}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    ).encode()
