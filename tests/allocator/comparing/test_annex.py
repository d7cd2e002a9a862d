"""The annex: every municipality, its quota and where it comes from."""

from __future__ import annotations

from pathlib import Path

from allocator.comparing import Origin, annex_files, annex_rows
from allocator.quota import compute_quotas
from allocator.reading import read_instance
from tests.allocator.comparing.cases import ROOT, TABLES, make, rows_of, write_instance


def test_every_municipality_stands_once_by_province_and_code(tmp_path: Path) -> None:
    quotas = compute_quotas(make(tmp_path))
    rows = annex_rows(quotas.rows)
    assert [(row.province, row.code) for row in rows] == sorted(
        (row.province, row.code) for row in quotas.rows
    )
    assert sum(row.quota for row in rows) == quotas.sum == 1_000
    assert {row.origin for row in rows} == {Origin.FORMULA}


def test_the_source_is_formula_correction_or_publication(tmp_path: Path) -> None:
    folder = write_instance(tmp_path)
    (folder / "correcties.csv").write_text(
        "gemeente_code,correctie,reden\nSY0001,5,proef\nSY0003,4,proef\n", encoding="utf-8"
    )
    (folder / "vastgesteld.csv").write_text(
        "gemeente_code,taakstelling,bron,datum\nSY0002,77,proef,2020-10-01\n"
        "SY0003,66,proef,2020-10-01\n",
        encoding="utf-8",
    )
    quotas = compute_quotas(read_instance(folder, TABLES))
    rows = {row["gemeente"]: row for row in rows_of(annex_files(quotas)["bijlage.csv"])}
    assert {name: row["bron"] for name, row in rows.items()} == {
        "Alfa": "correctie",
        "Beta": "vastgesteld",
        "Gamma": "vastgesteld",
        "Delta": "formule",
        "Eta": "formule",
        "Zeta": "formule",
    }
    assert int(rows["Alfa"]["taakstelling"]) == int(rows["Alfa"]["formule"]) + 5
    assert (rows["Beta"]["taakstelling"], rows["Gamma"]["taakstelling"]) == ("77", "66")
    assert rows["Delta"]["taakstelling"] == rows["Delta"]["formule"]


def test_a_region_has_no_formula(tmp_path: Path) -> None:
    instance = read_instance(ROOT / "instances" / "flevoland-2021-1", TABLES)
    rows = rows_of(annex_files(compute_quotas(instance))["bijlage.csv"])
    assert {(row["bron"], row["formule"]) for row in rows} == {("vastgesteld", "")}
    assert sum(int(row["taakstelling"]) for row in rows) == 328
