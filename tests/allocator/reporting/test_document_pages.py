"""Two results beside each other, and a look back: what their pages and workbooks say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest

from allocator.reporting.study_grids import TABLES, heading
from tests.allocator.reporting.page import Page
from tests.cli.calling import (
    INSTANCES,
    ROOT,
    call,
    copy_instance,
    read_table,
    set_in_toml,
    tree,
)

FEW = "tiny-quota"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The national bundled instance under the law's key and under another."""
    folder = tmp_path_factory.mktemp("vergelijk")
    for name, words in (("wet", ()), ("stock", ("--key", "corporatiewoningen"))):
        ran = call("quota", INSTANCES / "nl-2021-1", "--out", folder / name, *words)
        assert ran.code == 0, ran.err
    assert call("compare", folder / "wet", folder / "stock", "--out", folder / "uit").code == 0
    assert call("report", folder / "uit").code == 0
    return folder / "uit"


@pytest.fixture(scope="module")
def lookback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("terug") / "uit"
    assert call("backtest", "--out", out).code == 0
    assert call("report", out).code == 0
    return out


def page(out: Path) -> Page:
    return Page((out / "rapport.html").read_text(encoding="utf-8"))


def plain(said: str) -> int:
    return 0 if said == "–" else int(said.replace(".", "").replace("+", ""))


def test_a_page_of_two_results_says_what_changed_for_whom_and_why(compared: Path) -> None:
    rows = read_table(compared / "verschillen_gemeenten.csv")
    changed = [row for row in rows if row["grootheid"] == "taakstelling"]
    shown = page(compared).table("tabel-taakstelling")
    assert [(row["Code"], plain(row["Oud"]), plain(row["Nieuw"])) for row in shown] == [
        (row["gemeente_code"], int(row["oud"]), int(row["nieuw"])) for row in changed
    ]
    assert {row["Wat er anders is"] for row in shown} == {"sleutel, afronding"}
    for row in shown:
        assert plain(row["Verschil"]) == plain(row["Nieuw"]) - plain(row["Oud"])
    settings = {row["Naam"]: row for row in page(compared).table("tabel-parameters")}
    assert settings["parameters.key"]["Nieuw"] == "corporatiewoningen"


def test_the_first_page_names_the_largest_differences(compared: Path) -> None:
    shown = page(compared).table("tabel-grootste")
    rows = read_table(compared / "verschillen_gemeenten.csv")
    sizes = sorted(
        (abs(int(row["verschil"])) for row in rows if row["grootheid"] == "taakstelling"),
        reverse=True,
    )
    assert [abs(plain(row["Verschil"])) for row in shown] == sizes[: len(shown)]
    assert len(shown) == 10


