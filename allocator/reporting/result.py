"""A result folder as plain data: no household, and of the confidential tables two sums."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from allocator.errors import InputRefusedError
from allocator.findings import Finding
from allocator.reporting import rows
from allocator.reporting.rows import Row

Made = TypeVar("Made")

WITHOUT_QUOTAS = ("backtest", "compare-results")
"""Commands whose results are tables only: nothing to explain, and no quotas to report."""

PARTS = ("extract", "sample", "purge")
"""Commands that make a folder from a result: it has tables, and nothing to explain them from."""

COMPOSITION = "swap-samenstelling"
"""The command whose result asks COA for other household sizes and changes no quota."""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything public that a result folder says; a table that is not there is None.

    ``key`` is empty where the statutory key was used.
    """

    folder: Path
    name: str
    instance: dict[str, Any]
    key: dict[str, Any]
    parameters: dict[str, Any]
    versions: dict[str, str]
    inputs: dict[str, str]
    retention: str
    stages: tuple[rows.Stage, ...]
    certificate: dict[str, Any]
    municipalities: tuple[rows.Municipality, ...]
    quotas: tuple[rows.Quota, ...]
    published: tuple[rows.Published, ...] | None
    corrections: tuple[rows.Correction, ...] | None
    balances: tuple[rows.Balance, ...] | None
    supply: tuple[rows.Supply, ...] | None
    classes: tuple[rows.DwellingClass, ...] | None
    follow_on: tuple[rows.FollowOn, ...] | None
    after_swap: tuple[rows.AfterSwap, ...] | None
    left_over: tuple[rows.AfterSwap, ...] | None
    transfers: tuple[rows.Transfer, ...] | None
    promises: tuple[rows.Promise, ...] | None
    links: tuple[rows.LinkCount, ...] | None
    households_not_linked: int | None
    size_groups: tuple[Row, ...] | None = None
    caps: tuple[Row, ...] | None = None
    """Rows of ``invoer/koppelgrenzen.csv``: persons that a municipality gets at most."""

    def cap_of(self, code: str) -> int | None:
        """Persons linked to a municipality at most; None without a cap."""
        return next(
            (int(row["personen_max"]) for row in self.caps or () if row["gemeente_code"] == code),
            None,
        )


def names_of(result: Result) -> dict[str, str]:
    """Names of all municipalities that the result knows, by code."""
    elsewhere = {row.code: row.name for row in result.municipalities}
    return elsewhere | {row.code: row.name for row in result.quotas}


def refuse(code: str, file: str, /, **values: str) -> InputRefusedError:
    """The refusal that names one file of the folder; ``code`` is a key of the catalogue."""
    return InputRefusedError([Finding(code, file, values=tuple(values.items()))])


def read_rows(path: Path) -> list[Row]:
    """Rows of one table, every field as text.

    Raises
    ------
    InputRefusedError
        If the file is missing, has no header or a row of another width.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except FileNotFoundError:
        raise refuse("report_file_missing", path.name) from None
    except (UnicodeDecodeError, csv.Error, OSError):
        raise refuse("report_file_damaged", path.name) from None
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise refuse("report_file_damaged", path.name)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def read_table(path: Path, make: Callable[[Row], Made]) -> tuple[Made, ...]:
    """Rows of one table, each turned into what ``make`` says.

    Raises
    ------
    InputRefusedError
        If the file is missing, or a column or number in it is not as the contract says.
    """
    try:
        return tuple(make(row) for row in read_rows(path))
    except (KeyError, ValueError, ZeroDivisionError):
        raise refuse("report_file_damaged", path.name) from None


def optional_table(path: Path, make: Callable[[Row], Made]) -> tuple[Made, ...] | None:
    """Like :func:`read_table`, None when the folder does not have the table.

    Raises
    ------
    InputRefusedError
        If the table is there and not as the contract says.
    """
    return read_table(path, make) if path.is_file() else None


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object; fractions come as ``Decimal``, so that they print as they were written.

    Raises
    ------
    InputRefusedError
        If the file is missing or is not a JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise refuse("report_file_missing", path.name) from None
    except (ValueError, OSError):
        raise refuse("report_file_damaged", path.name) from None
    if not isinstance(found, dict):
        raise refuse("report_file_damaged", path.name)
    return found


def read_toml(path: Path) -> dict[str, Any]:
    """One TOML file of the folder.

    Raises
    ------
    InputRefusedError
        If the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refuse("report_file_missing", path.name) from None
    except (ValueError, OSError):
        raise refuse("report_file_damaged", path.name) from None


