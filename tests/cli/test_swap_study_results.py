"""The results of ``potential`` and ``wishes``: whole folders that the verifier works out anew."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from allocator.verify import check_names, verify_result
from allocator.verify.studies.swap_studies import _divide
from models.exchange import adjust_single_peaked
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import Row, call, change_table, copy_instance, read_table

STATED = {"SY0001": "-8", "SY0002": "3", "SY0003": "-2", "SY0004": "5"}


def with_wishes(folder: Path) -> Path:
    instance = copy_instance("tiny-ruil", folder)
    change_table(
        instance / "ruilruimte.csv",
        lambda rows: [{**row, "wens": STATED[row["gemeente_code"]]} for row in rows],
    )
    return instance


def codes(folder: Path) -> set[str]:
    return {failure.code for failure in verify_result(folder)}


def rewrite(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, content
    path.write_text(content.replace(old, new), encoding="utf-8")
    rehash(folder)


def test_a_potential_is_a_result_with_its_bound_and_what_limits_it(tmp_path: Path) -> None:
    """PV01 may hand over 8 + 4 of its 16 and has room for 14; nobody in PV02 is short."""
    ran = call("potential", "tiny-ruil", "--out", tmp_path / "uit")
    assert (ran.code, verify_result(ran.folder)) == (0, ())
    assert f"Nagerekend en geschreven in {ran.folder}" in ran.out
    rows = read_table(ran.folder / "potentieel.csv")
    assert [tuple(row.values()) for row in rows] == [
        ("", "alle", "midden", "4", "16", "12", "12", "4", "geven"),
        ("", "binnen", "midden", "4", "16", "12", "12", "4", "geven"),
        ("PV01", "binnen", "midden", "3", "16", "12", "12", "4", "geven"),
        ("PV02", "binnen", "midden", "1", "0", "0", "0", "0", "niets"),
    ]
    assert not list(ran.folder.glob("invoer/ruilruimte.csv"))
    assert any(name.startswith("V17") for name in check_names(ran.folder))


def test_a_border_limits_where_room_lies_in_another_region(tmp_path: Path) -> None:
    """Room for 5 in PV01: 5 within it, all 12 of what may be handed over with PV02's 20."""
    instance = copy_instance("tiny-ruil", tmp_path)

    def tight(rows: list[Row]) -> list[Row]:
        return [{**r, "extra_max": "5"} if r["gemeente_code"] == "SY0002" else r for r in rows]

    change_table(instance / "ruilruimte.csv", tight)
    ran = call("potential", instance, "--out", tmp_path / "uit")
    assert verify_result(ran.folder) == ()
    found = {
        (row["regio"], row["ruil"]): (row["weg_te_nemen"], row["beperkt_door"])
        for row in read_table(ran.folder / "potentieel.csv")
    }
    assert found["PV01", "binnen"] == ("5", "ruimte")
    assert found["", "binnen"] == ("5", "regiogrens")
    assert found["", "alle"] == ("12", "geven")


def test_every_scenario_has_its_own_potential(tmp_path: Path) -> None:
    """Two dwellings fewer of every kind for Alfa and Gamma, in the scenario laag.

    Alfa needs 22 and has room for 10, in laag for 4; it may hand over 8. Gamma needs 9 and has
    room for 5, in laag for none; it may hand over 5. Beta has room for 14 in both.
    """
    instance = copy_instance("tiny-ruil", tmp_path)

    def less(rows: list[Row]) -> list[Row]:
        short = {row["gemeente_code"] for row in rows} - {"SY0002", "SY0004"}
        return [
            {**row, "laag": str(max(0, int(row["aantal"]) - 2 * (row["gemeente_code"] in short)))}
            for row in rows
        ]

    change_table(instance / "aanbod.csv", less)
    ran = call("potential", instance, "--out", tmp_path / "uit")
    assert verify_result(ran.folder) == ()
    rows = [
        tuple(row.values())[2:]
        for row in read_table(ran.folder / "potentieel.csv")
        if row["regio"] == "PV01"
    ]
    assert rows == [
        ("laag", "3", "27", "13", "13", "14", "geven"),
        ("midden", "3", "16", "12", "12", "4", "geven"),
    ]
    assert "Scenario laag:" in ran.out


