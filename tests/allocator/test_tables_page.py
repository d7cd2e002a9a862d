"""The page on tables says what the schema says."""

from __future__ import annotations

from pathlib import Path

from allocator.schema import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"


def test_the_page_has_every_table_and_column_in_order() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found: list[tuple[str, str, str, str]] = []
    table = ""
    for line in lines:
        if line.startswith("## "):
            table = line[3:]
        elif line.startswith("| `"):
            name, alias, required = (cell.strip(" `") for cell in line.split("|")[1:4])
            found.append((table, name, alias, required))
    expected = [
        (own.name, column.name, column.alias, "yes" if column.required else "")
        for own in TABLES
        for column in own.columns
    ]
    assert found == expected
