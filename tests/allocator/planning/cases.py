"""Small instances and tables on disk, and results read back as rows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from allocator.errors import ConflictError, InputRefusedError
from allocator.findings import Finding
from allocator.planning import Outcome, publish_outcome
from allocator.planning.recheck import failures_of

SETTINGS = """\
name = "klein"
half_year = "{half_year}"
scope = "{scope}"
{total}population_date = 2020-01-01
structure_year = 2021
regime = "huisvestingswet-2014"
key = "inwoners"
seed = 1
synthetic = true
"""


def code(number: int) -> str:
    """The code of the municipality with this number, from 1 on."""
    return f"SY{number:04d}"


@dataclass
class Case:
    """An instance: inhabitants in the order of the codes, and what differs from the usual."""

    inhabitants: Sequence[int]
    total: int | None = 10
    provinces: Sequence[str] = ()
    half_year: str = "2021-1"
    scope: str = "landelijk"
    settings: str = ""
    columns: dict[str, Sequence[object]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def put(self, folder: Path) -> Path:
        """Write the instance to a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        total = "" if self.total is None else f"national_total = {self.total}\n"
        text = SETTINGS.format(half_year=self.half_year, scope=self.scope, total=total)
        (folder / "instance.toml").write_text(text + self.settings, encoding="utf-8")
        provinces = self.provinces or ["PV01"] * len(self.inhabitants)
        header = ["gemeente_code", "gemeente", "provincie_code", "inwoners", *self.columns]
        rows = [
            [
                code(i + 1),
                f"Plaats {i + 1}",
                provinces[i],
                own,
                *(c[i] for c in self.columns.values()),
            ]
            for i, own in enumerate(self.inhabitants)
        ]
        put_table(folder / "gemeenten.csv", header, rows)
        for name, content in self.tables.items():
            (folder / name).write_text(content, encoding="utf-8")
        return folder


def put_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def put_text(path: Path, text: str) -> Path:
    """Write a file."""
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Rows of a table."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def column(made: Outcome, file: str, name: str) -> list[str]:
    """One column of a result table."""
    return [row[name] for row in rows_of(made.files[file])]


def persons(made: Outcome, file: str) -> list[int]:
    """The column ``personen`` of a result table."""
    return [int(cell) for cell in column(made, file, "personen")]


def published(made: Outcome, out: Path) -> Path:
    """Publish, which re-checks, and say where."""
    publish_outcome(made, out)
    return out


def refused(call: Callable[[], object]) -> list[Finding]:
    """The findings with which an input is refused."""
    try:
        call()
    except InputRefusedError as refusal:
        return list(refusal.findings)
    raise AssertionError("the input was accepted")


def clashing(call: Callable[[], object]) -> list[Finding]:
    """The findings of a conflict."""
    try:
        call()
    except ConflictError as conflict:
        return list(conflict.findings)
    raise AssertionError("there was no conflict")


def codes_of(findings: Sequence[Finding]) -> list[str]:
    """Codes of findings, in order; each must read in both languages."""
    for finding in findings:
        assert finding.line("nl") != finding.line("en")
    return [finding.code for finding in findings]


def notice_codes(made: Outcome) -> list[str]:
    """Codes of the notices of a result."""
    return codes_of(made.summary.notices)


def is_sound(folder: Path) -> bool:
    """Whether the re-check finds nothing wrong."""
    return not any(failures_of(folder).values())


def put_changed(folder: Path, file: str, content: bytes) -> None:
    """Change a file and its hash in the manifest."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    part = "inputs" if file in manifest["inputs"] else "outputs"
    manifest[part][file] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / file).write_bytes(content)
