"""`catalog generate` and `serve --products`: made-up products, by command and on top of a catalog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from mock_akeneo.seeding.loader import CatalogError, load
from mock_akeneo.seeding.start import template_of
from tests.cli.test_serve import run


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("words", [["--catalog", "demo"], ["--families", "3"]], ids=["demo", "shop"])
def test_a_generated_folder_is_the_same_for_the_same_seed_and_can_be_served(tmp_path: Path, words: list[str]) -> None:
    for name in ("one", "two"):
        made = ["catalog", "generate", str(tmp_path / name), "--products", "60", "--seed", "7", *words]
        done = run(*made, "--format", "json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["products"] == 60
    assert files(tmp_path / "one") == files(tmp_path / "two")
    loaded = load(str(tmp_path / "one"), Clock("frozen"))
    assert len(loaded["product"]) == 60
    assert loaded["product"].by_alias("gen-000060") is not None


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("catalog", "generate", str(tmp_path))
    assert (done.returncode, done.stderr) == (2, f"Error: {tmp_path} is not empty: choose a new folder\n")
    assert files(tmp_path) == {"mine.txt": b"mine"}


def test_products_come_on_top_of_the_catalog_and_are_the_same_for_the_same_seed() -> None:
    demo = template_of(Settings())
    grown = [template_of(Settings(products=40, seed=3)) for _ in range(2)]
    assert len(grown[0]["product"]) == len(demo["product"]) + 40
    assert [d.stored for d in grown[0]["product"]] == [d.stored for d in grown[1]["product"]]
    other = template_of(Settings(products=40, seed=4))
    assert [d.stored for d in grown[0]["product"]] != [d.stored for d in other["product"]]


def test_a_catalog_that_cannot_be_loaded_is_told_before_anything_is_generated(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="there is no catalog"):
        template_of(Settings(catalog=str(tmp_path / "nowhere"), products=5))
