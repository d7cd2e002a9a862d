"""Where an instance is looked for: the folder that was named, then the bundled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.reading.instance import find_instance
from tests.allocator.reading.full import full_files, put


def test_a_folder_where_one_stands_goes_before_a_bundled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(full_files(), tmp_path / "tiny-quota")
    monkeypatch.chdir(tmp_path)
    assert find_instance(Path("tiny-quota")).resolve() == tmp_path / "tiny-quota"
    assert find_instance(Path("tiny-ruil")).resolve() != tmp_path / "tiny-ruil"


def test_a_bundled_instance_is_found_by_its_name_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (find_instance(Path("tiny-quota")) / "instance.toml").is_file()


@pytest.mark.parametrize(
    "name", ["nergens", "map/tiny-quota", "../tiny-quota", "./nergens/tiny-quota"]
)
def test_another_place_is_taken_at_its_word(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_instance(Path(name)) == Path(name)
