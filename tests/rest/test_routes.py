"""Which operation a path leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.rest.operation import Operation
from mock_akeneo.rest.routes import Routes
from mock_akeneo.sandbox.call import Answer

PATHS = (
    "/api/families",
    "/api/families/{code}",
    "/api/families/{family_code}/variants/{code}",
    "/api/products-uuid/search",
    "/api/products-uuid/{uuid:uuid}",
    "/api/products/{code:identifier}",
    "/api/products/{code:path}/draft",
    "/api/media-files/{code:file}/download",
    "/api/media-files/{code:file}",
)
ROUTES = Routes(Operation(name=path, method="GET", path=path, respond=lambda call: Answer(200)) for path in PATHS)
UUID = "12951d98-210E-4bAC-ab18-7fd6f1bd14f3"


def found(path: str) -> tuple[str, tuple[str, ...]] | None:
    """The template that a path leads to, and what its placeholders stand for."""
    match = ROUTES.find(path)
    return None if match is None else (match[0]["GET"].path, match[1])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/families", ("/api/families", ())),
        ("/api/families/shoes", ("/api/families/{code}", ("shoes",))),
        ("/api/families/shoes/variants/by_size", (PATHS[2], ("shoes", "by_size"))),
        ("/api/products-uuid/search", (PATHS[3], ())),
        (f"/api/products-uuid/{UUID}", (PATHS[4], (UUID,))),
        ("/api/products/a", (PATHS[5], ("a",))),
        ("/api/products/a/b//c", (PATHS[5], ("a/b//c",))),
        ("/api/products/a/", (PATHS[5], ("a/",))),
        ("/api/products/draft", (PATHS[5], ("draft",))),
        ("/api/products/a/draft", (PATHS[6], ("a",))),
        ("/api/products/a/b/draft", (PATHS[6], ("a/b",))),
        ("/api/media-files/a/b/c.png/download", (PATHS[7], ("a/b/c.png",))),
        ("/api/media-files/a/b/c.png", (PATHS[8], ("a/b/c.png",))),
    ],
)
def test_a_path_leads_to_its_operation(path: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert found(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/api", "/api/", "/api/families/", "/api/families/shoes/", "/api//families", "/API/families",
        "/api/families/a/b", "/api/families//variants/x", "/api/products/", "/api/products-uuid/no-uuid",
        f"/api/products-uuid/{UUID}x", "/api/media-files/a b", "/api/media-files/ä/download", "*", "api/families",
    ],
)  # fmt: skip
def test_any_other_path_leads_nowhere(path: str) -> None:
    assert found(path) is None


@given(st.text(st.characters(exclude_characters="/"), min_size=1))
def test_a_code_may_hold_anything_but_a_slash(code: str) -> None:
    assert found(f"/api/families/{code}") == ("/api/families/{code}", (code,))


@given(st.text(min_size=1))
def test_an_identifier_may_hold_anything_but_the_end_of_a_draft(identifier: str) -> None:
    path, params = found(f"/api/products/{identifier}") or ("", ())
    if identifier.endswith("/draft") and len(identifier) > len("/draft"):
        assert (path, params) == (PATHS[6], (identifier.removesuffix("/draft"),))
    else:
        assert (path, params) == (PATHS[5], (identifier,))


@given(st.text())
def test_no_path_breaks_the_look_up(path: str) -> None:
    ROUTES.find(path)
