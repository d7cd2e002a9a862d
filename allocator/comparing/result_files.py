"""The tables of two compared results, as ``docs/reference/comparison.md`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path

from allocator import __version__
from allocator.canonical import csv_bytes, sha256
from allocator.comparing.against_law import AgainstLaw
from allocator.comparing.changed_inputs import FileChange, ParameterChange, RowChange
from allocator.comparing.results import ResultComparison, TransferChange
from allocator.publishing import MANIFEST, Files
from allocator.reporting.result import read_json, read_toml

# The columns stand in the order of the fields of the changes.
FILES = "bestand soort sha256_oud sha256_nieuw"
PARAMETERS = "naam oud nieuw"
ROWS = "bestand sleutel soort kolom oud nieuw"
MUNICIPALITIES = "gemeente_code grootheid gemeente oud nieuw verschil redenen"
LAW = (
    "gemeente_code gemeente wet_oud taakstelling_oud na_uitruil_oud"
    " wet_nieuw taakstelling_nieuw na_uitruil_nieuw"
)
TRANSFERS = "van_code naar_code soort oud nieuw"
Change = FileChange | ParameterChange | RowChange | TransferChange


def result_comparison_files(found: ResultComparison) -> Files:
    """Everything that a comparison of two results writes, without a manifest."""
    municipalities = (
        (
            change.code,
            change.quantity,
            change.name,
            change.before,
            change.after,
            change.difference,
            "|".join(change.reasons),
        )
        for change in found.municipalities
    )
    return {
        "verschillen_bestanden.csv": _table(FILES, found.files),
        "verschillen_parameters.csv": _table(PARAMETERS, found.parameters),
        "verschillen_invoer.csv": _table(ROWS, found.rows),
        "verschillen_gemeenten.csv": csv_bytes(MUNICIPALITIES.split(), municipalities),
        "verschillen_wet.csv": csv_bytes(LAW.split(), map(_law_row, found.legal)),
        "verschillen_overdrachten.csv": _table(TRANSFERS, found.transfers),
    }


def result_comparison_manifest(
    found: ResultComparison, folders: tuple[Path, Path], lang: str
) -> Mapping[str, object]:
    """Everything of the manifest but the hashes; the two results stand there by their manifests."""
    results = [
        {"name": name, "manifest": sha256(folder.joinpath(MANIFEST).read_bytes())} | _about(folder)
        for name, folder in zip(found.names, folders, strict=True)
    ]
    return {
        "name": found.names[1],
        "parameters": {"command": "compare-results", "lang": lang, "results": results},
        "versions": {"allocator": __version__},
        "stages": [],
        "retention": "",
    }


def _law_row(row: AgainstLaw) -> tuple[object, ...]:
    return (row.code, row.name, *astuple(row.before), *astuple(row.after))


def _about(folder: Path) -> dict[str, object]:
    """What a page must say of a result beside its name."""
    settings = folder.joinpath("invoer", "instance.toml")
    instance = read_toml(settings) if settings.is_file() else {}
    parameters = read_json(folder.joinpath(MANIFEST))["parameters"]
    return {
        "command": parameters.get("command", ""),
        "exercise": bool(parameters.get("link", {}).get("oefening", False)),
        "half_year": instance.get("half_year", ""),
        "key": parameters.get("key", ""),
        "rounding": parameters.get("rounding", ""),
        "synthetic": instance.get("synthetic", False),
    }


def _table(columns: str, changes: Iterable[Change]) -> bytes:
    return csv_bytes(columns.split(), map(astuple, changes))
