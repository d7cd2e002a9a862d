"""A made-up instance as a folder of CSV tables and ``instance.toml``."""

from __future__ import annotations

import shutil
from pathlib import Path

import tomli_w

from allocator.canonical import csv_bytes
from allocator.errors import OutputTroubleError, output_trouble
from allocator.generating.base import Row, Tables
from allocator.generating.draft import columns_of
from allocator.locking import only_writer
from allocator.publishing import beside, sweep
from allocator.schema import TABLE_BY_NAME, Table


def write_instance(tables: Tables, settings: dict[str, object], folder: Path) -> None:
    """Write a folder that appears whole or not at all: comma, UTF-8, LF.

    Raises
    ------
    OutputTroubleError
        If there is something at ``folder`` already, as an instance is never written over; or
        if it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputTroubleError("out_not_a_folder", path=folder)
    if folder.exists() and any(folder.iterdir()):
        raise OutputTroubleError("out_not_ours", path=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with only_writer(folder):
            sweep(folder)
            _write_beside(tables, settings, folder)
    except OSError as error:
        raise output_trouble(folder, error) from error


def _write_beside(tables: Tables, settings: dict[str, object], folder: Path) -> None:
    working = beside(folder)
    try:
        for name, rows in tables.items():
            write_table(name, rows, working)
        (working / "instance.toml").write_bytes(tomli_w.dumps(settings).encode("utf-8"))
        working.chmod(0o755)  # a temporary folder is private; made-up tables need not be
        working.replace(folder)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise


def write_table(name: str, rows: list[Row], folder: Path) -> None:
    """Write one table: columns in the order of the schema, rows sorted by key."""
    table = TABLE_BY_NAME[name]
    columns = columns_of(name, rows)
    ordered = sorted(rows, key=lambda row: _order(row, table, columns))
    cells = ([row.get(column, "") for column in columns] for row in ordered)
    (folder / table.file).write_bytes(csv_bytes(columns, cells))


def _order(row: Row, table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Key first, then the whole row, by code point."""
    return (*(row.get(name, "") for name in table.key), *(row.get(name, "") for name in columns))
