"""Quotas of the first half of 2021 through the command, against what was published."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.calling import Ran, call, copy_instance, manifest, read_table, spawn, write_table

NATIONAL = 13_500
# Table 2 of the final report of the national booster, October 2021 (source: COA).
PROVINCES = {
    "PV20": 454, "PV21": 504, "PV22": 382, "PV23": 901, "PV24": 328, "PV25": 1624,
    "PV26": 1051, "PV27": 2228, "PV28": 2865, "PV29": 299, "PV30": 1992, "PV31": 872,
}  # fmt: skip
# Notice of the provincial executive of Flevoland, registration 2742938.
FLEVOLAND = {
    "Almere": 163, "Dronten": 32, "Lelystad": 61, "Noordoostpolder": 37, "Urk": 17, "Zeewolde": 18,
}  # fmt: skip


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    ran = spawn("quota", "instances/nl-2021-1", "--out", tmp_path_factory.mktemp("q") / "q")
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture(scope="module")
def literal(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("q") / "q"
    ran = call("quota", "nl-2021-1", "--rounding", "wettelijk", "--out", out)
    assert ran.code == 0, ran.err
    return ran


def quotas(ran: Ran) -> list[dict[str, str]]:
    return read_table(ran.folder / "taakstellingen.csv")


def test_every_municipality_has_one_row_and_the_sum_closes(national: Ran) -> None:
    rows = quotas(national)
    assert len(rows) == len({row["gemeente_code"] for row in rows}) == 352
    assert sum(int(row["taakstelling"]) for row in rows) == NATIONAL
    assert sum(int(row["formule"]) for row in rows) == NATIONAL


def test_all_provinces_are_as_published(national: Ran) -> None:
    found: Counter[str] = Counter()
    for row in quotas(national):
        found[row["provincie_code"]] += int(row["taakstelling"])
    assert dict(found) == PROVINCES


def test_all_of_flevoland_is_as_published(national: Ran) -> None:
    found = {row["gemeente"]: int(row["taakstelling"]) for row in quotas(national)}
    assert {name: found[name] for name in FLEVOLAND} == FLEVOLAND


def test_the_letter_of_the_law_overshoots_and_says_so(literal: Ran) -> None:
    assert sum(int(row["taakstelling"]) for row in quotas(literal)) == 13_666
    assert "13.666" in literal.out
    assert "166" in literal.out.replace("13.666", "")
    quota = json.loads((literal.folder / "certificaat.json").read_text(encoding="utf-8"))["quota"]
    assert (quota["statutory_sum"], quota["statutory_surplus"]) == (13_666, 166)


def test_the_literal_and_the_closing_figure_stand_side_by_side(national: Ran) -> None:
    assert "13.500" in national.out
    assert "13.666" in national.out
    assert "niet de letter van art. 29 lid 1" in national.out


def test_every_output_says_that_it_is_a_proposal(national: Ran) -> None:
    assert "voorstel, geen besluit" in national.out


def test_the_exact_share_is_rounded_half_up_in_six_decimals(national: Ran) -> None:
    rows = quotas(national)
    everyone = sum(int(row["inwoners"]) for row in rows)
    for row in rows:
        millionths = (2 * int(row["inwoners"]) * NATIONAL * 10**6 + everyone) // (2 * everyone)
        assert row["exact_aandeel"] == f"{millionths // 10**6}.{millionths % 10**6:06d}"


def test_quota_writes_what_it_must_and_no_more(national: Ran) -> None:
    assert {path.relative_to(national.folder).as_posix() for path in files(national)} == {
        "certificaat.json",
        "invoer/gemeenten.csv",
        "invoer/instance.toml",
        "manifest.json",
        "taakstellingen.csv",
    }


def files(ran: Ran) -> list[Path]:
    return [path for path in ran.folder.rglob("*") if path.is_file()]


def test_quota_needs_two_files(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    for path in instance.iterdir():
        if path.name not in {"instance.toml", "gemeenten.csv"}:
            path.unlink()
    assert call("quota", instance, "--out", tmp_path / "q").code == 0


@pytest.mark.parametrize("rounding", ["webster", "grootste-rest", "jefferson", "hill"])
def test_every_closing_rounding_closes(rounding: str, tmp_path: Path) -> None:
    ran = call("quota", "nl-2021-1", "--rounding", rounding, "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    assert sum(int(row["taakstelling"]) for row in quotas(ran)) == NATIONAL
    assert manifest(ran.folder)["parameters"]["rounding"] == rounding


def test_a_published_quota_leads_and_the_formula_stands_beside_it(tmp_path: Path) -> None:
    instance = copy_instance("tiny-quota", tmp_path / "in")
    row = {"gemeente_code": "SY0002", "taakstelling": "3", "bron": "x", "datum": "2020-10-01"}
    write_table(instance / "vastgesteld.csv", [row])
    ran = call("quota", instance, "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    second = quotas(ran)[1]
    assert (second["formule"], second["vastgesteld"], second["taakstelling"]) == ("2", "3", "3")


def test_a_correction_is_added_and_kept_apart(tmp_path: Path) -> None:
    instance = copy_instance("tiny-quota", tmp_path / "in")
    rows = [{"gemeente_code": "SY0001", "correctie": "-2", "reden": "x"}]
    write_table(instance / "correcties.csv", rows)
    first = quotas(call("quota", instance, "--out", tmp_path / "q"))[0]
    assert (first["formule"], first["correctie"], first["taakstelling"]) == ("5", "-2", "3")


def test_a_region_starts_from_what_was_published(tmp_path: Path) -> None:
    ran = call("quota", "flevoland-2021-1", "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    rows = quotas(ran)
    assert {row["gemeente"]: int(row["taakstelling"]) for row in rows} == FLEVOLAND
    assert {(row["exact_aandeel"], row["formule"]) for row in rows} == {("", "")}


@pytest.mark.parametrize("known", [(), ("total",), ("inhabitants",), ("total", "inhabitants")])
def test_a_region_with_published_quotas_shows_shares_where_the_country_is_known(
    known: tuple[str, ...], tmp_path: Path
) -> None:
    numbers = {"total": 13_500, "inhabitants": 17_407_585}
    settings = "".join(f"national_{name} = {numbers[name]}\n" for name in known)
    place = copy_instance("tiny-quota", tmp_path / "instance")
    text = (place / "instance.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("national_", "scope"))]
    (place / "instance.toml").write_text(f'scope = "regio"\n{settings}' + "\n".join(lines) + "\n")
    towns = read_table(place / "gemeenten.csv")
    rows = [{"gemeente_code": row["gemeente_code"], "taakstelling": "3"} for row in towns]
    write_table(
        place / "vastgesteld.csv", [row | {"bron": "x", "datum": "2020-10-01"} for row in rows]
    )
    ran = call("quota", place, "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    shares = [Fraction(row["exact_aandeel"] or 0) for row in quotas(ran)]
    if len(known) == 2:
        exact = [Fraction(int(row["inwoners"]) * 13_500, 17_407_585) for row in towns]
        assert all(abs(a - b) <= Fraction(1, 2 * 10**6) for a, b in zip(shares, exact, strict=True))
    else:
        assert not any(shares)


def test_a_region_with_a_given_divisor_is_divided_by_it(tmp_path: Path) -> None:
    """One person for 2,000 inhabitants: 6, 3, 2.5 and 0.5 persons before rounding."""
    instance = copy_instance("tiny-quota", tmp_path / "in")
    toml = instance / "instance.toml"
    given = 'scope = "regio"\nnational_inhabitants = 24000\ndivisor = 2000'
    toml.write_text(toml.read_text("utf-8").replace('scope = "landelijk"', given), "utf-8")
    expected = {
        "sluitend": ["6", "3", "3", "1"],
        "jefferson": ["6", "3", "2", "0"],
        "webster": ["6", "3", "2", "0"],
        "wettelijk": ["5", "3", "3", "1"],
    }
    for rounding, parts in expected.items():
        out = tmp_path / rounding
        ran = call("quota", instance, "--rounding", rounding, "--out", out)
        assert ran.code == 0, ran.err
        assert [row["formule"] for row in quotas(ran)] == parts, rounding


def test_plain_inhabitants_under_another_name_are_a_key_like_any_other(tmp_path: Path) -> None:
    key = tmp_path / "mijn.toml"
    key.write_text(
        'name = "mijn"\ntitle = {nl = "Mijn", en = "Mine"}\nstatus = "voorstel"\n'
        'source = {nl = "voorbeeld", en = "example"}\n'
        '[[parts]]\nindicator = "inwoners"\nweight = "1"\n',
        encoding="utf-8",
    )
    ran = call("quota", "tiny-quota", "--key", key, "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    assert manifest(ran.folder)["parameters"]["key"] == "mijn"
    assert (ran.folder / "invoer" / "sleutel.toml").is_file()
    assert call("verify", ran.folder).code == 0


@pytest.mark.parametrize(
    ("own", "asked", "used"),
    [
        ("jefferson", (), "jefferson"),
        ("jefferson", ("--key", "inwoners"), "jefferson"),
        ("jefferson", ("--key", "corporatiewoningen"), "webster"),
        (None, (), "sluitend"),
        (None, ("--key", "corporatiewoningen"), "webster"),
    ],
)
def test_a_key_other_than_the_files_does_not_take_the_files_rounding(
    own: str | None, asked: tuple[str, ...], used: str, tmp_path: Path
) -> None:
    instance = copy_instance("nl-2021-1", tmp_path)
    settings = (instance / "instance.toml").read_text(encoding="utf-8")
    line = "" if own is None else f'rounding = "{own}"\n'
    settings = settings.replace('rounding = "sluitend"\n', line)
    (instance / "instance.toml").write_text(settings, encoding="utf-8")
    ran = call("quota", instance, *asked, "--out", tmp_path / "out")
    assert ran.code == 0
    assert manifest(tmp_path / "out")["parameters"]["rounding"] == used
