"""Bytes that are the same for the same content: tables, settings, JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import tomli_w

from allocator.exact_text import whole_text
from allocator.reading.tables import TableData
from allocator.settings import Settings

_WRITTEN_BITS = 14_000
"""Longest whole number [bits] that Python itself surely writes out."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A result table: comma, UTF-8, LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8")


def _cell(value: object) -> object:
    if isinstance(value, int) and value.bit_length() > _WRITTEN_BITS:
        return whole_text(value)
    return "" if value is None else value


def table_bytes(table: TableData) -> bytes:
    """The canonical copy of an input table."""
    rows = ([row[column] for column in table.columns] for row in table.rows)
    return csv_bytes(table.columns, rows)


def settings_bytes(settings: Settings) -> bytes:
    """``instance.toml`` with sorted keys; only what was set or differs from the default."""
    data = settings.model_dump(mode="python", exclude_none=True)
    return tomli_w.dumps(_sorted(data)).encode("utf-8")


def json_bytes(content: object) -> bytes:
    """JSON with sorted keys, two spaces, a final newline."""
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def sha256(content: bytes) -> str:
    """Hash of a file's content."""
    return hashlib.sha256(content).hexdigest()


def six_decimals(value: Fraction) -> str:
    """Decimal text of a non-negative number, six decimals, half up, in whole numbers."""
    millionths = (2 * value.numerator * 10**6 + value.denominator) // (2 * value.denominator)
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


def _sorted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keys in order, plain values before tables as TOML wants it; empty tables stay."""
    plain = {key: _plain(data[key]) for key in sorted(data) if not isinstance(data[key], Mapping)}
    tables = {key: _sorted(data[key]) for key in sorted(data) if isinstance(data[key], Mapping)}
    return {**plain, **tables}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
