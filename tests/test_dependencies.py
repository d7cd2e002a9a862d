"""Every dependency is imported, every import is declared, and highspy stays out."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = {"allocator", "models", "cli", "tests", "benchmarks"}
# Run as commands or found by pytest, never imported by name.
TOOLS = {"ruff", "mypy", "pytest-randomly", "pytest-xdist", "hatchling", "build"}


@cache
def project() -> dict[str, list[str]]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = content.get("optional-dependencies", {})
    return {"": content["dependencies"], **extras}


def plain(requirement: str) -> str:
    """The distribution's name, as an index spells it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared(*extras: str) -> set[str]:
    return {plain(requirement) for extra in extras for requirement in project()[extra]}


def imported(*places: str) -> set[str]:
    """Third-party top-level modules that the sources name."""
    paths = [path for place in places for path in sorted(ROOT.glob(place))]
    assert paths, places
    found = {name for path in paths for name in _imported_by(path)}
    return found - OWN - set(sys.stdlib_module_names)


def _imported_by(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("importorskip"):
            names |= {str(a.value) for a in node.args if isinstance(a, ast.Constant)}
    return names


def distributions(modules: set[str]) -> dict[str, set[str]]:
    """Which distributions can be meant by each module."""
    known = packages_distributions()
    return {module: {plain(name) for name in known.get(module, [])} for module in modules}


PROGRAM = ("cli.py", "allocator/**/*.py", "models/**/*.py")
AROUND = ("tests/**/*.py", "benchmarks/**/*.py")


def test_every_dependency_is_imported_somewhere() -> None:
    extras = [extra for extra in project() if extra != "dev"]
    used = {name for names in distributions(imported(*PROGRAM)).values() for name in names}
    assert declared(*extras) - used == set()


def test_every_import_of_the_program_is_declared() -> None:
    extras = [extra for extra in project() if extra != "dev"]
    meant = distributions(imported(*PROGRAM))
    assert {module for module, names in meant.items() if not names & declared(*extras)} == set()


def test_every_import_of_the_tests_is_declared() -> None:
    meant = distributions(imported(*AROUND))
    assert {module for module, names in meant.items() if not names & declared(*project())} == set()


def test_every_tool_for_developers_is_used() -> None:
    used = {name for names in distributions(imported(*AROUND)).values() for name in names}
    # Extras of the program are installed for the tests, and imported by the program.
    extras = {name for extra in project() if extra not in {"", "dev"} for name in declared(extra)}
    assert declared("dev") - used - TOOLS - extras == set()
    assert extras <= declared("dev")


def test_every_dependency_has_a_lower_bound() -> None:
    everything = [requirement for extra in project().values() for requirement in extra]
    assert [item for item in everything if not re.search(r">=\s*\d", item)] == []


def test_the_solver_libraries_have_an_upper_bound_too() -> None:
    bounded = {plain(item) for item in project()[""] if re.search(r"<\s*\d", item)}
    assert bounded >= {"pulp", "ortools"}


def test_highspy_is_not_here() -> None:
    """From 1.15 on it cannot share a process with ortools, and pulp imports it by itself."""
    assert importlib.util.find_spec("highspy") is None
    assert "highspy" not in declared(*project())
