"""The papers by command: from a swap on the bundled instance to Word files that verify."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from allocator.verify import verify_result
from tests.allocator.papers.handmade import tables_of, text_of
from tests.cli.calling import spawn


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("papers") / "out"
    ran = spawn("swap", "flevoland-2021-1", "--form", "bilateraal", "--out", out)
    assert ran.code == 0, ran.err
    return out


@pytest.fixture
def folder(swapped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(swapped, tmp_path / "out"))


def test_papers_of_a_real_run_verify_and_are_named(folder: Path) -> None:
    ran = spawn("papers", folder, "--clausule", "naar-rato", "--json")
    assert ran.code == 0, ran.err
    drafted = json.loads(ran.out)["papers"]
    assert drafted == sorted(f"stukken/{path.name}" for path in (folder / "stukken").iterdir())
    assert any("-met-" in name for name in drafted)
    assert verify_result(folder) == ()


def test_a_report_leaves_the_papers_that_somebody_chose(folder: Path) -> None:
    assert spawn("papers", folder, "--clausule", "vervalt").code == 0
    before = {path.name: path.read_bytes() for path in (folder / "stukken").iterdir()}
    # Of a kind all or none: one that lacks beside the others is a failure of its own.
    lost = {name for name in before if name.startswith("agenda-")}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in lost:
        (folder / "stukken" / name).unlink()
        del manifest["outputs"][f"stukken/{name}"]
    text = json.dumps(manifest, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert spawn("report", folder).code == 0
    after = {path.name: path.read_bytes() for path in (folder / "stukken").iterdir()}
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= lost


def test_templates_are_given_and_used(folder: Path, tmp_path: Path) -> None:
    ran = spawn("papers", folder, "--geef-sjablonen", tmp_path / "eigen")
    assert ran.code == 0
    assert "6 sjablonen" in ran.out
    assert not (folder / "stukken").exists()
    ran = spawn("papers", folder, "--sjablonen", tmp_path / "eigen")
    assert ran.code == 0, ran.err


def test_what_cannot_be_drafted_is_refused_in_words(folder: Path, tmp_path: Path) -> None:
    ran = spawn("papers", folder, "--clausule", "altijd")
    assert ran.code == 3
    assert "vast, naar-rato, vervalt" in ran.err
    ran = spawn("papers", folder, "--sjablonen", tmp_path / "nergens")
    assert ran.code == 3
    assert "papers_no_templates" in ran.err
    assert not (folder / "stukken").exists()


def test_a_revision_gives_what_the_signed_clause_says(tmp_path: Path) -> None:
    """The words of article 3 and the sum of ``revise``, read side by side."""
    out, agreed = tmp_path / "out", tmp_path / "afspraken.csv"
    assert spawn("swap", "tiny-ruil", "--out", out).code == 0
    assert spawn("papers", out, "--clausule", "naar-rato").code == 0
    (decision, *_) = sorted((out / "stukken").glob("besluit-*.docx"))
    said = text_of(decision.read_bytes())
    assert "in dezelfde verhouding als het landelijke aantal, naar beneden afgerond op hele" in said
    pairs = next(rows for rows in tables_of(decision.read_bytes()) if rows[0][0] == "Van")[1:]
    rows = [(giver[-7:-1], taker[-7:-1], int(persons)) for giver, taker, persons in pairs]
    lines = [f"{giver},{taker},{persons},naar rato\n" for giver, taker, persons in rows]
    agreed.write_text("van_code,naar_code,personen,clausule\n" + "".join(lines), encoding="utf-8")
    ran = spawn("revise", out, "--total", "46", "--agreements", agreed, "--out", tmp_path / "rev")
    assert ran.code == 0, ran.err
    with (tmp_path / "rev" / "herziening_afspraken.csv").open(encoding="utf-8") as table:
        found = {(row["van_code"], row["naar_code"]): row for row in csv.DictReader(table)}
    # tiny-ruil has 50 persons: 4 x 46/50 = 3.68, which the nearest number would make 4.
    assert any(46 * persons % 50 > 25 for _, _, persons in rows)
    for giver, taker, persons in rows:
        assert int(found[giver, taker]["personen_nieuw"]) == 46 * persons // 50
    assert verify_result(out) == ()


def test_a_result_without_swaps_has_no_papers(tmp_path: Path) -> None:
    assert spawn("quota", "tiny-quota", "--out", tmp_path / "out").code == 0
    ran = spawn("papers", tmp_path / "out")
    assert ran.code == 3
    assert "papers_no_swaps" in ran.err
