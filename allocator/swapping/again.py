"""The swaps of a result folder as the problem they answer, ready to be solved otherwise."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Findings
from allocator.position import Position, positions_of, scenarios_of
from allocator.reading import Instance, read_instance
from allocator.results import QUOTA_TABLES, SWAP_TABLES
from allocator.swapping.agreements import Agreements, read_agreements
from allocator.swapping.problem import exchange_problem
from allocator.swapping.stages import STAGES
from allocator.swapping.terms import Terms
from models.exchange import ExchangeOutcome, ExchangeProblem


@dataclass(frozen=True, slots=True)
class SwapResult:
    """What a result folder with swaps says, and the problem behind it."""

    instance: Instance
    terms: Terms
    agreements: Agreements
    standing: tuple[Position, ...]
    scenarios: tuple[str, ...]
    problem: ExchangeProblem
    outcome: ExchangeOutcome
    """Transfers as they stand in the folder; the stages are in ``objectives``."""
    objectives: dict[str, Fraction]
    """Objective of each stage of the swaps."""
    labels: dict[str, str]
    """``oordeel`` by municipality."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Municipality codes in the order of the parties."""
        return tuple(position.code for position in self.standing)


def read_swap_result(folder: Path) -> SwapResult:
    """Read the swaps of a verified result folder again.

    Raises
    ------
    InputRefusedError
        If the folder has no swaps, or its own copy of the input cannot be read.
    """
    if not (folder / "na_uitruil.csv").is_file() or _is_request(folder):
        findings = Findings()
        findings.error("result_without_swaps", folder.name)
        raise InputRefusedError(findings.errors)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    terms = Terms(**manifest["parameters"]["swap"])
    instance = own_instance(folder, SWAP_TABLES)
    after = _rows(folder / "na_uitruil.csv")
    standing = own_standing(folder, instance)
    scenarios, agreements = scenarios_of(instance), read_agreements(instance)
    problem = exchange_problem(instance, standing, scenarios, terms, agreements)
    index = instance.index
    transfers = tuple(
        (index[row["van_code"]], index[row["naar_code"]], int(row["personen"]))
        for row in _rows(folder / "overdrachten.csv")
    )
    names = {stage.name for stage in STAGES}
    return SwapResult(
        instance,
        terms,
        agreements,
        standing,
        scenarios,
        problem,
        ExchangeOutcome(transfers, (), (), (), 0),
        {
            stage["name"]: Fraction(stage["objective"])
            for stage in manifest["stages"]
            if stage["name"] in names
        },
        {row["gemeente_code"]: row["oordeel"] for row in after},
    )


def own_instance(folder: Path, tables: tuple[str, ...]) -> Instance:
    """The input as the result holds it, its confidential tables with the others."""
    with tempfile.TemporaryDirectory(prefix="allocator-") as scratch:
        for place in (folder / "invoer", folder / "vertrouwelijk" / "invoer"):
            for path in sorted(place.glob("*.*")):
                shutil.copy(path, scratch)
        return read_instance(Path(scratch), (*QUOTA_TABLES, *tables))


def own_standing(folder: Path, instance: Instance) -> tuple[Position, ...]:
    """Every municipality as the result found it, with its quota before any swap."""
    after = _rows(folder / "na_uitruil.csv")
    quotas = [(row["gemeente_code"], int(row["taakstelling"])) for row in after]
    return positions_of(instance, quotas)


def _rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def _is_request(folder: Path) -> bool:
    """Whether the result is a request about household sizes: the same tables, no quota moved."""
    path = folder / "manifest.json"
    return path.is_file() and "samenstelling" in json.loads(path.read_bytes())["parameters"]
