"""The file that keeps settings, as far as the commands do not show it: what nobody would write."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_akeneo.core.settings_file import kept


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("port = " + "[" * 5000 + "]" * 5000, "it is nested too deep"),
        ("port = " + "1" * 5000, r"Exceeds the limit \(4300 digits\)"),
        ("port = \n", r"Invalid value \(at line 1, column 8\)"),
        ("port = 1\nport = 2\n", r"Cannot overwrite a value \(at line 2, column 9\)"),
    ],
    ids=range(4),
)
def test_what_nobody_would_write_is_refused_in_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "mock-akeneo.toml").write_text(text)
    with pytest.raises(ValueError, match=rf"^mock-akeneo\.toml cannot be read: {why}"):
        kept(str(tmp_path))
    # Whose project it is has to mend it.
    (tmp_path / "mock-akeneo.toml").rename(tmp_path / "pyproject.toml")
    (tmp_path / "pyproject.toml").write_text(f"[tool.mock-akeneo]\n{text}")
    assert kept(str(tmp_path)) is None
