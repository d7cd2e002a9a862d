"""What differs between the inputs of two result folders: by hash, by row, by setting.

Confidential files are compared by the hashes in the manifests and never opened: tables about
households and sponsors, and the limits on swaps, of which one party's appear in nobody else's.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocator.publishing import MANIFEST
from allocator.reporting.result import read_rows, refuse
from allocator.schema import TABLE_BY_NAME, TABLES, Table

ADDED, REMOVED, CHANGED = "toegevoegd", "verdwenen", "gewijzigd"
_SAID_ELSEWHERE = frozenset({"notices"})
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is there in one result only, or an input with another content."""

    file: str
    kind: str
    before: str
    after: str
    """SHA-256, empty where the file is not there."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of an input table, or one field of it; ``column`` is empty for a whole row."""

    file: str
    key: str
    kind: str
    column: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """A parameter, setting, part of the key or version; empty where it is not there."""

    name: str
    before: str
    after: str


def read_manifest(folder: Path) -> dict[str, Any]:
    """``manifest.json`` of a result folder.

    Raises
    ------
    InputRefusedError
        If there is none, or it is not what we write.
    """
    try:
        content = json.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refuse("report_file_missing", MANIFEST) from None
    except (OSError, ValueError):
        raise refuse("report_file_damaged", MANIFEST) from None
    if not isinstance(content, dict) or not isinstance(content.get("parameters"), dict):
        raise refuse("report_file_damaged", MANIFEST)
    return content


def file_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FileChange, ...]:
    """Inputs with another hash, and files that only one of the results has."""
    found = []
    for part in ("inputs", "outputs"):
        old, new = before.get(part, {}), after.get(part, {})
        for file in sorted({*old, *new}):
            one, other = old.get(file, ""), new.get(file, "")
            if one != other and (part == "inputs" or not (one and other)):
                kind = CHANGED if one and other else ADDED if other else REMOVED
                found.append(FileChange(file, kind, one, other))
    return tuple(found)


def parameter_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], old: Path, new: Path
) -> tuple[ParameterChange, ...]:
    """Every parameter, setting, part of the key and version that differs."""
    one, other = _said(before, old), _said(after, new)
    return tuple(
        ParameterChange(name, one.get(name, ""), other.get(name, ""))
        for name in sorted({*one, *other})
        if one.get(name, "") != other.get(name, "")
    )


def _said(manifest: Mapping[str, Any], folder: Path) -> dict[str, str]:
    parameters = {
        name: value
        for name, value in manifest.get("parameters", {}).items()
        if name not in _SAID_ELSEWHERE
    }
    return {
        **dict(_flat("parameters", parameters)),
        **dict(_flat("versions", manifest.get("versions", {}))),
        **dict(_flat("instance", _toml(folder.joinpath("invoer", "instance.toml")))),
        **dict(_flat("sleutel", _toml(folder.joinpath("invoer", "sleutel.toml")))),
    }


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for part, own in value.items():
            yield from _flat(f"{name}.{part}", own)
    elif isinstance(value, list) and value and all(isinstance(own, Mapping) for own in value):
        for number, own in enumerate(value, 1):
            yield from _flat(f"{name}.{number}", own)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, default=str)


def row_changes(old: Path, new: Path) -> tuple[RowChange, ...]:
    """Rows that differ in the tables that are not confidential."""
    found: list[RowChange] = []
    for table in TABLES:
        one, other = input_rows(old, table.name), input_rows(new, table.name)
        if one == other:
            continue
        if table.unique:
            found += _by_key(table, one, other)
        else:
            found += _by_row(table, one, other)
    return tuple(found)


def input_rows(folder: Path, table: str) -> list[Row]:
    """Rows of an input table that is not confidential; none where it was not used."""
    path = folder.joinpath("invoer", TABLE_BY_NAME[table].file)
    return read_rows(path) if path.is_file() else []


def _key(table: Table, row: Row) -> str:
    return "|".join(row.get(name, "") for name in table.key).rstrip("|")


def _text(row: Row) -> str:
    return "; ".join(f"{name}={value}" for name, value in row.items() if value)


def _by_key(table: Table, one: list[Row], other: list[Row]) -> Iterator[RowChange]:
    old, new = ({_key(table, row): row for row in rows} for rows in (one, other))
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            kind = ADDED if before is None else REMOVED
            yield RowChange(table.file, key, kind, "", _text(before or {}), _text(after or {}))
            continue
        for name in {**before, **after}:
            was, now = before.get(name, ""), after.get(name, "")
            if was != now:
                yield RowChange(table.file, key, CHANGED, name, was, now)


def _by_row(table: Table, one: list[Row], other: list[Row]) -> Iterator[RowChange]:
    """Tables whose rows may share a key: what is only here and what is only there."""
    old, new = (Counter((_key(table, row), _text(row)) for row in rows) for rows in (one, other))
    for key, row in sorted((old - new).elements()):
        yield RowChange(table.file, key, REMOVED, "", row, "")
    for key, row in sorted((new - old).elements()):
        yield RowChange(table.file, key, ADDED, "", "", row)