def test_a_potential_that_promises_more_than_the_cut_is_caught(tmp_path: Path) -> None:
    folder = call("potential", "tiny-ruil", "--out", tmp_path / "uit").folder
    rewrite(
        folder,
        "potentieel.csv",
        "PV01,binnen,midden,3,16,12,12,4",
        "PV01,binnen,midden,3,16,13,13,3",
    )
    assert codes(folder) == {"V17A"}


def test_a_potential_with_another_reason_is_caught(tmp_path: Path) -> None:
    folder = call("potential", "tiny-ruil", "--out", tmp_path / "uit").folder
    rewrite(
        folder,
        "potentieel.csv",
        ",alle,midden,4,16,12,12,4,geven",
        ",alle,midden,4,16,12,12,4,ruimte",
    )
    assert codes(folder) == {"V17A"}


def test_divided_wishes_are_a_result_and_stay_confidential(tmp_path: Path) -> None:
    ran = call("wishes", with_wishes(tmp_path), "--out", tmp_path / "uit")
    assert (ran.code, verify_result(ran.folder)) == (0, ())
    sums = read_table(ran.folder / "wensen_regio.csv")
    assert [tuple(row.values()) for row in sums] == [
        ("PV01", "3", "3", "minder", "ja"),
        ("PV02", "1", "0", "meer", "nee"),
    ]
    rows = read_table(ran.folder / "vertrouwelijk" / "wensen_verdeling.csv")
    assert [row["wens"] for row in rows] == [*STATED.values()]
    assert [row["kant"] for row in rows] == ["lang", "kort", "lang", "lang"]
    assert sorted(int(row["toegewezen"]) for row in rows[:3]) == [-2, -1, 3]
    assert sorted(int(row["volgorde"]) for row in rows) == [1, 2, 3, 4]
    public = [path for path in ran.folder.rglob("*.csv") if "vertrouwelijk" not in path.parts]
    assert not any("wens," in path.read_text(encoding="utf-8") for path in public)


def test_a_division_that_serves_the_other_one_first_is_caught(tmp_path: Path) -> None:
    folder = call("wishes", with_wishes(tmp_path), "--out", tmp_path / "uit").folder
    path = folder / "vertrouwelijk" / "wensen_verdeling.csv"
    content = path.read_text(encoding="utf-8")
    swapped = content.replace(",-2,lang", ",-9,lang").replace(",-1,lang", ",-2,lang")
    path.write_text(swapped.replace(",-9,lang", ",-1,lang"), encoding="utf-8")
    rehash(folder)
    assert codes(folder) == {"V18A"}


def test_a_wish_changed_after_the_division_is_caught(tmp_path: Path) -> None:
    folder = call("wishes", with_wishes(tmp_path), "--out", tmp_path / "uit").folder
    rewrite(folder, "vertrouwelijk/invoer/ruilruimte.csv", "SY0002,14,0,3", "SY0002,14,0,2")
    assert "V18A" in codes(folder)


def test_a_lot_under_divided_wishes_is_caught(tmp_path: Path) -> None:
    """The claim does not hold with a lot, whoever put it there afterwards."""
    folder = call("wishes", with_wishes(tmp_path), "--out", tmp_path / "uit").folder
    rewrite(folder, "invoer/instance.toml", "lot = 1\n", "lot = 2\n")
    assert "V18D" in codes(folder)


def test_who_is_in_no_region_gets_nothing(tmp_path: Path) -> None:
    instance = with_wishes(tmp_path)
    table = {"SY0001": "oost", "SY0002": "oost"}
    change_table(
        instance / "gemeenten.csv",
        lambda rows: [{**row, "regietafel": table.get(row["gemeente_code"], "")} for row in rows],
    )
    ran = call("wishes", instance, "--by", "regietafel", "--out", tmp_path / "uit")
    assert verify_result(ran.folder) == ()
    rows = read_table(ran.folder / "vertrouwelijk" / "wensen_verdeling.csv")
    assert [row["toegewezen"] for row in rows] == ["-3", "3", "0", "0"]
    assert [row["kant"] for row in rows] == ["lang", "kort", "geen", "geen"]
    assert "Gamma (SY0003): wens -2, krijgt 0; ligt in geen regio." in ran.out


def test_the_verifier_and_the_engine_divide_alike() -> None:
    """Two implementations of one rule, and the rule itself person by person."""
    draw = random.Random(7)
    for _ in range(400):
        names = [f"SY{number:04}" for number in range(draw.randint(1, 7))]
        wishes = {name: draw.randint(-6, 6) for name in names}
        order = draw.sample(names, len(names))
        given, tied = _divide(wishes, {name: number for number, name in enumerate(order)})
        found = adjust_single_peaked([*wishes.values()], [names.index(name) for name in order])
        assert tuple(given.values()) == found.change
        assert tied == {names[i] for i in found.tied}
        assert given == person_by_person(wishes, order)


