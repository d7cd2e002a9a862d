"""A result as it was: its instance, its quotas, and the transfers it holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from allocator.canonical import sha256
from allocator.findings import Findings
from allocator.publishing import MANIFEST
from allocator.reading import Instance, read_instance
from allocator.results import QUOTA_TABLES
from allocator.revising.agreements import FIXED, Agreement

QUOTAS, TRANSFERS, KEY = "taakstellingen.csv", "overdrachten.csv", "sleutel.toml"


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A row of ``taakstellingen.csv`` [persons]."""

    formula: int | None
    correction: int
    quota: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a result folder says; ``copies`` are its tables as bytes, kept with the revision."""

    instance: Instance
    rows: Mapping[str, EarlierRow]
    transfers: tuple[Agreement, ...]
    rounding: str
    key: str
    digest: str
    """Hash of the manifest: which result was revised."""
    copies: Mapping[str, bytes]

    @property
    def total(self) -> int:
        """National number that was divided."""
        total = self.instance.settings.national_total
        assert total is not None, "a result without a national number is refused"
        return total


def read_earlier(folder: Path) -> Earlier:
    """Read a result folder that has passed its own verification.

    Raises
    ------
    InputRefusedError
        If no national number was divided in it, so that there is nothing to revise.
    """
    instance = read_instance(folder / "invoer", QUOTA_TABLES)
    if not instance.settings.national_total:
        findings = Findings()
        findings.error("revise_no_total", "instance.toml", column="national_total")
        findings.refuse_errors()
    names = [name for name in (QUOTAS, TRANSFERS) if (folder / name).is_file()]
    copies = {name: (folder / name).read_bytes() for name in names}
    manifest = (folder / MANIFEST).read_bytes()
    parameters = json.loads(manifest)["parameters"]
    own_key = folder / "invoer" / KEY
    return Earlier(
        instance,
        _quota_rows(copies[QUOTAS]),
        _transfers(copies.get(TRANSFERS, b"")),
        str(parameters["rounding"]),
        str(own_key) if own_key.is_file() else str(parameters["key"]),
        sha256(manifest),
        copies,
    )


def _rows(content: bytes) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))


def _quota_rows(content: bytes) -> dict[str, EarlierRow]:
    return {
        row["gemeente_code"]: EarlierRow(
            int(row["formule"]) if row["formule"] else None,
            int(row["correctie"]),
            int(row["taakstelling"]),
        )
        for row in _rows(content)
    }


def _transfers(content: bytes) -> tuple[Agreement, ...]:
    """Redistributions only: a composition agreement moves no persons of quota."""
    return tuple(
        Agreement(row["van_code"], row["naar_code"], int(row["personen"]), FIXED)
        for row in _rows(content)
        if row["soort"] == "herverdeling"
    )
