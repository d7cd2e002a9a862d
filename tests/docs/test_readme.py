"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(README)
SET_UP = [block.strip() for kind, block in BLOCKS if kind == "sh" and "python3 -m venv" in block]
COMMANDS = [
    line
    for kind, block in BLOCKS
    if kind == "sh"
    for line in block.strip().splitlines()
    if line.startswith(".venv/bin/allocator")
]
TESTS = "-m pytest -n auto --dist loadfile"
TEXTS = [block for kind, block in BLOCKS if kind == "text"]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the README in a copy of the tree, with this interpreter."""
    words = shlex.split(line.replace(".venv/bin/allocator", "cli.py"))
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that a clone has and the examples need."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("allocator", "models", "instances"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cli.py", folder)
    return folder


def test_there_are_two_commands_that_do_all_the_set_up() -> None:
    assert [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/allocator demo",
        f'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/python {TESTS}',
    ] == SET_UP


def test_the_gate_calls_the_test_command_of_the_readme() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'pip" install' in gate
    assert '-e ".[dev]"' in gate
    assert TESTS in gate


def test_the_example_prints_what_the_readme_shows(clone: Path) -> None:
    assert COMMANDS
    printed = [run(line, clone) for line in COMMANDS]
    assert [(result.returncode, result.stderr) for result in printed] == [(0, "")] * len(COMMANDS)
    assert printed[0].stdout == TEXTS[2]
    assert printed[-1].stdout == TEXTS[3]
    assert "compare" in COMMANDS[-1]
    table = (clone / "instances" / "tiny-quota" / "gemeenten.csv").read_text(encoding="utf-8")
    assert TEXTS[1] == table
    assert (clone / "uit" / "rapport.html").is_file()


def test_the_demo_prints_what_the_readme_shows(clone: Path) -> None:
    result = run("cli.py demo", clone)
    assert result.returncode == 0
    assert result.stdout == TEXTS[0]


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
