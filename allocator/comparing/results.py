"""Two result folders beside each other: what changed, for whom, and why."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from allocator.comparing.against_law import AgainstLaw, against_law
from allocator.comparing.causes import LINKS, QUOTA, SWAP, Causes
from allocator.comparing.changed_inputs import (
    FileChange,
    ParameterChange,
    Row,
    RowChange,
    file_changes,
    input_rows,
    parameter_changes,
    read_manifest,
    row_changes,
)
from allocator.keys.definition import STATUTORY
from allocator.reporting.result import read_rows

QUOTA_VALUES = ("inwoners", "formule", "correctie", "taakstelling")
SWAP_VALUES = (
    "overdracht",
    "gewijzigde_taakstelling",
    "achterstand",
    "voorsprong",
    "plaatsbaar",
    "tekort_voor",
    "tekort_na",
)
LINK_VALUES = ("huishoudens", "personen")
_DEPTH = {"taakstelling": QUOTA, "gewijzigde_taakstelling": SWAP, "gekoppelde_personen": LINKS}
"""Figures that get reasons."""


@dataclass(frozen=True, slots=True)
class MunicipalityChange:
    """One figure of one municipality; None where only one of the results has it.

    ``reasons`` are codes, see ``docs/reference/comparison.md``; given for the quota, the quota
    after swaps and the persons linked, otherwise empty.
    """

    code: str
    name: str
    quantity: str
    before: int | None
    after: int | None
    reasons: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        """After minus before; what is not there counts as 0."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class TransferChange:
    """Persons from one municipality to another, before and after; ``kind`` as the table has it."""

    giver: str
    taker: str
    kind: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ResultComparison:
    """Everything that differs; empty, but for ``legal``, when the results say the same."""

    names: tuple[str, str]
    files: tuple[FileChange, ...]
    parameters: tuple[ParameterChange, ...]
    rows: tuple[RowChange, ...]
    municipalities: tuple[MunicipalityChange, ...]
    transfers: tuple[TransferChange, ...]
    legal: tuple[AgainstLaw, ...] = ()

    def changes_of(self, quantity: str) -> tuple[MunicipalityChange, ...]:
        """The changes of one figure."""
        return tuple(change for change in self.municipalities if change.quantity == quantity)


def compare_results(before: Path, after: Path) -> ResultComparison:
    """Compare two result folders, without opening anything confidential.

    Parameters
    ----------
    before, after
        Result folders; that they are what they claim is for the verifier to say.

    Returns
    -------
    ResultComparison
        Inputs that differ by hash and by row, parameters that differ, and every figure of a
        municipality (quota, swap, links) that differs; and both against the letter of the law.

    Raises
    ------
    InputRefusedError
        If a folder has no manifest, or a file cannot be read.
    """
    old, new = read_manifest(before), read_manifest(after)
    parameters = parameter_changes(old, new, before, after)
    rows = row_changes(before, after)
    files = file_changes(old, new)
    published = _published(before) & _published(after)
    indicators = any(manifest["parameters"].get("key") != STATUTORY for manifest in (old, new))
    causes = Causes(parameters, rows, files, published, indicators)
    return ResultComparison(
        (str(old.get("name", "")), str(new.get("name", ""))),
        files,
        parameters,
        rows,
        _municipalities(before, after, causes),
        _transfers(before, after),
        against_law(before, after),
    )


def _municipalities(before: Path, after: Path, causes: Causes) -> tuple[MunicipalityChange, ...]:
    sources = (
        ("taakstellingen.csv", QUOTA_VALUES, ""),
        ("na_uitruil.csv", SWAP_VALUES, ""),
        ("koppelingen_per_gemeente.csv", LINK_VALUES, "gekoppelde_"),
    )
    names = {**_names(before), **_names(after)}
    found = []
    for file, columns, prefix in sources:
        if not (before.joinpath(file).is_file() and after.joinpath(file).is_file()):
            continue
        old, new = (_figures(place.joinpath(file), columns) for place in (before, after))
        for code, column in itertools.product(sorted({*old, *new}), columns):
            one, other = old.get(code, {}).get(column), new.get(code, {}).get(column)
            if one != other:
                name = prefix + column
                reasons = causes.of(code, _DEPTH[name]) if name in _DEPTH else ()
                found.append(
                    MunicipalityChange(code, names.get(code, ""), name, one, other, reasons)
                )
    return tuple(sorted(found, key=lambda change: (change.code, change.quantity)))


def _published(folder: Path) -> set[str]:
    """Municipalities whose quota was published."""
    return {row["gemeente_code"] for row in input_rows(folder, "vastgesteld")}


def _names(folder: Path) -> dict[str, str]:
    path = folder.joinpath("taakstellingen.csv")
    rows = read_rows(path) if path.is_file() else []
    return {row["gemeente_code"]: row["gemeente"] for row in rows}


def _figures(path: Path, columns: tuple[str, ...]) -> Mapping[str, dict[str, int | None]]:
    """Figures per municipality; rows of one municipality are added up."""
    found: dict[str, dict[str, int | None]] = {}
    for row in read_rows(path):
        own = found.setdefault(row["gemeente_code"], {})
        for column in columns:
            value = row.get(column, "")
            earlier = own.get(column)
            own[column] = int(value) + (earlier or 0) if value else earlier
    return found


def _transfers(before: Path, after: Path) -> tuple[TransferChange, ...]:
    old, new = _pairs(before), _pairs(after)
    return tuple(
        TransferChange(*pair, old.get(pair, 0), new.get(pair, 0))
        for pair in sorted({*old, *new})
        if old.get(pair, 0) != new.get(pair, 0)
    )


def _pairs(folder: Path) -> dict[tuple[str, str, str], int]:
    path = folder.joinpath("overdrachten.csv")
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    rows: list[Row] = read_rows(path) if path.is_file() else []
    for row in rows:
        found[row["van_code"], row["naar_code"], row["soort"]] += int(row["personen"] or 0)
    return dict(found)
