"""Change a result folder after the fact, as a mistake or a forger would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.allocator.verify.handmade.case import json_text

PLAN, LEFT = "vertrouwelijk/koppelvoorstel.csv", "vertrouwelijk/niet_gekoppeld.csv"
HOMES = "vertrouwelijk/invoer/huishoudens.csv"
COUNTS = "koppelingen_per_gemeente.csv"
Sabotage = Callable[[Path], Any]


def lines(folder: Path, name: str, change: Callable[[list[str]], Any]) -> None:
    """Change the lines of a table in place; the header is line 0."""
    path = folder / name
    text = path.read_bytes().decode().split("\n")[:-1]
    change(text)
    path.write_bytes("".join(line + "\n" for line in text).encode())


def cell(folder: Path, name: str, key: str, column: str, value: object) -> None:
    """Set one field of the row that starts with ``key``."""

    def change(text: list[str]) -> None:
        at = text[0].split(",").index(column)
        row = next(i for i, line in enumerate(text) if f"{line},".startswith(f"{key},"))
        fields = text[row].split(",")
        assert fields[at] != str(value), "nothing would change"
        fields[at] = str(value)
        text[row] = ",".join(fields)

    lines(folder, name, change)


def field(folder: Path, name: str, key: str, column: str) -> str:
    """Return one field of the row that starts with ``key``."""
    text = (folder / name).read_bytes().decode().split("\n")
    row = next(line for line in text if f"{line},".startswith(f"{key},"))
    return row.split(",")[text[0].split(",").index(column)]


def document(folder: Path, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change a JSON file in place."""
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_bytes(json_text(content).encode())


def stage_of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one stage of a manifest."""
    stage: dict[str, Any] = next(s for s in manifest["stages"] if s["name"] == name)
    return stage


def raw(folder: Path, name: str, old: bytes, new: bytes) -> None:
    """Replace bytes once."""
    data = (folder / name).read_bytes()
    assert old in data, "nothing would change"
    (folder / name).write_bytes(data.replace(old, new, 1))


def in_table(name: str, change: Callable[[list[str]], Any]) -> Sabotage:
    return lambda folder: lines(folder, name, change)


def in_cell(name: str, key: str, column: str, value: object) -> Sabotage:
    return lambda folder: cell(folder, name, key, column, value)


def in_document(name: str, change: Callable[[dict[str, Any]], Any]) -> Sabotage:
    return lambda folder: document(folder, name, change)


def in_link(**values: Any) -> Sabotage:
    return in_document("certificaat.json", lambda content: content["link"].update(values))


def in_swap(**values: Any) -> Sabotage:
    return in_document("certificaat.json", lambda content: content["swap"].update(values))


def in_stage(name: str, **values: Any) -> Sabotage:
    return in_document("manifest.json", lambda content: stage_of(content, name).update(values))


def in_parameters(part: str, **values: Any) -> Sabotage:
    def change(content: dict[str, Any]) -> None:
        parameters = content["parameters"]
        (parameters[part] if part else parameters).update(values)

    return in_document("manifest.json", change)


def both(*changes: Sabotage) -> Sabotage:
    return lambda folder: [change(folder) for change in changes]