def person_by_person(wishes: dict[str, int], order: list[str]) -> dict[str, int]:
    """Hand out what the short side wishes, each time to who has least and wishes more."""
    down, up = (sum(max(0, sign * wish) for wish in wishes.values()) for sign in (-1, 1))
    given = dict.fromkeys(wishes, 0)
    for sign in (-1, 1):
        for _ in range(min(down, up)):
            eager = [c for c in order if sign * wishes[c] > sign * given[c]]
            given[min(eager, key=lambda c: abs(given[c]))] += sign
    return given


@pytest.mark.parametrize("command", ["potential", "wishes"])
def test_a_folder_of_somebody_else_is_not_replaced(command: str, tmp_path: Path) -> None:
    (tmp_path / "uit").mkdir()
    (tmp_path / "uit" / "eigen.txt").write_text("van mij", encoding="utf-8")
    ran = call(command, with_wishes(tmp_path), "--out", tmp_path / "uit")
    assert ran.code == 8
    assert (tmp_path / "uit" / "eigen.txt").read_text(encoding="utf-8") == "van mij"


@pytest.mark.parametrize(
    ("lang", "claim"), [("nl", "niet voor opgegeven aanbod"), ("en", "not for stated supply")]
)
def test_the_report_of_wishes_says_what_the_claim_covers(
    lang: str, claim: str, tmp_path: Path
) -> None:
    folder = call("wishes", with_wishes(tmp_path), "--out", tmp_path / "uit").folder
    assert call("report", folder, "--lang", lang).code == 0
    assert claim in (folder / "rapport.html").read_text(encoding="utf-8")
    assert (folder / "werkboek.xlsx").is_file()
    assert verify_result(folder) == ()


def test_the_report_of_a_potential_shows_its_table(tmp_path: Path) -> None:
    folder = call("potential", "tiny-ruil", "--out", tmp_path / "uit").folder
    assert call("report", folder).code == 0
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    assert "Potentieel van uitruil" in page
    assert "kleinste snede" in page
    assert verify_result(folder) == ()


def test_a_page_calls_a_province_by_its_name(tmp_path: Path) -> None:
    folder = call("potential", "flevoland-2021-1", "--out", tmp_path / "uit").folder
    assert call("report", folder).code == 0
    table = (folder / "rapport.html").read_text(encoding="utf-8").partition("tabel-potentieel")[2]
    assert "Flevoland" in table.partition("</table>")[0]


def test_a_page_shows_the_whole_below_its_regions(tmp_path: Path) -> None:
    """And scenarios from low to high; the file keeps its own order."""
    folder = call("potential", "flevoland-2021-1", "--out", tmp_path / "uit").folder
    assert call("report", folder).code == 0
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    table = page.partition("tabel-potentieel")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [
        re.findall(r"<t[hd][^>]*>([^<]*)", row)[:3] for row in table.split("</tr>") if "<td" in row
    ]
    shown = [(region, pairs, scenario) for region, pairs, scenario in rows]
    assert shown == [
        *[("Flevoland", "binnen", scenario) for scenario in ("laag", "midden", "hoog")],
        *[
            ("geheel", pairs, scenario)
            for scenario in ("laag", "midden", "hoog")
            for pairs in ("binnen", "alle")
        ],
    ]


def test_only_the_state_gets_an_extract_with_the_potential(tmp_path: Path) -> None:
    folder = call("potential", "tiny-ruil", "--out", tmp_path / "uit").folder
    for audience in ("rijk", "openbaar"):
        part = call("extract", folder, "--audience", audience, "--out", tmp_path / audience).folder
        assert (part / "potentieel.csv").is_file() == (audience == "rijk")
        assert call("verify", part).code == 0


@pytest.mark.parametrize("command", ["potential", "wishes"])
def test_what_the_reader_of_the_input_noticed_is_said(command: str, tmp_path: Path) -> None:
    instance = with_wishes(tmp_path)
    (instance / "correcties.csv").write_text(
        "gemeente_code,correctie,reden\nSY0001,1,verevening\n", encoding="utf-8"
    )
    ran = call(command, instance)
    assert ran.code == 0
    assert "correction_is_settlement" in ran.err
