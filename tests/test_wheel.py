"""What the built wheel holds, and that it works away from the source."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.calling import INSTANCES, ROOT, environment

DATA = "allocator/instances"


def run(*words: object, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    surroundings = environment() | ({"PYTHONPATH": str(path)} if path else {})
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install")
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet", "--target", target)
    done = run(*pip, *options, wheel, cwd=target)
    assert done.returncode == 0, done.stderr
    return target


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_top_level_names_are_exactly_ours(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names(wheel)}
    (information,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops - {information} == {"allocator", "models", "cli.py"}
    assert information.startswith("taakstelling_allocator-")


def test_every_bundled_instance_is_data_inside_the_package(wheel: Path) -> None:
    here = {
        f"{DATA}/{path.relative_to(INSTANCES).as_posix()}"
        for path in INSTANCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = {name for name in names(wheel) if name.startswith(f"{DATA}/")}
    assert there == here
    assert not [name for name in there if name.endswith(".py")]


def test_everything_the_program_needs_is_in_it(wheel: Path) -> None:
    here = {
        path.relative_to(ROOT).as_posix()
        for package in ("allocator", "models")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    there = {name for name in names(wheel) if name.startswith(("allocator/", "models/"))}
    assert {name for name in there if not name.startswith(f"{DATA}/")} == here
    assert {"allocator/py.typed", "models/py.typed"} <= there


def test_nothing_of_the_workshop_is_in_it(wheel: Path) -> None:
    banned = ("tests", "docs", "benchmarks", ".git", ".ci", "__pycache__", ".venv", ".toml~")
    assert [name for name in names(wheel) if any(part in banned for part in name.split("/"))] == []


def test_the_installed_command_divides_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = run(
        sys.executable, "-P", installed / "bin" / "allocator",
        "quota", "nl-2021-1", "--out", "q", cwd=tmp_path, path=installed,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (tmp_path / "q" / "taakstellingen.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 352
    assert sum(int(row["taakstelling"]) for row in rows) == 13_500


def test_the_installed_code_is_what_runs(installed: Path, tmp_path: Path) -> None:
    program = (
        "import allocator, cli, models; print(allocator.__file__, cli.__file__, models.__file__)"
    )
    done = run(sys.executable, "-P", "-c", program, cwd=tmp_path, path=installed)
    assert done.returncode == 0, done.stderr
    assert all(place.startswith(str(installed)) for place in done.stdout.split())


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-P", installed / "bin" / "allocator", "--version")
    done = run(*command, cwd=tmp_path, path=installed)
    assert done.returncode == 0, done.stderr
    (information,) = installed.glob("taakstelling_allocator-*.dist-info")
    assert done.stdout.strip().endswith(information.name.split("-")[1].removesuffix(".dist"))
