"""Past half-years: the published figures, told apart, and not a word about what was not."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from allocator.comparing import (
    BacktestTable,
    backtest,
    backtest_files,
    backtest_json,
    backtest_lines,
)
from allocator.comparing.backtest import BacktestHalfYear
from allocator.errors import InputRefusedError
from allocator.words import LANGUAGES, catalogue
from tests.allocator.comparing.cases import ROOT, rows_of

FOLDER = ROOT / "instances" / "backtest-2019-2021"
# What somebody would write who told what had happened under another key.
SUPPOSED = re.compile(
    r"\b(zou|zouden|had kunnen|hadden kunnen|was geweest|waren geweest|would|could have|might have"
    r"|minder gehuisvest|meer gehuisvest|extra gehuisvest|more housed|fewer housed|less housed)\b",
    re.IGNORECASE,
)


@cache
def table() -> BacktestTable:
    return backtest(("corporatiewoningen",))


def half(name: str) -> BacktestHalfYear:
    (found,) = (half for half in table().half_years if half.about.half_year == name)
    return found


def test_2019_2_with_its_best_inputs_deviates_by_ten() -> None:
    found = half("2019-2")
    assert found.total_deviation == 10
    assert found.deviations == {
        "Friesland": 2,
        "Groningen": -1,
        "Limburg": 6,
        "Noord-Brabant": -1,
    }


def test_2021_2_on_11003_deviates_by_three() -> None:
    found = half("2021-2")
    assert (found.used_total, len(found.instance.municipalities)) == (11_003, 352)
    assert found.total_deviation == 3
    assert found.deviations == {"Friesland": 3}


def test_2021_1_does_not_deviate() -> None:
    assert half("2021-1").deviations == {}


@pytest.mark.parametrize(
    ("half_year", "province", "persons"),
    [("2019-1", "PV30", 16), ("2020-1", "PV27", 123), ("2020-2", "PV20", -19)],
)
def test_the_large_deviations_are_corrections_with_a_reason(
    half_year: str, province: str, persons: int
) -> None:
    (row,) = (row for row in half(half_year).rows if row.published.code == province)
    assert row.correction is not None
    assert row.correction.persons == persons
    assert re.search("[0-9]", row.correction.reason["nl"])
    assert "explain" in row.correction.reason["en"]


def test_formula_plus_correction_is_published_in_every_row() -> None:
    rows = rows_of(backtest_files(table())["terugblik.csv"])
    assert len(rows) == 72
    for row in rows:
        assert int(row["formule"]) + int(row["correctie"]) == int(row["gepubliceerd"])
        assert row["taakstelling_inwoners"] == row["formule"]


def test_every_key_divides_the_same_number() -> None:
    rows = rows_of(backtest_files(table())["terugblik.csv"])
    for own in table().half_years:
        here = [row for row in rows if row["halfjaar"] == own.about.half_year]
        for column in ("formule", "taakstelling_inwoners", "taakstelling_corporatiewoningen"):
            assert sum(int(row[column]) for row in here) == own.used_total


def test_what_was_housed_stands_once_beside_what_was_published() -> None:
    files = backtest_files(table())
    header = files["terugblik.csv"].decode().splitlines()[0].split(",")
    assert header.count("gehuisvest") == 1
    (row,) = (
        row
        for row in rows_of(files["terugblik.csv"])
        if (row["halfjaar"], row["provincie_code"]) == ("2021-1", "PV24")
    )
    # Table 2 of the final report: Flevoland 102 + 328 − 250 = 180.
    assert [row[name] for name in ("stand_begin", "gepubliceerd", "gehuisvest", "stand_eind")] == [
        "102", "328", "250", "180",
    ]  # fmt: skip


def test_no_column_sets_housing_against_another_key() -> None:
    for file, content in backtest_files(table()).items():
        header = content.decode().splitlines()[0].split(",")
        mixed = [name for name in header if "gehuisvest" in name]
        assert set(mixed) <= {"gehuisvest", "gehuisvest_tot"}, file


def test_nothing_is_said_of_what_would_have_been_housed() -> None:
    said = [content.decode() for content in backtest_files(table()).values()]
    for lang in LANGUAGES:
        said += backtest_lines(table(), lang)
        said += [texts[lang] for key, texts in catalogue().items() if key.startswith("backtest")]
    said.append(json.dumps(backtest_json(table()), ensure_ascii=False))
    said += [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*") if path.is_file()]
    said.append((ROOT / "docs/reference/comparison.md").read_text(encoding="utf-8"))
    for text in said:
        assert SUPPOSED.search(text) is None, SUPPOSED.search(text)


def test_the_search_for_suppositions_finds_them() -> None:
    assert SUPPOSED.search("Dan zouden er 20 meer zijn gehuisvest.")
    assert SUPPOSED.search("Under this key 20 more would have been housed.")


def test_the_lines_name_deviations_estimates_and_limits() -> None:
    for lang in LANGUAGES:
        lines = "\n".join(backtest_lines(table(), lang))
        assert "Friesland +2, Groningen -1, Limburg +6, Noord-Brabant -1" in lines
        assert "Noord-Holland -123" in lines
    assert "schatting" in "\n".join(backtest_lines(table(), "nl"))
    assert "estimate" in "\n".join(backtest_lines(table(), "en"))


def test_the_half_years_say_how_their_inputs_are_known() -> None:
    rows = {row["halfjaar"]: row for row in rows_of(
        backtest_files(table())["terugblik_halfjaren.csv"])}  # fmt: skip
    assert rows["2020-1"]["inwoners_herkomst"] == "schatting"
    assert rows["2021-2"]["landelijk_herkomst"] == "afgeleid"
    assert rows["2021-2"]["gehuisvest_tot"] == "2021-10-01"
    assert (rows["2021-2"]["landelijk_gedrukt"], rows["2021-2"]["landelijk_gebruikt"]) == (
        "11000",
        "11003",
    )
    assert rows["2019-2"]["afwijkingen"] == (
        "Friesland +2|Groningen -1|Limburg +6|Noord-Brabant -1"
    )


def test_the_order_of_the_keys_does_not_matter() -> None:
    again = backtest(("inwoners", "corporatiewoningen"))
    assert backtest_files(again) == backtest_files(table())


def test_another_rounding_leaves_formula_and_correction_alone() -> None:
    other = backtest((), "grootste-rest")
    rows = rows_of(backtest_files(other)["terugblik.csv"])
    plain = rows_of(backtest_files(table())["terugblik.csv"])
    assert [row["formule"] for row in rows] == [row["formule"] for row in plain]
    assert [row["taakstelling_inwoners"] for row in rows] != [row["formule"] for row in rows]


def copied(folder: Path) -> Path:
    own = folder / "terugblik"
    shutil.copytree(FOLDER, own)
    return own


def refusal(folder: Path) -> str:
    with pytest.raises(InputRefusedError) as caught:
        backtest((), folder=folder)
    (finding,) = caught.value.findings
    return finding.code


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_difference_that_is_not_written_down_is_refused(tmp_path: Path) -> None:
    own = copied(tmp_path)
    changed(own / "correcties_provincies.csv", "2020-1,PV27,123,", "2020-1,PV27,122,")
    assert refusal(own) == "backtest_undocumented"


def test_a_correction_without_a_difference_is_refused(tmp_path: Path) -> None:
    own = copied(tmp_path)
    with (own / "correcties_provincies.csv").open("a", encoding="utf-8") as stream:
        stream.write("2021-1,PV24,1,x,x\n")
    assert refusal(own) == "backtest_undocumented"


def test_a_province_without_a_published_row_is_refused(tmp_path: Path) -> None:
    own = copied(tmp_path)
    changed(own / "provincies.csv", "2019-1,PV24,", "2018-2,PV24,")
    assert refusal(own) == "backtest_province"


def test_a_folder_without_half_years_or_tables_is_refused(tmp_path: Path) -> None:
    own = copied(tmp_path)
    path = own / "halfjaren.csv"
    changed(path, "2019-1,6012,", "2019-1,6012x,")
    assert refusal(own) == "not_whole"
    changed(path, "landelijk_gedrukt", "landelijk")
    assert refusal(own) == "missing_column"
    path.unlink()
    assert refusal(own) == "missing_table"


def test_an_indicator_that_the_half_years_lack_is_refused() -> None:
    with pytest.raises(InputRefusedError) as caught:
        backtest(("spreidingswet",))
    assert {finding.code for finding in caught.value.findings} == {"indicator_missing"}
