"""The page on planning names every table and column that is read or written, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.merging import merged
from allocator.planning import Outcome, side_tables
from allocator.planning.recheck import COMMANDS
from allocator.revising import revised
from allocator.schema import Table
from allocator.work import Request, run_quota
from tests.allocator.planning.cases import Case, put_text
from tests.allocator.planning.results import make

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "planning.md"
OF_THE_PROGRAM = {"taakstellingen.csv"}


def page() -> str:
    """The page without the marks of key columns and of code."""
    text = PAGE.read_text(encoding="utf-8")
    return text.replace("*`", "").replace("`*", "").replace("`", "")


def merger(folder: Path) -> Outcome:
    row = "SY0001,SY0009,Nieuw,2022-01-01,1,,verzonnen"
    head = "oud_code,nieuw_code,nieuwe_naam,datum,aandeel,vastgestelde_inwoners,bron"
    path = put_text(folder / "herindelingen.csv", f"{head}\n{row}\n")
    return merged(Case([60, 40], 10).put(folder / "nu"), path, 2022)


def revision(folder: Path) -> Outcome:
    run_quota(Request("quota", Case([60, 40], 10).put(folder / "nu"), folder / "eerst"))
    return revised(folder / "eerst", 5)


@pytest.mark.parametrize(
    "command", ["band", "tiers", "table", "plan", "next", "drift", "merge", "revise"]
)
def test_every_result_table_stands_on_the_page(tmp_path: Path, command: str) -> None:
    made = {"merge": merger, "revise": revision}.get(command, lambda f: make(command, f))(tmp_path)
    text = page()
    copies = {"herindelingen.csv", "gemeenten_voor.csv", "gemeenten.csv"}
    for file, content in made.files.items():
        name = file.rpartition("/")[2]
        if not name.endswith(".csv") or file.startswith("invoer/"):
            continue
        assert name in text or name in OF_THE_PROGRAM, name
        if name not in OF_THE_PROGRAM | copies:
            header = content.decode("utf-8").split("\n", 1)[0]
            assert header.replace(",", ", ") in text, (name, header)


def given_tables() -> list[Table]:
    return [own for own in vars(side_tables).values() if isinstance(own, Table)]


@pytest.mark.parametrize("table", given_tables(), ids=lambda table: table.name)
def test_every_table_that_is_read_stands_on_the_page(table: Table) -> None:
    text = page()
    assert table.file in text or table.name == "vorige"
    for name in table.column_names:
        assert name in text, name


def test_every_command_stands_on_the_page() -> None:

    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert {
        line[3:].split()[0] for line in lines if line.startswith("| `") and "allocator." in line
    } == set(COMMANDS) - {"replay"}  # on docs/reference/weekly.md: it is about households
