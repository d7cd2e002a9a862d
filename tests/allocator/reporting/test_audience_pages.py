"""The page and the workbook of one audience: its own tables, nothing of anybody else."""

from __future__ import annotations

import io
import shutil
from fractions import Fraction
from math import ceil
from pathlib import Path

import openpyxl
import pytest

from tests.allocator.reporting.page import Page
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.edit import document
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import call, read_table, tree

AUDIENCES = ("rijk", "regio", "coa", "openbaar")
PERSONS, HOUSEHOLDS = "tabel-koppelingen-personen", "tabel-koppelingen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "uit", cases.demo_case())


def extracted(folder: Path, audience: str, lang: str = "nl") -> Path:
    out = folder.with_name(f"{audience}-{lang}")
    words: list[object] = ["extract", folder, "--audience", audience, "--lang", lang]
    if audience == "regio":
        words += ["--region", f"provincie_code={province(folder)}"]
    ran = call(*words, "--out", out)
    assert ran.code == 0, ran.err
    return out


def province(folder: Path) -> str:
    return read_table(folder / "invoer" / "gemeenten.csv")[0]["provincie_code"]


def page(out: Path) -> Page:
    return Page((out / "rapport.html").read_text(encoding="utf-8"))


def cards(found: Page) -> dict[str, str]:
    """Big numbers by their labels."""
    own = [e for e in found.root.everything() if e.attributes.get("class") == "card"]
    return {card.all("dt")[0].text: card.all("dd")[0].text for card in own}


def households(folder: Path) -> set[str]:
    rows = read_table(folder / "vertrouwelijk" / "invoer" / "huishoudens.csv")
    return {row["huishouden_id"] for row in rows}


def plain(said: str) -> int:
    return int(said.replace(".", "").replace("+", ""))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_audience_has_a_page_and_a_workbook_without_anybody(
    folder: Path, audience: str, lang: str
) -> None:
    out = extracted(folder, audience, lang)
    known = households(folder)
    assert known
    for name, content in tree(out).items():
        if name.startswith("vertrouwelijk/"):
            continue
        assert not [person for person in known if person.encode() in content], name
    book = openpyxl.load_workbook(out / "werkboek.xlsx")
    cells = {str(c.value) for sheet in book for line in sheet.iter_rows() for c in line}
    assert not known & cells
    proposal = "Voorstel, geen besluit." if lang == "nl" else "Proposal, not a decision."
    assert proposal in page(out).root.text
    assert any(proposal in cell for cell in cells)
    assert call("verify", out).code == 0


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_two_regions_of_a_page_have_one_name(folder: Path, audience: str) -> None:
    names = page(extracted(folder, audience)).landmarks()
    assert len(names) > 5
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("audience", ["rijk", "coa", "openbaar"])
def test_fairness_by_size_is_shown_with_its_small_counts_hidden(
    folder: Path, audience: str
) -> None:
    out = extracted(folder, audience)
    rows = read_table(out / "eerlijkheid_grootte.csv")
    shown = page(out).table("tabel-eerlijkheid")
    assert [row["Huishoudens"] for row in shown] == [row["huishoudens"] for row in rows[:-1]]
    assert "x" in {row["Huishoudens"] for row in shown}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_page_has_exactly_the_municipalities_of_its_part(folder: Path, audience: str) -> None:
    out = extracted(folder, audience)
    own = read_table(out / "taakstellingen.csv")
    shown = page(out).table("tabel-taakstellingen")
    assert [(row["Code"], plain(row["Taakstelling"])) for row in shown] == [
        (row["gemeente_code"], int(row["taakstelling"])) for row in own
    ]
    total = cards(page(out))["Som van de taakstellingen"]
    assert plain(total) == sum(int(row["taakstelling"]) for row in own)


def test_a_difference_is_shown_where_the_total_is_its_own(folder: Path) -> None:
    for audience in ("rijk", "coa", "openbaar"):
        shown = cards(page(extracted(folder, audience)))
        assert shown["Controle van de som"] == "verschil: 0"
        assert shown["Som na herverdeling"] == "verschil: 0"
    shown = cards(page(extracted(folder, "regio")))
    assert "Controle van de som" not in shown
    assert "Landelijk totaal" not in shown


def test_a_region_has_no_fairness_of_its_own(folder: Path) -> None:
    # A region is too small for it, and its sizes would follow from those of the rest.
    assert "eerlijkheid_grootte.csv" not in tree(extracted(folder, "regio"))


def test_a_region_is_told_what_goes_over_its_border(folder: Path) -> None:
    out = extracted(folder, "regio")
    after = read_table(out / "na_uitruil.csv")
    over = sum(int(row["overdracht"]) for row in after)
    said = cards(page(out))["Som na herverdeling"]
    assert said == f"verschil: {'+' if over > 0 else ''}{over}"
    inside = {row["gemeente_code"] for row in after}
    names = {
        row["gemeente_code"]: row["gemeente"] for row in read_table(folder / "taakstellingen.csv")
    }
    shown = page(out).root.text
    ends = {
        row[end]
        for row in read_table(out / "overdrachten.csv")
        for end in ("van_code", "naar_code")
    }
    assert all(names[code] in shown for code in ends)
    absent = set(names) - inside - ends
    assert not [code for code in absent if code in shown]


def test_the_limits_of_a_party_are_on_no_page(folder: Path) -> None:
    path = folder / "vertrouwelijk" / "invoer" / "ruilruimte.csv"
    said = {
        row[name] for row in read_table(path) for name in ("extra_max", "minder_max") if row[name]
    }
    assert said
    for audience in AUDIENCES:
        assert "ruilruimte.csv" not in set(tree(extracted(folder, audience)))
        heads = [head.text for head in page(extracted(folder, audience)).all("th")]
        assert not [head for head in heads if "extra" in head.lower() or "minder" in head.lower()]


