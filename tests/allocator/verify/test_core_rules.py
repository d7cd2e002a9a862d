"""Rules of the core of the verifier, each to its edge, on small results made by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from allocator.verify import verify_result
from allocator.verify.core import check, fits, quotas, read
from allocator.verify.core import folder as form
from allocator.verify.core.links import Links
from allocator.verify.core.plan import Plan
from allocator.verify.core.reader import Stop
from allocator.verify.studies import HELPERS
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import LEFT, cell, in_document
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import Row, call, change_table, copy_instance, read_table

PROOF = "certificaat.json"


@pytest.mark.parametrize(
    "change",
    [
        lambda quota: quota.update(opmerking="x"),
        lambda quota: quota.update(remainder_low="1/2"),
        lambda quota: quota.pop("divisor_low"),
        lambda quota: quota.pop("total"),
        lambda quota: quota.pop("method"),
    ],
)
def test_a_proof_of_quotas_says_all_that_it_must_and_no_more(change: Any, tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.quota_case())
    in_document(PROOF, lambda content: change(content["quota"]))(folder)
    rehash(folder)
    assert {(own.code, own.file) for own in verify_result(folder)} == {("V2D", PROOF)}


@pytest.mark.parametrize(
    "change", [lambda swap: swap.update(opmerking="x"), lambda swap: swap.pop("scenarios")]
)
def test_a_proof_of_swaps_says_all_that_it_must_and_no_more(change: Any, tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", cases.swap_case("provincie"))
    in_document(PROOF, lambda content: change(content["swap"]))(folder)
    rehash(folder)
    assert {(own.code, own.file) for own in verify_result(folder)} == {("V3I", PROOF)}


TODAY = "2021-02-01"
SUPPLY = {
    ("", ""): True,
    (TODAY, ""): True,
    ("2021-02-02", ""): False,
    ("", TODAY): True,
    ("", "2021-01-31"): False,
    ("2021-01-01", "2021-03-01"): True,
}


@pytest.mark.parametrize("today", ["", TODAY])
def test_a_dwelling_counts_from_its_first_day_to_its_last(today: str, tmp_path: Path) -> None:
    case = cases.link_case()
    case.tables["aanbod"] = [
        {
            "gemeente_code": "SY0001",
            "woningklasse": "1p",
            "aantal": 1,
            "aanbod_id": f"a-{number}",
            "beschikbaar_van": since,
            "tijdelijk_tot": until,
        }
        for number, (since, until) in enumerate(SUPPLY)
    ]
    result = read(write_result(tmp_path / "result", case), **HELPERS)
    form.check_files(result)
    form.read_tables(result)
    result.parameters["link"]["stand_per"] = today
    counted = sum(SUPPLY.values()) if today else len(SUPPLY)
    assert int(Plan(result).supply.sum()) == counted


@pytest.mark.parametrize(("below", "broken"), [(0, False), (1, True), (-1, False)])
@pytest.mark.parametrize("code", ["SY0001", "SY0002", "SY0003"])
def test_a_cap_holds_for_new_links_beside_those_that_stand(
    code: str, below: int, broken: bool, tmp_path: Path
) -> None:
    folder = write_result(tmp_path / "result", cases.link_case())
    links = check(folder, **HELPERS).links
    assert links is not None
    m = links.town[code]
    assert sum(links.added) > 0 < sum(links.held)
    most = links.added[m] + links.held[m] - below
    text = f"gemeente_code,personen_max,reden\n{code},{most},verzonnen\n"
    (folder / "invoer" / "koppelgrenzen.csv").write_text(text)
    rehash(folder)
    # Where nobody is new nothing can be beyond a cap, however low: what stands, stays.
    expected = {code} if broken and links.added[m] else set()
    assert {own.key for own in verify_result(folder) if own.code == "V5H"} == expected


RULE = {f"{way}_{part}": rate for way, part, rate in (
    ("tekort", "eerste", 60), ("tekort", "verder", 200),
    ("over", "eerste", 40), ("over", "verder", 150),
)} | {"marge_deel": 20}  # fmt: skip


@pytest.mark.parametrize(
    ("target", "persons", "cost"),
    [
        (0, 0, 0),
        (0, 1, 40),
        (0, 3, 40 + 2 * 150),
        (20, 20, 0),
        (20, 19, 60),
        (20, 18, 60 + 200),
        (21, 19, 2 * 60),
        (21, 18, 2 * 60 + 200),
        (40, 42, 2 * 40),
        (40, 43, 2 * 40 + 150),
        (40, 0, 2 * 60 + 38 * 200),
    ],
)
def test_a_target_missed_costs_a_little_first_and_more_beyond(
    target: int, persons: int, cost: int
) -> None:
    own: Any = SimpleNamespace(rule=RULE)
    assert Links.missed(own, target, persons) == cost


def test_room_is_for_those_to_come_where_the_run_placed_ahead() -> None:
    own: Any = SimpleNamespace(
        persons=np.array([1, 2, 4, 2, 9]),
        fixed=np.array([False, False, False, True, False]),
        people={"verwachte_nareizigers": ("2", "", "5", "3", "1")},
        rule={"vooruit_plaatsen": True},
    )
    # As many as come, at most as the largest class holds, never fewer than are here now.
    assert Plan._room(own, 6).tolist() == [3, 2, 6, 2, 9]
    own.rule["vooruit_plaatsen"] = False
    assert Plan._room(own, 6).tolist() == [1, 2, 4, 2, 9]


@pytest.mark.parametrize(
    ("how", "points", "fit"),
    [
        ("som", [300, 450], 750),
        ("zwakste", [300, 450], 300),
        ("minstens_een", [300, 450], 615),
        ("gemiddelde", [300, 450], 375),
        ("gemiddelde", [300, 451], 376),
        ("gemiddelde", [1, 1, 2], 1),
        ("gemiddelde", [1, 2, 2], 2),
        ("minstens_een", [1000, 0], 1000),
    ],
)
def test_adults_count_together_as_the_setting_says(how: str, points: list[int], fit: int) -> None:
    assert fits._joined(points, how) == fit


def test_a_distance_is_in_whole_kilometres_and_needs_both_places() -> None:
    spots = {"A": (150_000, 500_000), "B": (153_000, 504_000), "C": (150_000, 500_999)}
    own: Any = SimpleNamespace(spots=spots | {"D": (0, 0)})
    pairs = {("A", "B"): 5, ("B", "A"): 5, ("A", "C"): 0, ("B", "C"): 4, ("A", "D"): 522}
    pairs |= {("A", "x"): 0, ("x", "A"): 0, ("A", "A"): 0}
    assert {pair: form.Result.kilometres(own, *pair) for pair in pairs} == pairs


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ((10, 10, 5), {"objective": 10, "bound": 10, "status": "optimal", "gap": 0.0}),
        ((10, 13, 3), {"objective": 10, "bound": 13, "status": "feasible", "gap": 1.0}),
        ((10, 7, 3), {"objective": 10, "bound": 7, "status": "feasible", "gap": 1.0}),
        ((10, 11, 3), {"objective": 10, "bound": 11, "status": "feasible", "gap": 0.333334}),
        ((0, 1, 0), {"objective": 0, "bound": 1, "status": "feasible", "gap": 1.0}),
    ],
)
def test_a_stage_says_how_far_its_bound_is_rounded_away_from_zero(
    values: tuple[int, ...], stage: dict[str, Any]
) -> None:
    whole = {"name": "x", "gap_target": 0, **stage}
    result = form.Result()
    result.documents["manifest.json"] = {"stages": [whole]}
    form.check_stage(result, "x", values)
    assert result.log == []
    for column in stage:
        for wrong in (None, True, "x"):
            result.documents["manifest.json"] = {"stages": [whole | {column: wrong}]}
            form.check_stage(result, "x", values)
            assert [(own.code, own.column) for own in result.log] == [("V7D", column)]
            result.log.clear()


@pytest.mark.parametrize(
    ("method", "signposts"),
    [
        ("sluitend", [0, 1, 2, 3]),
        ("webster", [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2), Fraction(7, 2)]),
        ("jefferson", [1, 2, 3, 4]),
        ("hill", [0, 2, 6, 12]),
    ],
)
def test_signposts_are_those_of_the_method(method: str, signposts: list[Any]) -> None:
    assert [quotas._signpost(method, k) for k in range(1, 5)] == signposts


@pytest.mark.parametrize("method", ["sluitend", "webster", "jefferson", "hill"])
@pytest.mark.parametrize("total", [3, 4, 10, 24])
def test_of_equal_claims_the_first_goes_first(method: str, total: int) -> None:
    parts, _, _ = quotas.divide(method, [7, 0, 7, 7], total)
    each, more = divmod(total, 3)
    assert parts == [each + (more > 0), 0, each + (more > 1), each]


def test_a_total_of_fewer_than_get_one_at_least_is_refused() -> None:
    for method, most in (("sluitend", 2), ("hill", 2), ("webster", -1)):
        with pytest.raises(Stop):
            quotas.divide(method, [5, 4, 0, 3], most)
        quotas.divide(method, [5, 4, 0, 3], most + 1)
    with pytest.raises(Stop):
        quotas.divide("webster", [0, 0], 0)


def test_who_comes_later_is_kept_room_for_by_person_and_by_the_least_dear_class() -> None:
    # Two municipalities; classes for one and for four persons, and the price per person last.
    own: Any = SimpleNamespace(
        kept=np.array([[10, 20, 1], [30, 40, 2]]),
        charge={1: np.array([10, 30]), 4: np.array([20, 40]), 9: np.array([99, 99])},
        room=np.array([1, 4, 1, 9]),
        persons=np.array([1, 3, 1, 9]),
        joins=np.array([False, False, True, False]),
        suits=np.array([[True, True], [False, True], [True, True], [False, False]]),
    )
    everybody = np.arange(4)
    # One person of each price, then the class; joining family and who fits nowhere: persons only.
    assert Links._charges(own, everybody).tolist() == [
        [10 + 1, 30 + 2],
        [20 + 3, 40 + 6],
        [1, 2],
        [9, 18],
    ]
    assert Links._charges(own, everybody[1:2]).tolist() == [[23, 46]]


def test_the_least_dear_class_that_fits_is_found_in_each_municipality() -> None:
    own: Any = SimpleNamespace(
        reach=1000,
        room=np.array([1, 4, 9]),
        suits=[np.array([True, False]), np.array([True, True]), np.array([False, False])],
    )
    prices = np.array([[30, 20, 1], [5, 40, 2]])
    least = Links._least_of(own, prices)
    found = {size: row.tolist() for size, row in least.items()}
    assert found == {1: [30, 5], 4: [20, 5], 9: [1000, 1000]}


@pytest.mark.parametrize(
    ("make", "file", "key", "column", "code"),
    [
        (cases.quota_case, "taakstellingen.csv", "SY0003", "gemeente", "V2A"),
        (cases.swap_case, "na_uitruil.csv", "SY0001", "taakstelling", "V3A"),
        (cases.link_case, "koppelingen_per_gemeente.csv", "SY0001,1p", "huishoudens", "V10A"),
        (cases.regional_link_case, LEFT, "hh-5", "reden", "V4A"),
    ],
)
def test_the_field_behind_the_key_is_a_wrong_value_of_that_row(
    make: Any, file: str, key: str, column: str, code: str, tmp_path: Path
) -> None:
    folder = write_result(tmp_path / "result", make())
    cell(folder, file, key, column, "99")
    rehash(folder)
    found = {(own.code, own.file, own.column) for own in verify_result(folder)}
    assert (code, file, column) in found
    # Neither a row too few nor one too many: the row is there, its value is wrong.
    assert not {own for own, *_ in found} & {f"{code[:-1]}B", f"{code[:-1]}C"}


def test_a_day_with_links_that_stand_and_nothing_charged_for_later_passes(tmp_path: Path) -> None:
    """A link that stands may be of a later day; who else comes later waits; a charge may be 0."""
    instance = copy_instance("tiny-koppel", tmp_path)

    def arrive(rows: list[Row]) -> list[Row]:
        late = {"hh-1": "2021-03-02", "hh-4": "2021-03-09"}
        stands = {"status": "gekoppeld", "gekoppelde_gemeente": "SY0002", "vaste_gemeente": ""}
        return [
            {**row, "gekoppelde_gemeente": "", "datum_vergunning": late.get(name, "2021-02-01")}
            | (stands if name == "hh-4" else {})
            for row in rows
            for name in [row["huishouden_id"]]
        ]

    change_table(instance / "huishoudens.csv", arrive)
    assert call("link", instance, "--out", tmp_path / "plain").code in (0, 5)
    found = json.loads((tmp_path / "plain" / PROOF).read_bytes())["link"]
    free = {code: dict.fromkeys(row, 0) for code, row in found["mu"].items()}
    found |= {"scale": 1, "lambda": dict.fromkeys(found["lambda"], 0) | {"SY0002": 5}, "mu": free}
    (tmp_path / "later.json").write_text(json.dumps({"link": found}), encoding="utf-8")
    out = tmp_path / "out"
    ran = call(
        *("link", instance, "--out", out, "--stand-per", "2021-03-01"),
        *("--keep-for", tmp_path / "later.json"),
    )
    assert ran.code in (0, 5), ran.err
    assert [row["huishouden_id"] for row in read_table(out / LEFT)] == ["hh-1"]
    assert verify_result(out) == ()
    # Nobody is paid for coming: below zero a charge is none.
    in_document(PROOF, lambda content: content["link"]["keep"]["lambda"].update(SY0001=-1))(out)
    rehash(out)
    assert [own.code for own in verify_result(out)] == ["V8E"]
