"""Another national number in mid-period, with what was agreed."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.errors import VerificationFailedError
from allocator.places import instances_dir
from allocator.planning import Outcome, publish_outcome
from allocator.planning.outcome import outcome
from allocator.planning.recheck import failures_of
from allocator.quota import compute_quotas
from allocator.reading import read_instance
from allocator.results import quota_files
from allocator.revising import Agreement, after_revision, revise, revised
from allocator.revising.earlier import read_earlier
from allocator.revising.files import revision_files, revision_parameters, revision_summary
from allocator.revising.revision import Revision, revise_quotas
from allocator.work import Request, run_quota, run_swap
from tests.allocator.planning.cases import (
    Case,
    clashing,
    codes_of,
    column,
    is_sound,
    notice_codes,
    put_changed,
    put_text,
    refused,
    rows_of,
)
from tests.allocator.planning.reference import highest_claims

HEADER = "van_code,naar_code,personen,clausule\n"


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """60, 30 and 10 inhabitants, 20 persons: 12, 6 and 2."""
    run_quota(Request("quota", Case([60, 30, 10], 20).put(tmp_path / "nu"), tmp_path / "eerst"))
    return tmp_path / "eerst"


def agreed(folder: Path, *rows: str) -> Path:
    return put_text(folder / "afspraken.csv", HEADER + "".join(f"{row}\n" for row in rows))


def moved(made: Outcome, name: str) -> list[int]:
    return [int(cell) for cell in column(made, "herziening.csv", name)]


def sound(result: Path, total: int, out: Path, agreements: Path | None = None) -> bool:
    revise(result, total, out, agreements)
    return is_sound(out)


def test_the_quotas_follow_the_new_number(tmp_path: Path, result: Path) -> None:
    # Adams on 10: 6, 3, 1, exactly the shares.
    made = revised(result, 10)
    assert moved(made, "taakstelling_oud") == [12, 6, 2]
    assert moved(made, "taakstelling_nieuw") == [6, 3, 1]
    assert moved(made, "verschil") == [-6, -3, -1]
    figures = made.summary.figures
    assert (figures["old_total"], figures["new_total"], figures["lower"]) == (20, 10, 3)
    assert "20 → 10" in made.summary.lines("nl")[0]
    assert sound(result, 10, tmp_path / "uit")


def test_the_rounding_of_the_result_is_kept(tmp_path: Path) -> None:
    instance = Case([60, 25, 15], 10).put(tmp_path / "nu")
    run_quota(Request("quota", instance, tmp_path / "w", rounding="wettelijk"))
    # Of 15 the shares are 9, 3.75 and 2.25: 9, 4, 3, one more than 15.
    made = revised(tmp_path / "w", 15)
    assert moved(made, "taakstelling_nieuw") == [9, 4, 3]
    assert sound(tmp_path / "w", 15, tmp_path / "uit")


def test_a_fixed_agreement_stays_in_persons(tmp_path: Path, result: Path) -> None:
    # 3 from the first to the third: 9, 6, 5 on 20; 3, 3, 4 on 10.
    path = agreed(tmp_path, "SY0001,SY0003,3,vast")
    made = revised(result, 10, path)
    assert moved(made, "gewijzigd_oud") == [9, 6, 5]
    assert moved(made, "overdracht_nieuw") == [-3, 0, 3]
    assert moved(made, "gewijzigd_nieuw") == [3, 3, 4]
    assert moved(made, "verschil") == [-6, -3, -1]
    assert column(made, "herziening_afspraken.csv", "uitkomst") == ["blijft"]
    assert sound(result, 10, tmp_path / "uit", path)


def test_an_agreement_in_proportion_is_rounded_once_for_both(tmp_path: Path, result: Path) -> None:
    # 3 persons of 20 become 3 x 15/20 = 9/4 of 15: 2 for both; 5 x 11/20 = 11/4: 2 for both.
    path = agreed(tmp_path, "SY0001,SY0003,3,naar rato")
    made = revised(result, 15, path)
    assert column(made, "herziening_afspraken.csv", "exact_nieuw") == ["9/4"]
    assert moved(made, "overdracht_nieuw") == [-2, 0, 2]
    assert column(made, "herziening_afspraken.csv", "uitkomst") == ["naar rato"]
    other = revised(result, 11, agreed(tmp_path, "SY0001,SY0003,5,naar rato"))
    assert moved(other, "overdracht_nieuw") == [-2, 0, 2]
    assert sound(result, 15, tmp_path / "uit", agreed(tmp_path, "SY0001,SY0003,3,naar rato"))


def test_what_is_left_of_a_person_is_never_rounded_up() -> None:
    # 3 x 19/20 = 57/20 gives 2, as the clause of the draft decision says: no nearest number.
    rows = [Agreement("A", "B", own, "naar rato") for own in (1, 3, 20)]
    assert [own.persons for own in after_revision(rows, 20, 19)] == [0, 2, 19]
    assert [own.exact for own in after_revision(rows, 20, 19)][1] == Fraction(57, 20)
    assert [own.persons for own in after_revision(rows, 20, 39)] == [1, 5, 39]


def test_an_agreement_that_lapses_is_named(tmp_path: Path, result: Path) -> None:
    path = agreed(tmp_path, "SY0001,SY0003,3,vervalt")
    made = revised(result, 10, path)
    assert moved(made, "gewijzigd_nieuw") == [6, 3, 1]
    assert column(made, "herziening_afspraken.csv", "uitkomst") == ["vervallen"]
    (notice,) = [own for own in made.summary.notices if own.code == "agreement_lapses"]
    assert dict(notice.values) == {"found": "SY0001 → SY0003", "persons": "3"}
    assert sound(result, 10, tmp_path / "uit", path)


def test_nothing_lapses_when_the_number_stays(tmp_path: Path, result: Path) -> None:
    made = revised(result, 20, agreed(tmp_path, "SY0001,SY0003,3,vervalt"))
    assert moved(made, "verschil") == [0, 0, 0]
    assert column(made, "herziening_afspraken.csv", "uitkomst") == ["blijft"]
    assert notice_codes(made) == []


def test_an_agreement_that_rounds_away_is_named(tmp_path: Path, result: Path) -> None:
    # 1 x 10/20 = 1/2: nobody. That is not what "vervalt" means.
    made = revised(result, 10, agreed(tmp_path, "SY0001,SY0003,1,naar rato"))
    assert notice_codes(made) == ["agreement_rounds_away"]
    assert column(made, "herziening_afspraken.csv", "uitkomst") == ["naar rato"]


def test_a_negative_quota_names_its_agreements_and_changes_nothing(
    tmp_path: Path, result: Path
) -> None:
    # The second has 6 of 20 and gives 4 + 1; of 10 it has 3: 2 too few.
    path = agreed(
        tmp_path,
        "SY0002,SY0001,4,vast",
        "SY0002,SY0003,1,vast",
        "SY0001,SY0003,3,vast",
    )
    out = tmp_path / "uit"
    found = clashing(lambda: revise(result, 10, out, path))
    assert codes_of(found) == ["agreement_negative"] * 2
    assert [own.row for own in found] == [2, 3]
    assert dict(found[0].values) == {
        "found": "SY0002 → SY0001", "clause": "vast", "persons": "4", "municipality": "SY0002",
        "quota": "3", "left": "-2", "excess": "2",
    }  # fmt: skip
    assert not out.exists()
    # In proportion the same agreements fit: 2 and 1/2 (down) from 3.
    path = agreed(
        tmp_path,
        "SY0002,SY0001,4,naar rato",
        "SY0002,SY0003,1,naar rato",
        "SY0001,SY0003,3,vast",
    )
    assert moved(revised(result, 10, path), "gewijzigd_nieuw") == [5, 1, 4]


def test_what_is_taken_over_may_be_given_on(tmp_path: Path, result: Path) -> None:
    # The third has 2, takes 3 and gives 4: people may agree that, and nobody is below zero.
    path = agreed(tmp_path, "SY0001,SY0003,3,vast", "SY0003,SY0002,4,vast")
    assert moved(revised(result, 20, path), "gewijzigd_nieuw") == [9, 10, 1]


def test_an_agreement_that_never_fitted_is_refused(tmp_path: Path, result: Path) -> None:
    found = refused(lambda: revised(result, 40, agreed(tmp_path, "SY0003,SY0001,3,vast")))
    assert codes_of(found) == ["agreement_never_fitted"]
    assert dict(found[0].values)["excess"] == "1"


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("SY0001,SY0009,1,vast", "unknown_code"),
        ("SY0001,SY0001,1,vast", "agreement_with_self"),
        ("SY0001,SY0002,0,vast", "not_positive"),
        ("SY0001,SY0002,1,altijd", "bad_choice"),
        ("SY0001,SY0002,1,vast\nSY0001,SY0002,2,vast", "duplicate_key"),
        ("SY0001,SY0002,1,", "empty_cell"),
    ],
)
def test_wrong_agreements_are_refused(tmp_path: Path, result: Path, row: str, cause: str) -> None:
    assert cause in codes_of(refused(lambda: revised(result, 10, agreed(tmp_path, row))))


@pytest.mark.parametrize("total", [0, -5, 10**9])
def test_a_number_out_of_range_is_refused(result: Path, total: int) -> None:
    assert codes_of(refused(lambda: revised(result, total))) == ["total_out_of_range"]


def test_a_number_too_small_for_the_rounding_is_a_conflict(result: Path) -> None:
    assert codes_of(clashing(lambda: revised(result, 2))) == ["total_below_claims"]


def test_corrections_stay_in_persons_and_are_named(tmp_path: Path) -> None:
    corrections = "gemeente_code,correctie,reden\nSY0003,-1,verzonnen\n"
    case = Case([60, 30, 10], 20, tables={"correcties.csv": corrections})
    run_quota(Request("quota", case.put(tmp_path / "nu"), tmp_path / "eerst"))
    made = revised(tmp_path / "eerst", 10)
    assert moved(made, "taakstelling_nieuw") == [6, 3, 0]
    assert "revise_corrections" in notice_codes(made)
    assert sound(tmp_path / "eerst", 10, tmp_path / "uit")


def test_quotas_published_for_the_old_number_are_set_aside(tmp_path: Path) -> None:
    table = "gemeente_code,taakstelling,bron,datum\nSY0003,4,verzonnen,2020-10-01\n"
    case = Case([60, 30, 10], 20, tables={"vastgesteld.csv": table})
    run_quota(Request("quota", case.put(tmp_path / "nu"), tmp_path / "eerst"))
    made = revised(tmp_path / "eerst", 10)
    assert moved(made, "taakstelling_oud") == [12, 6, 4]
    assert moved(made, "taakstelling_nieuw") == [6, 3, 1]
    assert "revise_published" in notice_codes(made)
    assert sound(tmp_path / "eerst", 10, tmp_path / "uit")


def test_a_key_of_its_own_is_used_again(tmp_path: Path) -> None:
    case = Case([60, 30, 10], 20, columns={"corporatiewoningen": [1, 1, 2]})
    instance = case.put(tmp_path / "nu")
    run_quota(Request("quota", instance, tmp_path / "eerst", key="corporatiewoningen"))
    made = revised(tmp_path / "eerst", 8)
    assert moved(made, "taakstelling_oud") == [5, 5, 10]
    assert moved(made, "taakstelling_nieuw") == [2, 2, 4]


def test_a_region_needs_the_divisor_of_the_new_number(tmp_path: Path) -> None:
    # 60, 30, 10 by 50, rounded up: 2, 1, 1; by 25: 3, 2, 1.
    settings = 'national_inhabitants = 1000\ndivisor = "50"\n'
    case = Case([60, 30, 10], 20, scope="regio", settings=settings)
    quotas = compute_quotas(read_instance(case.put(tmp_path / "invoer"), ("gemeenten",)))
    (tmp_path / "taakstellingen.csv").write_bytes(quota_files(quotas)["taakstellingen.csv"])
    manifest = {"parameters": {"rounding": "sluitend", "key": "inwoners"}}
    put_text(tmp_path / "manifest.json", json.dumps(manifest))
    earlier = read_earlier(tmp_path)
    assert codes_of(refused(lambda: revise_quotas(earlier, 40, ()))) == ["revise_needs_divisor"]
    revision = revise_quotas(earlier, 40, (), "25")
    assert [row.old for row in revision.rows] == [2, 1, 1]
    assert [row.new for row in revision.rows] == [3, 2, 1]
    made = outcome(
        revision.instance,
        revision_files(revision),
        revision_summary(revision),
        revision_parameters(revision),
        "nl",
    )
    publish_outcome(made, tmp_path / "uit")
    assert is_sound(tmp_path / "uit")


@pytest.mark.parametrize("divisor", ["nul", "0", "-3"])
def test_a_divisor_is_an_exact_number_above_zero(result: Path, divisor: str) -> None:
    assert codes_of(refused(lambda: revised(result, 10, divisor=divisor))) == ["not_exact"]


def test_a_divisor_is_for_regions_only(result: Path) -> None:
    found = refused(lambda: revised(result, 10, divisor="3"))
    assert codes_of(found) == ["divisor_not_regional"]


def test_a_result_without_a_national_number_has_nothing_to_revise(tmp_path: Path) -> None:
    run_quota(Request("quota", instances_dir() / "flevoland-2021-1", tmp_path / "eerst"))
    found = refused(lambda: revised(tmp_path / "eerst", 10))
    assert codes_of(found) == ["revise_no_total"]


def test_a_changed_result_is_not_revised(result: Path) -> None:
    content = (result / "taakstellingen.csv").read_bytes()
    (result / "taakstellingen.csv").write_bytes(content.replace(b",12,", b",13,"))
    with pytest.raises(VerificationFailedError):
        revised(result, 10)


def earlier_with(result: Path, *transfers: str) -> Path:
    """The result as if it held transfers; for the part that does not verify it first."""
    header = (
        "van_code,naar_code,soort,woningklasse,huishoudens,personen,toezegging_halfjaar,reden\n"
    )
    put_text(result / "overdrachten.csv", header + "".join(f"{own}\n" for own in transfers))
    return result


def revision_of(result: Path, total: int, agreements: tuple[Agreement, ...] | None) -> Revision:
    earlier = read_earlier(result)
    return revise_quotas(earlier, total, earlier.transfers if agreements is None else agreements)


def test_transfers_of_the_result_count_as_agreed_and_fixed(result: Path) -> None:
    earlier_with(
        result,
        "SY0001,SY0003,herverdeling,,,3,,minder_tekort",
        "SY0001,SY0003,samenstelling,4p,2,8,,",
    )
    revision = revision_of(result, 10, None)
    assert [row.new for row in revision.rows] == [3, 3, 4]
    assert [own.agreement.persons for own in revision.kept] == [3]
    assert codes_of(revision.notices) == []


def test_transfers_that_were_not_agreed_are_named(result: Path) -> None:
    earlier_with(
        result,
        "SY0001,SY0002,herverdeling,,,2,,minder_tekort",
        "SY0001,SY0003,herverdeling,,,3,,minder_tekort",
    )
    revision = revision_of(result, 10, (Agreement("SY0001", "SY0003", 1, "vast", 2),))
    assert codes_of(revision.notices) == ["transfer_not_agreed", "agreement_differs"]
    assert dict(revision.notices[1].values) == {
        "found": "SY0001 → SY0003", "agreed": "1", "persons": "3",
    }  # fmt: skip
    assert [row.new for row in revision.rows] == [5, 3, 2]


def test_a_real_swap_result_keeps_its_transfers(tmp_path: Path) -> None:
    run_swap(Request("swap", instances_dir() / "tiny-ruil", tmp_path / "ruil"))
    old = rows_of((tmp_path / "ruil" / "na_uitruil.csv").read_bytes())
    total = sum(int(row["taakstelling"]) for row in old)
    revise(tmp_path / "ruil", total, tmp_path / "uit")
    rows = rows_of((tmp_path / "uit" / "herziening.csv").read_bytes())
    assert [row["gewijzigd_oud"] for row in rows] == [r["gewijzigde_taakstelling"] for r in old]
    assert any(int(row["overdracht_oud"]) for row in rows)
    assert {row["verschil"] for row in rows} == {"0"}
    assert is_sound(tmp_path / "uit")


def test_the_country_from_8000_to_6000_in_mid_period(tmp_path: Path) -> None:
    # The first half of 2019 was lowered from 8,000 to 6,000 persons while it ran (Staatscourant,
    # 26 March 2019); here on the bundled population of 1 January 2020.
    folder = tmp_path / "nl"
    folder.mkdir()
    country = instances_dir() / "nl-2021-1"
    shutil.copy(country / "gemeenten.csv", folder)
    text = (country / "instance.toml").read_text(encoding="utf-8").replace("13500", "8000")
    put_text(folder / "instance.toml", text)
    run_quota(Request("quota", folder, tmp_path / "eerst"))
    revise(tmp_path / "eerst", 6000, tmp_path / "uit")
    rows = rows_of((tmp_path / "uit" / "herziening.csv").read_bytes())
    assert sum(int(row["gewijzigd_oud"]) for row in rows) == 8000
    assert sum(int(row["gewijzigd_nieuw"]) for row in rows) == 6000
    # A smaller number raises nobody: Adams is monotone in the total.
    assert all(int(row["verschil"]) <= 0 for row in rows)
    manifest = json.loads((tmp_path / "uit" / "manifest.json").read_bytes())
    own = manifest["parameters"]["revise"]
    assert (own["old_total"], own["new_total"], len(own["revised"])) == (8000, 6000, 64)
    assert is_sound(tmp_path / "uit")


def test_shuffled_agreements_give_the_same_bytes(tmp_path: Path, result: Path) -> None:
    rows = ["SY0001,SY0003,1,naar rato", "SY0001,SY0002,2,vervalt", "SY0002,SY0003,1,vast"]
    one = revised(result, 10, agreed(tmp_path, *rows))
    other = revised(result, 10, agreed(tmp_path, *reversed(rows)))
    assert one.files == other.files


def test_a_changed_figure_is_seen_by_the_recheck(tmp_path: Path, result: Path) -> None:
    path = agreed(tmp_path, "SY0001,SY0003,3,naar rato")
    out = tmp_path / "uit"
    revise(result, 15, out, path)
    for file, old, new in (
        ("herziening.csv", b",-2,7,", b",-2,8,"),
        ("herziening_afspraken.csv", b",9/4,2,", b",9/4,3,"),
        ("taakstellingen.csv", b",9.000000,9,0,9,", b",9.000000,9,0,8,"),
        ("invoer/afspraken.csv", b",3,naar", b",4,naar"),
        ("invoer/eerder/taakstellingen.csv", b",12,0,12,", b",12,0,11,"),
        ("invoer/instance.toml", b"15", b"16"),
    ):
        content = (out / file).read_bytes()
        assert old in content, (file, content)
        put_changed(out, file, content.replace(old, new, 1))
        assert failures_of(out)["nl"], file
        put_changed(out, file, content)
    assert is_sound(out)


@settings(max_examples=30)
@given(
    st.lists(st.integers(1, 400), min_size=2, max_size=5),
    st.integers(10, 60),
    st.integers(10, 60),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 9),
                       st.sampled_from(["vast", "naar rato", "vervalt"])), max_size=3),
)  # fmt: skip
def test_agreements_never_change_a_sum_and_never_pass_below_zero(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[int],
    old: int,
    new: int,
    pairs: list[tuple[int, int, int, str]],
) -> None:
    folder = tmp_path_factory.mktemp("herzien")
    run_quota(Request("quota", Case(people, old).put(folder / "nu"), folder / "eerst"))
    before = highest_claims("sluitend", old, people, [(1, old)] * len(people))
    after = highest_claims("sluitend", new, people, [(1, new)] * len(people))
    rows: dict[tuple[str, str], str] = {}
    for giver, taker, persons, clause in pairs:
        one, other = giver % len(people), taker % len(people)
        if one == other or (f"SY{one + 1:04d}", f"SY{other + 1:04d}") in rows:
            continue
        rows[f"SY{one + 1:04d}", f"SY{other + 1:04d}"] = f"{persons},{clause}"
        before[one] -= persons
        before[other] += persons
        exact = {"vast": Fraction(persons), "naar rato": Fraction(persons * new, old)}
        kept = exact.get(clause, Fraction(persons if old == new else 0))
        whole = kept.__floor__()
        after[one] -= whole
        after[other] += whole
    path = agreed(folder, *(f"{a},{b},{rest}" for (a, b), rest in rows.items()))
    if not rows:
        path.write_text(HEADER + "SY0001,SY0002,1,vervalt\n", encoding="utf-8")
        before, after = [before[0] - 1, before[1] + 1, *before[2:]], after
        if old == new:
            after = [after[0] - 1, after[1] + 1, *after[2:]]
    if min(before) < 0:
        refused(lambda: revised(folder / "eerst", new, path))
    elif min(after) < 0:
        clashing(lambda: revised(folder / "eerst", new, path))
    else:
        made = revised(folder / "eerst", new, path)
        assert moved(made, "gewijzigd_oud") == before
        assert moved(made, "gewijzigd_nieuw") == after
        assert sum(after) == new