def test_small_counts_are_an_x_with_the_reason_and_no_sum_gives_them_back(folder: Path) -> None:
    out = extracted(folder, "openbaar")
    found = page(out)
    counted = read_table(out / "koppelingen_per_gemeente.csv")
    hidden = sum(row["huishoudens"] == "x" for row in counted)
    assert hidden > 0
    assert f"Verborgen aantallen huishoudens: {hidden}." in found.root.text
    for table, measure in ((HOUSEHOLDS, "huishoudens"), (PERSONS, "personen")):
        rows = found.table(table)
        shown = [
            value for row in rows for head, value in row.items() if head not in {"Gemeente", "Code"}
        ]
        assert shown.count("x") == sum(row[measure] == "x" for row in counted)
        assert not {"1", "2", "3", "4"} & set(shown)
        assert "Huishoudens" not in rows[0]
        assert "Personen" not in rows[0]


def test_those_who_may_see_counts_see_them_with_their_sums(folder: Path) -> None:
    out = extracted(folder, "rijk")
    counted = read_table(out / "koppelingen_per_gemeente.csv")
    for table, measure in ((HOUSEHOLDS, "Huishoudens"), (PERSONS, "Personen")):
        rows = page(out).table(table)
        by_code = {row["Code"]: int(row[measure]) for row in rows}
        for code, said in by_code.items():
            own = [row for row in counted if row["gemeente_code"] == code]
            assert said == sum(int(row[measure.lower()]) for row in own)
        assert "x" not in {cell for row in rows for cell in row.values()}


def test_the_public_page_has_no_shortfall(folder: Path) -> None:
    heads = [head.text for head in page(extracted(folder, "openbaar")).all("th")]
    assert heads
    assert not [head for head in heads if "ekort" in head or "laatsbaar" in head]
    assert "Verwacht tekort" in cards(page(extracted(folder, "rijk")))


def test_the_page_can_be_made_again_from_the_part_alone(folder: Path) -> None:
    out = extracted(folder, "coa")
    before = tree(out)
    shutil.rmtree(folder)
    assert call("report", out, "--lang", "en").code == 0
    assert tree(out)["rapport.html"] != before["rapport.html"]
    assert "Proposal, not a decision." in page(out).root.text
    assert call("report", out, "--lang", "nl").code == 0
    assert tree(out) == before
    assert call("verify", out).code == 0


def test_a_part_has_no_map_no_explanation_and_no_sheet_for_a_council(
    folder: Path, tmp_path: Path
) -> None:
    out = extracted(folder, "rijk")
    (tmp_path / "g.json").write_text("{}")
    refused = call("report", out, "--grenzen", tmp_path / "g.json", "--json")
    assert (refused.code, refused.codes) == (3, ["page_without_map"])
    for words in (("explain", out, "SY0001"), ("report", out, "--raad", "SY0001")):
        refused = call(*words, "--json")
        assert (refused.code, refused.codes) == (3, ["report_is_part"])
    before = tree(out)
    assert call("verify", out).code == 0
    assert tree(out) == before


def test_a_part_of_another_version_is_refused(folder: Path) -> None:
    out = extracted(folder, "rijk")
    document(out, "manifest.json", lambda m: m["parameters"].pop("about"))
    refused = call("report", out, "--json")
    assert (refused.code, refused.codes) == (3, ["page_not_readable"])


def test_a_part_has_the_other_forms_of_its_workbook_too(folder: Path) -> None:
    out = extracted(folder, "openbaar")
    for form, name in (("ods", "werkboek.ods"), ("csv", "werkboek-csv.zip")):
        assert call("export", out, "--form", form).code == 0
        assert (out / name).stat().st_size > 500
    assert call("verify", out).code == 0
    book = openpyxl.load_workbook(io.BytesIO((out / "werkboek.xlsx").read_bytes()))
    assert "Taakstellingen" in book.sheetnames


@pytest.mark.parametrize(
    ("audience", "region"), [("openbaar", ()), ("regio", ("--region", "provincie_code=PV24"))]
)
def test_every_quota_of_a_part_can_be_recomputed_from_its_page_alone(
    audience: str, region: tuple[str, ...], tmp_path: Path
) -> None:
    result, out = tmp_path / "uit", tmp_path / "deel"
    assert call("quota", "nl-2021-1", "--out", result).code == 0
    assert call("extract", result, "--audience", audience, *region, "--out", out).code == 0
    found = page(out)
    terms = [e for e in found.root.everything() if e.attributes.get("class") == "terms"]
    said = {
        line.all("dt")[0].text: line.all("dd")[0].text for own in terms for line in own.all("div")
    }
    total, everyone = plain(said["Landelijk totaal"]), plain(said["Inwoners waarover is verdeeld"])
    divisor = Fraction(said["Deler"].replace(".", "").replace(",", "."))
    assert (total, everyone) == (13_500, 17_407_585)
    rows = found.table("tabel-taakstellingen")
    assert len(rows) == (352 if audience == "openbaar" else 6)
    for row in rows:
        people = plain(row["Inwoners"])
        assert ceil(Fraction(people * total, everyone)) == plain(row["Letter van de wet"])
        assert ceil(people / divisor) == plain(row["Sluitend"]) == plain(row["Taakstelling"])
    if audience == "regio":
        # The six municipalities of Flevoland, as published: together 328.
        assert sum(plain(row["Taakstelling"]) for row in rows) == 328
