"""Correct results pass: hand-made ones of every kind, and many drawn at random."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from allocator.verify import verify_result
from allocator.verify.core.quotas import divide
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import Case
from tests.allocator.verify.handmade.folder import write_result

ROOT = Path(__file__).parents[3]
ROUNDINGS = ("sluitend", "wettelijk", "webster", "jefferson", "hill", "grootste-rest")
TIE = [12000, 6000, 5000, 1000]
CASES: dict[str, Callable[[], Case]] = {
    **{f"quota {rounding}": partial(cases.quota_case, rounding) for rounding in ROUNDINGS},
    **{f"tie {rounding}": partial(cases.quota_case, rounding, TIE, 10) for rounding in ROUNDINGS},
    "equal weights by largest remainder": partial(cases.quota_case, "grootste-rest", [7] * 4, 10),
    "region, rounded up": cases.region_case,
    "region, each share rounded up": partial(cases.region_case, "wettelijk"),
    "region, divisor is a fraction": partial(cases.region_case, "webster", "2582/2"),
    "region, divisor is decimal": partial(cases.region_case, "jefferson", 1290.5),
    "published quotas and nothing divided": cases.published_case,
    "published quotas beside a national total": partial(cases.published_case, 25),
    "published quotas with their exact shares": partial(cases.published_case, 25, 900),
    **{
        f"swap among {pairs}": partial(cases.swap_case, pairs)
        for pairs in ("provincie", "regio", "buren", "alle")
    },
    "swap with one who is far ahead": cases.ahead_case,
    "swap in a region that some givers are not in": partial(
        cases.swap_case, "alle", "swap", "provincie_code=PV01"
    ),
    "links, proven": cases.link_case,
    "links, the worst plan within its bound": cases.worst_case,
    "links by scores of an outside model": cases.scores_case,
    "links in one region": cases.regional_link_case,
    "links where nobody knows the labour market": cases.unscored_case,
    "links where a dwelling may cost more than none": partial(cases.dear_case, True),
    "links where a dwelling costs much and all need one": partial(cases.dear_case, False),
    "links without the choice to go without a dwelling": cases.housed_case,
    "swaps, and links in one region": cases.demo_case,
    "swaps and links of everybody": cases.run_case,
}


@pytest.mark.parametrize("name", CASES)
def test_a_correct_result_passes(name: str, tmp_path: Path) -> None:
    folder = write_result(tmp_path / "result", CASES[name]())
    assert [failure.text("en") for failure in verify_result(folder)] == []


@pytest.mark.parametrize("escaped", [False, True])
def test_a_name_that_is_not_ascii_may_be_escaped(escaped: bool, tmp_path: Path) -> None:
    case = cases.quota_case()
    case.instance["name"] = "Súdwest"
    folder = write_result(tmp_path / "result", case)
    path = folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=escaped) + "\n"
    path.write_text(text, encoding="utf-8")
    assert ("Súdwest" in text) is not escaped
    assert verify_result(folder) == ()


def check_at_random(seeds: range, folder: Path) -> Counter[str]:
    mix: Counter[str] = Counter()
    for seed in seeds:
        case = cases.random_case(seed)
        write_result(folder / str(seed), case)
        failures = verify_result(folder / str(seed))
        assert not failures, (seed, failures)
        mix[case.command] += 1
        mix[case.proof if case.command in ("link", "run") else "no links"] += 1
        mix["beyond 64 bits"] += case.command in ("link", "run") and case.scale > 10**9
    return mix


def test_correct_results_drawn_at_random_pass(tmp_path: Path) -> None:
    mix = check_at_random(range(90), tmp_path)
    for kind in ("quota", "swap", "link", "run", "milp", "prices", "beyond 64 bits"):
        assert mix[kind] >= 8, mix


@pytest.mark.nightly
def test_thousands_of_correct_results_pass(tmp_path: Path) -> None:
    check_at_random(range(1000, 4000), tmp_path)


def test_the_published_quotas_of_2021_come_out_of_the_second_algorithm() -> None:
    # Published by the province of Flevoland; the ends of the interval are the largest
    # inhabitants / quota and the least inhabitants / (quota - 1).
    published = {"Almere": 163, "Dronten": 32, "Lelystad": 61, "Noordoostpolder": 37}
    published |= {"Urk": 17, "Zeewolde": 18}
    path = ROOT / "instances" / "nl-2021-1" / "gemeenten.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    parts, held, due = divide("sluitend", [int(row["inwoners"]) for row in rows], 13500)
    by_name = {row["gemeente"]: part for row, part in zip(rows, parts, strict=True)}
    assert sum(parts) == 13500
    assert {name: by_name[name] for name in published} == published
    assert (max(due)[0], min(held)[0]) == (Fraction(14379, 11), Fraction(40525, 31))