def test_both_results_stand_beside_the_letter_of_the_law(compared: Path) -> None:
    towns = read_table(INSTANCES / "nl-2021-1" / "gemeenten.csv")
    inhabitants = {row["gemeente_code"]: int(row["inwoners"]) for row in towns}
    everyone = sum(inhabitants.values())
    legal = read_table(compared / "verschillen_wet.csv")
    assert len(legal) == len(towns)
    for row in legal:
        # 13,500 x inhabitants / all inhabitants, rounded up.
        letter = -(-13_500 * inhabitants[row["gemeente_code"]] // everyone)
        assert (int(row["wet_oud"]), int(row["wet_nieuw"])) == (letter, letter)
    shown = page(compared).table("tabel-wet")
    assert sum(plain(row["Letter van de wet, oud"]) for row in shown) == 13_666
    assert sum(plain(row["Uitkomst, nieuw"]) for row in shown) == 13_500
    for row in shown:
        law, own = plain(row["Letter van de wet, nieuw"]), plain(row["Uitkomst, nieuw"])
        assert plain(row["Verschil met de wet, nieuw"]) == own - law
    said = call("compare", compared.parent / "wet", compared.parent / "stock").out
    assert "som 13.500 tegen 13.666" in said


def test_two_equal_results_say_that_nothing_changed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert call("quota", INSTANCES / FEW, "--out", tmp_path / name).code == 0
    out = tmp_path / "uit"
    assert call("compare", tmp_path / "a", tmp_path / "b", "--out", out).code == 0
    assert call("report", out, "--lang", "en").code == 0
    said = page(out).root.text
    assert "the same in both results" in said
    assert "Input and settings are the same in both results." in said
    assert call("verify", out).code == 0


def test_what_was_made_up_is_said_of_two_results_too(tmp_path: Path) -> None:
    for name, literal in (("a", "false"), ("b", '["gemeenten"]')):
        instance = copy_instance(FEW, tmp_path / f"in-{name}")
        set_in_toml(instance, "synthetic", literal)
        ran = call("quota", instance, "--out", tmp_path / name)
        assert ran.code == 0, ran.err
    out = tmp_path / "uit"
    assert call("compare", tmp_path / "a", tmp_path / "b", "--out", out).code == 0
    assert call("report", out).code == 0
    assert "Let op: synthetische gegevens." in page(out).root.text


def test_a_look_back_shows_every_half_year_and_every_province(lookback: Path) -> None:
    rows = read_table(lookback / "terugblik.csv")
    for half in {row["halfjaar"] for row in rows}:
        own = [row for row in rows if row["halfjaar"] == half]
        shown = page(lookback).table(f"tabel-{half}")
        assert [row["Provincie"] for row in shown] == [row["provincie"] for row in own]
        for line, row in zip(shown, own, strict=True):
            assert plain(line["Formule"]) + plain(line["Correctie"]) == plain(line["Gepubliceerd"])
            assert plain(line["Gehuisvest"]) == int(row["gehuisvest"])
    said = page(lookback).root.text
    assert "Alleen beschrijvend." in said
    assert len(page(lookback).table("tabel-correcties")) == len(
        read_table(lookback / "terugblik_correcties.csv")
    )


def test_a_look_back_sums_its_deviations_by_hand(lookback: Path) -> None:
    # 22 + 10 + 130 + 35 + 0 + 3, of six half-years (docs/reference/comparison.md).
    cards = [e for e in page(lookback).root.everything() if e.attributes.get("class") == "card"]
    shown = {card.all("dt")[0].text: card.all("dd")[0].text for card in cards}
    assert shown["Afwijking van de formule samen"] == "200 personen"
    assert shown["Halfjaren"] == "6"
    assert shown["Halfjaren waarin de formule in elke provincie klopt"] == "1"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_their_workbooks_open_with_a_sheet_for_every_table(
    compared: Path, lookback: Path, lang: str
) -> None:
    sheets = {
        "nl": ({"Gemeenten", "Letter van de wet"}, {"Provincies", "Halfjaren", "Correcties"}),
        "en": ({"Municipalities", "Letter of the law"}, {"Provinces", "Half-years"}),
    }
    for out, wanted in zip((compared, lookback), sheets[lang], strict=True):
        assert call("report", out, "--lang", lang).code == 0
        book = openpyxl.load_workbook(out / "werkboek.xlsx")
        assert wanted <= set(book.sheetnames)
        assert call("verify", out).code == 0
        assert call("report", out).code == 0


def test_their_pages_are_the_same_every_time_and_have_a_csv_twin(lookback: Path) -> None:
    before = tree(lookback)["rapport.html"], tree(lookback)["werkboek.xlsx"]
    assert call("report", lookback).code == 0
    assert (tree(lookback)["rapport.html"], tree(lookback)["werkboek.xlsx"]) == before
    assert call("export", lookback, "--form", "csv").code == 0
    assert call("verify", lookback).code == 0


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_two_regions_of_a_page_have_one_name(compared: Path, lookback: Path, lang: str) -> None:
    for out in (compared, lookback):
        assert call("report", out, "--lang", lang).code == 0
        names = page(out).landmarks()
        assert len(names) > 8
        assert sorted(names) == sorted(set(names))
        assert call("report", out).code == 0


def contract_tables() -> dict[str, list[str]]:
    file = ROOT / "allocator" / "verify" / "contract.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))["tables"]
    return {name: said[1].replace("?", "").split() for name, said in tables.items()}


def test_every_column_of_a_study_has_a_heading_in_words() -> None:
    known = contract_tables()
    wanted = [name for name in known if name in TABLES or name.startswith("terugblik")]
    assert len(wanted) > 8
    for table in wanted:
        for column in contract_tables()[table]:
            for lang in ("nl", "en"):
                said = heading(column.removesuffix("_*"), lang)
                assert "_" not in said, (table, column, lang)
    # A column that a key or a grid names keeps that name.
    assert heading("taakstelling_eu-2015", "en") == "Quota eu-2015"
    assert heading("gewicht_2", "nl") == "Gewicht 2"


def test_no_english_heading_of_a_study_is_dutch() -> None:
    dutch = {"personen", "gemeente", "taakstelling", "verschil", "afronding", "sleutel", "inwoners"}
    for table, columns in contract_tables().items():
        if table not in TABLES and not table.startswith(("terugblik", "verschillen")):
            continue
        for column in columns:
            assert not dutch & set(heading(column, "en").lower().split()), column
