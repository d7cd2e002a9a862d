"""Every known trap has a test, by a name that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "traps.md"
ROW = re.compile(r"\| (?P<trap>.+) \| `(?P<file>[\w/]+\.py)::(?P<test>test_\w+)` \|")


def rows() -> list[re.Match[str]]:
    """Rows of the tables, without their headers."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    found = [ROW.fullmatch(line) for line in lines if line != "| trap | test |"]
    assert all(found), "every row names one test"
    return [row for row in found if row]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_trap_names_a_test_that_is_there() -> None:
    missing = [row["test"] for row in rows() if row["test"] not in names_in(ROOT / row["file"])]
    assert missing == []


def test_every_trap_has_a_test_of_its_own() -> None:
    assert len(rows()) >= 55
    assert len({row["trap"] for row in rows()}) == len(rows())
    assert len({row["test"] for row in rows()}) == len(rows())
