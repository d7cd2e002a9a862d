"""Keys side by side, two results, a grid, past half-years and the annex, through the command."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.calling import (
    INSTANCES,
    Ran,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    set_in_toml,
    tree,
)

GRID = """\
key = "{key}"

[[axis]]
part = 2
weights = ["0", "1/10", "1/5", "3/10", "2/5", "1/2", "3/5", "7/10", "4/5"]

[[axis]]
part = 3
weights = ["0", "1/10", "1/5", "3/10", "2/5", "1/2", "3/5", "7/10", "4/5"]
"""
MIX = """\
name = "mengsel"
title = {nl = "Mengsel", en = "Mixture"}
status = "voorstel"
source = {nl = "verzonnen", en = "invented"}

[[parts]]
indicator = "inwoners"
weight = "1/2"

[[parts]]
indicator = "corporatiewoningen"
weight = "0.3"

[[parts]]
indicator = "woningen"
weight = "1/5"
"""


@pytest.fixture
def mix(tmp_path: Path) -> Path:
    path = tmp_path / "mengsel.toml"
    path.write_text(MIX, encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The twenty largest municipalities of the bundled country, as a country of their own."""
    folder = copy_instance("nl-2021-1", tmp_path / "in")

    def largest(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return sorted(rows, key=lambda row: -int(row["inwoners"]))[:20]

    change_table(folder / "gemeenten.csv", largest)
    for path in folder.iterdir():
        if path.name not in {"instance.toml", "gemeenten.csv"}:
            path.unlink()
    return folder


def compared(instance: Path | str, out: Path, *words: object) -> Ran:
    ran = call("compare", instance, *words, "--out", out)
    assert ran.code == 0, ran.err
    return ran


def test_keys_stand_side_by_side_and_the_result_verifies(small: Path, tmp_path: Path) -> None:
    ran = compared(small, tmp_path / "c", "--key", "corporatiewoningen")
    rows = read_table(ran.folder / "vergelijking.csv")
    assert {row["sleutel"] for row in rows} == {"inwoners", "corporatiewoningen"}
    for key in ("inwoners", "corporatiewoningen"):
        assert sum(int(row["personen"]) for row in rows if row["sleutel"] == key) == 13_500
    assert {row["afronding"] for row in rows} == {"sluitend"}
    assert call("verify", ran.folder).code == 0
    assert call("verify", ran.folder, "--instance", small).code == 0


def test_another_rounding_is_told_apart_from_the_key(small: Path, tmp_path: Path) -> None:
    ran = compared(small, tmp_path / "c", "--key", "corporatiewoningen=webster")
    rows = [
        row
        for row in read_table(ran.folder / "vergelijking.csv")
        if row["sleutel"] == "corporatiewoningen"
    ]
    for row in rows:
        parts = int(row["verschil_sleutel"]) + int(row["verschil_afronding"])
        assert int(row["verschil"]) == parts
    assert any(row["verschil_afronding"] != "0" for row in rows)
    proofs = json.loads((ran.folder / "certificaat.json").read_text(encoding="utf-8"))["keys"]
    assert proofs["corporatiewoningen"].keys() == {"common", "own"}
    assert "eigen afronding webster" in ran.out


def test_shuffled_rows_and_keys_give_the_same_bytes(small: Path, mix: Path, tmp_path: Path) -> None:
    one = compared(small, tmp_path / "a", "--key", mix, "--key", "corporatiewoningen")
    change_table(small / "gemeenten.csv", lambda rows: rows[::-1])
    other = compared(small, tmp_path / "b", "--key", "corporatiewoningen", "--key", mix)
    assert tree(one.folder) == tree(other.folder)


def test_one_and_two_workers_give_the_same_bytes(small: Path, mix: Path, tmp_path: Path) -> None:
    (tmp_path / "raster.toml").write_text(GRID.format(key=mix.as_posix()), encoding="utf-8")
    for workers in (1, 2):
        words = ("--workers", workers, "--out", tmp_path / str(workers))
        ran = call("sweep", small, tmp_path / "raster.toml", *words)
        assert ran.code == 0, ran.err
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    assert call("verify", tmp_path / "1").code == 0
    assert manifest(tmp_path / "1")["parameters"]["sweep"]["points"] == 60  # 81, less 21 beyond 1


def test_an_unknown_key_is_named_with_the_nearest_known_one(small: Path, tmp_path: Path) -> None:
    ran = call("compare", small, "--key", "koenigstien", "--out", tmp_path / "c", "--json")
    assert (ran.code, ran.codes) == (3, ["unknown_key"])
    assert "koenigstein" in ran.err
    assert ran.json["findings"][0]["file"] == "--key"
    assert not (tmp_path / "c").exists()


def test_a_grid_that_is_not_there_is_said_so(small: Path, tmp_path: Path) -> None:
    ran = call("sweep", small, tmp_path / "nergens.toml", "--out", tmp_path / "s", "--json")
    assert (ran.code, ran.codes) == (3, ["grid_missing"])


def test_a_missing_indicator_names_file_and_column(small: Path, tmp_path: Path) -> None:
    ran = call("compare", small, "--key", "koenigstein", "--out", tmp_path / "c", "--json")
    assert (ran.code, ran.codes) == (3, ["indicator_missing"])
    (finding,) = ran.json["findings"]
    assert (finding["file"], finding["column"]) == ("gemeenten.csv", "belastingopbrengst")


@pytest.mark.parametrize(
    "words",
    [
        ("nl-2021-1",),
        ("nl-2021-1", "--key", "aanbod"),
        ("a", "b", "c"),
        ("a", "b", "--key", "aanbod"),
    ],
)
def test_compare_says_how_it_is_used(words: tuple[str, ...]) -> None:
    ran = call("compare", *words)
    assert ran.code == 2
    assert "koenigstein" in ran.err


def test_two_results_are_verified_and_set_beside_each_other(small: Path, tmp_path: Path) -> None:
    call("quota", small, "--out", tmp_path / "a")
    set_in_toml(small, "national_total", "13000")
    call("quota", small, "--out", tmp_path / "b")
    ran = call("compare", tmp_path / "a", tmp_path / "b")
    assert ran.code == 0, ran.err
    assert "landelijk totaal" in ran.out
    written = call("compare", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c")
    assert written.code == 0, written.err
    rows = read_table(tmp_path / "c" / "verschillen_gemeenten.csv")
    changed = sum(int(row["verschil"]) for row in rows if row["grootheid"] == "taakstelling")
    assert changed == -500
    assert call("verify", tmp_path / "c").code == 0


def test_a_result_that_was_changed_is_not_compared(small: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        call("quota", small, "--out", tmp_path / name)
    path = tmp_path / "b" / "taakstellingen.csv"
    path.write_bytes(path.read_bytes().replace(b"Amsterdam", b"Amsterdom"))
    ran = call("compare", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "c")
    assert ran.code == 6
    assert not (tmp_path / "c").exists()


def test_a_look_back_names_what_deviates_and_its_inputs_are_a_folder_again(tmp_path: Path) -> None:
    ran = call("backtest", "--key", "corporatiewoningen", "--out", tmp_path / "b")
    assert ran.code == 0, ran.err
    assert "samen 10: Friesland +2, Groningen -1, Limburg +6, Noord-Brabant -1" in ran.out
    assert "11.003 personen) min gepubliceerd, per provincie, samen 3: Friesland +3" in ran.out
    again = call(
        "backtest", ran.folder / "invoer", "--key", "corporatiewoningen", "--out", tmp_path / "c"
    )
    assert again.code == 0, again.err
    assert tree(ran.folder) == tree(again.folder)


def test_the_annex_stands_alone_or_in_the_result(tmp_path: Path) -> None:
    call("quota", "tiny-quota", "--out", tmp_path / "q")
    alone = call("annex", tmp_path / "q", "--out", tmp_path / "bijlage.csv")
    assert alone.code == 0, alone.err
    assert "bijlage.csv" not in manifest(tmp_path / "q")["outputs"]
    inside = call("annex", tmp_path / "q", "--json")
    assert inside.code == 0, inside.err
    assert inside.json["sum"] == 10
    assert (tmp_path / "q" / "bijlage.csv").read_bytes() == alone.folder.read_bytes()
    assert call("verify", tmp_path / "q").code == 0


def test_the_annex_replaces_nothing_but_an_annex(tmp_path: Path) -> None:
    call("quota", "tiny-quota", "--out", tmp_path / "q")
    (tmp_path / "brief.txt").write_text("eigen werk", encoding="utf-8")
    ran = call("annex", tmp_path / "q", "--out", tmp_path / "brief.txt")
    assert ran.code == 8
    assert (tmp_path / "brief.txt").read_text(encoding="utf-8") == "eigen werk"
    call("quota", "tiny-quota", "--out", tmp_path / "other")
    assert call("annex", tmp_path / "q", "--out", tmp_path / "other").code == 8
    assert call("verify", tmp_path / "other").code == 0


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_study_speaks_both_languages(lang: str, tmp_path: Path) -> None:
    words = {"nl": "voorstel, geen besluit", "en": "proposal, not a decision"}
    ran = compared(INSTANCES / "tiny-quota", tmp_path / "c", "--key", "inwoners", "--lang", lang)
    assert words[lang] in ran.out
    told = call("annex", tmp_path / "c", "--lang", lang, "--out", tmp_path / "x.csv")
    assert words[lang] in told.out


def test_the_workbook_has_a_sheet_for_every_table(small: Path, mix: Path, tmp_path: Path) -> None:
    compared(small, tmp_path / "c", "--key", mix)
    call("annex", tmp_path / "c")
    ran = call("report", tmp_path / "c")
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(tmp_path / "c" / "werkboek.xlsx", read_only=True)
    wanted = {"Bijlage", "Sleutels", "Vergelijking", "Vergelijking groepen", "Vergelijking maten"}
    assert wanted | {"Gevoeligheid"} <= set(book.sheetnames)
    rows = list(book["Vergelijking"].iter_rows(values_only=True))
    at = rows[0].index("Personen")
    assert sum(int(str(row[at])) for row in rows[1:] if row[1] == "mengsel") == 13_500
    assert call("verify", tmp_path / "c").code == 0


@pytest.mark.parametrize("command", ["annex", "explain"])
def test_a_look_back_has_no_quotas_to_tell_of(command: str, tmp_path: Path) -> None:
    call("backtest", "--out", tmp_path / "b")
    ran = call(command, tmp_path / "b", *(["GM0034"] if command == "explain" else []), "--json")
    assert (ran.code, ran.codes) == (3, ["report_no_quotas"])
    assert call("verify", tmp_path / "b").code == 0


def test_json_is_one_object(small: Path, mix: Path, tmp_path: Path) -> None:
    ran = compared(small, tmp_path / "c", "--key", mix, "--json")
    assert [own["key"] for own in ran.json["keys"]] == ["inwoners", "mengsel"]
    assert ran.json["exit_code"] == 0
