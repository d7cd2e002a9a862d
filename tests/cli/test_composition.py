"""Sizes of households exchanged: what is asked of COA, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.allocator.papers.handmade import in_part, text_of
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import Row, call, copy_instance, manifest, read_table, write_table

# Two municipalities of 12 persons. A has single rooms only, B one dwelling for four and eight
# rooms; half of the persons live in households of four.
TOWNS = [
    {"gemeente_code": code, "gemeente": name, "provincie_code": "PV20", "inwoners": "1000"}
    for code, name in (("SY0001", "Alfa"), ("SY0002", "Beta"))
]
CLASSES = [
    {"woningklasse": name, "personen_min": low, "personen_max": high, "personen_gepland": high}
    for name, low, high in (("kamer", "1", "1"), ("gezin", "2", "4"))
]
SUPPLY = [
    {"gemeente_code": code, "woningklasse": kind, "aantal": count}
    for code, kind, count in (("SY0001", "kamer", "12"), ("SY0002", "gezin", "3"))
]
SHARES = [
    {"personen": size, "aandeel": share, "bron": "verzonnen"}
    for size, share in (("1", "4/5"), ("4", "0,2"))
]


def write_instance(
    folder: Path, shares: list[Row] | None = None, supply: list[Row] | None = None
) -> Path:
    folder.mkdir()
    (folder / "instance.toml").write_text(
        'name = "twee"\nhalf_year = "2030-1"\nscope = "landelijk"\nnational_total = 24\n'
        'population_date = 2029-01-01\nstructure_year = 2029\nregime = "huisvestingswet-2014"\n'
        "synthetic = true\n",
        encoding="utf-8",
    )
    write_table(folder / "gemeenten.csv", TOWNS)
    write_table(folder / "woningklassen.csv", CLASSES)
    write_table(folder / "aanbod.csv", SUPPLY if supply is None else supply)
    # A semicolon, so that 0,2 is one cell.
    write_table(folder / "samenstelling.csv", SHARES if shares is None else shares, delimiter=";")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("samenstelling")
    instance = write_instance(place / "in")
    ran = call("swap", instance, "--samenstelling", "--out", place / "r")
    assert ran.code == 0, ran.err
    assert "COA beslist over elke koppeling" in ran.out
    assert "personen zonder passende woning 16 wordt 0" in ran.out
    return place / "r"


def test_a_large_household_goes_where_the_large_dwelling_is(made: Path) -> None:
    # 24 persons are 15 households, 3 of four: 2 and 1. Alfa: 4 single and 2 of four, of which
    # none fits; Beta: 8 single, of which none fits, and 1 of four. Two of four for eight single.
    moves = read_table(made / "overdrachten.csv")
    assert [tuple(row.values()) for row in moves] == [
        ("SY0001", "SY0002", "samenstelling", "4-persoons", "2", "8", "", "passende_woningen"),
        ("SY0002", "SY0001", "samenstelling", "1-persoons", "8", "8", "", "passende_woningen"),
    ]


def test_no_quota_changes_and_both_gain(made: Path) -> None:
    for row in read_table(made / "na_uitruil.csv"):
        assert (row["overdracht"], row["gewijzigde_taakstelling"]) == ("0", row["taakstelling"])
        assert (row["tekort_voor"], row["tekort_na"], row["oordeel"]) == ("8", "0", "voordeel")


def test_the_stages_are_proven(made: Path) -> None:
    stages = {stage["name"]: stage for stage in manifest(made)["stages"]}
    assert [stages[name]["objective"] for name in stages if name != "taakstelling"] == [0, 1, 10]
    assert all(stage["status"] == "optimal" for stage in stages.values())


def test_the_household_table_is_not_read(made: Path, tmp_path: Path) -> None:
    instance = write_instance(tmp_path / "in")
    (instance / "huishoudens.csv").write_text("niet te lezen", encoding="utf-8")
    assert call("swap", instance, "--samenstelling", "--out", tmp_path / "r").code == 0
    assert not (tmp_path / "r" / "vertrouwelijk").exists()


def test_page_and_workbook_say_what_the_request_comes_to(tmp_path: Path) -> None:
    instance = write_instance(tmp_path / "in")
    ran = call("swap", instance, "--samenstelling", "--out", tmp_path / "r")
    assert "Verzonnen, geheel of deels, zijn: alle tabellen" in ran.out
    assert call("report", tmp_path / "r").code == 0
    page = (tmp_path / "r" / "rapport.html").read_text(encoding="utf-8")
    assert "zonder passende woning, alle gemeenten samen: 16 wordt 0." in page
    first = openpyxl.load_workbook(tmp_path / "r" / "werkboek.xlsx").worksheets[0]
    said = {row[0]: row[1] for row in first.iter_rows(values_only=True)}
    assert said["Zonder passende woning vóór het verzoek (personen)"] == 16
    assert said["Zonder passende woning na het verzoek (personen)"] == 0


def test_a_municipality_sees_its_sizes(made: Path) -> None:
    ran = call("explain", made, "SY0001")
    assert ran.code == 0, ran.err
    assert "geeft de gemeente: 2 × 4-persoons. Zij krijgt: 8 × 1-persoons" in ran.out
    assert "art. 29 lid 2" not in ran.out


@pytest.mark.parametrize(("lang", "said"), [("nl", "liever aan"), ("en", "rather than to")])
def test_an_exchange_is_explained_from_both_sides(made: Path, lang: str, said: str) -> None:
    ran = call("explain", made, "SY0002", "SY0001", "--lang", lang)
    assert ran.code == 0, ran.err
    assert ran.out.count(said) == 2
    sides = call("explain", made, "SY0001", "SY0002", "--json").json["steps"]
    assert [step["name"] for step in sides] == ["exchange", "side_SY0001", "side_SY0002"]
    assert "29" not in ran.out


def test_the_request_is_drafted_and_verified(made: Path) -> None:
    ran = call("papers", made, "--json")
    assert ran.json["papers"] == ["stukken/verzoek-coa-SY0001.docx"]
    # One paper is no papers.
    assert "Eén conceptstuk geschreven" in call("papers", made).out
    assert "One draft paper written" in call("papers", made, "--lang", "en").out
    said = text_of((made / "stukken" / "verzoek-coa-SY0001.docx").read_bytes())
    assert "verwachte huishoudens, geen getelde" in said
    assert "eigen tabel van de gemeenten" in said
    assert "naar aantal personen: 1: 80 %, 4: 20 %." in said
    assert not re.search(r"art(ikel|\.)?\s*29|Huisvestingswet", said)
    assert call("report", made).code == 0
    assert call("verify", made).code == 0
    page = (made / "rapport.html").read_text(encoding="utf-8")
    assert "Verzoek over de samenstelling" in page


def test_a_letter_on_assumed_shares_says_so_and_lists_them(tmp_path: Path) -> None:
    instance = write_instance(tmp_path / "in")
    (instance / "samenstelling.csv").unlink()
    assert call("swap", instance, "--samenstelling", "--out", tmp_path / "r").code == 0
    assert call("papers", tmp_path / "r").code == 0
    said = text_of((tmp_path / "r" / "stukken" / "verzoek-coa-SY0001.docx").read_bytes())
    assert "landelijke aanname van het programma" in said
    assert "geen waarneming" in said
    shares = "1: 62 %, 2: 9 %, 3: 9 %, 4: 8 %, 5: 6 %, 6: 3,5 %, 7: 2,5 %"
    assert f"(7 staat voor 7 en meer): {shares}." in said
    assert "eigen tabel" not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [("verwachte huishoudens", "huishoudens"), ("1: 80 %", "1: 60 %"), ("een eigen tabel", "iets")],
)
def test_a_letter_that_hides_what_its_numbers_rest_on_is_caught(
    made: Path, old: str, new: str, tmp_path: Path
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(made, folder)
    assert call("papers", folder).code == 0
    path = folder / "stukken" / "verzoek-coa-SY0001.docx"
    in_part(path, "word/document.xml", lambda text: text.replace(old, new))
    rehash(folder)
    ran = call("verify", folder)
    assert (ran.code, "V14L" in ran.err) == (6, True)


@pytest.mark.parametrize("at", [0, 1], ids=["moves", "balance"])
def test_a_letter_with_another_number_is_caught(made: Path, at: int, tmp_path: Path) -> None:
    folder = tmp_path / "r"
    shutil.copytree(made, folder)
    assert call("papers", folder).code == 0
    path = folder / "stukken" / "verzoek-coa-SY0001.docx"
    letter = docx.Document(str(path))
    cell = letter.tables[at].cell(1, 3).paragraphs[0].runs[0]
    cell.text = str(int(cell.text) + 1)
    letter.save(str(path))
    rehash(folder)
    ran = call("verify", folder)
    assert (ran.code, "V14B" in ran.err, "V14C" in ran.err) == (6, True, True)


def test_without_shares_the_assumption_is_named(tmp_path: Path) -> None:
    instance = write_instance(tmp_path / "in")
    (instance / "samenstelling.csv").unlink()
    ran = call("swap", instance, "--samenstelling", "--out", tmp_path / "r", "--json")
    assert "composition_assumed" in [notice["code"] for notice in ran.json["notices"]]
    assert manifest(tmp_path / "r")["parameters"]["samenstelling"]["aanname"] is True


@pytest.mark.parametrize(
    "options",
    [("--driehoek",), ("--samenstelling", "--lot", "2"), ("--samenstelling", "--leximin")],
)
def test_two_instruments_are_never_asked_together(options: tuple[str, ...], tmp_path: Path) -> None:
    ran = call("swap", "tiny-ruil", *options, "--out", tmp_path / "r")
    assert ran.code == 2
    assert "ander instrument" in ran.err


@pytest.mark.parametrize(
    ("share", "code"),
    [("veel", "not_a_share"), ("1/0", "not_a_share"), ("0", "composition_no_mix")],
)
def test_shares_that_say_nothing_are_refused(share: str, code: str, tmp_path: Path) -> None:
    shares = [{"personen": "1", "aandeel": share, "bron": "verzonnen"}]
    instance = write_instance(tmp_path / "in", shares)
    ran = call("swap", instance, "--samenstelling", "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, [code])


def test_an_earlier_result_without_swaps_is_no_comparison(made: Path, tmp_path: Path) -> None:
    ran = call("swap", "tiny-ruil", "--against", made, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["result_without_swaps"])


def test_linked_persons_and_remainders_are_told(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path)
    shares = [{"personen": "3", "aandeel": "1", "bron": "verzonnen"}]
    write_table(instance / "samenstelling.csv", shares)
    ran = call("swap", instance, "--samenstelling", "--out", tmp_path / "r", "--json")
    codes = {notice["code"] for notice in ran.json["notices"]}
    assert {"composition_linked", "composition_remainder"} <= codes
    proof = json.loads((tmp_path / "r" / "certificaat.json").read_text(encoding="utf-8"))
    assert any(proof["samenstelling"]["remainder"].values())


def test_a_past_half_year_is_a_computation_afterwards(tmp_path: Path) -> None:
    ran = call("swap", "flevoland-2021-1", "--samenstelling", "--out", tmp_path / "r", "--json")
    assert "composition_half_year_over" in [notice["code"] for notice in ran.json["notices"]]
