"""Keys side by side: sums, hand cases, one rounding, and the same bytes for any order."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.comparing import compare_files, compare_keys, compare_manifest, split_rounding
from allocator.comparing.groups import SIZE_LIMITS, size_class
from allocator.errors import InputRefusedError
from allocator.publishing import with_manifest
from allocator.reading import read_instance
from tests.allocator.comparing.cases import (
    NATIONAL,
    SIX,
    TABLES,
    adams,
    key_file,
    make,
    rows_of,
    write_instance,
)

KEYS = ("corporatiewoningen",)


def refused(error: InputRefusedError) -> list[str]:
    return [finding.code for finding in error.findings]


def test_every_key_divides_by_adams_from_its_exact_weights(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path), (*KEYS, key_file(tmp_path)))
    inhabitants = [int(str(row["inwoners"])) for row in SIX]
    homes = [int(str(row["corporatiewoningen"])) for row in SIX]
    houses = [int(str(row["huizen"])) for row in SIX]
    mixed = [
        Fraction(a, 2 * sum(inhabitants))
        + Fraction(3 * b, 10 * sum(homes))
        + Fraction(c, 5 * sum(houses))
        for a, b, c in zip(inhabitants, homes, houses, strict=True)
    ]
    assert [own.name for own in found.divisions] == ["inwoners", "corporatiewoningen", "mix"]
    for own, weights in zip(found.divisions, (inhabitants, homes, mixed), strict=True):
        assert own.persons == adams(weights, 1_000)
        assert own.shares == tuple(Fraction(w * 1_000, sum(weights)) for w in weights)
        assert sum(own.persons) == 1_000


def test_a_hand_case() -> None:
    # 10 persons. Inhabitants 12, 6, 5, 1 thousand give 5, 2, 2, 1 (tiny-quota, worked on paper).
    found = compare_keys(read_instance(NATIONAL.parent / "tiny-quota", TABLES), ())
    assert found.divisions[0].persons == (5, 2, 2, 1)
    (country,) = [
        row
        for row in rows_of(compare_files(found)["vergelijking_groepen.csv"])
        if row["soort"] == "land"
    ]
    # 10 / 24,000 inhabitants.
    assert (country["personen"], country["per_1000_inwoners"]) == ("10", "0.416667")


def test_keys_and_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    mix = key_file(tmp_path)
    files = compare_files(compare_keys(make(tmp_path / "a"), (*KEYS, mix)))
    mixed = list(SIX)
    random.Random(7).shuffle(mixed)
    others = compare_files(compare_keys(make(tmp_path / "b", mixed), (mix, *KEYS, "inwoners")))
    assert files == others


def test_difference_is_key_part_plus_rounding_part(tmp_path: Path) -> None:
    instance = make(tmp_path, total=997)
    found = compare_keys(instance, KEYS, roundings={"corporatiewoningen": "jefferson"})
    law, own = found.divisions
    common = adams([int(str(row["corporatiewoningen"])) for row in SIX], 997)
    assert own.key_part == tuple(a - b for a, b in zip(common, law.persons, strict=True))
    assert any(own.rounding_part)
    assert own.difference == tuple(
        a + b for a, b in zip(own.key_part, own.rounding_part, strict=True)
    )
    rows = rows_of(compare_files(found)["vergelijking.csv"])
    for row in rows:
        parts = int(row["verschil_sleutel"]) + int(row["verschil_afronding"])
        assert int(row["verschil"]) == parts
    mine = [row for row in rows if row["sleutel"] == own.name]
    assert {row["afronding"] for row in mine} == {"jefferson"}


def test_one_rounding_leaves_no_rounding_part(tmp_path: Path) -> None:
    for rounding in ("sluitend", "webster", "grootste-rest", "jefferson", "hill", "wettelijk"):
        found = compare_keys(make(tmp_path), KEYS, rounding)
        for own in found.divisions:
            assert not any(own.rounding_part)
            assert own.own.rounding == rounding
            assert sum(own.persons) == 1_000 or rounding == "wettelijk"


def test_the_law_s_key_may_have_a_rounding_of_its_own(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path, total=997), (), roundings={"inwoners": "jefferson"})
    (law,) = found.divisions
    assert not any(law.key_part)
    assert law.rounding_part == law.difference != (0,) * 6
    files = compare_files(found)
    turns = [row["richting"] for row in rows_of(files["vergelijking.csv"])]
    (country,) = (
        row for row in rows_of(files["vergelijking_groepen.csv"]) if row["soort"] == "land"
    )
    for turn in ("hoger", "lager", "gelijk"):
        assert country[turn] == str(turns.count(turn))
    assert country["gelijk"] != "6"


def test_a_rounding_is_split_from_a_key() -> None:
    assert split_rounding("mix=webster") == ("mix", "webster")
    assert split_rounding("map=1/mix.toml") == ("map=1/mix.toml", None)
    assert split_rounding("map=1/mix.toml=hill") == ("map=1/mix.toml", "hill")
    assert split_rounding("=hill") == ("=hill", None)


def test_groups_of_every_kind_add_up_to_the_country(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path), (*KEYS, key_file(tmp_path)))
    rows = rows_of(compare_files(found)["vergelijking_groepen.csv"])
    whole = {row["sleutel"]: row for row in rows if row["soort"] == "land"}
    assert {row["soort"] for row in rows} == {"land", "provincie", "grootteklasse", "stedelijkheid"}
    for kind in ("provincie", "grootteklasse", "stedelijkheid"):
        for key, country in whole.items():
            own = [row for row in rows if row["soort"] == kind and row["sleutel"] == key]
            for column in (
                "gemeenten", "inwoners", "personen", "verschil", "hoger", "lager", "gelijk",
            ):  # fmt: skip
                assert sum(int(row[column]) for row in own) == int(country[column]), (kind, column)
    assert whole["mix"]["verschil"] == "0"


def test_size_classes_start_at_their_limit() -> None:
    for number, limit in enumerate(SIZE_LIMITS, 1):
        assert size_class(limit) == number
        assert limit == 0 or size_class(limit - 1) == number - 1


def test_size_classes_are_stated_in_the_table(tmp_path: Path) -> None:
    rows = rows_of(compare_files(compare_keys(make(tmp_path), ()))["vergelijking_groepen.csv"])
    limits = {
        row["groep"]: (row["inwoners_van"], row["inwoners_tot"])
        for row in rows
        if row["soort"] == "grootteklasse"
    }
    # 120,000, 60,000, 31,000, 8,000, 4,900 and 251,000 inhabitants.
    assert limits == {
        "1": ("0", "5000"),
        "2": ("5000", "10000"),
        "4": ("20000", "50000"),
        "5": ("50000", "100000"),
        "6": ("100000", "150000"),
        "8": ("250000", ""),
    }


def test_burdens_are_rounded_once_from_the_exact_fraction(tmp_path: Path) -> None:
    rows = rows_of(compare_files(compare_keys(make(tmp_path), KEYS))["vergelijking.csv"])
    for row in rows:
        exact = Fraction(1_000 * int(row["personen"]), int(row["inwoners"]))
        assert abs(Fraction(row["per_1000_inwoners"]) - exact) <= Fraction(1, 2 * 10**6)
        assert (row["per_1000_corporatiewoningen"] == "") == (row["gemeente"] == "Eta")
    (eta,) = [row for row in rows if row["gemeente"] == "Eta" and row["sleutel"] == KEYS[0]]
    assert (eta["stedelijkheid"], eta["grootteklasse"]) == ("onbekend", "1")
    assert (eta["personen"], eta["richting"]) == ("0", "lager")


def test_direction_follows_the_difference(tmp_path: Path) -> None:
    files = compare_files(compare_keys(make(tmp_path), KEYS))
    rows = [row for row in rows_of(files["vergelijking.csv"]) if row["sleutel"] == KEYS[0]]
    signs = {"hoger": 1, "gelijk": 0, "lager": -1}
    for row in rows:
        change = int(row["verschil"])
        assert signs[row["richting"]] == (change > 0) - (change < 0)
    measures = {
        (row["maat"], row["sleutel"]): row for row in rows_of(files["vergelijking_maten.csv"])
    }
    higher = sum(row["richting"] == "hoger" for row in rows)
    assert measures["gemeenten_hoger", KEYS[0]]["waarde"] == str(higher)
    moved = sum(abs(int(row["verschil"])) for row in rows)
    assert Fraction(measures["personen_verschoven", KEYS[0]]["exact"]) == Fraction(moved, 2)
    assert measures["personen_verschoven", "inwoners"]["exact"] == "0"


def test_measures_stand_by_inhabitants_and_by_dwellings(tmp_path: Path) -> None:
    files = compare_files(compare_keys(make(tmp_path), KEYS))
    rows = rows_of(files["vergelijking_maten.csv"])
    ginis = {(row["noemer"], row["sleutel"]): Fraction(row["exact"]) for row in rows
             if row["maat"] == "gini"}  # fmt: skip
    # A key is most even by its own measure.
    assert ginis["inwoners", "inwoners"] < ginis["inwoners", KEYS[0]]
    assert ginis[KEYS[0], KEYS[0]] < ginis[KEYS[0], "inwoners"]
    ranks = {(row["noemer"], row["sleutel"]): row["waarde"] for row in rows
             if row["maat"] == "leximin_rang"}  # fmt: skip
    assert sorted(ranks.values()) == ["1", "1", "2", "2"]


def test_a_key_s_parts_weights_and_years_stand_beside_the_law_s(tmp_path: Path) -> None:
    files = compare_files(compare_keys(make(tmp_path), (key_file(tmp_path),)))
    rows = rows_of(files["sleutels.csv"])
    said = [
        (row["sleutel"], row["indicator"], row["gewicht"], row["jaar"], row["bron_gegevens"])
        for row in rows
    ]
    assert said == [
        ("inwoners", "inwoners", "1", "2020", "verzonnen"),
        ("mix", "inwoners", "1/2", "2020", "verzonnen"),
        ("mix", "corporatiewoningen", "3/10", "2018", "verzonnen"),
        ("mix", "huizen", "1/5", "", "telling van 2018"),
    ]
    assert rows[0]["status"] == "wet"
    assert set(files) >= {"invoer/sleutels/mix.toml", "invoer/sleutels/inwoners.toml"}


def test_every_key_has_its_interval_of_divisors(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path), KEYS, roundings={KEYS[0]: "webster"})
    files = compare_files(found)
    assert b'"own"' in files["certificaat.json"]
    for own in found.divisions:
        certificate = own.own.division
        assert certificate is not None
        interval = certificate.certificate
        assert interval.low <= interval.high  # type: ignore[union-attr]


def test_the_manifest_names_keys_and_roundings(tmp_path: Path) -> None:
    found = compare_keys(make(tmp_path), KEYS, roundings={KEYS[0]: "hill"})
    manifest = compare_manifest(found, "nl")
    parameters = manifest["parameters"]
    assert isinstance(parameters, dict)
    said = {name: parameters[name] for name in ("command", "key", "rounding", "seed", "lang")}
    assert said == {
        "command": "compare",
        "key": "inwoners",
        "rounding": "sluitend",
        "seed": 7,
        "lang": "nl",
    }
    assert parameters["compare"] == {
        "keys": ["inwoners", "corporatiewoningen"],
        "roundings": {"inwoners": "sluitend", "corporatiewoningen": "hill"},
    }
    files = with_manifest(compare_files(found), manifest)
    assert "manifest.json" in files


def test_a_region_is_refused(tmp_path: Path) -> None:
    folder = write_instance(tmp_path, scope="regio")
    with pytest.raises(InputRefusedError) as caught:
        compare_keys(read_instance(folder, TABLES), KEYS)
    assert refused(caught.value) == ["compare_needs_country"]


def test_two_keys_of_one_name_are_refused(tmp_path: Path) -> None:
    one = key_file(tmp_path, name="a.toml")
    text = Path(one).read_text(encoding="utf-8").replace('"1/5"', '"2/5"')
    other = key_file(tmp_path, text, name="b.toml")
    with pytest.raises(InputRefusedError) as caught:
        compare_keys(make(tmp_path / "i"), (one, other))
    assert refused(caught.value) == ["compare_same_name"]


def test_what_all_keys_lack_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        compare_keys(make(tmp_path), ("koenigstein", "spreidingswet"))
    assert [finding.column for finding in caught.value.findings] == [
        "belastingopbrengst",
        "ses_woa",
    ]
    with pytest.raises(InputRefusedError) as unknown:
        compare_keys(make(tmp_path), ("inwonerss", "aanbodd"))
    assert refused(unknown.value) == ["unknown_key", "unknown_key"]


def test_dwellings_that_are_no_number_are_refused(tmp_path: Path) -> None:
    for cell, code in (("veel", "indicator_not_a_number"), ("-3", "indicator_too_low")):
        rows = [{**SIX[0], "corporatiewoningen": cell}, *SIX[1:]]
        with pytest.raises(InputRefusedError) as caught:
            compare_keys(make(tmp_path / code, rows), ())
        assert refused(caught.value) == [code]


def test_unknown_dwellings_stay_empty_and_are_said(tmp_path: Path) -> None:
    rows = [{**SIX[0], "corporatiewoningen": ""}, *SIX[1:]]
    found = compare_keys(make(tmp_path, rows), ())
    assert [notice.code for notice in found.notices] == ["compare_dwellings_unknown"]
    files = compare_files(found)
    groups = {
        (row["soort"], row["groep"]): row["per_1000_corporatiewoningen"]
        for row in rows_of(files["vergelijking_groepen.csv"])
    }
    assert groups["land", "NL"] == groups["provincie", "PV01"] == ""
    assert groups["provincie", "PV02"] != ""
    assert {row["noemer"] for row in rows_of(files["vergelijking_maten.csv"])} == {"", "inwoners"}


def test_without_dwellings_or_degrees_the_rest_stands(tmp_path: Path) -> None:
    left_out = {"corporatiewoningen", "stedelijkheid"}
    rows = [{name: row[name] for name in row if name not in left_out} for row in SIX]
    found = compare_keys(make(tmp_path, rows), ())
    assert [notice.code for notice in found.notices] == ["compare_no_dwellings"]
    kinds = {row["soort"] for row in rows_of(compare_files(found)["vergelijking_groepen.csv"])}
    assert kinds == {"land", "provincie", "grootteklasse"}


def test_corrections_belong_to_the_law_and_are_said(tmp_path: Path) -> None:
    folder = write_instance(tmp_path)
    (folder / "correcties.csv").write_text(
        "gemeente_code,correctie,reden\nSY0005,-3,proef\n", encoding="utf-8"
    )
    instance = read_instance(folder, TABLES)
    found = compare_keys(instance, KEYS)
    assert "compare_formula_only" in [notice.code for notice in found.notices]
    assert found.law.rows[4].correction == -3
    assert [sum(own.persons) for own in found.divisions] == [1_000, 1_000]
    law = rows_of(compare_files(found)["taakstellingen.csv"])[4]
    assert int(law["taakstelling"]) == int(law["formule"]) - 3


def test_the_country_by_three_keys_adds_up(tmp_path: Path) -> None:
    instance = read_instance(NATIONAL, TABLES)
    text = Path(key_file(tmp_path)).read_text(encoding="utf-8").replace("huizen", "woningen")
    found = compare_keys(instance, ("corporatiewoningen", key_file(tmp_path, text)))
    files = compare_files(found)
    assert [sum(own.persons) for own in found.divisions] == [13_500] * 3
    assert len(rows_of(files["vergelijking.csv"])) == 3 * 352
    # Published for the law's key: table 2 of the final report of the national booster.
    provinces = {
        row["groep"]: row["personen"]
        for row in rows_of(files["vergelijking_groepen.csv"])
        if (row["soort"], row["sleutel"]) == ("provincie", "inwoners")
    }
    assert provinces["PV24"] == "328"
    assert provinces["PV28"] == "2865"
