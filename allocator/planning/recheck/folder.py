"""A result folder as the re-check reads it, and what it finds wrong."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
LONGEST = 200
"""What a sentence shows of a value [characters]."""
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: a sentence of the catalogue with its values."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Folder:
    """Every file of a result; what is wrong goes to ``wrongs``."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    wrongs: list[Wrong]

    @property
    def command(self) -> str:
        """The command that made it."""
        return str(self.parameters["command"])

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the manifest says was asked."""
        parameters: Mapping[str, Any] = self.manifest["parameters"]
        return parameters

    @property
    def own(self) -> Mapping[str, Any]:
        """Parameters of the command itself."""
        own: Mapping[str, Any] = self.parameters[self.command]
        return own

    @property
    def settings(self) -> Mapping[str, Any]:
        """``instance.toml`` as it went in."""
        name = "instance.toml" if "instance.toml" in self.files else "invoer/instance.toml"
        return tomllib.loads(self.files[name].decode("utf-8"))

    @property
    def rounding(self) -> str:
        """Rounding that was used."""
        return str(self.parameters["rounding"])

    @property
    def is_statutory(self) -> bool:
        """Whether the claims are inhabitants and nothing else."""
        return bool(self.parameters["key"] == "inwoners")

    @property
    def total(self) -> int:
        """National number that was divided [persons]."""
        return int(self.settings["national_total"])

    def rows(self, file: str) -> list[Row]:
        """Rows of a table; none where the folder does not have it."""
        content = self.files.get(file, b"").decode("utf-8")
        return list(csv.DictReader(io.StringIO(content, newline="")))

    def document(self, file: str) -> Any:
        """A JSON file."""
        return json.loads(self.files[file])

    def inhabitants(self) -> dict[str, int]:
        """Inhabitants by code, in the order of the table."""
        rows = self.rows("invoer/gemeenten.csv")
        return {row["gemeente_code"]: int(row["inwoners"]) for row in rows}

    def same(self, file: str, row: str, column: str, found: object, expected: object) -> None:
        """Note a value that differs from what was recomputed."""
        if found != expected:
            place = ", ".join(filter(None, (file, row, column)))
            shown = {"found": str(found)[:LONGEST], "expected": str(expected)[:LONGEST]}
            self.wrongs.append(Wrong("recheck_value", {"place": place, **shown}))

    def holds(self, sound: bool, file: str, row: str) -> None:
        """Note a rule or a proof that does not hold."""
        if not sound:
            place = ", ".join(filter(None, (file, row)))
            self.wrongs.append(Wrong("recheck_rule", {"place": place}))


def read_folder(path: Path, wrongs: list[Wrong]) -> Folder:
    """Read every file and compare it with its hash in the manifest."""
    files = {
        found.relative_to(path).as_posix(): found.read_bytes()
        for found in sorted(path.rglob("*"))
        if found.is_file()
    }
    manifest = json.loads(files[MANIFEST])
    hashes = {**manifest["inputs"], **manifest["outputs"]}
    strange = hashes.keys() ^ (files.keys() - {MANIFEST})
    changed = {
        name
        for name in hashes.keys() & files.keys()
        if hashlib.sha256(files[name]).hexdigest() != hashes[name]
    }
    wrongs.extend(Wrong("recheck_file", {"file": name}) for name in sorted(strange | changed))
    return Folder(files, manifest, wrongs)


def decimal_text(numerator: int, denominator: int) -> str:
    """Six decimals, half away from zero, in whole numbers; ``denominator`` is positive."""
    units = (2 * abs(numerator) * 10**6 + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and units else ""
    return f"{sign}{units // 10**6}.{units % 10**6:06d}"
