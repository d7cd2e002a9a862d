"""Tables of what code comes to, written down to be compared whole."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path


def read(table: Path) -> dict[str, list[str]]:
    """The table as it stands."""
    found: dict[str, list[str]] = tomllib.loads(table.read_text(encoding="utf-8"))
    return found


def write(table: Path, title: str, ways: Mapping[str, Callable[[], list[str]]]) -> None:
    """Write the table anew: a title, and the lines of every way by its name."""
    text = f"# {title}\n"
    for name, way in ways.items():
        lines = "".join(f'    "{line}",\n' for line in way())
        text += f'"{name}" = [\n{lines}]\n'
    table.write_text(text, encoding="utf-8")
