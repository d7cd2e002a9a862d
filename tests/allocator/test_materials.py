"""The list of parts is whole, says the licences and is the same each time."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest

from allocator import materials
from allocator.materials import OWN, bill_of_materials, parts
from tests.cli.calling import call


def declared() -> set[str]:
    """What the installed program itself says that it needs."""
    needs = [need for need in distribution(OWN).requires or () if "extra" not in need]
    names = [re.split(r"[<>=\[; ]", need)[0] for need in needs]
    assert len(names) > 5
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def test_every_declared_dependency_is_a_part_with_its_version() -> None:
    known = {part.name: part.version for part in parts()}
    assert declared() <= known.keys()
    assert all(version(name) == known[name] for name in known)
    assert "pytest" not in known, "what only tests need is not part of the program"


def test_every_part_says_its_licence() -> None:
    assert [part.name for part in parts() if not part.licence] == []


def test_nothing_forbidden_is_among_the_parts() -> None:
    """highspy cannot share a process with ortools."""
    assert "highspy" not in {part.name for part in parts()}


def test_the_bill_is_cyclonedx_and_the_same_each_time() -> None:
    bill = json.loads(bill_of_materials())
    assert bill_of_materials() == bill_of_materials()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == OWN
    refs = {component["bom-ref"] for component in bill["components"]}
    refs.add(bill["metadata"]["component"]["bom-ref"])
    assert {need["ref"] for need in bill["dependencies"]} == refs
    assert {ref for need in bill["dependencies"] for ref in need["dependsOn"]} <= refs
    assert "timestamp" not in bill["metadata"]


def test_the_command_lists_parts_and_gives_the_bill() -> None:
    assert f"numpy {version('numpy')}: " in call("materials").out
    ran = call("materials", "--json")
    assert ran.json == json.loads(bill_of_materials())


def test_a_bare_clone_is_told_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(materials, "distribution", missing)
    ran = call("materials")
    assert ran.code == 2
    assert "niet geïnstalleerd" in ran.err


ROOT = Path(__file__).parents[2]


def pinned(file: str, needs: list[str]) -> dict[str, int]:
    """Hashes by name of a lock that holds all that is declared, at its lower bound or above."""
    lock = (ROOT / file).read_text(encoding="utf-8")
    kept = "\n".join(line for line in lock.splitlines() if not line.startswith("#"))
    lines = kept.replace(" \\\n    ", " ").splitlines()
    form = re.compile(r"([a-z0-9-]+)==([0-9.]+)((?: --hash=sha256:[0-9a-f]{64})+)")
    pins, hashes = {}, {}
    for line in lines:
        found = form.fullmatch(line)
        assert found is not None, line
        pins[found[1]] = tuple(int(part) for part in found[2].split("."))
        hashes[found[1]] = line.count("--hash")
    assert list(pins) == sorted(pins)
    for need in needs:
        name, least = re.split(">=", need.split(",")[0])
        assert pins[name] >= tuple(int(part) for part in least.split(".")), need
    return hashes


def test_the_lock_pins_every_dependency_by_its_hash() -> None:
    """Every declared one with its lower bound, and all that these need where they are here."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = pinned("requirements.lock", content["project"]["dependencies"])
    # What is compiled for one Python has a file, and a hash, for each of three.
    assert sum(count >= 3 for count in pins.values()) >= 5
    assert "highspy" not in pins
    for name in pins:
        needed = [part.name for part in parts(name)]
        assert set(needed) <= pins.keys(), name


def test_what_makes_the_wheel_is_pinned_by_its_hash_too() -> None:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert len(pinned("build.lock", content["build-system"]["requires"])) > 1
