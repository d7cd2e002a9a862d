"""A later return: it changes no quota, and what it may come to is worked out or left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.verify import verify_result
from tests.allocator.papers.handmade import rows_of
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import Ran, call, copy_instance, read_table, tree

HEAD = "van_code,naar_code,halfjaar,personen,laagste_landelijk,laagste_deel\n"
BOTH = ("SY0001,SY0002,2022-1,8,40,", "SY0003,SY0002,2022-1,4,40,")
"""Beta takes 8 and 4; it has 15,000 of 50,000 inhabitants, so 12 of a national number of 40."""


def promising(folder: Path, *rows: str, instance: str = "tiny-ruil") -> Path:
    place = copy_instance(instance, folder / "in")
    text = HEAD + "".join(f"{row}\n" for row in rows)
    (place / "toezeggingen.csv").write_text(text, encoding="utf-8")
    return place


def swapped(folder: Path, *rows: str) -> Ran:
    ran = call("swap", promising(folder, *rows), "--out", folder / "uit")
    assert ran.code == 0, ran.err
    return ran


def standing(ran: Ran) -> list[tuple[str, ...]]:
    rows = read_table(ran.folder / "toezeggingen_stand.csv")
    return [tuple(row.values())[2:] for row in rows]


def codes(folder: Path) -> set[str]:
    return {failure.code for failure in verify_result(folder)}


def test_a_promise_changes_no_quota_and_no_transfer(tmp_path: Path) -> None:
    with_promise = tree(swapped(tmp_path / "a", *BOTH).folder)
    plain = tree(call("swap", "tiny-ruil", "--out", tmp_path / "b").folder)
    for name in ("na_uitruil.csv", "taakstellingen.csv", "certificaat.json"):
        assert with_promise[name] == plain[name]
    moved = with_promise["overdrachten.csv"].replace(b",2022-1,", b",,")
    assert moved == plain["overdrachten.csv"] != with_promise["overdrachten.csv"]
    assert "toezeggingen_stand.csv" not in plain


def test_what_fits_in_the_lowest_plausible_quota_is_enough(tmp_path: Path) -> None:
    """8 + 4 = 12, all of the 12 of a national number of 40; of 39 it is 11."""
    ran = swapped(tmp_path / "a", *BOTH)
    assert standing(ran) == [
        ("2022-1", "8", "8", "12", "toereikend"),
        ("2022-1", "4", "4", "12", "toereikend"),
    ]
    assert verify_result(ran.folder) == ()
    short = swapped(tmp_path / "b", *(row.replace(",40,", ",39,") for row in BOTH))
    assert standing(short) == [
        ("2022-1", "8", "8", "11", "ontoereikend"),
        ("2022-1", "4", "4", "11", "ontoereikend"),
    ]
    assert short.err.count("promise_above_lowest") == 2
    assert verify_result(short.folder) == ()


def test_a_part_of_the_present_quota_is_a_base_too(tmp_path: Path) -> None:
    """Half of 15, rounded down; and promises for two half-years do not add up."""
    ran = swapped(tmp_path, "SY0001,SY0002,2022-1,8,,1/2", "SY0003,SY0002,2022-2,4,,0.5")
    assert standing(ran) == [
        ("2022-1", "8", "8", "7", "ontoereikend"),
        ("2022-2", "4", "4", "7", "toereikend"),
    ]
    assert verify_result(ran.folder) == ()


def test_without_a_base_nothing_is_guessed(tmp_path: Path) -> None:
    ran = swapped(tmp_path, "SY0001,SY0002,2022-1,8,,")
    assert standing(ran) == [("2022-1", "8", "8", "", "onbekend")]
    assert "promise_without_lowest" in ran.err
    assert "Laagste aannemelijke taakstelling dan: niet opgegeven." in ran.out
    assert verify_result(ran.folder) == ()


def test_a_promise_without_a_transfer_is_named_and_in_no_paper(tmp_path: Path) -> None:
    ran = swapped(tmp_path, "SY0001,SY0003,2022-1,2,,1", "SY0003,SY0002,2022-1,5,,1")
    assert standing(ran) == [
        ("2022-1", "2", "0", "10", "geen_overdracht"),
        ("2022-1", "5", "4", "15", "toereikend"),
    ]
    assert "promise_without_deal" in ran.err
    assert "promise_above_deal" in ran.err
    assert call("papers", ran.folder).code == 0
    paper = (ran.folder / "stukken" / "agenda-SY0001.docx").read_bytes()
    assert [row[:2] for row in rows_of(paper, 1)[1:]] == [["Beta (SY0002)", "Gamma (SY0003)"]]


REFUSED = {
    "promise_not_later": "SY0001,SY0002,2021-1,8,,",
    "bad_half_year": "SY0001,SY0002,2022-3,8,,",
    "promise_two_bases": "SY0001,SY0002,2022-1,8,40,1/2",
    "promise_share_above_one": "SY0001,SY0002,2022-1,8,,3/2",
    "agreement_with_itself": "SY0001,SY0001,2022-1,8,,",
    "not_positive": "SY0001,SY0002,2022-1,0,,",
    "duplicate_key": "SY0001,SY0002,2022-1,1,,\nSY0001,SY0002,2022-2,1,,",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_promise_that_cannot_be_is_refused(code: str, tmp_path: Path) -> None:
    instance = promising(tmp_path, REFUSED[code])
    ran = call("swap", instance, "--out", tmp_path / "uit", "--json")
    assert (ran.code, ran.codes) == (3, [code])
    assert not (tmp_path / "uit").exists()


DIFFERENT = {
    "two parts": (",,0.5", ",,0.9", "laagste_deel"),
    "parts that come to the same quota": (",,0.5", ",,0.51", "laagste_deel"),
    "two national numbers": (",40,", ",39,", "laagste_landelijk"),
    "a part and a number": (",40,", ",,1/2", "laagste_deel"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_two_lowest_quotas_of_one_municipality_are_refused_with_both_rows(
    what: str, tmp_path: Path
) -> None:
    first, second, column = DIFFERENT[what]
    rows = (f"SY0001,SY0002,2022-1,8{first}", f"SY0003,SY0002,2022-1,4{second}")
    out = tmp_path / "uit"
    ran = call("swap", promising(tmp_path, *rows), "--out", out, "--json", "--lang", "en")
    assert (ran.code, ran.codes) == (3, ["promise_lowest_differs"])
    (found,) = ran.json["findings"]
    assert (found["row"], found["column"]) == (3, column)
    assert "row 2" in found["message"]
    assert "SY0002 in 2022-1" in found["message"]
    assert not out.exists()


def test_one_lowest_quota_written_in_two_ways_is_no_contradiction(tmp_path: Path) -> None:
    """12 of 15 is what 40 nationally comes to; an empty row states nothing."""
    rows = ("SY0001,SY0002,2022-1,8,40,", "SY0003,SY0002,2022-1,4,,4/5")
    assert {row[3] for row in standing(swapped(tmp_path / "a", *rows))} == {"12"}
    rows = ("SY0001,SY0002,2022-1,8,,1/2", "SY0003,SY0002,2022-1,4,,0.5")
    assert {row[3] for row in standing(swapped(tmp_path / "b", *rows))} == {"7"}
    rows = ("SY0001,SY0002,2022-1,8,40,", "SY0003,SY0002,2022-2,4,,1/2")
    assert [row[3] for row in standing(swapped(tmp_path / "c", *rows))] == ["12", "7"]
    rows = ("SY0001,SY0002,2022-1,8,40,", "SY0003,SY0002,2022-1,4,,")
    assert [row[3] for row in standing(swapped(tmp_path / "d", *rows))] == ["12", ""]


def test_a_national_number_says_nothing_of_a_region_of_unknown_size(tmp_path: Path) -> None:
    instance = promising(tmp_path, "GM0171,GM0184,2022-1,9,9000,", instance="flevoland-2021-1")
    ran = call("swap", instance, "--out", tmp_path / "uit", "--json")
    assert (ran.code, ran.codes) == (3, ["promise_needs_inhabitants"])


def test_page_explanation_workbook_and_screen_show_the_promise(tmp_path: Path) -> None:
    ran = swapped(tmp_path, *BOTH)
    assert (
        "Toezegging: Beta (SY0002) geeft in 2022-1 8 personen terug aan Alfa (SY0001). "
        "Laagste aannemelijke taakstelling dan: 12. Past dat? ja." in ran.out
    )
    line = "vervalt of wordt kleiner als de taakstelling dan ontoereikend is of de wet wijzigt"
    assert line in ran.out
    for words in (("SY0001", "SY0002"), ("SY0003",)):
        said = call("explain", ran.folder, *words).out
        assert line in said
        assert "laagste aannemelijke taakstelling dan 12" in said
    assert line not in call("explain", ran.folder, "SY0004").out
    assert call("report", ran.folder).code == 0
    page = (ran.folder / "rapport.html").read_text(encoding="utf-8")
    assert "Toegezegde teruggave" in page
    assert verify_result(ran.folder) == ()


TAMPERED = {
    "another half-year in the transfers": ("overdrachten.csv", ",2022-1,", ",2022-2,", "V3P"),
    "no half-year in the transfers": ("overdrachten.csv", ",2022-1,", ",,", "V3P"),
    "a higher lowest quota": ("toezeggingen_stand.csv", ",12,", ",13,", "V3A"),
    "another verdict": ("toezeggingen_stand.csv", "toereikend", "onbekend", "V3A"),
    "a promise for this half-year": ("invoer/toezeggingen.csv", "2022-1", "2021-1", "V3P"),
    "another base for one of two": ("invoer/toezeggingen.csv", "8,40,", "8,30,", "V3P"),
    "a promise to itself": ("invoer/toezeggingen.csv", "SY0003,SY0002", "SY0003,SY0003", "V3P"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_promise_told_otherwise_is_caught(what: str, tmp_path: Path) -> None:
    folder = swapped(tmp_path, *BOTH).folder
    name, old, new, code = TAMPERED[what]
    content = (folder / name).read_text(encoding="utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    rehash(folder)
    assert code in codes(folder)


def test_promises_that_are_left_out_are_missed(tmp_path: Path) -> None:
    folder = swapped(tmp_path, *BOTH).folder
    (folder / "toezeggingen_stand.csv").unlink()
    rehash(folder)
    assert "V3P" in codes(folder)


def test_a_paper_that_promises_more_is_caught(tmp_path: Path) -> None:
    folder = swapped(tmp_path, *BOTH).folder
    assert call("papers", folder).code == 0
    assert verify_result(folder) == ()
    text = (folder / "toezeggingen_stand.csv").read_text(encoding="utf-8")
    (folder / "toezeggingen_stand.csv").write_text(text.replace(",8,8,", ",9,8,"), encoding="utf-8")
    stated = (folder / "invoer" / "toezeggingen.csv").read_text(encoding="utf-8")
    (folder / "invoer" / "toezeggingen.csv").write_text(
        stated.replace("2022-1,8,", "2022-1,9,"), encoding="utf-8"
    )
    rehash(folder)
    assert {"V14B", "V14C"} <= codes(folder)


def test_the_region_and_the_state_get_the_promises_and_the_public_does_not(tmp_path: Path) -> None:
    folder = swapped(tmp_path, *BOTH).folder
    audiences = {"rijk": (), "regio": ("--region", "provincie_code=PV01"), "openbaar": ()}
    for audience, more in audiences.items():
        out = tmp_path / audience
        ran = call("extract", folder, "--audience", audience, *more, "--out", out)
        assert ran.code == 0, ran.err
        assert call("verify", out).code == 0
        has = audience != "openbaar"
        assert (out / "toezeggingen_stand.csv").is_file() == has
        page = (out / "rapport.html").read_text(encoding="utf-8")
        assert ("Toegezegde teruggave" in page) == has