def _command(manifest: dict[str, Any]) -> object:
    stated = manifest.get("parameters")
    return stated.get("command") if isinstance(stated, dict) else None


def _count_rows(path: Path) -> int | None:
    # The number of rows and nothing of what they say: the one thing a page may know of them.
    return len(read_rows(path)) if path.is_file() else None


def load_result(folder: Path) -> Result:
    """Read a result folder.

    Of ``vertrouwelijk/`` only the number of rows of ``niet_gekoppeld.csv`` is taken, so that
    nothing made from a ``Result`` can hold a household row.

    Parameters
    ----------
    folder
        A folder as docs/reference/result-folder.md states it.

    Returns
    -------
    Result
        The public tables; None for a table that the run did not make or use.

    Raises
    ------
    InputRefusedError
        If the result has no quotas or is a part of one, a file that every result has is
        missing, or a file is not as the contract says.
    """
    manifest = read_json(folder / "manifest.json")
    if _command(manifest) in WITHOUT_QUOTAS:
        raise refuse("report_no_quotas", "manifest.json")
    if _command(manifest) in PARTS:
        raise refuse("report_is_part", "manifest.json")
    given = folder / "invoer"
    after = optional_table(folder / "na_uitruil.csv", rows.read_after_swap)
    # The same table by two instruments: in a request about sizes no quota changes, and what
    # stands as shortfall is what is left over without a dwelling that fits.
    is_request = _command(manifest) == COMPOSITION
    key = given / "sleutel.toml"
    try:
        stages = tuple(rows.read_stage(entry) for entry in manifest["stages"])
        name, parameters = manifest["name"], manifest["parameters"]
        versions, inputs = manifest["versions"], manifest["inputs"]
    except (KeyError, TypeError, InvalidOperation):
        raise refuse("report_file_damaged", "manifest.json") from None
    return Result(
        folder=folder,
        name=name,
        instance=read_toml(given / "instance.toml"),
        key=read_toml(key) if key.is_file() else {},
        parameters=parameters,
        versions=versions,
        inputs=inputs,
        retention=manifest.get("retention", ""),
        stages=stages,
        certificate=read_json(folder / "certificaat.json"),
        municipalities=read_table(given / "gemeenten.csv", rows.read_municipality),
        quotas=read_table(folder / "taakstellingen.csv", rows.read_quota),
        published=optional_table(given / "vastgesteld.csv", rows.read_published),
        corrections=optional_table(given / "correcties.csv", rows.read_correction),
        balances=optional_table(given / "standen.csv", rows.read_balance),
        supply=optional_table(given / "aanbod.csv", rows.read_supply),
        classes=optional_table(given / "woningklassen.csv", rows.read_dwelling_class),
        follow_on=optional_table(
            folder / "vertrouwelijk" / "invoer" / "nareis.csv", rows.read_follow_on
        ),
        after_swap=None if is_request else after,
        left_over=after if is_request else None,
        transfers=optional_table(folder / "overdrachten.csv", rows.read_transfer),
        promises=optional_table(folder / "toezeggingen_stand.csv", rows.read_promise),
        links=optional_table(folder / "koppelingen_per_gemeente.csv", rows.read_link_count),
        households_not_linked=_count_rows(folder / "vertrouwelijk" / "niet_gekoppeld.csv"),
        size_groups=optional_table(folder / "eerlijkheid_grootte.csv", dict),
        caps=optional_table(given / "koppelgrenzen.csv", dict),
    )
