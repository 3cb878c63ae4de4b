"""The demo catalog in the repository is what its script writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_make_demo_writes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts/make-demo", tmp_path], check=True, timeout=60)
    written = {str(file.relative_to(tmp_path)): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    kept = {name: (ROOT / "fixtures/demo" / name).read_bytes() for name in written}
    assert written == kept
    media = (ROOT / "fixtures/demo/media").rglob("*")
    assert {
        f"media/{file.relative_to(ROOT / 'fixtures/demo/media')}" for file in media if file.is_file()
    } <= written.keys()
